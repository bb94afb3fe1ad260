# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The fields of a service: what the option and the API call them, and what a change of each brings about.

One table, so that creating, comparing and updating cannot disagree.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from ..shape import camel, overlay, prune, snake
from . import strategy
from .reduce import Rules, reduced

Service = dict[str, t.Any]
Fields = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Field:
    """``deploys``: changing it starts a deployment. ``updatable``: UpdateService takes it at all."""

    name: str
    api: str
    deploys: bool = False
    updatable: bool = True
    # Whether UpdateService still takes it when CodeDeploy deploys the service.
    with_code_deploy: bool = False


FIELDS = (
    Field("task_definition", "taskDefinition", deploys=True),
    Field("desired_count", "desiredCount", with_code_deploy=True),
    Field("launch_type", "launchType", updatable=False),
    # ECS refuses it unless a new deployment is forced, which moves the tasks.
    Field("capacity_provider_strategy", "capacityProviderStrategy", deploys=True),
    Field("platform_version", "platformVersion", deploys=True),
    Field("role", "role", updatable=False),
    Field("scheduling_strategy", "schedulingStrategy", updatable=False),
    Field("deployment_controller", "deploymentController"),
    Field("deployment_configuration", "deploymentConfiguration", with_code_deploy=True),
    Field("network_configuration", "networkConfiguration", deploys=True),
    Field("load_balancers", "loadBalancers", deploys=True),
    Field("service_registries", "serviceRegistries", deploys=True),
    Field("service_connect_configuration", "serviceConnectConfiguration", deploys=True),
    Field("health_check_grace_period_seconds", "healthCheckGracePeriodSeconds", with_code_deploy=True),
    Field("placement_constraints", "placementConstraints", with_code_deploy=True),
    Field("placement_strategy", "placementStrategy", with_code_deploy=True),
    Field("availability_zone_rebalancing", "availabilityZoneRebalancing"),
    Field("enable_execute_command", "enableExecuteCommand"),
    Field("enable_ecs_managed_tags", "enableECSManagedTags", with_code_deploy=True),
    Field("propagate_tags", "propagateTags", with_code_deploy=True),
)
BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}

# Maps whose keys are the user's own, in either spelling.
RAW = ("options", "hookDetails", "hook_details")

# Items of these lists keep what the user left unset when AWS has an item of the same identity.
IDENTITIES = {
    "capacity_provider_strategy": "capacity_provider",
    "load_balancers": "target_group_arn",
    "services": "port_name",
    "client_aliases": "port",
}

RULES = Rules(
    defaults={
        "": {
            "desired_count": None,
            "deployment_controller": "ECS",
            "enable_ecs_managed_tags": False,
            "enable_execute_command": False,
            "health_check_grace_period_seconds": 0,
            "platform_version": "LATEST",
            "propagate_tags": "NONE",
            "scheduling_strategy": "REPLICA",
        },
        "access_log_configuration": {"include_query_parameters": "DISABLED"},
        "alarms": {"enable": False, "rollback": False},
        "canary_configuration": {"canary_percent": 5.0, "canary_bake_time_in_minutes": 10},
        "capacity_provider_strategy": {"weight": 0, "base": 0},
        "deployment_circuit_breaker": {"enable": False, "rollback": False, "reset_on_healthy_task": True},
        "deployment_configuration": {
            "strategy": strategy.ROLLING,
            "maximum_percent": 200,
            "minimum_healthy_percent": 100,
            "bake_time_in_minutes": 0,
        },
        "early_success_criteria": {"enable": False},
        "lifecycle_hooks": {"target_type": "AWS_LAMBDA"},
        "linear_configuration": {"step_percent": 10.0, "step_bake_time_in_minutes": 6},
        "network_configuration": {"assign_public_ip": False},
        "service_connect_configuration": {"enabled": False},
        "threshold_configuration": {"type": "BOUNDED_PERCENT", "value": 50},
        "timeout_configuration": {"timeout_in_minutes": 1440, "action": "ROLLBACK"},
    },
    sets=frozenset(
        {
            "alarm_names",
            "capacity_provider_strategy",
            "client_aliases",
            "lifecycle_hooks",
            "lifecycle_stages",
            "load_balancers",
            "placement_constraints",
            "secret_options",
            "security_groups",
            "service_registries",
            "services",
            "subnets",
        }
    ),
    own=frozenset({"options", "hook_details"}),
)


