"""Deployment targets: the one ECS service of a deployment, with its events and its two task sets."""

from __future__ import annotations

from typing import Any

from ..ecs.state import Ecs
from ..ecs.task_sets import TaskSet
from ..registry import AwsError, Call, handles
from ..world import World
from . import balancing
from .deployments import counts, target_status
from .state import Deployment, Event, ecs_for_call, store_for


def _id(deployment: Deployment) -> str:
    return ":".join(deployment.group.target)


@handles("codedeploy", "ListDeploymentTargets")
def list_targets(world: World, call: Call) -> Any:
    return {"targetIds": [_id(_started(store_for(world, call).deployment(call.params.get("deploymentId"))))]}


@handles("codedeploy", "GetDeploymentTarget")
def get(world: World, call: Call) -> Any:
    deployment = _started(store_for(world, call).deployment(call.params.get("deploymentId")))
    return {"deploymentTarget": _describe(ecs_for_call(world, call), deployment, call.params.get("targetId"))}


@handles("codedeploy", "BatchGetDeploymentTargets")
def batch_get(world: World, call: Call) -> Any:
    ecs, deployment = ecs_for_call(world, call), store_for(world, call).deployment(call.params.get("deploymentId"))
    _started(deployment)
    return {"deploymentTargets": [_describe(ecs, deployment, one) for one in call.params.get("targetIds") or []]}


def _started(deployment: Deployment) -> Deployment:
    if deployment.status == "Created":
        raise AwsError("DeploymentNotStartedException", f"The deployment {deployment.id} has not started")
    return deployment


def _describe(ecs: Ecs, deployment: Deployment, target_id: str | None) -> dict[str, Any]:
    if not target_id:
        raise AwsError("DeploymentTargetIdRequiredException", "A deployment target ID is required")
    if target_id != _id(deployment):
        raise AwsError("DeploymentTargetDoesNotExistException", f"The deployment target {target_id} does not exist")
    service = ecs.services.get(deployment.group.target)
    sets = [(deployment.blue, "Blue", 100.0 - deployment.share), (deployment.green, "Green", deployment.share)]
    return {
        "deploymentTargetType": "ECSTarget",
        "ecsTarget": {
            "deploymentId": deployment.id,
            "targetId": target_id,
            "targetArn": ecs.arn("service", *deployment.group.target) if service is None else service.arn,
            "lastUpdatedAt": deployment.completed_at or ecs.now,
            "lifecycleEvents": [_event(event) for event in deployment.events],
            "status": target_status(deployment),
            "taskSetsInfo": [
                _task_set(ecs, service, task_set, label, weight) for task_set, label, weight in sets if task_set
            ],
        },
    }


def _event(event: Event) -> dict[str, Any]:
    shown: dict[str, Any] = {"lifecycleEventName": event.name, "status": event.status}
    moments = {"startTime": event.started_at, "endTime": event.ended_at, "diagnostics": event.diagnostics}
    return shown | {key: value for key, value in moments.items() if value is not None}


def _task_set(ecs: Ecs, service: Any, task_set: TaskSet, label: str, weight: float) -> dict[str, Any]:
    return {
        # The model's own spelling.
        "identifer": task_set.id,
        **counts(ecs, service, task_set),
        "status": task_set.status,
        "trafficWeight": weight,
        "targetGroup": {"name": balancing.group_name(ecs, balancing.target_group(task_set))},
        "taskSetLabel": label,
    }
