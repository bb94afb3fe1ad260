# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What was read of a service, in the words in which a person asks for it. Nothing here calls AWS."""

from __future__ import annotations

import dataclasses
import typing as t

from .._ecs import strategy
from .._ecs.attached import addresses, subnets
from .._ecs.deployment import IN_PROGRESS, ROLLING_BACK, controller, waiting_hooks
from ..shape import snake
from .problems import problems

Resource = dict[str, t.Any]
Facts = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Sources:
    """Of one service: its tasks, its last deployments (newest first), revisions by ARN, targets by target group."""

    tasks: list[Resource]
    deployments: list[Resource]
    revisions: dict[str, Resource]
    targets: dict[str, list[Resource]]


def last_part(arn: str | None) -> str:
    return (arn or "").rpartition("/")[2]


def missing(name: str) -> Facts:
    facts: Facts = {
        "name": name,
        "status": "MISSING",
        "desired": 0,
        "running": 0,
        "pending": 0,
        "task_definition": None,
        "images": [],
        "controller": None,
        "strategy": None,
        "enable_execute_command": False,
        "tasks": [],
        "revisions": [],
        "target_groups": [],
        "deployment": None,
        "deployments": [],
        "autoscaling": None,
    }
    return _judged(facts)


def service_facts(service: Resource, sources: Sources, scalable_target: Resource | None) -> Facts:
    deployments = [_deployment(one, sources.revisions) for one in sources.deployments]
    under_way = [one for one in deployments if one["status"] in IN_PROGRESS + ROLLING_BACK]
    facts: Facts = {
        "name": service["serviceName"],
        "status": service["status"],
        "desired": service["desiredCount"],
        "running": service["runningCount"],
        "pending": service["pendingCount"],
        "task_definition": last_part(service.get("taskDefinition")) or None,
        "images": _images_of(service, sources.tasks, sources.revisions),
        "controller": controller(service),
        "strategy": strategy.of(service.get("deploymentConfiguration")),
        "enable_execute_command": service.get("enableExecuteCommand", False),
        "tasks": [_task(one) for one in sorted(sources.tasks, key=lambda task: str(task.get("createdAt")))],
        "revisions": _revisions(service, sources),
        "target_groups": [_target_group(arn, targets) for arn, targets in sources.targets.items()],
        "deployment": under_way[0] if under_way else None,
        "deployments": deployments,
        "autoscaling": _autoscaling(scalable_target),
    }
    return _judged(facts)


def _judged(facts: Facts) -> Facts:
    found = problems(facts)
    return {**facts, "problems": found, "healthy": not found}


def _images_of(service: Resource, tasks: list[Resource], revisions: dict[str, Resource]) -> list[str]:
    """The images of the service's present task definition, which a deployment may still be bringing about."""
    wanted = service.get("taskDefinition")
    for revision in revisions.values():
        if revision.get("taskDefinition") == wanted:
            return _images(revision)
    for task in tasks:
        if task["taskDefinitionArn"] == wanted:
            return [container["image"] for container in task.get("containers", []) if container.get("image")]
    return []


def _images(revision: Resource) -> list[str]:
    return [one["image"] for one in revision.get("containerImages", []) if one.get("image")]


def _task(task: Resource) -> Facts:
    return {
        "id": last_part(task["taskArn"]),
        "status": task["lastStatus"],
        "health": task.get("healthStatus", "UNKNOWN"),
        "task_definition": last_part(task["taskDefinitionArn"]),
        "zone": task.get("availabilityZone"),
        "address": next(iter(addresses(task)), None),
        "subnet": next(iter(subnets(task)), None),
        "started_at": snake(task.get("startedAt")),
        "containers": [container["name"] for container in task.get("containers", [])],
        "enable_execute_command": task.get("enableExecuteCommand", False),
    }


