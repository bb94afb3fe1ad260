# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A service that CodeDeploy deploys, told as ECS tells its own, so that both are judged and shown in one place.

A task set stands for the service revision, and the weights are those that CodeDeploy tells.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable

from .._codedeploy import api
from .._codedeploy.appspec import task_definition_of
from .._codedeploy.seen import READY, Seen

Resource = dict[str, t.Any]

# The newest of all are among the first that are listed.
_NEWEST = 25
_STATUSES = {"Succeeded": "SUCCESSFUL", "Failed": "FAILED", "Stopped": "STOPPED"}


def newest(client: t.Any, application: str, group: str, limit: int) -> list[Seen]:
    """The last deployments. Only of one that is under way more than its outcome counts."""
    ids = api.list_deployments(client, application, group)[:_NEWEST]
    found = [Seen(one) for one in (api.get_deployments(client, ids) if ids else [])[:limit]]
    return [Seen(one.deployment, api.get_target(client, one.id)) if one.is_running else one for one in found]


def service(found: Resource, deployments: list[Seen]) -> Resource:
    """With its task sets as revisions, and the task definition that it is to have."""
    revisions = [
        {
            "arn": one["taskSetArn"],
            "requestedTaskCount": one["computedDesiredCount"],
            "runningTaskCount": one["runningCount"],
            "pendingTaskCount": one["pendingCount"],
        }
        for one in sorted(found.get("taskSets") or [], key=lambda one: one["createdAt"], reverse=True)
    ]
    coming = [task_definition_of(one.deployment) for one in deployments if one.is_running and not one.is_rollback]
    wanted = next((one for one in coming if one), found.get("taskDefinition"))
    return {**found, "taskDefinition": wanted, "currentServiceRevisions": revisions}


def revisions(
    found: Resource, deployments: list[Seen], describe: Callable[[str], Resource | None]
) -> dict[str, Resource]:
    """What the task sets run with, by their ARNs, and what the deployments brought, by the task definition's."""
    asked = {one["taskSetArn"]: one["taskDefinition"] for one in found.get("taskSets") or []}
    brought = [task_definition_of(one.deployment) for one in deployments]
    asked |= {arn: arn for arn in brought if arn}
    described = {arn: describe(arn) for arn in dict.fromkeys(asked.values())}
    return {key: _revision(key, arn, described[arn] or {}) for key, arn in asked.items()}


def _revision(key: str, arn: str, definition: Resource) -> Resource:
    containers = definition.get("containerDefinitions", [])
    images = [{"containerName": one["name"], "image": one["image"]} for one in containers]
    return {"serviceRevisionArn": key, "taskDefinition": arn, "containerImages": images}


def service_deployment(found: Resource, seen: Seen) -> Resource:
    deployment = seen.deployment
    told: Resource = {
        "serviceDeploymentArn": seen.id,
        "status": "IN_PROGRESS" if seen.is_running else _STATUSES.get(seen.status, seen.status),
        "statusReason": seen.error.get("message"),
        "createdAt": deployment["createTime"],
        "finishedAt": deployment.get("completeTime"),
        "targetServiceRevision": {"arn": task_definition_of(deployment)},
    }
    if seen.is_running:
        told |= {"lifecycleStage": seen.waits_for or seen.event, **_weighed(found, seen)}
    if seen.waits_for == READY:
        # The other wait ends by itself, and nobody has to decide anything.
        told["lifecycleHookDetails"] = [{"hookId": READY, "targetType": "PAUSE", "status": "AWAITING_ACTION"}]
    return told


def _weighed(found: Resource, seen: Seen) -> Resource:
    """Green is what comes, blue what was. There is no green one before its tasks are started."""
    arns = {one["id"]: one["taskSetArn"] for one in found.get("taskSets") or []}
    tests = seen.events.get("AllowTestTraffic") == "Succeeded"
    weighed = {
        # The API spells it so.
        label: {
            "arn": arns.get(one.get("identifer")),
            "requestedProductionTrafficWeight": one.get("trafficWeight"),
            "requestedTestTrafficWeight": (100.0 if label == "Green" else 0.0) if tests else None,
        }
        for label, one in seen.task_sets.items()
    }
    target = {"targetServiceRevision": weighed["Green"]} if weighed.get("Green", {}).get("arn") else {}
    return {**target, "sourceServiceRevisions": [weighed["Blue"]] if "Blue" in weighed else []}