def view(service: Service) -> Fields:
    """A described service in the form of the options."""
    flat = snake(service, raw=RAW)
    primary = snake(primary_deployment(service) or {}, raw=RAW)
    fields = {field.name: flat.get(field.name) for field in FIELDS}
    fields["role"] = flat.get("role_arn")
    fields["deployment_controller"] = flat.get("deployment_controller", {}).get("type")
    fields["network_configuration"] = _network_view(flat.get("network_configuration"))
    # ECS shows this with the deployment, not with the service.
    fields["service_connect_configuration"] = primary.get("service_connect_configuration")
    return prune(fields)


def primary_deployment(service: Service) -> dict[str, t.Any] | None:
    return next((item for item in service.get("deployments", []) if item["status"] == "PRIMARY"), None)


def _network_view(configuration: dict[str, t.Any] | None) -> dict[str, t.Any] | None:
    if not configuration:
        return None
    awsvpc = dict(configuration["awsvpc_configuration"])
    if "assign_public_ip" in awsvpc:
        awsvpc["assign_public_ip"] = awsvpc["assign_public_ip"] == "ENABLED"
    return awsvpc


def laid_over(current: Fields, wanted: Fields) -> Fields:
    """What the service's fields become. A changed strategy does not inherit what only the earlier one can have."""
    after = overlay(current, wanted, IDENTITIES)
    was, becomes = current.get("deployment_configuration"), after.get("deployment_configuration")
    if becomes and strategy.of(was) != strategy.of(becomes):
        asked = wanted.get("deployment_configuration", {})
        after["deployment_configuration"] = strategy.without_leftovers(becomes, asked)
    if strategy.of(becomes) == strategy.ROLLING and wanted.get("load_balancers"):
        pairs = zip(after["load_balancers"], wanted["load_balancers"], strict=True)
        after["load_balancers"] = [_without_second_group(item, asked) for item, asked in pairs]
    return after


def _without_second_group(balancer: Fields, asked: Fields) -> Fields:
    """A rolling deployment needs no second target group, so one that is not asked for is left from earlier."""
    kept = "advanced_configuration" in asked
    return {name: value for name, value in balancer.items() if kept or name != "advanced_configuration"}


def meaning(fields: Fields) -> Fields:
    """The fields in the one form in which they are compared, and shown in a diff."""
    result = reduced({name: _spelled(name, value) for name, value in fields.items()}, RULES)
    # 0 is a count like any other.
    if fields.get("desired_count") is not None:
        result["desired_count"] = fields["desired_count"]
    return result


def _spelled(name: str, value: t.Any) -> t.Any:
    """With one spelling for what AWS takes in several."""
    if name == "service_connect_configuration" and value:
        services = [_without_default_name(service) for service in value.get("services") or []]
        return {**value, "services": services}
    if name == "placement_strategy" and value:
        return [{**item, "field": _placement_field(item)} for item in value]
    if name == "role" and value:
        return value.rpartition("/")[2]
    return value


def _without_default_name(service: dict[str, t.Any]) -> dict[str, t.Any]:
    if service.get("discovery_name") == service["port_name"]:
        return {key: value for key, value in service.items() if key != "discovery_name"}
    return service


def _placement_field(item: dict[str, t.Any]) -> str | None:
    field = item.get("field")
    if field == "host":
        return "instanceId"
    return field.lower() if field and item.get("type") == "binpack" else field


def to_api(fields: Fields) -> dict[str, t.Any]:
    """The parameters of CreateService and UpdateService."""
    return {BY_NAME[name].api: _api_value(name, value) for name, value in fields.items() if value is not None}


def _api_value(name: str, value: t.Any) -> t.Any:
    if name == "network_configuration":
        awsvpc = camel(value)
        if "assignPublicIp" in awsvpc:
            awsvpc["assignPublicIp"] = "ENABLED" if awsvpc["assignPublicIp"] else "DISABLED"
        return {"awsvpcConfiguration": awsvpc}
    if name == "deployment_controller":
        return {"type": value}
    return camel(value, RAW)
