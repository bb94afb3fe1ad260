# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What is different when CodeDeploy deploys the gateway: how traffic is shifted, and how services find one another.

A service that CodeDeploy deploys has no Service Connect. So the names of the services it talks to, and its own, are in
a private DNS namespace as well, and stand in the environments.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from . import names, services, strategy

ECS, CODEDEPLOY = "ecs", "codedeploy"
# As the ECS API calls them.
API_CONTROLLERS = {ECS: "ECS", CODEDEPLOY: "CODE_DEPLOY"}

PERCENT = (1, 99)
WHOLE = 100
LONGEST_SHIFT_MINUTES = 2880
ALL_AT_ONCE = "all_at_once"
PREFIX = "CodeDeployDefault.ECS"
# What AWS has already: type, percentage and minutes.
PREDEFINED = {
    (ALL_AT_ONCE, None, None): f"{PREFIX}AllAtOnce",
    (strategy.CANARY, 10, 5): f"{PREFIX}Canary10Percent5Minutes",
    (strategy.CANARY, 10, 15): f"{PREFIX}Canary10Percent15Minutes",
    (strategy.LINEAR, 10, 1): f"{PREFIX}Linear10PercentEvery1Minutes",
    (strategy.LINEAR, 10, 3): f"{PREFIX}Linear10PercentEvery3Minutes",
}
# The stages of ECS's own deployments at which CodeDeploy can call a function too, by the name of its event.
EVENTS = {
    "PRE_SCALE_UP": "BeforeInstall",
    "POST_SCALE_UP": "AfterInstall",
    "POST_TEST_TRAFFIC_SHIFT": "AfterAllowTestTraffic",
    "PRE_PRODUCTION_TRAFFIC_SHIFT": "BeforeAllowTraffic",
    "POST_PRODUCTION_TRAFFIC_SHIFT": "AfterAllowTraffic",
}

Config = Mapping[str, t.Any]
Item = dict[str, t.Any]


def is_controller(config: Config) -> bool:
    return config["gateway_deployment_configuration"]["controller"] == CODEDEPLOY


def routing(configuration: Mapping[str, t.Any]) -> Item:
    """How traffic is shifted, in the words of portkey.gateway.codedeploy_deployment_config."""
    chosen = strategy.chosen_strategy(configuration)
    if chosen == strategy.CANARY:
        canary = configuration["canary_configuration"]
        return _gradual(chosen, canary["canary_percent"], canary["canary_bake_time_in_minutes"])
    if chosen == strategy.LINEAR:
        linear = configuration["linear_configuration"]
        return _gradual(chosen, linear["step_percent"], linear["step_bake_time_in_minutes"])
    return {"type": ALL_AT_ONCE}


def _gradual(kind: str, percent: float, minutes: int) -> Item:
    if percent >= WHOLE:
        return {"type": ALL_AT_ONCE}
    return {"type": kind, "percentage": int(percent), "interval": minutes}


