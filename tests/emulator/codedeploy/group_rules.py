"""What CodeDeploy accepts as a deployment group of the ECS platform."""

from __future__ import annotations

from typing import Any

from ..ecs import permissions
from ..ecs.state import Ecs
from ..registry import AwsError
from ..services.elbv2.state import Store as Elb
from ..services.elbv2.state import elbv2
from . import configs
from .state import ECS_PLATFORM, Application, CodeDeploy, Group

SERVICE = "codedeploy.amazonaws.com"
DEFAULT_CONFIG = "CodeDeployDefault.ECSAllAtOnce"
EVENTS = ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST")
MOST_ALARMS = 10
LONGEST_TERMINATION_WAIT = 2880
LONGEST_READY_WAIT = 120 * 60
NO_CONTROLLER = "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller."
NO_ELBS = "For ECS deployment group, loadBalancerInfo must not contain elbInfo list"


def check(
    ecs: Ecs,
    store: CodeDeploy,
    application: Application,
    name: str,
    settings: dict[str, Any],
    own: Group | None = None,
) -> dict[str, Any]:
    """The settings with AWS's defaults, if it would take them."""
    balancers = settings.get("loadBalancerInfo") or {}
    if application.platform != ECS_PLATFORM:
        if settings.get("ecsServices") or balancers.get("targetGroupPairInfoList"):
            # The application was made without its compute platform, which is not what AWS says.
            raise _load_balancer(
                "For this deployment group, loadBalancerInfo must not contain a target group pair list"
            )
        raise NotImplementedError(f"deployment groups of the compute platform {application.platform}")
    role = settings.get("serviceRoleArn")
    if not role:
        raise AwsError("RoleRequiredException", "serviceRoleArn is required")
    if not permissions.can_be_assumed(ecs, role, SERVICE, group_arn(ecs, application.name, name)):
        raise AwsError("InvalidRoleException", "Cannot assume role provided.")
    settings = {**settings, "deploymentConfigName": settings.get("deploymentConfigName") or DEFAULT_CONFIG}
    config = configs.find(store, settings["deploymentConfigName"])
    _check_style(settings.get("deploymentStyle") or {})
    service = _check_service(ecs, store, settings, own)
    _check_balancers(ecs, balancers)
    check_routing(ecs, config, balancers)
    settings["blueGreenDeploymentConfiguration"] = _blue_green(settings.get("blueGreenDeploymentConfiguration") or {})
    settings["autoRollbackConfiguration"] = check_rollback(settings.get("autoRollbackConfiguration"))
    settings["alarmConfiguration"] = check_alarms(settings.get("alarmConfiguration"))
    settings["ecsServices"] = [service]
    return settings


def group_arn(ecs: Ecs, application: str, group: str) -> str:
    return f"arn:{ecs.partition}:codedeploy:{ecs.region}:{ecs.account}:deploymentgroup:{application}/{group}"


def _check_style(style: dict[str, Any]) -> None:
    if (style.get("deploymentType"), style.get("deploymentOption")) != ("BLUE_GREEN", "WITH_TRAFFIC_CONTROL"):
        raise AwsError(
            "InvalidDeploymentStyleException",
            "For ECS deployment group, deployment type must be BLUE_GREEN and deployment option WITH_TRAFFIC_CONTROL",
        )


def _check_service(ecs: Ecs, store: CodeDeploy, settings: dict[str, Any], own: Group | None) -> dict[str, str]:
    services = settings.get("ecsServices") or []
    if len(services) != 1 or not all(services[0].get(key) for key in ("clusterName", "serviceName")):
        message = "Exactly one ECS service, with its cluster's name, must be specified for an ECS deployment group"
        raise AwsError("InvalidECSServiceException", message)
    key = services[0]["clusterName"], services[0]["serviceName"]
    service = ecs.services.get(key)
    if service is None or service.status != "ACTIVE":
        raise AwsError("InvalidECSServiceException", f"The ECS service {key[1]} in the cluster {key[0]} was not found.")
    if service.controller != "CODE_DEPLOY":
        raise AwsError("InvalidECSServiceException", NO_CONTROLLER)
    for application in store.applications.values():
        for group in application.groups.values():
            if group is not own and group.target == key:
                raise AwsError(
                    "ECSServiceMappingLimitExceededException",
                    f"The ECS service {key[1]} is already associated with the deployment group {group.name}.",
                )
    return {"clusterName": key[0], "serviceName": key[1]}


