"""CreateDeployment and its like."""

from __future__ import annotations

import math
from typing import Any

from ..ecs.state import Ecs
from ..registry import AwsError, Call, handles
from ..world import World
from . import appspec, configs, lifecycle, rollback
from .applications import checked_name
from .group_rules import NO_CONTROLLER, check_alarms, check_rollback, check_routing
from .state import CodeDeploy, Deployment, Event, Group, ecs_for_call, new_id, present, store_for

STATUSES = ("Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready")
WAITS = {"READY_WAIT": lifecycle.READY, "TERMINATION_WAIT": lifecycle.TERMINATION}
AT_ONCE = 25


@handles("codedeploy", "CreateDeployment")
def create(world: World, call: Call) -> Any:
    ecs, store, params = ecs_for_call(world, call), store_for(world, call), present(call.params)
    application = checked_name(params.get("applicationName"), "Application")
    group = store.group(application, checked_name(params.get("deploymentGroupName"), "Deployment Group"))
    running = store.running(group)
    if running is not None:
        raise AwsError(
            "DeploymentLimitExceededException",
            f"The Deployment Group '{group.name}' already has an active Deployment '{running.id}'",
        )
    service = ecs.services.get(group.target)
    if service is None or service.controller != "CODE_DEPLOY":
        raise AwsError("InvalidECSServiceException", NO_CONTROLLER)
    spec = appspec.read(ecs, params.get("revision"))
    config = configs.find(store, params.get("deploymentConfigName") or group.settings["deploymentConfigName"])
    check_routing(ecs, config, group.settings["loadBalancerInfo"])
    deployment = Deployment(
        id=new_id(ecs),
        application=application,
        group=group,
        config=config,
        revision=params["revision"],
        spec=spec,
        created_at=world.now,
        creator="user",
        description=params.get("description"),
        auto_rollback=_chosen(params, "autoRollbackConfiguration", check_rollback, group),
        alarms=_alarms(params, group),
        settings=dict(group.settings),
        events=[Event(name) for name in lifecycle.EVENTS],
        previous=_last_revision(store, group),
    )
    store.deployments[deployment.id] = deployment
    lifecycle.begin(ecs, deployment)
    return {"deploymentId": deployment.id}


def _chosen(params: dict[str, Any], key: str, check: Any, group: Group) -> dict[str, Any]:
    found: dict[str, Any] = check(params[key]) if params.get(key) else group.settings[key]
    return found


def _alarms(params: dict[str, Any], group: Group) -> dict[str, Any]:
    override = params.get("overrideAlarmConfiguration")
    found: dict[str, Any] = check_alarms(override) if override else group.settings["alarmConfiguration"]
    return found


def _last_revision(store: CodeDeploy, group: Group) -> dict[str, Any] | None:
    return next((one.revision for one in store.of_group(group) if one.status == "Succeeded"), None)


@handles("codedeploy", "GetDeployment")
def get(world: World, call: Call) -> Any:
    return {"deploymentInfo": _describe(store_for(world, call).deployment(call.params.get("deploymentId")))}


@handles("codedeploy", "BatchGetDeployments")
def batch_get(world: World, call: Call) -> Any:
    store, asked = store_for(world, call), call.params["deploymentIds"]
    if len(asked) > AT_ONCE:
        raise AwsError("BatchLimitExceededException", f"A maximum of {AT_ONCE} deployments can be asked for")
    return {"deploymentsInfo": [_describe(store.deployments[one]) for one in asked if one in store.deployments]}


@handles("codedeploy", "ListDeployments")
def list_all(world: World, call: Call) -> Any:
    store, params = store_for(world, call), call.params
    wanted = params.get("includeOnlyStatuses") or STATUSES
    if any(status not in STATUSES for status in wanted):
        raise AwsError("InvalidDeploymentStatusException", "The specified deployment status does not exist")
    found = list(reversed(store.deployments.values()))
    if params.get("deploymentGroupName"):
        if not params.get("applicationName"):
            raise AwsError("ApplicationNameRequiredException", "Application name is required")
        found = store.of_group(store.group(params["applicationName"], params["deploymentGroupName"]))
    elif params.get("applicationName"):
        application = store.application(params["applicationName"])
        found = [one for one in found if one.application == application.name]
    return {"deployments": [one.id for one in found if one.status in wanted]}