def shift_minutes(shift: Mapping[str, t.Any]) -> int:
    """How long all of the shifting takes."""
    if shift["type"] == ALL_AT_ONCE:
        return 0
    steps = 1 if shift["type"] == strategy.CANARY else -(-WHOLE // shift["percentage"]) - 1
    return int(steps * shift["interval"])


def deployment_config(config: Config, stem: str) -> Item:
    """The name of the deployment configuration, and what it says; one of AWS's own is not made."""
    shift = routing(config["gateway_deployment_configuration"])
    known = PREDEFINED.get((shift["type"], shift.get("percentage"), shift.get("interval")))
    if known:
        return {"name": known, "make": False, **shift}
    name = names.codedeploy_config(stem, shift["type"], shift["percentage"], shift["interval"])
    return {"name": name, "make": True, **shift}


def host(service: str, namespace: str) -> str:
    return f"{service}.{namespace}"


def function_events(hooks: list[Item]) -> dict[str, str]:
    """The functions of ECS's hooks, by the event at which CodeDeploy calls them."""
    return {
        EVENTS[stage]: hook["hook_target_arn"]
        for hook in hooks
        if "hook_target_arn" in hook
        for stage in hook["lifecycle_stages"]
        if stage in EVENTS
    }


def plan(config: Config, stack: Mapping[str, t.Any], hooks: list[Item]) -> Item | None:
    """The parameters of the role codedeploy, without their prefix; None when ECS deploys by itself."""
    if not is_controller(config):
        return None
    own, configuration = stack["codedeploy"], config["gateway_deployment_configuration"]
    rule = "default" if config["lb_type"] == "network" else config["server_mode"]
    return {
        "application_name": own["application"],
        "group_name": own["group"],
        # As its ARN has it.
        "deployment_group": f"{own['application']}/{own['group']}",
        "role_name": own["service_role"],
        "namespace_name": own["namespace"],
        "discovered_services": _discovered(config),
        "deployment_config": deployment_config(config, own["deployment_config"]),
        "target_groups": list(stack["services"][services.GATEWAY]["target_groups"][rule].values()),
        "termination_wait_minutes": configuration["bake_time_in_minutes"],
        "ready_wait_minutes": configuration["ready_wait_in_minutes"],
        "hooks": function_events(hooks),
        **_alarms(configuration["alarms"]),
    }


def _alarms(alarms: Mapping[str, t.Any] | None) -> Item:
    """CodeDeploy watches the same alarms as ECS would."""
    events = {"failure", "stop_on_alarm", "stop_on_request"}
    if alarms is None:
        return {"alarms": [], "auto_rollback_events": sorted(events)}
    kept = events if alarms["rollback"] else events - {"stop_on_alarm"}
    return {"alarms": list(alarms["alarm_names"]), "auto_rollback_events": sorted(kept)}


def _discovered(config: Config) -> list[str]:
    """The services with a name in the private DNS namespace: what the gateway calls, and itself for what calls it."""
    running = services.running(config)
    is_called = services.DATA_SERVICE in running
    return [name for name in running if name != services.GATEWAY or is_called]


def adapted(config: Config, definitions: list[Item], stack: Mapping[str, t.Any]) -> list[Item]:
    """The services as they are when CodeDeploy deploys the gateway; unchanged when it does not."""
    if not is_controller(config):
        return definitions
    namespace, found = stack["codedeploy"]["namespace"], _discovered(config)
    return [_adapted(config, one, namespace, found) for one in definitions]


def _adapted(config: Config, definition: Item, namespace: str, found: list[str]) -> Item:
    name = definition["name"]
    result = {**definition, "discovery_name": name if name in found else None}
    if name == services.GATEWAY:
        kept = ("maximum_percent", "minimum_healthy_percent")
        configuration = {key: definition["deployment_configuration"][key] for key in kept}
        result |= {
            "deployment_controller": API_CONTROLLERS[CODEDEPLOY],
            "service_connect": None,
            "deployment_configuration": configuration,
            "environment": {**definition["environment"], **_of_gateway(config, namespace)},
        }
    elif name == services.DATA_SERVICE:
        port = config["gateway_config"]["gateway_port"]
        url = f"http://{host(services.GATEWAY, namespace)}:{port}"
        result["environment"] = {**definition["environment"], "GATEWAY_BASE_URL": url}
    return result


def _of_gateway(config: Config, namespace: str) -> dict[str, str]:
    """Where the gateway finds the others."""
    environment = {}
    if services.has_redis(config):
        environment["REDIS_URL"] = f"redis://{host(services.REDIS, namespace)}:{services.REDIS_PORT}"
    data_service = config["dataservice_config"]
    if data_service["enable_dataservice"]:
        environment["DATASERVICE_BASEPATH"] = f"http://{host(services.DATA_SERVICE, namespace)}:{data_service['port']}"
    return environment


def unfit_for_live(config: Config, live_controller: str | None) -> bool:
    """Whether ECS would have to hand a live service over to CodeDeploy, which AWS does not allow."""
    return is_controller(config) and live_controller == API_CONTROLLERS[ECS]
