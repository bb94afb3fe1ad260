"""The rolling strategy: new tasks come as old ones go, between minimumHealthyPercent and maximumPercent."""

from __future__ import annotations

import math

from . import scheduler
from .service import SUCCEEDED, Rollout, Service, ServiceDeployment, Verdict
from .state import Ecs

STUCK = (
    "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the "
    "minimumHealthyPercent or maximumPercent value and try again."
)


def advance(ecs: Ecs, deployment: ServiceDeployment) -> Verdict | None:
    """Do what can be done now; tells when it is complete."""
    service = deployment.service
    rollout = deployment.source if deployment.rolls_back else deployment.target
    assert rollout is not None
    wanted = scheduler.wanted_count(ecs, service)
    rollout.desired = wanted
    olds = [other for other in service.rollouts if other is not rollout]
    _move(ecs, service, rollout, olds, wanted)
    return SUCCEEDED if _is_done(ecs, deployment, rollout, olds, wanted) else None


def _move(ecs: Ecs, service: Service, rollout: Rollout, olds: list[Rollout], wanted: int) -> None:
    """One step: what may start starts, what may stop stops."""
    new = scheduler.tasks_of(ecs, service, rollout)
    old = [task for other in olds for task in scheduler.tasks_of(ecs, service, other)]
    most, least = scheduler.most_tasks(service, wanted), scheduler.least_healthy(service, wanted)
    staying = [task for task in new if scheduler.stays(task)]
    room = most - len(new) - len(old)
    startable = min(wanted - len(staying), room)
    scheduler.start_tasks(ecs, service, rollout, startable)
    surplus = staying[wanted:]
    scheduler.stop_tasks(ecs, service, rollout, surplus)
    going = [*old, *[task for task in new if not scheduler.stays(task)]]
    good = [task for task in [*new, *old] if scheduler.is_settled(ecs, task)]
    leaving = scheduler.replaceable(ecs, going, len(good) - least)
    for other in [rollout, *olds]:
        scheduler.stop_tasks(ecs, service, other, [task for task in leaving if task.rollout is other])
        if other is not rollout:
            other.desired = len(scheduler.tasks_of(ecs, service, other))
    stuck = len(staying) < wanted and room <= 0 and going and not leaving and len(good) == len(new) + len(old)
    if stuck and service.last_refusal != STUCK:
        service.event(ecs, STUCK)
        service.last_refusal = STUCK


def _is_done(ecs: Ecs, deployment: ServiceDeployment, rollout: Rollout, olds: list[Rollout], wanted: int) -> bool:
    service = deployment.service
    tasks = scheduler.tasks_of(ecs, service, rollout)
    settled = sum(scheduler.is_settled(ecs, task) for task in tasks)
    early = deployment.configuration.get("earlySuccessCriteria") or {}
    if early.get("enable") and not deployment.rolls_back:
        needed = math.ceil(wanted * int(early.get("healthyPercent", 100)) / 100)
        if early.get("sourceServiceRevisionCleanup") == "DEFERRED":
            return settled >= needed
        return settled >= needed and not _left(ecs, service, olds)
    return settled == wanted == len(tasks) and not _left(ecs, service, olds)


def _left(ecs: Ecs, service: Service, olds: list[Rollout]) -> bool:
    """Whether old tasks are still there, if only to drain."""
    return any(task.rollout in olds for task in service.tasks(ecs))
