# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The options of autoscaling_group."""

from __future__ import annotations

import typing as t

_LAUNCH_TEMPLATE: dict[str, t.Any] = {
    "id": {"type": "str", "required": True},
    "version": {"type": "str", "default": "$Latest"},
}

_INSTANCE_REFRESH: dict[str, t.Any] = {
    "enabled": {"type": "bool", "default": False},
    "min_healthy_percentage": {"type": "int", "default": 90},
    "max_healthy_percentage": {"type": "int", "default": 100},
    "instance_warmup": {"type": "int"},
}

GROUP: dict[str, t.Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "launch_template": {"type": "dict", "options": _LAUNCH_TEMPLATE},
    "min_size": {"type": "int"},
    "max_size": {"type": "int"},
    "desired_capacity": {"type": "int"},
    "subnets": {"type": "list", "elements": "str"},
    "health_check_type": {"type": "str", "choices": ["EC2", "ELB"]},
    "health_check_grace_period": {"type": "int"},
    "new_instances_protected_from_scale_in": {"type": "bool"},
    "instance_refresh": {"type": "dict", "options": _INSTANCE_REFRESH},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "tags_propagate_at_launch": {"type": "bool", "default": True},
    "force_delete": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 600},
}
