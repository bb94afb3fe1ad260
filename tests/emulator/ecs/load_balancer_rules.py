"""What AWS accepts as a service's load balancers."""

from __future__ import annotations

import re
from typing import Any

from ..services.elbv2.state import Store, elbv2
from ..services.elbv2.state import targets_of as targets_of_actions
from . import errors
from .service import ROLLING
from .state import Ecs
from .task_definitions import TaskDefinition

MOST_TARGET_GROUPS = 5
RULE_ARN = re.compile(r"arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:listener(-rule)?/(app|net)/[\w/-]+")
ADVANCED_REQUIRED = (
    "advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy"
)
NEEDS_TRAFFIC = ("LINEAR", "CANARY")


def check_load_balancers(ecs: Ecs, definition: TaskDefinition, settings: dict[str, Any]) -> None:
    balancers = settings.get("loadBalancers") or []
    if settings.get("healthCheckGracePeriodSeconds") is not None and not balancers:
        raise errors.invalid_parameter(
            "Health check grace period is only valid for services configured to use load balancers"
        )
    if len(balancers) > MOST_TARGET_GROUPS:
        raise errors.invalid_parameter("A service can have at most 5 target groups.")
    if balancers and settings.get("role") and definition.network_mode == "awsvpc":
        raise errors.invalid_parameter(
            "You cannot specify an IAM role for services that require a service linked role."
        )
    if balancers:
        settings.setdefault("healthCheckGracePeriodSeconds", 0)
    for balancer in balancers:
        _check_container(definition, balancer)
        for arn in _target_groups(balancer):
            _check_target_group(ecs, definition, arn)
    _check_advanced(ecs, balancers, settings)


def _target_groups(balancer: dict[str, Any]) -> list[str]:
    if not balancer.get("targetGroupArn"):
        raise errors.invalid_parameter("A target group ARN must be specified for each load balancer.")
    alternate = (balancer.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
    return [balancer["targetGroupArn"], *([alternate] if alternate else [])]


def _check_container(definition: TaskDefinition, balancer: dict[str, Any]) -> None:
    name, port = balancer.get("containerName"), balancer.get("containerPort")
    container = definition.container(name or "")
    if container is None:
        raise errors.invalid_parameter(f"The container {name} does not exist in the task definition.")
    if not any(mapping.get("containerPort") == port for mapping in container["portMappings"]):
        raise errors.invalid_parameter(f"The container {name} did not have a container port {port} defined.")


def _check_target_group(ecs: Ecs, definition: TaskDefinition, arn: str) -> None:
    store = elbv2(ecs.world, ecs.account, ecs.region)
    group = store.target_groups.get(arn)
    if group is None:
        raise errors.invalid_parameter(f"The target group with targetGroupArn {arn} does not exist.")
    if not store.load_balancers_of(arn):
        raise errors.invalid_parameter(
            f"The target group with targetGroupArn {arn} does not have an associated load balancer."
        )
    kind = group.data.get("TargetType", "instance")
    wanted = "ip" if definition.network_mode == "awsvpc" else "instance"
    if kind != wanted:
        raise errors.invalid_parameter(
            f"The provided target group {arn} has target type {kind}, which is incompatible with the "
            f"{definition.network_mode} network mode specified in the task definition."
        )


def _check_advanced(ecs: Ecs, balancers: list[dict[str, Any]], settings: dict[str, Any]) -> None:
    advanced = [balancer.get("advancedConfiguration") for balancer in balancers]
    strategy = settings["deploymentConfiguration"].get("strategy", ROLLING)
    connect = (settings.get("serviceConnectConfiguration") or {}).get("enabled")
    if strategy in NEEDS_TRAFFIC and not balancers and not connect:
        raise errors.invalid_parameter(
            f"The {strategy} deployment strategy requires a load balancer or Service Connect to be configured."
        )
    if strategy != ROLLING and not all(advanced):
        raise errors.invalid_parameter(ADVANCED_REQUIRED)
    if any(advanced) and not all(advanced):
        raise errors.invalid_parameter(
            "Either all or none of the provided loadBalancers must have advancedConfiguration defined"
        )
    groups = [arn for balancer in balancers for arn in _target_groups(balancer)]
    if any(advanced):
        for arn in groups:
            if groups.count(arn) > 1:
                raise errors.invalid_parameter(f"Duplicate targetGroupArn found: {arn}")
    store = elbv2(ecs.world, ecs.account, ecs.region)
    for balancer in balancers:
        if balancer.get("advancedConfiguration"):
            _check_rules(store, balancer)


def _check_rules(store: Store, balancer: dict[str, Any]) -> None:
    advanced = balancer["advancedConfiguration"]
    for key in ("alternateTargetGroupArn", "productionListenerRule", "roleArn"):
        if not advanced.get(key):
            raise errors.invalid_parameter(f"{key} is required in advancedConfiguration")
    production, test = advanced["productionListenerRule"], advanced.get("testListenerRule")
    for name, arn in (("productionListenerRule", production), ("testListenerRule", test)):
        if arn:
            _check_rule_arn(name, arn)
    if production == test:
        raise errors.invalid_parameter(
            f"The following rules cannot be used as both production and test listener rules: {production}"
        )
    on_production = set(targets_of_actions(actions_of(store, production) or []))
    pair = set(_target_groups(balancer))
    if "/app/" in production and not test and not pair <= on_production:
        raise errors.invalid_parameter(
            "For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated "
            "with both targetGroup and alternateTargetGroup"
        )


def _check_rule_arn(name: str, arn: str) -> None:
    found = RULE_ARN.fullmatch(arn)
    # Rules belong to Application Load Balancers, listeners to Network Load Balancers.
    if found is None or (found[2] == "app") != bool(found[1]):
        raise errors.invalid_parameter(
            f"{name} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: {arn}"
        )


def actions_of(store: Store, rule_or_listener: str) -> list[dict[str, Any]] | None:
    """The actions of a listener rule or a listener's default actions; None when it does not exist."""
    if rule_or_listener in store.rules:
        return store.rules[rule_or_listener].actions
    if rule_or_listener in store.listeners:
        return store.listeners[rule_or_listener].default_actions
    return None
