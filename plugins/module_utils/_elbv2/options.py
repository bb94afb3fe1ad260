# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The options of the elbv2 modules."""

from __future__ import annotations

import typing as t

_FORWARD: dict[str, t.Any] = {
    "target_groups": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {"target_group_arn": {"type": "str", "required": True}, "weight": {"type": "int"}},
    },
    "target_group_stickiness_config": {
        "type": "dict",
        "options": {"enabled": {"type": "bool", "required": True}, "duration_seconds": {"type": "int"}},
    },
}

_FIXED_RESPONSE: dict[str, t.Any] = {
    "status_code": {"type": "str", "required": True},
    "content_type": {"type": "str"},
    "message_body": {"type": "str"},
}

_REDIRECT: dict[str, t.Any] = {
    "status_code": {"type": "str", "required": True, "choices": ["HTTP_301", "HTTP_302"]},
    "protocol": {"type": "str"},
    "port": {"type": "str"},
    "host": {"type": "str"},
    "path": {"type": "str"},
    "query": {"type": "str"},
}

# Of a rule's ``actions`` and of a listener's ``default_actions``.
_ACTIONS: dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "type": {"type": "str", "required": True, "choices": ["forward", "fixed-response", "redirect"]},
        "target_group_arn": {"type": "str"},
        "forward": {"type": "dict", "options": _FORWARD},
        "fixed_response": {"type": "dict", "options": _FIXED_RESPONSE},
        "redirect": {"type": "dict", "options": _REDIRECT},
    },
}

_ACTIONS_OWNER: dict[str, t.Any] = {"type": "str", "choices": ["self", "ecs"], "default": "self"}

_COMMON: dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}

LOAD_BALANCER: dict[str, t.Any] = {
    **_COMMON,
    "name": {"type": "str", "required": True},
    "type": {"type": "str", "choices": ["application", "network"]},
    "scheme": {"type": "str", "choices": ["internet-facing", "internal"]},
    "subnets": {"type": "list", "elements": "str"},
    "security_groups": {"type": "list", "elements": "str"},
    "ip_address_type": {"type": "str", "choices": ["ipv4", "dualstack", "dualstack-without-public-ipv4"]},
    "attributes": {"type": "dict"},
    "enforce_security_group_inbound_rules_on_private_link_traffic": {"type": "bool"},
    "replace": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 600},
}

_HEALTH_CHECK: dict[str, t.Any] = {
    "enabled": {"type": "bool"},
    "protocol": {"type": "str", "choices": ["HTTP", "HTTPS", "TCP"]},
    "port": {"type": "str"},
    "path": {"type": "str"},
    "interval_seconds": {"type": "int"},
    "timeout_seconds": {"type": "int"},
    "healthy_threshold_count": {"type": "int"},
    "unhealthy_threshold_count": {"type": "int"},
    "matcher": {"type": "str"},
}

TARGET_GROUP: dict[str, t.Any] = {
    **_COMMON,
    "name": {"type": "str", "required": True},
    "target_type": {"type": "str", "choices": ["instance", "ip", "lambda", "alb"]},
    "protocol": {"type": "str", "choices": ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"]},
    "protocol_version": {"type": "str", "choices": ["HTTP1", "HTTP2", "GRPC"]},
    "port": {"type": "int"},
    "port_owner": {"type": "str", "choices": ["self", "ecs"], "default": "self"},
    "vpc_id": {"type": "str"},
    "health_check": {"type": "dict", "options": _HEALTH_CHECK},
    "attributes": {"type": "dict"},
    "targets": {
        "type": "list",
        "elements": "dict",
        "options": {"id": {"type": "str", "required": True}, "port": {"type": "int", "required": True}},
    },
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 60},
}

LISTENER: dict[str, t.Any] = {
    **_COMMON,
    "load_balancer_arn": {"type": "str", "required": True},
    "port": {"type": "int", "required": True},
    "protocol": {"type": "str", "choices": ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"]},
    "certificates": {"type": "list", "elements": "str"},
    "ssl_policy": {"type": "str"},
    "default_actions": _ACTIONS,
    "actions_owner": _ACTIONS_OWNER,
}

LOAD_BALANCER_INFO: dict[str, t.Any] = {
    "names": {"type": "list", "elements": "str", "default": []},
    "target_group_names": {"type": "list", "elements": "str", "default": []},
}

_CONDITIONS: dict[str, t.Any] = {
    "field": {
        "type": "str",
        "required": True,
        "choices": ["host-header", "http-request-method", "path-pattern", "source-ip"],
    },
    "values": {"type": "list", "elements": "str", "required": True},
}

_TRANSFORMS: dict[str, t.Any] = {
    "type": {"type": "str", "required": True, "choices": ["host-header-rewrite", "url-rewrite"]},
    "rewrites": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {"regex": {"type": "str", "required": True}, "replace": {"type": "str", "required": True}},
    },
}

RULE: dict[str, t.Any] = {
    **_COMMON,
    "listener_arn": {"type": "str", "required": True},
    "priority": {"type": "int", "required": True},
    "conditions": {"type": "list", "elements": "dict", "options": _CONDITIONS},
    "transforms": {"type": "list", "elements": "dict", "options": _TRANSFORMS},
    "actions": _ACTIONS,
    "actions_owner": _ACTIONS_OWNER,
}
