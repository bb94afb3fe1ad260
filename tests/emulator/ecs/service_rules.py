"""What AWS accepts as a service: task definition, capacity, network, and the rest. Load balancers and deployments
have rules of their own."""

from __future__ import annotations

import re
from typing import Any

from . import errors, network, task_definitions
from .cloud_map import namespaces
from .clusters import Cluster
from .deployment_rules import check_deployment
from .load_balancer_rules import check_load_balancers
from .state import Ecs
from .strategy import check_strategy, on_fargate
from .task_definitions import TaskDefinition

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
DISCOVERY_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62}[a-z0-9_])?")
CONTROLLERS = ("ECS", "CODE_DEPLOY", "EXTERNAL")
LAUNCH_TYPES = ("EC2", "FARGATE", "EXTERNAL")
SCHEDULING = ("REPLICA", "DAEMON")
PROPAGATE = ("NONE", "SERVICE", "TASK_DEFINITION")
SWITCH = ("ENABLED", "DISABLED")
# An update of none of these is taken, even when the task definition or the load balancer are gone.
ALL_DEPEND_ON = frozenset(
    {
        "taskDefinition",
        "capacityProviderStrategy",
        "platformVersion",
        "networkConfiguration",
        "loadBalancers",
        "serviceRegistries",
        "serviceConnectConfiguration",
        "healthCheckGracePeriodSeconds",
        "deploymentConfiguration",
        "deploymentController",
        "enableExecuteCommand",
        "forceNewDeployment",
    }
)
MOST_SUBNETS, MOST_GROUPS = 16, 5


def check(
    ecs: Ecs, cluster: Cluster, settings: dict[str, Any], changed: frozenset[str] | None = None
) -> dict[str, Any]:
    """Settings with AWS's defaults, if it would take them. An update is only checked for what it changes."""
    settings = {key: value for key, value in settings.items() if value is not None}
    controller = _check_options(settings)
    settings["deploymentConfiguration"] = check_deployment(ecs, settings)
    if controller == "EXTERNAL" and not settings.get("taskDefinition"):
        return settings
    if not settings.get("taskDefinition"):
        raise errors.client("TaskDefinition can not be blank.")
    if changed is not None and not changed & ALL_DEPEND_ON:
        return settings
    definition = task_definitions.usable(ecs, settings["taskDefinition"])
    settings["taskDefinition"] = definition.arn
    _choose_capacity(cluster, settings)
    check_compatibility(definition, settings)
    check_network(ecs, definition, settings)
    check_load_balancers(ecs, definition, settings)
    check_service_connect(ecs, cluster, definition, settings)
    if settings.get("enableExecuteCommand") and not definition.data.get("taskRoleArn"):
        raise errors.invalid_parameter(
            "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role "
            "in your task definition and try again."
        )
    return settings


def _check_options(settings: dict[str, Any]) -> str:
    """Those that depend on nothing else; the answer is the deployment controller."""
    controller = str((settings.get("deploymentController") or {}).get("type", "ECS"))
    _check_choice("deploymentController", controller, CONTROLLERS)
    settings["deploymentController"] = {"type": controller}
    settings.setdefault("schedulingStrategy", "REPLICA")
    settings.setdefault("propagateTags", "NONE")
    replica = settings["schedulingStrategy"] == "REPLICA"
    settings.setdefault("availabilityZoneRebalancing", "ENABLED" if replica else "DISABLED")
    _check_choice("schedulingStrategy", settings["schedulingStrategy"], SCHEDULING)
    _check_choice("propagateTags", settings["propagateTags"], PROPAGATE)
    _check_choice("availabilityZoneRebalancing", settings["availabilityZoneRebalancing"], SWITCH)
    if settings["availabilityZoneRebalancing"] == "ENABLED" and not replica:
        raise errors.invalid_parameter(
            "Availability Zone rebalancing is not supported for the daemon scheduling strategy."
        )
    if not replica and controller != "ECS":
        raise errors.invalid_parameter(
            "The daemon scheduling strategy is not supported with the CODE_DEPLOY or EXTERNAL deployment controller."
        )
    return controller


def _check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise errors.invalid_parameter(f"Invalid value for {name}: {value}. Valid values are: {', '.join(choices)}")


def _choose_capacity(cluster: Cluster, settings: dict[str, Any]) -> None:
    launch_type, strategy = settings.get("launchType"), settings.get("capacityProviderStrategy")
    if launch_type and strategy:
        raise errors.invalid_parameter(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
        )
    if launch_type:
        _check_choice("launchType", launch_type, LAUNCH_TYPES)
        settings.pop("capacityProviderStrategy", None)
        return
    strategy = strategy or cluster.default_strategy
    if strategy:
        settings["capacityProviderStrategy"] = check_strategy(strategy, cluster.capacity_providers)
    else:
        settings.pop("capacityProviderStrategy", None)
        settings["launchType"] = "EC2"


def check_compatibility(definition: TaskDefinition, settings: dict[str, Any]) -> None:
    fargate = on_fargate(settings)
    kind = "FARGATE" if fargate else "EC2"
    required = definition.data.get("requiresCompatibilities") or definition.data["compatibilities"]
    if kind not in required or kind not in definition.data["compatibilities"]:
        raise errors.invalid_parameter(f"Task definition does not support launch_type {kind}.")
    if fargate and settings.get("schedulingStrategy") == "DAEMON":
        raise errors.invalid_parameter("The daemon scheduling strategy is not supported for the Fargate launch type.")
    if fargate:
        settings.setdefault("platformVersion", "LATEST")
    elif settings.get("platformVersion"):
        raise errors.invalid_parameter("The platform version must be null when specifying an EC2 launch type.")


