"""A deployment's way: event by event, forward to the replacement task set or back to the original."""

from __future__ import annotations

from collections.abc import Callable

from ..ecs import task_sets
from ..ecs.service import Service
from ..ecs.state import Ecs
from . import alarms, balancing, configs, install, rollback
from .appspec import HOOKABLE
from .install import Failure
from .state import Deployment, Event, store_of

EVENTS = (
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
)
# What no event shows: the waits before the traffic moves and before the original goes, and what comes then.
READY, TERMINATION, CLEAN_UP = "ready", "termination", "clean up"
FORWARD = [*EVENTS[:5], READY, *EVENTS[5:], TERMINATION, CLEAN_UP]
BACKWARD = ["AllowTraffic", CLEAN_UP]
MINUTE = 60.0
# A function takes its time in every profile.
HOOK_LIMIT = 3600.0
HOOKS_FAILED = "The deployment failed because one or more of the lifecycle event validation functions failed."
WATCHED = ("AllowTraffic", "AfterAllowTraffic")


def wake(ecs: Ecs, deployment: Deployment) -> None:
    """Let it look, once all that happens now has happened."""
    ecs.world.at(ecs.now, lambda: advance(ecs, deployment))


def begin(ecs: Ecs, deployment: Deployment) -> None:
    deployment.wake = lambda: wake(ecs, deployment)
    deployment.plan = list(BACKWARD if deployment.undone else FORWARD)
    deployment.wake()


def service_changed(ecs: Ecs, service: Service) -> None:
    for deployment in store_of(ecs).deployments.values():
        if deployment.is_running and deployment.group.target == (service.cluster.name, service.name):
            deployment.wake()


def service_of(ecs: Ecs, deployment: Deployment) -> Service | None:
    service = ecs.services.get(deployment.group.target)
    return service if service is not None and service.status == "ACTIVE" else None


def advance(ecs: Ecs, deployment: Deployment) -> None:
    """Go as far as one can now."""
    if deployment.status == "Created":
        deployment.status, deployment.started_at = "InProgress", ecs.now
    while deployment.is_running:
        failure = _watch(ecs, deployment)
        if failure is None and deployment.step is None:
            if not deployment.plan:
                _succeed(ecs, deployment)
                return
            failure = _enter(ecs, deployment, deployment.plan.pop(0))
        if failure is None:
            done = _is_done(ecs, deployment)
            if done is False:
                return
            failure = done if isinstance(done, Failure) else None
        if failure is not None:
            end(ecs, deployment, failure.status, failure.code, failure.message, failure.cause)
            return
        _leave(ecs, deployment)


def _watch(ecs: Ecs, deployment: Deployment) -> Failure | None:
    """What ends a deployment whatever it is doing."""
    if service_of(ecs, deployment) is None:
        return Failure("ECS_UPDATE_ERROR", "The ECS service cannot be updated due to an unexpected error: not found.")
    ringing = alarms.ringing(ecs, deployment)
    if ringing is not None:
        return ringing
    if deployment.step in WATCHED and not deployment.undone:
        return _unstable(ecs, deployment)
    return None


def _unstable(ecs: Ecs, deployment: Deployment) -> Failure | None:
    """While it gets traffic, the replacement must not stay unstable."""
    green = deployment.green
    if green is None or green.stable_since is not None:
        deployment.unstable_since = None
        return None
    limit = ecs.world.profile.seconds("codedeploy_unstable")
    if deployment.unstable_since is None:
        deployment.unstable_since = ecs.now
        ecs.world.at(ecs.now + limit, deployment.wake)
    if ecs.now < deployment.unstable_since + limit:
        return None
    return Failure(
        "AUTOSCALING_VALIDATION_ERROR", "The deployment failed because the replacement task set was not stable."
    )


