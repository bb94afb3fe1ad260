"""Deployment groups: the service that is deployed to, and how."""

from __future__ import annotations

from typing import Any

from ..ecs.state import Ecs
from ..registry import AwsError, Call, handles
from ..world import World
from . import lifecycle
from .applications import checked_name, checked_tags
from .group_rules import check
from .state import CodeDeploy, Deployment, Group, ecs_for_call, present, store_for

NOT_SETTINGS = (
    "applicationName",
    "deploymentGroupName",
    "currentDeploymentGroupName",
    "newDeploymentGroupName",
    "tags",
)


@handles("codedeploy", "CreateDeploymentGroup")
def create(world: World, call: Call) -> Any:
    ecs, store, params = ecs_for_call(world, call), store_for(world, call), present(call.params)
    application = store.application(checked_name(params.get("applicationName"), "Application"))
    name = checked_name(params.get("deploymentGroupName"), "Deployment Group")
    if name in application.groups:
        raise AwsError("DeploymentGroupAlreadyExistsException", f"Deployment group name already exists: {name}")
    asked = {key: value for key, value in params.items() if key not in NOT_SETTINGS}
    settings = check(ecs, store, application, name, asked)
    group = Group(application, name, ecs.uuid(), settings, checked_tags(params.get("tags")))
    application.groups[name] = group
    return {"deploymentGroupId": group.id}


@handles("codedeploy", "UpdateDeploymentGroup")
def update(world: World, call: Call) -> Any:
    """What is not named stays as it is."""
    ecs, store, params = ecs_for_call(world, call), store_for(world, call), present(call.params)
    group = store.group(params["applicationName"], params["currentDeploymentGroupName"])
    changes = {key: value for key, value in params.items() if key not in NOT_SETTINGS}
    settings = check(ecs, store, group.application, group.name, {**group.settings, **changes}, own=group)
    name = params.get("newDeploymentGroupName") or group.name
    if name != group.name:
        checked_name(name, "Deployment Group")
        if name in group.application.groups:
            raise AwsError("DeploymentGroupAlreadyExistsException", f"Deployment group name already exists: {name}")
        del group.application.groups[group.name]
        group.application.groups[name] = group
    group.name, group.settings = name, settings
    return {"hooksNotCleanedUp": []}


@handles("codedeploy", "GetDeploymentGroup")
def get(world: World, call: Call) -> Any:
    store = store_for(world, call)
    group = store.group(
        checked_name(call.params.get("applicationName"), "Application"),
        checked_name(call.params.get("deploymentGroupName"), "Deployment Group"),
    )
    return {"deploymentGroupInfo": _describe(store, group)}


@handles("codedeploy", "BatchGetDeploymentGroups")
def batch_get(world: World, call: Call) -> Any:
    store = store_for(world, call)
    groups = [store.group(call.params["applicationName"], name) for name in call.params["deploymentGroupNames"]]
    return {"deploymentGroupsInfo": [_describe(store, group) for group in groups]}


@handles("codedeploy", "ListDeploymentGroups")
def list_all(world: World, call: Call) -> Any:
    application = store_for(world, call).application(call.params["applicationName"])
    return {"applicationName": application.name, "deploymentGroups": sorted(application.groups)}


@handles("codedeploy", "DeleteDeploymentGroup")
def delete(world: World, call: Call) -> Any:
    store, params = store_for(world, call), call.params
    application = store.applications.get(checked_name(params.get("applicationName"), "Application"))
    name = checked_name(params.get("deploymentGroupName"), "Deployment Group")
    if application is not None and name in application.groups:
        forget(ecs_for_call(world, call), store, application.groups[name])
    return {"hooksNotCleanedUp": []}


def forget(ecs: Ecs, store: CodeDeploy, group: Group) -> None:
    """A deployment cannot go on without its group."""
    group.application.groups.pop(group.name, None)
    running = store.running(group)
    if running is not None:
        message = "The deployment failed because its deployment group was deleted."
        lifecycle.end(ecs, running, "Failed", "DEPLOYMENT_GROUP_MISSING", message, cause=None)


def _describe(store: CodeDeploy, group: Group) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "applicationName": group.application.name,
        "deploymentGroupId": group.id,
        "deploymentGroupName": group.name,
        "computePlatform": group.application.platform,
        "triggerConfigurations": [],
        "autoScalingGroups": [],
        "ec2TagFilters": [],
        "onPremisesInstanceTagFilters": [],
        **group.settings,
    }
    deployments = store.of_group(group)
    succeeded = next((one for one in deployments if one.status == "Succeeded"), None)
    if succeeded is not None:
        shown["lastSuccessfulDeployment"] = _brief(succeeded)
        shown["targetRevision"] = succeeded.revision
    if deployments:
        shown["lastAttemptedDeployment"] = _brief(deployments[0])
    return shown


def _brief(deployment: Deployment) -> dict[str, Any]:
    return {
        "deploymentId": deployment.id,
        "status": deployment.status,
        "createTime": deployment.created_at,
        "endTime": deployment.completed_at,
    }