def _check_balancers(ecs: Ecs, balancers: dict[str, Any]) -> None:
    if balancers.get("elbInfoList"):
        raise _load_balancer(NO_ELBS)
    pairs = balancers.get("targetGroupPairInfoList") or []
    if len(pairs) != 1 or balancers.get("targetGroupInfoList"):
        raise _load_balancer("For ECS deployment group, loadBalancerInfo must contain exactly one target group pair")
    names = [one.get("name") for one in pairs[0].get("targetGroups") or []]
    elb = elbv2(ecs.world, ecs.account, ecs.region)
    known = {group.name for group in elb.target_groups.values()}
    if len(names) != 2 or names[0] == names[1]:
        raise _pair("A target group pair must have two different target groups")
    for name in names:
        if name not in known:
            raise _pair(f"The target group {name} could not be found")
    production = listeners_of(pairs[0], "prodTrafficRoute")
    test = listeners_of(pairs[0], "testTrafficRoute")
    if len(production) != 1 or len(test) > 1:
        raise _pair("A target group pair must have one production listener and at most one test listener")
    owners = {_balancer_of(elb, arn) for arn in (*production, *test)}
    if len(owners) != 1 or production == test:
        raise _pair("The production and the test listener must be two listeners of the same load balancer")


def _balancer_of(elb: Elb, listener: str) -> str:
    if listener not in elb.listeners:
        raise _pair(f"The listener {listener} could not be found")
    return elb.listeners[listener].load_balancer_arn


def listeners_of(pair: dict[str, Any], route: str) -> list[str]:
    return list((pair.get(route) or {}).get("listenerArns") or [])


def check_routing(ecs: Ecs, config: Any, balancers: dict[str, Any]) -> None:
    """A Network Load Balancer shifts all at once."""
    (listener,) = listeners_of(balancers["targetGroupPairInfoList"][0], "prodTrafficRoute")
    if "/net/" in listener and config.routing["type"] != configs.ALL_AT_ONCE:
        raise AwsError(
            "InvalidTrafficRoutingConfigurationException",
            f"The deployment configuration {config.name} is not supported with a Network Load Balancer. "
            f"Use {DEFAULT_CONFIG}.",
        )


def _blue_green(given: dict[str, Any]) -> dict[str, Any]:
    termination = given.get("terminateBlueInstancesOnDeploymentSuccess") or {}
    ready = given.get("deploymentReadyOption") or {}
    if given.get("greenFleetProvisioningOption"):
        raise _blue_green_error("greenFleetProvisioningOption is not supported for the ECS compute platform")
    if termination.get("action") not in ("TERMINATE", "KEEP_ALIVE"):
        raise _blue_green_error("terminateBlueInstancesOnDeploymentSuccess must be specified for ECS deployments")
    if ready.get("actionOnTimeout") not in ("CONTINUE_DEPLOYMENT", "STOP_DEPLOYMENT"):
        raise _blue_green_error("deploymentReadyOption must be specified for ECS deployments")
    wait = termination.get("terminationWaitTimeInMinutes") or 0
    if not 0 <= wait <= LONGEST_TERMINATION_WAIT:
        raise _blue_green_error(f"terminationWaitTimeInMinutes must be between 0 and {LONGEST_TERMINATION_WAIT}")
    minutes = ready.get("waitTimeInMinutes") or 0
    stops = ready["actionOnTimeout"] == "STOP_DEPLOYMENT"
    if stops != (minutes > 0) or minutes > LONGEST_READY_WAIT:
        raise _blue_green_error(
            f"waitTimeInMinutes must be between 1 and {LONGEST_READY_WAIT} with STOP_DEPLOYMENT, and 0 otherwise"
        )
    return {
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": termination["action"],
            "terminationWaitTimeInMinutes": wait,
        },
        "deploymentReadyOption": {"actionOnTimeout": ready["actionOnTimeout"], "waitTimeInMinutes": minutes},
    }


def check_rollback(given: dict[str, Any] | None) -> dict[str, Any]:
    given = given or {}
    events = given.get("events") or []
    if any(event not in EVENTS for event in events) or (given.get("enabled") and not events):
        message = "The automatic rollback configuration is not valid: it needs events that cause a rollback"
        raise AwsError("InvalidAutoRollbackConfigException", message)
    return {"enabled": bool(given.get("enabled")), "events": events}


def check_alarms(given: dict[str, Any] | None) -> dict[str, Any]:
    given = given or {}
    alarms = given.get("alarms") or []
    if len(alarms) > MOST_ALARMS:
        raise AwsError("AlarmsLimitExceededException", f"A maximum of {MOST_ALARMS} alarms can be added")
    names = [one.get("name") for one in alarms]
    if not all(names) or len({*names}) < len(names) or (given.get("enabled") and not names):
        raise AwsError("InvalidAlarmConfigException", "The alarm configuration is not valid")
    return {
        "enabled": bool(given.get("enabled")),
        "ignorePollAlarmFailure": bool(given.get("ignorePollAlarmFailure")),
        "alarms": alarms,
    }


def _load_balancer(message: str) -> AwsError:
    return AwsError("InvalidLoadBalancerInfoException", message)


def _pair(message: str) -> AwsError:
    return AwsError("InvalidTargetGroupPairException", message)


def _blue_green_error(message: str) -> AwsError:
    return AwsError("InvalidBlueGreenDeploymentConfigurationException", message)