def _enter(ecs: Ecs, deployment: Deployment, step: str) -> Failure | None:
    from . import hooks

    deployment.step, deployment.entered_at = step, ecs.now
    deployment.answered, deployment.hook_id = None, None
    event = _event(deployment)
    if event is not None:
        event.status, event.started_at = "InProgress", ecs.now
    ready = ecs.now + ecs.world.profile.seconds("lifecycle_stage")
    deployment.shift_at = ready
    ecs.world.at(ready, deployment.wake)
    if step in HOOKABLE:
        function = deployment.spec["hooks"].get(step)
        if function is None:
            deployment.answered = "Succeeded"
        else:
            ecs.world.at(ecs.now + HOOK_LIMIT, deployment.wake)
            hooks.begin(ecs, deployment, function)
        return None
    begun = BEGINNINGS.get(step)
    return begun(ecs, deployment) if begun else None


def _event(deployment: Deployment) -> Event | None:
    return next((event for event in deployment.events if event.name == deployment.step), None)


def _leave(ecs: Ecs, deployment: Deployment) -> None:
    event = _event(deployment)
    if event is not None:
        skipped = event.name == "AllowTestTraffic" and not balancing.has_test_route(deployment)
        event.status, event.ended_at = "Skipped" if skipped else "Succeeded", ecs.now
    deployment.step = None


def _is_done(ecs: Ecs, deployment: Deployment) -> bool | Failure:
    if ecs.now < deployment.shift_at and deployment.step not in (READY, TERMINATION):
        return False
    if deployment.step in HOOKABLE:
        return _hook_done(ecs, deployment)
    return COMPLETIONS[str(deployment.step)](ecs, deployment)


def _hook_done(ecs: Ecs, deployment: Deployment) -> bool | Failure:
    if deployment.answered is None:
        late = ecs.now >= deployment.entered_at + HOOK_LIMIT
        return Failure("HOOK_EXECUTION_FAILURE", HOOKS_FAILED) if late else False
    if deployment.answered == "Failed":
        return Failure("HOOK_EXECUTION_FAILURE", HOOKS_FAILED)
    return True


def _test_traffic(ecs: Ecs, deployment: Deployment) -> Failure | None:
    if not balancing.has_test_route(deployment):
        return None
    if not balancing.may_shift(ecs, deployment):
        return install.no_permission(deployment, "AmazonElasticLoadBalancing")
    balancing.shift(ecs, deployment, "test", 100)
    return None


def _get_ready(ecs: Ecs, deployment: Deployment) -> Failure | None:
    option = deployment.settings["blueGreenDeploymentConfiguration"]["deploymentReadyOption"]
    deployment.continued = option["actionOnTimeout"] == "CONTINUE_DEPLOYMENT"
    if not deployment.continued:
        deployment.status = "Ready"
        # People take their time in every profile.
        deployment.shift_at = ecs.now + option["waitTimeInMinutes"] * MINUTE
        ecs.world.at(deployment.shift_at, deployment.wake)
    return None


def _is_ready(ecs: Ecs, deployment: Deployment) -> bool | Failure:
    if deployment.continued:
        deployment.status = "InProgress"
        return True
    if ecs.now < deployment.shift_at:
        return False
    message = "The deployment was stopped because traffic was not rerouted within the wait time."
    return Failure("TIMEOUT", message, status="Stopped", cause="DEPLOYMENT_FAILURE")


def _production_traffic(ecs: Ecs, deployment: Deployment) -> Failure | None:
    if not balancing.may_shift(ecs, deployment):
        return install.no_permission(deployment, "AmazonElasticLoadBalancing")
    shares = [(0, 0)] if deployment.undone else configs.shares(deployment.config)
    deployment.shifts = [share for share, _unused in shares]
    if deployment.undone and balancing.has_test_route(deployment):
        balancing.shift(ecs, deployment, "test", 0)
    _next_share(ecs, deployment)
    return None


