"""ListServiceDeployments, DescribeServiceDeployments, DescribeServiceRevisions, StopServiceDeployment."""

from __future__ import annotations

from typing import Any

from ..registry import AwsError, Call, handles
from ..world import World
from . import deployments, errors
from .clusters import find
from .service import RUNNING_STATES, ServiceDeployment
from .service_shape import brief, describe_deployment, describe_revision
from .services import existing
from .state import Ecs, ecs_for, page

DESCRIBED_AT_ONCE = 20
STATES = (*RUNNING_STATES, "SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
BY_OPERATOR = "Service deployment rolled back because StopServiceDeployment was called."


def find_deployment(ecs: Ecs, arn: str) -> ServiceDeployment | None:
    for service in ecs.services.values():
        for deployment in service.deployments:
            if deployment.arn == arn:
                return deployment
    return None


@handles("ecs", "ListServiceDeployments")
def list_deployments(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = call.params
    service = existing(ecs, _cluster(ecs, params), params["service"])
    states = params.get("status") or STATES
    unknown = set(states) - set(STATES)
    if unknown:
        raise errors.invalid_parameter(f"Invalid service deployment status: {', '.join(sorted(unknown))}")
    created = params.get("createdAt") or {}
    found = [
        brief(deployment)
        for deployment in reversed(service.deployments)
        if deployment.status in states and _created_within(deployment, created)
    ]
    shown, token = page(found, params, 20)
    return {"serviceDeployments": shown, "nextToken": token}


def _cluster(ecs: Ecs, params: dict[str, Any]) -> Any:
    """The cluster of the request, or of the service's ARN."""
    service = params["service"]
    if not params.get("cluster") and service.startswith("arn:") and service.count("/") > 1:
        return find(ecs, service.split("/")[-2])
    return find(ecs, params.get("cluster"))


def _created_within(deployment: ServiceDeployment, created: dict[str, Any]) -> bool:
    after, before = (_seconds(created.get(key)) for key in ("after", "before"))
    return (after is None or deployment.created_at >= after) and (before is None or deployment.created_at <= before)


def _seconds(moment: Any) -> float | None:
    if moment is None:
        return None
    return float(moment.timestamp()) if hasattr(moment, "timestamp") else float(moment)


@handles("ecs", "DescribeServiceDeployments")
def describe_deployments(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    found, failures = [], []
    for arn in _arns(call.params, "serviceDeploymentArns"):
        deployment = find_deployment(ecs, arn)
        if deployment is None:
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(describe_deployment(ecs, deployment))
    return {"serviceDeployments": found, "failures": failures}


@handles("ecs", "DescribeServiceRevisions")
def describe_revisions(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    known = {revision.arn: (service, revision) for service in ecs.services.values() for revision in service.revisions}
    found, failures = [], []
    for arn in _arns(call.params, "serviceRevisionArns"):
        if arn in known:
            found.append(describe_revision(ecs, *known[arn]))
        else:
            failures.append({"arn": arn, "reason": "MISSING"})
    return {"serviceRevisions": found, "failures": failures}


def _arns(params: dict[str, Any], name: str) -> list[str]:
    arns: list[str] = params.get(name) or []
    if not arns or len(arns) > DESCRIBED_AT_ONCE:
        raise errors.invalid_parameter(f"{name} must have between 1 and {DESCRIBED_AT_ONCE} elements.")
    return arns


@handles("ecs", "StopServiceDeployment")
def stop(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    arn = call.params["serviceDeploymentArn"]
    kind = call.params.get("stopType") or "ROLLBACK"
    if kind != "ROLLBACK":
        raise errors.invalid_parameter("Invalid stopType. Valid values are: ROLLBACK")
    deployment = find_deployment(ecs, arn)
    if deployment is None:
        raise AwsError("ServiceDeploymentNotFoundException", "The specified service deployment was not found.")
    if not deployment.is_running:
        raise errors.conflict(
            f"The service deployment cannot be stopped because it is in the {deployment.status} state."
        )
    if not deployment.rolls_back:
        request_rollback(ecs, deployment, BY_OPERATOR)
    return {"serviceDeploymentArn": arn}


def request_rollback(ecs: Ecs, deployment: ServiceDeployment, reason: str) -> None:
    """Rolling back begins with the next look at the service."""
    deployment.status, deployment.reason = "ROLLBACK_REQUESTED", reason

    def begin() -> None:
        if deployment.status == "ROLLBACK_REQUESTED":
            deployments.roll_back(ecs, deployment, reason, "ECS deployment")

    ecs.world.at(ecs.now, begin)
