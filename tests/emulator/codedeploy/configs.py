"""Deployment configurations: how fast traffic is shifted."""

from __future__ import annotations

from typing import Any

from ..registry import AwsError, Call, handles
from ..world import World
from .applications import checked_name
from .state import ECS_PLATFORM, CodeDeploy, Config, ecs_for_call, store_for

OWN_PREFIX = "CodeDeployDefault."
LONGEST_SHIFT = 2880
MOST_PERCENT = 99
ALL_AT_ONCE = "AllAtOnce"
CANARY, LINEAR = "TimeBasedCanary", "TimeBasedLinear"
FIELDS = {
    CANARY: ("timeBasedCanary", "canaryPercentage", "canaryInterval"),
    LINEAR: ("timeBasedLinear", "linearPercentage", "linearInterval"),
}


def _routing(kind: str, percent: int = 0, minutes: int = 0) -> dict[str, Any]:
    if kind == ALL_AT_ONCE:
        return {"type": kind}
    key, percentage, interval = FIELDS[kind]
    return {"type": kind, key: {percentage: percent, interval: minutes}}


PREDEFINED = {
    "CodeDeployDefault.ECSAllAtOnce": _routing(ALL_AT_ONCE),
    "CodeDeployDefault.ECSLinear10PercentEvery1Minutes": _routing(LINEAR, 10, 1),
    "CodeDeployDefault.ECSLinear10PercentEvery3Minutes": _routing(LINEAR, 10, 3),
    "CodeDeployDefault.ECSCanary10Percent5Minutes": _routing(CANARY, 10, 5),
    "CodeDeployDefault.ECSCanary10Percent15Minutes": _routing(CANARY, 10, 15),
}


def find(store: CodeDeploy, name: str) -> Config:
    if name in store.configs:
        return store.configs[name]
    if name in PREDEFINED:
        return Config(name, f"00000000-0000-0000-0000-{len(name):012d}", 0.0, ECS_PLATFORM, PREDEFINED[name])
    raise AwsError("DeploymentConfigDoesNotExistException", f"No Deployment Configuration found for name: {name}")


def shares(config: Config) -> list[tuple[int, int]]:
    """The replacement's percentages of traffic, each with the minutes that it is kept."""
    kind = config.routing["type"]
    if kind == ALL_AT_ONCE:
        return [(100, 0)]
    key, percentage, interval = FIELDS[kind]
    step, minutes = config.routing[key][percentage], config.routing[key][interval]
    if kind == CANARY:
        return [(step, minutes), (100, 0)]
    return [(share, minutes) for share in range(step, 100, step)] + [(100, 0)]


def _checked(routing: dict[str, Any] | None) -> dict[str, Any]:
    kind = (routing or {}).get("type")
    if routing is None or kind not in (ALL_AT_ONCE, *FIELDS):
        raise _bad(
            "A traffic routing configuration of the type TimeBasedCanary, TimeBasedLinear or AllAtOnce is required"
        )
    given = {key for key in ("timeBasedCanary", "timeBasedLinear") if routing.get(key)}
    wanted = set() if kind == ALL_AT_ONCE else {FIELDS[kind][0]}
    if given != wanted:
        raise _bad(
            f"The traffic routing type {kind} needs {', '.join(wanted) or 'no'} settings of its own, and no other"
        )
    if kind == ALL_AT_ONCE:
        return {"type": kind}
    key, percentage, interval = FIELDS[kind]
    percent, minutes = routing[key].get(percentage) or 0, routing[key].get(interval) or 0
    if not 1 <= percent <= MOST_PERCENT:
        raise _bad(f"{percentage} must be between 1 and {MOST_PERCENT}")
    steps = 1 if kind == CANARY else -(-100 // percent) - 1
    if minutes < 1 or minutes * steps > LONGEST_SHIFT:
        raise _bad(f"{interval} must be at least 1, and the whole shift take no more than {LONGEST_SHIFT} minutes")
    return _routing(kind, percent, minutes)


def _bad(message: str) -> AwsError:
    return AwsError("InvalidTrafficRoutingConfigurationException", message)


@handles("codedeploy", "CreateDeploymentConfig")
def create(world: World, call: Call) -> Any:
    store, params = store_for(world, call), call.params
    name = checked_name(params.get("deploymentConfigName"), "Deployment Config")
    if name.startswith(OWN_PREFIX):
        raise AwsError(
            "InvalidDeploymentConfigNameException", f"Deployment Configuration name cannot begin with {OWN_PREFIX}"
        )
    if name in store.configs:
        message = f"Deployment Configuration name already exists: {name}"
        raise AwsError("DeploymentConfigAlreadyExistsException", message)
    if params.get("computePlatform") != ECS_PLATFORM:
        raise NotImplementedError("deployment configurations of other compute platforms than ECS")
    if params.get("minimumHealthyHosts"):
        message = "minimumHealthyHosts is only supported for the Server compute platform"
        raise AwsError("InvalidMinimumHealthyHostValueException", message)
    routing = _checked(params.get("trafficRoutingConfig"))
    config = Config(name, ecs_for_call(world, call).uuid(), world.now, ECS_PLATFORM, routing)
    store.configs[name] = config
    return {"deploymentConfigId": config.id}


@handles("codedeploy", "GetDeploymentConfig")
def get(world: World, call: Call) -> Any:
    config = find(store_for(world, call), checked_name(call.params.get("deploymentConfigName"), "Deployment Config"))
    return {
        "deploymentConfigInfo": {
            "deploymentConfigId": config.id,
            "deploymentConfigName": config.name,
            "createTime": config.created_at,
            "computePlatform": config.platform,
            "trafficRoutingConfig": config.routing,
        }
    }


@handles("codedeploy", "ListDeploymentConfigs")
def list_all(world: World, call: Call) -> Any:
    return {"deploymentConfigsList": [*PREDEFINED, *sorted(store_for(world, call).configs)]}


@handles("codedeploy", "DeleteDeploymentConfig")
def delete(world: World, call: Call) -> Any:
    store = store_for(world, call)
    name = checked_name(call.params.get("deploymentConfigName"), "Deployment Config")
    if name.startswith(OWN_PREFIX):
        raise AwsError("InvalidOperationException", f"Cannot delete a predefined Deployment Configuration: {name}")
    groups = (group for application in store.applications.values() for group in application.groups.values())
    if any(group.settings["deploymentConfigName"] == name for group in groups):
        raise AwsError("DeploymentConfigInUseException", f"The Deployment Configuration is in use: {name}")
    store.configs.pop(name, None)
    return {}