def _next_share(ecs: Ecs, deployment: Deployment) -> None:
    share = deployment.shifts.pop(0)
    deployment.share = float(share)
    balancing.shift(ecs, deployment, "production", share)
    kept = 0 if deployment.undone else dict(configs.shares(deployment.config))[share]
    profile = ecs.world.profile
    deployment.shift_at = ecs.now + profile.seconds("lifecycle_stage") + profile.scaled(kept * MINUTE)
    ecs.world.at(deployment.shift_at, deployment.wake)


def _is_shifted(ecs: Ecs, deployment: Deployment) -> bool | Failure:
    while ecs.now >= deployment.shift_at:
        if not deployment.shifts:
            serving = deployment.blue if deployment.undone else deployment.green
            service = service_of(ecs, deployment)
            if service is not None and serving in service.task_sets:
                task_sets.make_primary(service, serving)
            return True
        _next_share(ecs, deployment)
    return False


def _wait_for_termination(ecs: Ecs, deployment: Deployment) -> Failure | None:
    option = deployment.settings["blueGreenDeploymentConfiguration"]["terminateBlueInstancesOnDeploymentSuccess"]
    deployment.continued = option["action"] == "KEEP_ALIVE"
    deployment.termination_started = not deployment.continued
    deployment.shift_at = ecs.now + ecs.world.profile.scaled(option["terminationWaitTimeInMinutes"] * MINUTE)
    ecs.world.at(deployment.shift_at, deployment.wake)
    return None


def _is_terminated(ecs: Ecs, deployment: Deployment) -> bool | Failure:
    return deployment.continued or ecs.now >= deployment.shift_at


def _clean_up(ecs: Ecs, deployment: Deployment) -> Failure | None:
    option = deployment.settings["blueGreenDeploymentConfiguration"]["terminateBlueInstancesOnDeploymentSuccess"]
    going = deployment.green if deployment.undone else deployment.blue
    kept = option["action"] == "KEEP_ALIVE" and not deployment.undone
    if going is not None and not kept and going.status != "PRIMARY":
        task_sets.remove(going)
    return None


def _is_clean(ecs: Ecs, deployment: Deployment) -> bool | Failure:
    return True


Beginning = Callable[[Ecs, Deployment], "Failure | None"]
Completion = Callable[[Ecs, Deployment], "bool | Failure"]
BEGINNINGS: dict[str, Beginning] = {
    "Install": install.begin,
    "AllowTestTraffic": _test_traffic,
    READY: _get_ready,
    "AllowTraffic": _production_traffic,
    TERMINATION: _wait_for_termination,
    CLEAN_UP: _clean_up,
}
COMPLETIONS: dict[str, Completion] = {
    "Install": install.is_done,
    "AllowTestTraffic": _is_clean,
    READY: _is_ready,
    "AllowTraffic": _is_shifted,
    TERMINATION: _is_terminated,
    CLEAN_UP: _is_clean,
}


def _succeed(ecs: Ecs, deployment: Deployment) -> None:
    deployment.status, deployment.completed_at = "Succeeded", ecs.now
    if deployment.undone is not None:
        rollback.succeeded(deployment)


def end(ecs: Ecs, deployment: Deployment, status: str, code: str, message: str, cause: str | None) -> None:
    """It has failed or was stopped; what it has not come to is skipped. The cause may start a rollback."""
    for event in deployment.events:
        if event.status == "InProgress":
            failed = deployment.answered == "Failed" or status == "Failed"
            event.status, event.ended_at = "Failed" if failed else "Skipped", ecs.now
            event.diagnostics = {"errorCode": "UnknownError", "scriptName": "", "message": message, "logTail": ""}
        elif event.status == "Pending":
            event.status = "Skipped"
    deployment.status, deployment.completed_at = status, ecs.now
    deployment.error = {"code": code, "message": message}
    deployment.hook_id = None
    if cause is not None:
        rollback.consider(ecs, deployment, cause)