def _revisions(service: Resource, sources: Sources) -> list[Facts]:
    """The revisions that have tasks. While traffic is shifted, the deployment says how much goes to which."""
    newest = sources.deployments[0] if sources.deployments else {}
    weighed = [newest.get("targetServiceRevision") or {}, *newest.get("sourceServiceRevisions", [])]
    weights = {one["arn"]: one for one in weighed if one.get("arn")} if newest.get("status") in _UNDER_WAY else {}
    current = service.get("currentServiceRevisions", [])
    return [_revision(one, weights.get(one["arn"], {}), sources.revisions, len(current) == 1) for one in current]


_UNDER_WAY = IN_PROGRESS + ROLLING_BACK


def _revision(current: Resource, weighed: Resource, revisions: dict[str, Resource], is_only: bool) -> Facts:
    described = revisions.get(current["arn"], {})
    alone = 100.0 if is_only else None
    return {
        "id": last_part(current["arn"]),
        "arn": current["arn"],
        "task_definition": last_part(described.get("taskDefinition")) or None,
        "images": _images(described),
        "requested": current.get("requestedTaskCount", 0),
        "running": current.get("runningTaskCount", 0),
        "pending": current.get("pendingTaskCount", 0),
        "production_traffic": weighed.get("requestedProductionTrafficWeight", alone),
        "test_traffic": weighed.get("requestedTestTrafficWeight"),
    }


def _target_group(arn: str, targets: list[Resource]) -> Facts:
    states = [_target(one) for one in targets]
    return {
        "name": arn.rpartition(":targetgroup/")[2].partition("/")[0],
        "arn": arn,
        "healthy": sum(one["state"] == "healthy" for one in states),
        "targets": states,
    }


def _target(described: Resource) -> Facts:
    target, health = described["Target"], described["TargetHealth"]
    return {
        "target": f"{target['Id']}:{target.get('Port', '')}",
        "state": health["State"],
        "reason": health.get("Reason"),
        "description": health.get("Description"),
    }


def _deployment(deployment: Resource, revisions: dict[str, Resource]) -> Facts:
    target = (deployment.get("targetServiceRevision") or {}).get("arn") or deployment.get("targetServiceRevisionArn")
    described = revisions.get(str(target), {})
    return {
        "id": last_part(deployment["serviceDeploymentArn"]),
        "arn": deployment["serviceDeploymentArn"],
        "status": deployment["status"],
        "stage": deployment.get("lifecycleStage"),
        "reason": deployment.get("statusReason"),
        "waiting_hooks": [hook["hookId"] for hook in waiting_hooks(deployment)],
        "revision": last_part(target) or None,
        "task_definition": last_part(described.get("taskDefinition")) or None,
        "images": _images(described),
        "created_at": snake(deployment.get("createdAt")),
        "started_at": snake(deployment.get("startedAt")),
        "finished_at": snake(deployment.get("finishedAt") or deployment.get("stoppedAt")),
        "rollback_started_at": snake((deployment.get("rollback") or {}).get("startedAt")),
        "production_traffic": (deployment.get("targetServiceRevision") or {}).get("requestedProductionTrafficWeight"),
        **_shifting(deployment),
    }


def _shifting(deployment: Resource) -> Facts:
    """How traffic is to come to the new revision: the parts before all of it, each with its minutes."""
    configuration = deployment.get("deploymentConfiguration")
    if configuration is None:
        return {"strategy": None, "is_first": False, "traffic_steps": [], "bake_minutes": 0}
    return {
        "strategy": strategy.of(configuration),
        "is_first": not deployment.get("sourceServiceRevisions"),
        "traffic_steps": [
            {"percent": percent, "minutes": minutes} for percent, minutes in strategy.parts(configuration)
        ],
        "bake_minutes": configuration.get("bakeTimeInMinutes") or 0,
    }


_SUSPENSIONS = {
    "scale in": "DynamicScalingInSuspended",
    "scale out": "DynamicScalingOutSuspended",
    "schedules": "ScheduledScalingSuspended",
}


def _autoscaling(target: Resource | None) -> Facts | None:
    if target is None:
        return None
    state = target.get("SuspendedState") or {}
    return {
        "min_capacity": target["MinCapacity"],
        "max_capacity": target["MaxCapacity"],
        "suspended": [word for word, key in _SUSPENSIONS.items() if state.get(key)],
    }