def _describe(deployment: Deployment) -> dict[str, Any]:
    settings = deployment.settings
    shown: dict[str, Any] = {
        "applicationName": deployment.application,
        "deploymentGroupName": deployment.group.name,
        "deploymentConfigName": deployment.config.name,
        "deploymentId": deployment.id,
        "revision": deployment.revision,
        "status": deployment.status,
        "createTime": deployment.created_at,
        "creator": deployment.creator,
        "ignoreApplicationStopFailures": False,
        "updateOutdatedInstancesOnly": False,
        "autoRollbackConfiguration": deployment.auto_rollback,
        "deploymentStyle": settings["deploymentStyle"],
        "instanceTerminationWaitTimeStarted": deployment.termination_started,
        "blueGreenDeploymentConfiguration": settings["blueGreenDeploymentConfiguration"],
        "loadBalancerInfo": settings["loadBalancerInfo"],
        "fileExistsBehavior": "DISALLOW",
        "deploymentStatusMessages": [],
        "computePlatform": "ECS",
        "overrideAlarmConfiguration": deployment.alarms,
        "deploymentOverview": _overview(deployment),
    }
    optional = {
        "previousRevision": deployment.previous,
        "errorInformation": deployment.error,
        "startTime": deployment.started_at,
        "completeTime": deployment.completed_at,
        "description": deployment.description,
        "rollbackInfo": deployment.rollback,
    }
    return shown | {key: value for key, value in optional.items() if value is not None}


def _overview(deployment: Deployment) -> dict[str, int]:
    states = ("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready")
    return {state: int(state == target_status(deployment)) for state in states}


def target_status(deployment: Deployment) -> str:
    """The status of the one target."""
    return {"Created": "Pending", "Queued": "Pending", "Stopped": "Failed", "Baking": "InProgress"}.get(
        deployment.status, deployment.status
    )


@handles("codedeploy", "StopDeployment")
def stop(world: World, call: Call) -> Any:
    ecs, deployment = ecs_for_call(world, call), store_for(world, call).deployment(call.params.get("deploymentId"))
    if not deployment.is_running:
        raise _completed(deployment)
    message = "The deployment was stopped by the user."
    asked = call.params.get("autoRollbackEnabled")
    cause = "DEPLOYMENT_STOP_ON_REQUEST" if asked is None else None
    lifecycle.end(ecs, deployment, "Stopped", "MANUAL_STOP", message, cause)
    if asked and deployment.undone is None:
        rollback.start(ecs, deployment)
    return {"status": "Succeeded", "statusMessage": "No more commands will be scheduled for execution"}


def _completed(deployment: Deployment) -> AwsError:
    message = f"The deployment {deployment.id} has already completed. Its status is {deployment.status}."
    return AwsError("DeploymentAlreadyCompletedException", message)


@handles("codedeploy", "ContinueDeployment")
def proceed(world: World, call: Call) -> Any:
    ecs, deployment = ecs_for_call(world, call), store_for(world, call).deployment(call.params.get("deploymentId"))
    wait = call.params.get("deploymentWaitType") or "READY_WAIT"
    if wait not in WAITS:
        raise AwsError("InvalidDeploymentWaitTypeException", f"The wait type {wait} is not valid")
    if not deployment.is_running:
        raise _completed(deployment)
    if deployment.step != WAITS[wait]:
        if wait == "READY_WAIT":
            message = f"The deployment {deployment.id} does not have a status of Ready and can't continue yet."
            raise AwsError("DeploymentIsNotInReadyStateException", message)
        message = f"The deployment {deployment.id} does not wait for the termination of the original task set."
        raise AwsError("InvalidDeploymentStatusException", message)
    deployment.continued = True
    lifecycle.wake(ecs, deployment)
    return {}


def counts(ecs: Ecs, service: Any, task_set: Any) -> dict[str, int]:
    if service is None or task_set not in service.task_sets:
        return {"desiredCount": 0, "pendingCount": 0, "runningCount": 0}
    tasks = [task for task in service.tasks(ecs) if task.rollout is task_set.rollout]
    return {
        "desiredCount": math.ceil(task_set.desired),
        "pendingCount": sum(task.is_pending and task.is_active for task in tasks),
        "runningCount": sum(task.last_status == "RUNNING" for task in tasks),
    }
