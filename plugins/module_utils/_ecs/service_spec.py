# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The options of ecs_service. They are beside the module, not in it, only because there are so many."""

from __future__ import annotations

import typing as t

from .strategy import STRATEGIES

Spec = dict[str, t.Any]


def _option(type_: str, *choices: str, required: bool = False) -> Spec:
    return {
        "type": type_,
        **({"choices": list(choices)} if choices else {}),
        **({"required": True} if required else {}),
    }


def _texts(required: bool = False) -> Spec:
    return {"type": "list", "elements": "str", **({"required": True} if required else {})}


def _dict(required: bool = False, **options: Spec) -> Spec:
    return {"type": "dict", "options": options, **({"required": True} if required else {})}


def _dicts(**options: Spec) -> Spec:
    return {"type": "list", "elements": "dict", "options": options}


TEXT, NUMBER, SWITCH, DECIMAL, MAP = (_option(kind) for kind in ("str", "int", "bool", "float", "dict"))
NEEDED_TEXT, NEEDED_NUMBER, NEEDED_SWITCH = (_option(kind, required=True) for kind in ("str", "int", "bool"))

CAPACITY_PROVIDER_STRATEGY = _dicts(capacity_provider=NEEDED_TEXT, weight=NUMBER, base=NUMBER)

CIRCUIT_BREAKER = _dict(
    enable=NEEDED_SWITCH,
    rollback=NEEDED_SWITCH,
    reset_on_healthy_task=SWITCH,
    threshold_configuration=_dict(
        type=_option("str", "COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT", required=True),
        value=NEEDED_NUMBER,
    ),
)

LIFECYCLE_HOOKS = _dicts(
    target_type=_option("str", "AWS_LAMBDA", "PAUSE"),
    hook_target_arn=TEXT,
    role_arn=TEXT,
    lifecycle_stages=_texts(required=True),
    hook_details=MAP,
    timeout_configuration=_dict(timeout_in_minutes=NUMBER, action=_option("str", "ROLLBACK", "CONTINUE")),
)

DEPLOYMENT_CONFIGURATION = _dict(
    strategy=_option("str", *STRATEGIES),
    maximum_percent=NUMBER,
    minimum_healthy_percent=NUMBER,
    deployment_circuit_breaker=CIRCUIT_BREAKER,
    alarms=_dict(alarm_names=_texts(required=True), enable=NEEDED_SWITCH, rollback=NEEDED_SWITCH),
    bake_time_in_minutes=NUMBER,
    linear_configuration=_dict(step_percent=DECIMAL, step_bake_time_in_minutes=NUMBER),
    canary_configuration=_dict(canary_percent=DECIMAL, canary_bake_time_in_minutes=NUMBER),
    lifecycle_hooks=LIFECYCLE_HOOKS,
    early_success_criteria=_dict(
        enable=NEEDED_SWITCH,
        healthy_percent=NUMBER,
        source_service_revision_cleanup=_option("str", "BLOCKING", "DEFERRED"),
    ),
)

LOAD_BALANCERS = _dicts(
    target_group_arn=NEEDED_TEXT,
    container_name=NEEDED_TEXT,
    container_port=NEEDED_NUMBER,
    advanced_configuration=_dict(
        alternate_target_group_arn=TEXT,
        production_listener_rule=TEXT,
        test_listener_rule=TEXT,
        role_arn=TEXT,
    ),
)

CLIENT_ALIASES = _dicts(
    port=NEEDED_NUMBER,
    dns_name=TEXT,
    test_traffic_rules=_dict(header=_dict(required=True, name=NEEDED_TEXT, value=_dict(exact=NEEDED_TEXT))),
)

SERVICE_CONNECT_SERVICES = _dicts(
    port_name=NEEDED_TEXT,
    discovery_name=TEXT,
    client_aliases=CLIENT_ALIASES,
    ingress_port_override=NUMBER,
    timeout=_dict(idle_timeout_seconds=NUMBER, per_request_timeout_seconds=NUMBER),
    tls=_dict(
        issuer_certificate_authority=_dict(required=True, aws_pca_authority_arn=TEXT),
        kms_key={"type": "str", "no_log": False},
        role_arn=TEXT,
    ),
)

SERVICE_CONNECT = _dict(
    enabled=NEEDED_SWITCH,
    namespace=TEXT,
    services=SERVICE_CONNECT_SERVICES,
    log_configuration=_dict(
        log_driver=NEEDED_TEXT,
        options=MAP,
        # The names and ARNs of secrets, not their values.
        secret_options={**_dicts(name=NEEDED_TEXT, value_from=NEEDED_TEXT), "no_log": False},
    ),
    access_log_configuration=_dict(
        format=_option("str", "TEXT", "JSON", required=True),
        include_query_parameters=_option("str", "ENABLED", "DISABLED"),
    ),
)

ARGUMENT_SPEC: Spec = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "cluster": NEEDED_TEXT,
    "name": NEEDED_TEXT,
    "task_definition": TEXT,
    "desired_count": NUMBER,
    "desired_count_policy": {"type": "str", "choices": ["always", "create"], "default": "always"},
    "launch_type": _option("str", "EC2", "FARGATE", "EXTERNAL"),
    "capacity_provider_strategy": CAPACITY_PROVIDER_STRATEGY,
    "platform_version": TEXT,
    "role": TEXT,
    "scheduling_strategy": _option("str", "REPLICA", "DAEMON"),
    "deployment_controller": _option("str", "ECS", "CODE_DEPLOY", "EXTERNAL"),
    "deployment_configuration": DEPLOYMENT_CONFIGURATION,
    "network_configuration": _dict(subnets=_texts(), security_groups=_texts(), assign_public_ip=SWITCH),
    "load_balancers": LOAD_BALANCERS,
    "service_registries": _dicts(registry_arn=NEEDED_TEXT, port=NUMBER, container_name=TEXT, container_port=NUMBER),
    "service_connect_configuration": SERVICE_CONNECT,
    "health_check_grace_period_seconds": NUMBER,
    "placement_constraints": _dicts(
        type=_option("str", "distinctInstance", "memberOf", required=True), expression=TEXT
    ),
    "placement_strategy": _dicts(type=_option("str", "random", "spread", "binpack", required=True), field=TEXT),
    "availability_zone_rebalancing": _option("str", "ENABLED", "DISABLED"),
    "enable_execute_command": SWITCH,
    "enable_ecs_managed_tags": SWITCH,
    "propagate_tags": _option("str", "TASK_DEFINITION", "SERVICE", "NONE"),
    "force_new_deployment": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 1800},
    "rollback_on_interrupt": {"type": "bool", "default": False},
    "progress_file": {"type": "path"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}