def check_network(ecs: Ecs, definition: TaskDefinition, settings: dict[str, Any]) -> None:
    configuration = (settings.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if definition.network_mode != "awsvpc":
        if configuration:
            raise errors.invalid_parameter(
                "Network Configuration is not valid for the given networkMode of this task definition."
            )
        return
    if not configuration:
        raise errors.invalid_parameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    subnets, groups = configuration.get("subnets") or [], configuration.get("securityGroups") or []
    if not subnets:
        raise errors.invalid_parameter("subnets can not be empty.")
    if len(subnets) > MOST_SUBNETS or len(groups) > MOST_GROUPS:
        raise errors.invalid_parameter(f"There is a limit of {MOST_SUBNETS} subnets and {MOST_GROUPS} security groups.")
    vpcs = {_vpc_of_subnet(ecs, subnet) for subnet in subnets}
    if len(vpcs) > 1:
        raise errors.invalid_parameter("All subnets must be in the same VPC.")
    for group in groups:
        _check_group(ecs, group, next(iter(vpcs)))
    public = configuration.get("assignPublicIp") or "DISABLED"
    _check_choice("assignPublicIp", public, SWITCH)
    if public == "ENABLED" and not on_fargate(settings):
        raise errors.invalid_parameter("Assign public IP is not supported for this launch type.")
    full = {"subnets": subnets, "securityGroups": groups, "assignPublicIp": public}
    settings["networkConfiguration"] = {"awsvpcConfiguration": full}


def _vpc_of_subnet(ecs: Ecs, subnet_id: str) -> str:
    subnet = network.find_subnet(ecs, subnet_id)
    if subnet is None:
        raise errors.invalid_parameter(
            f"Error retrieving subnet information for [{subnet_id}]: The subnet ID '{subnet_id}' does not exist "
            "(ErrorCode: InvalidSubnetID.NotFound)"
        )
    return str(subnet.vpc_id)


def _check_group(ecs: Ecs, group_id: str, vpc_id: str) -> None:
    group = network.find_security_group(ecs, group_id)
    if group is None:
        raise errors.invalid_parameter(
            f"Error retrieving security group information for [{group_id}]: The security group '{group_id}' does not "
            "exist (ErrorCode: InvalidGroup.NotFound)"
        )
    if group.vpc_id != vpc_id:
        raise errors.invalid_parameter(
            f"Security group {group_id} does not appear to belong to the same VPC as the input subnets."
        )


def check_service_connect(ecs: Ecs, cluster: Cluster, definition: TaskDefinition, settings: dict[str, Any]) -> None:
    connect = settings.get("serviceConnectConfiguration") or {}
    if not connect.get("enabled"):
        return
    controller = settings["deploymentController"]["type"]
    if controller != "ECS":
        raise errors.invalid_parameter(
            f"Service Connect is not supported for services using the {controller} deployment controller."
        )
    if definition.network_mode not in ("awsvpc", "bridge"):
        raise errors.invalid_parameter(
            "Service Connect is only supported with the 'awsvpc' and 'bridge' network modes."
        )
    name = connect.get("namespace") or cluster.namespace_arn
    if not name:
        raise errors.invalid_parameter(
            "A namespace must be specified in the Service Connect configuration, or as the cluster's default."
        )
    namespace = namespaces.find(ecs.world, ecs.account, ecs.region, name)
    if namespace is None:
        from ..registry import AwsError

        raise AwsError("NamespaceNotFoundException", f"The specified namespace {name} was not found.")
    _check_connect_services(definition, connect.get("services") or [])
    settings["serviceConnectConfiguration"] = {**connect, "namespace": namespace.arn}


def _check_connect_services(definition: TaskDefinition, offered: list[dict[str, Any]]) -> None:
    mappings = {mapping.get("name"): mapping for one in definition.containers for mapping in one["portMappings"]}
    taken: set[str] = set()
    for service in offered:
        port_name = service["portName"]
        if port_name not in mappings:
            raise errors.invalid_parameter(
                f"The portName '{port_name}' of the Service Connect configuration is not the name of a port mapping in "
                "the task definition."
            )
        timeout = service.get("timeout") or {}
        if timeout.get("perRequestTimeoutSeconds") is not None and not mappings[port_name].get("appProtocol"):
            raise errors.invalid_parameter(
                "perRequestTimeoutSeconds can only be set for an appProtocol other than TCP, which only has "
                "idleTimeoutSeconds."
            )
        name = service.get("discoveryName") or port_name
        if not DISCOVERY_NAME.fullmatch(name):
            raise errors.invalid_parameter(f"The discoveryName '{name}' is not valid.")
        if name in taken:
            raise errors.invalid_parameter(f"Duplicate discoveryName found: '{name}'.")
        taken.add(name)
        for alias in service.get("clientAliases") or []:
            if not 1 <= int(alias["port"]) <= 65535:
                raise errors.invalid_parameter("The port of a client alias must be between 1 and 65535.")
