# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What a service's deployment has come to: a pure function from what ECS says to a verdict."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Collection

from . import strategy
from .service_fields import primary_deployment
from .stages import ALL_TRAFFIC_SHIFTED, reached

Resource = dict[str, t.Any]

SUCCESSFUL = "SUCCESSFUL"
IN_PROGRESS = ("PENDING", "IN_PROGRESS")
ROLLING_BACK = ("STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
FAILED = ("STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
STATUSES = (*IN_PROGRESS, SUCCESSFUL, *ROLLING_BACK, *FAILED)

STABLE, DEPLOYED, PAUSED = "stable", "deployed", "paused"
# Whichever comes first: a run has no more to do once somebody else has to decide.
DEPLOYED_OR_PAUSED = "deployed_or_paused"
# All tasks run, whatever has become of the last deployment: what a changed count waits for.
STEADY = "steady"
# Back on the revision before: what somebody who stops a deployment waits for.
ROLLED_BACK = "rolled back"


@dataclasses.dataclass(frozen=True)
class Observation:
    """What ECS says of a service. ``deployment`` is None where ECS keeps no service deployment."""

    service: Resource
    deployment: Resource | None = None
    # A deployment that ECS has been told to start but does not list yet.
    expected: bool = False
    # Hooks that were answered a moment ago. ECS may still show them as waiting.
    answered: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class Verdict:
    done: bool = False
    failed: bool = False
    reason: str = ""


RUNNING = Verdict()
DONE = Verdict(done=True)


def evaluate(seen: Observation, wait_until: str = STABLE) -> Verdict:
    """Whether the deployment is where it was to come, can no longer come there, or is under way."""
    if seen.service.get("status") != "ACTIVE":
        return Verdict(failed=True, reason=f"the service is {seen.service.get('status', 'missing')}")
    if controller(seen.service) != "ECS":
        return DONE if _task_set_is_steady(seen.service) else RUNNING
    if wait_until == STEADY or (not is_listed(seen) and wait_until != ROLLED_BACK):
        return RUNNING if seen.expected else _by_rollout_state(seen.service)
    return _by_service_deployment(seen, wait_until)


def controller(service: Resource) -> str:
    return (service.get("deploymentController") or {}).get("type", "ECS")


def _task_set_is_steady(service: Resource) -> bool:
    """CodeDeploy and external controllers deploy by task sets; ECS keeps no deployments of theirs."""
    task_sets = service.get("taskSets", [])
    if not task_sets:
        # An external controller makes them itself, and not while we wait.
        return controller(service) == "EXTERNAL"
    return any(item["status"] == "PRIMARY" and item.get("stabilityStatus") == "STEADY_STATE" for item in task_sets)


def _is_outdated(seen: Observation) -> bool:
    """A deployment that ended before the service's present one began says nothing about the present one."""
    ended = (seen.deployment or {}).get("finishedAt") or (seen.deployment or {}).get("stoppedAt")
    began = (primary_deployment(seen.service) or {}).get("createdAt")
    return bool(ended and began and began > ended)


def _by_rollout_state(service: Resource) -> Verdict:
    primary = primary_deployment(service) or {}
    if primary.get("rolloutState") == "FAILED":
        return Verdict(failed=True, reason=primary.get("rolloutStateReason", "the deployment failed"))
    return DONE if is_steady(service) else RUNNING


def is_steady(service: Resource) -> bool:
    """The present deployment is through, and all tasks that the service is to have are running on it."""
    primary = primary_deployment(service)
    if primary is None:
        return False
    through = primary.get("rolloutState", "COMPLETED") == "COMPLETED"
    return through and primary["runningCount"] == primary["desiredCount"] == service["desiredCount"]


def _by_service_deployment(seen: Observation, wait_until: str) -> Verdict:
    deployment = seen.deployment or {}
    status = deployment["status"]
    if wait_until == ROLLED_BACK:
        return _by_rollback(deployment)
    if status in FAILED:
        return Verdict(failed=True, reason=_reason(deployment))
    if status == SUCCESSFUL:
        return DONE if wait_until != STABLE or is_steady(seen.service) else RUNNING
    if status in ROLLING_BACK or wait_until == STABLE:
        return RUNNING
    if wait_until in (PAUSED, DEPLOYED_OR_PAUSED) and waiting_hooks(deployment, seen.answered):
        return DONE
    if wait_until == PAUSED:
        return RUNNING
    return DONE if _has_reached(deployment, wait_until) else RUNNING


def _by_rollback(deployment: Resource) -> Verdict:
    status = deployment["status"]
    if status == "ROLLBACK_SUCCESSFUL":
        return DONE
    if status == SUCCESSFUL:
        return Verdict(failed=True, reason="it had succeeded before it could be stopped")
    return Verdict(failed=True, reason=_reason(deployment)) if status in FAILED else RUNNING


def _has_reached(deployment: Resource, wait_until: str) -> bool:
    stage = deployment.get("lifecycleStage")
    if wait_until not in (DEPLOYED, DEPLOYED_OR_PAUSED):
        return reached(stage, wait_until)
    # A rolling deployment shifts no traffic: it is deployed when it has ended.
    shifts = strategy.of(deployment.get("deploymentConfiguration")) in strategy.TRAFFIC_SHIFTING
    return shifts and reached(stage, ALL_TRAFFIC_SHIFTED)


def _reason(deployment: Resource) -> str:
    reasons = (deployment.get("statusReason"), (deployment.get("rollback") or {}).get("reason"), deployment["status"])
    return next(reason for reason in reasons if reason)


def waiting_hooks(deployment: Resource | None, answered: Collection[str] = ()) -> list[Resource]:
    """The hooks at which the deployment waits for somebody to say how to go on."""
    hooks = (deployment or {}).get("lifecycleHookDetails", [])
    return [hook for hook in hooks if hook.get("status") == "AWAITING_ACTION" and hook.get("hookId") not in answered]


def is_under_way(seen: Observation) -> bool:
    if is_listed(seen):
        return (seen.deployment or {})["status"] in IN_PROGRESS + ROLLING_BACK
    return (primary_deployment(seen.service) or {}).get("rolloutState") == "IN_PROGRESS"


def is_listed(seen: Observation) -> bool:
    """Whether ECS shows a service deployment for what the service is at."""
    return seen.deployment is not None and not _is_outdated(seen)


def rolls_back(seen: Observation) -> bool:
    return is_under_way(seen) and (seen.deployment or {}).get("status") in ROLLING_BACK


def summary(seen: Observation) -> dict[str, t.Any]:
    """Where the deployment stands, in a few words."""
    deployment, service = seen.deployment or {}, seen.service
    primary = primary_deployment(service) or {}
    target = deployment.get("targetServiceRevision") or {}
    facts = {
        "service": service.get("serviceName"),
        "status": deployment.get("status") or primary.get("rolloutState") or service.get("status"),
        "stage": deployment.get("lifecycleStage"),
        "reason": deployment.get("statusReason") or primary.get("rolloutStateReason"),
        "desired": service.get("desiredCount"),
        "running": target.get("runningTaskCount", primary.get("runningCount")),
        "pending": target.get("pendingTaskCount", primary.get("pendingCount")),
        "failed_tasks": primary.get("failedTasks"),
        "waiting_hooks": [hook.get("hookId") for hook in waiting_hooks(deployment, seen.answered)] or None,
    }
    return {name: value for name, value in facts.items() if value is not None}
