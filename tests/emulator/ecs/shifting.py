"""BLUE_GREEN, LINEAR and CANARY: a second set of tasks, and traffic that moves to it stage by stage."""

from __future__ import annotations

import dataclasses

from . import hooks, scheduler, traffic
from .service import SUCCEEDED, Rollout, ServiceDeployment, Verdict
from .stages import (
    CLEAN_UP,
    POST_PRODUCTION_TRAFFIC_SHIFT,
    PRE_SCALE_UP,
    PRODUCTION_TRAFFIC_SHIFT,
    RECONCILE_SERVICE,
    SCALE_UP,
    TEST_TRAFFIC_SHIFT,
    Step,
    backward,
    forward,
)
from .state import Ecs

LONGEST_STAGE = 24 * 3600.0
SHIFTS = {TEST_TRAFFIC_SHIFT: "test", PRODUCTION_TRAFFIC_SHIFT: "production"}


@dataclasses.dataclass
class Progress:
    """Where a deployment is on its way."""

    plan: list[Step]
    back: bool
    step: Step | None = None
    entered: float = 0.0
    ready: float = 0.0
    scaled: bool = False
    cleaning: bool = False


def advance(ecs: Ecs, deployment: ServiceDeployment) -> Verdict | None:
    """Go as far as one can now."""
    progress = _progress(ecs, deployment)
    while True:
        if progress.step is None:
            if not progress.plan:
                return SUCCEEDED
            verdict = _enter(ecs, deployment, progress, progress.plan.pop(0))
            if verdict is not None:
                return verdict
        _keep_tasks(ecs, deployment, progress)
        verdict = _failure(ecs, deployment, progress)
        if verdict is not None:
            return verdict
        if not _is_done(ecs, deployment, progress):
            return None
        progress.step = None


def _progress(ecs: Ecs, deployment: ServiceDeployment) -> Progress:
    """The progress so far; a rollback starts anew, in the other direction."""
    progress = deployment.progress
    if progress is None:
        others = [one for one in deployment.service.rollouts if one not in (deployment.target, deployment.source)]
        deployment.progress = Progress(
            forward(deployment.configuration, bool(others), deployment.source is None), back=False
        )
        _start_weights(deployment)
    elif deployment.rolls_back and not progress.back:
        hooks.close(deployment)
        arn = deployment.target.revision.arn
        moved = [weights.get(arn, 0.0) > 0 for weights in (deployment.test_weights, deployment.production_weights)]
        deployment.progress = Progress(backward(*moved), back=True, scaled=progress.scaled)
    current: Progress = deployment.progress
    return current


def _start_weights(deployment: ServiceDeployment) -> None:
    for weights in (deployment.test_weights, deployment.production_weights):
        weights[deployment.target.revision.arn] = 0.0
        if deployment.source is not None:
            weights[deployment.source.revision.arn] = 100.0


def _enter(ecs: Ecs, deployment: ServiceDeployment, progress: Progress, step: Step) -> Verdict | None:
    """Begin a stage: what it does, its hooks, and how long it takes at least."""
    progress.step, progress.entered = step, ecs.now
    deployment.stage = step.stage
    deployment.target.updated_at = ecs.now
    profile = ecs.world.profile
    seconds = profile.seconds("lifecycle_stage") + profile.scaled(step.bake)
    if step.stage in SHIFTS and traffic.uses_network_balancer(deployment):
        seconds += profile.seconds("nlb_traffic_shift")
    progress.ready = ecs.now + seconds
    ecs.world.at(progress.ready, deployment.service.wake)
    ecs.world.at(ecs.now + LONGEST_STAGE, deployment.service.wake)
    if step.stage == RECONCILE_SERVICE:
        # What an abandoned deployment has moved goes back to the source.
        for kind in ("test", "production"):
            traffic.shift(ecs, deployment, kind, 0.0)
    elif step.stage == PRE_SCALE_UP:
        why = traffic.problem(ecs, deployment)
        if why is not None:
            return Verdict(why)
    elif step.stage == SCALE_UP and not progress.back:
        progress.scaled = True
    elif step.stage in SHIFTS:
        traffic.shift(ecs, deployment, SHIFTS[step.stage], step.percent or 0.0)
    elif step.stage == CLEAN_UP:
        progress.cleaning = True
    hooks.begin(ecs, deployment, step.stage, only_lambda=progress.back)
    return None


def _keep_tasks(ecs: Ecs, deployment: ServiceDeployment, progress: Progress) -> None:
    """Both revisions keep their tasks, until one of them is cleaned up."""
    service = deployment.service
    wanted = scheduler.wanted_count(ecs, service)
    going = _going(deployment, progress)
    for rollout in list(service.rollouts):
        if rollout is going or rollout not in (deployment.target, deployment.source):
            rollout.desired = 0
            scheduler.stop_tasks(ecs, service, rollout, scheduler.tasks_of(ecs, service, rollout))
        elif rollout is deployment.source or (progress.scaled and not progress.back):
            rollout.desired = wanted
            scheduler.keep_up(ecs, service, rollout, wanted)


def _going(deployment: ServiceDeployment, progress: Progress) -> Rollout | None:
    """The rollout whose tasks go now."""
    if not progress.cleaning:
        return None
    return deployment.target if progress.back else deployment.source


def _failure(ecs: Ecs, deployment: ServiceDeployment, progress: Progress) -> Verdict | None:
    if progress.back or progress.step is None:
        return None
    why = hooks.failure(deployment)
    if why is not None:
        return Verdict(why)
    if ecs.now >= progress.entered + LONGEST_STAGE and not hooks.is_paused(deployment):
        return Verdict(f"the {progress.step.stage} stage timed out")
    return None


def _is_done(ecs: Ecs, deployment: ServiceDeployment, progress: Progress) -> bool:
    step = progress.step
    if step is None or ecs.now < progress.ready or not hooks.are_done(deployment):
        return False
    if step.stage == SCALE_UP:
        return _is_scaled(ecs, deployment, deployment.source if progress.back else deployment.target)
    if step.stage == CLEAN_UP:
        return not _has_tasks(ecs, deployment, _going(deployment, progress))
    if step.stage == RECONCILE_SERVICE:
        keep = (deployment.target, deployment.source)
        return not any(task.rollout not in keep for task in deployment.service.tasks(ecs))
    if step.stage == POST_PRODUCTION_TRAFFIC_SHIFT:
        return _is_scaled(ecs, deployment, deployment.target)
    return True


def _is_scaled(ecs: Ecs, deployment: ServiceDeployment, rollout: Rollout | None) -> bool:
    if rollout is None:
        return True
    tasks = scheduler.tasks_of(ecs, deployment.service, rollout)
    settled = sum(scheduler.is_settled(ecs, task) for task in tasks)
    return settled >= scheduler.wanted_count(ecs, deployment.service)


def _has_tasks(ecs: Ecs, deployment: ServiceDeployment, rollout: Rollout | None) -> bool:
    return any(task.rollout is rollout for task in deployment.service.tasks(ecs))
