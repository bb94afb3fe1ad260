"""Service deployments: begun, advanced, failed, rolled back, ended. How they go depends on the strategy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from ..services import events
from . import hooks, rolling, scheduler, shifting, traffic
from .service import ROLLING, Monitor, Revision, Rollout, Service, ServiceDeployment, Verdict
from .state import Ecs

LEAST_FAILURES, MOST_FAILURES = 3, 200
DEFAULT_THRESHOLD: dict[str, Any] = {"type": "BOUNDED_PERCENT", "value": 50}
NO_CANDIDATE = "No rollback candidate was found to run the rollback."
# What of a service's settings makes a revision.
REVISION_SETTINGS = (
    "taskDefinition",
    "loadBalancers",
    "serviceRegistries",
    "networkConfiguration",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
    "platformVersion",
    "launchType",
    "capacityProviderStrategy",
)

Advance = Callable[[Ecs, ServiceDeployment], Verdict | None]
STRATEGIES: dict[str, Advance] = {
    ROLLING: rolling.advance,
    "BLUE_GREEN": shifting.advance,
    "LINEAR": shifting.advance,
    "CANARY": shifting.advance,
}


def begin(ecs: Ecs, service: Service) -> ServiceDeployment:
    """Start to bring the service to its present settings."""
    running = service.running_deployment
    if running is not None:
        supersede(ecs, running, "The service deployment was stopped because a new service deployment was started.")
    revision = make_revision(ecs, service)
    rollout = Rollout(
        f"ecs-svc/{ecs.number()}", revision, ecs.now, ecs.now, desired=scheduler.wanted_count(ecs, service)
    )
    rollout.reason = f"ECS deployment {rollout.id} in progress."
    for other in service.rollouts:
        other.status = "ACTIVE"
    service.rollouts.insert(0, rollout)
    deployment = ServiceDeployment(
        arn=ecs.arn("service-deployment", service.cluster.name, service.name, ecs.short_id()),
        service=service,
        target=rollout,
        source=service.stable,
        configuration=dict(service.configuration),
        created_at=ecs.now,
    )
    _arm(ecs, deployment)
    service.deployments.append(deployment)
    service.steady = False
    service.failures_in_a_row = 0
    service.not_before = ecs.now
    service.last_refusal = None
    service.wake()
    return deployment


def make_revision(ecs: Ecs, service: Service) -> Revision:
    settings = {key: service.settings[key] for key in REVISION_SETTINGS if service.settings.get(key)}
    revision = Revision(
        arn=ecs.arn("service-revision", service.cluster.name, service.name, ecs.number()),
        created_at=ecs.now,
        settings=settings,
        target_groups=traffic.choose_groups(service, settings),
    )
    service.revisions.append(revision)
    return revision


def _arm(ecs: Ecs, deployment: ServiceDeployment) -> None:
    """The circuit breaker and the alarms start to watch."""
    breaker = deployment.configuration.get("deploymentCircuitBreaker") or {}
    threshold = _threshold(breaker, scheduler.wanted_count(ecs, deployment.service))
    deployment.breaker = Monitor("MONITORING" if breaker.get("enable") else "DISABLED", 0, threshold)
    alarms = deployment.configuration.get("alarms") or {}
    deployment.alarms = Monitor("MONITORING" if alarms.get("enable") and alarms.get("alarmNames") else "DISABLED")


def _threshold(breaker: dict[str, Any], wanted: int) -> int:
    configuration = breaker.get("thresholdConfiguration") or DEFAULT_THRESHOLD
    if configuration["type"] == "COUNT":
        return int(configuration["value"])
    failures = math.ceil(wanted * int(configuration["value"]) / 100)
    if configuration["type"] == "UNBOUNDED_PERCENT":
        return max(failures, 1)
    return min(max(failures, LEAST_FAILURES), MOST_FAILURES)


def supersede(ecs: Ecs, deployment: ServiceDeployment, why: str) -> None:
    """It ends where it is: something else takes its place."""
    _end(ecs, deployment, "STOPPED", why)


def advance(ecs: Ecs, service: Service) -> None:
    """What is to be done now: for the running deployment, else just to keep what there is."""
    deployment = service.running_deployment
    if deployment is not None and service.status == "ACTIVE":
        if deployment.status == "PENDING":
            deployment.status = "IN_PROGRESS"
            deployment.moments["startedAt"] = ecs.now
        _watch(ecs, deployment)
        if deployment.status == "ROLLBACK_REQUESTED":
            return
        if deployment.is_running:
            _reset_breaker(ecs, deployment)
            _judge(ecs, deployment, STRATEGIES[deployment.strategy](ecs, deployment))
            return
    _keep(ecs, service)


def _judge(ecs: Ecs, deployment: ServiceDeployment, verdict: Verdict | None) -> None:
    if verdict is None:
        return
    if verdict.failure is None:
        succeed(ecs, deployment)
    else:
        fail(ecs, deployment, verdict.failure, True, "ECS deployment")


def _keep(ecs: Ecs, service: Service) -> None:
    wanted = scheduler.wanted_count(ecs, service)
    primary = service.primary
    if primary is not None and primary.state == "FAILED":
        _stand_still(ecs, service, wanted)
        return
    for rollout in list(service.rollouts):
        if rollout is primary:
            rollout.desired = wanted
            scheduler.keep_up(ecs, service, rollout, wanted)
        else:
            rollout.desired = 0
            scheduler.stop_tasks(ecs, service, rollout, scheduler.tasks_of(ecs, service, rollout))


def _stand_still(ecs: Ecs, service: Service, wanted: int) -> None:
    """A failed deployment launches no more tasks, and takes none away but those that are too many."""
    tasks = [task for task in service.tasks(ecs) if task.is_active]
    tasks.sort(key=lambda task: not scheduler.is_settled(ecs, task))
    for rollout in service.rollouts:
        scheduler.stop_tasks(ecs, service, rollout, [task for task in tasks[wanted:] if task.rollout is rollout])
        rollout.desired = wanted if rollout.status == "PRIMARY" else len(scheduler.tasks_of(ecs, service, rollout))


def count_failure(ecs: Ecs, service: Service, rollout: Rollout) -> None:
    """A task of a rollout has failed; when it is too many, its deployment has."""
    deployment = service.running_deployment
    if deployment is None or deployment.target is not rollout or deployment.rolls_back:
        return
    breaker = deployment.breaker
    breaker.failures += 1
    breaker.last_failure = ecs.now
    if breaker.status != "MONITORING" or breaker.failures < breaker.threshold:
        return
    breaker.status = "TRIGGERED"
    rollback = bool(deployment.configuration["deploymentCircuitBreaker"].get("rollback"))
    service.event(ecs, f"(deployment {rollout.id}) deployment failed: tasks failed to start.")
    rollout.reason = "ECS deployment circuit breaker: tasks failed to start."
    fail(ecs, deployment, "the circuit breaker threshold was exceeded", rollback, "ECS deployment circuit breaker")


def _reset_breaker(ecs: Ecs, deployment: ServiceDeployment) -> None:
    settings = deployment.configuration.get("deploymentCircuitBreaker") or {}
    if settings.get("resetOnHealthyTask", True) and deployment.breaker.failures:
        tasks = scheduler.tasks_of(ecs, deployment.service, deployment.target)
        last = deployment.breaker.last_failure
        if any(scheduler.is_settled(ecs, task) and task.moments["startedAt"] > last for task in tasks):
            deployment.breaker.failures = 0


def _watch(ecs: Ecs, deployment: ServiceDeployment) -> None:
    """An alarm that is in state ALARM ends the deployment."""
    if deployment.alarms.status != "MONITORING" or deployment.rolls_back:
        return
    known = cloudwatch_backends[ecs.account][ecs.region].alarms
    settings = deployment.configuration["alarms"]
    ringing = [name for name in settings["alarmNames"] if name in known and known[name].state_value == "ALARM"]
    if not ringing:
        # CloudWatch tells nobody: look again in a while.
        ecs.world.after("task_restart_backoff", deployment.service.wake)
        return
    deployment.alarms.status, deployment.alarms.triggered = "TRIGGERED", ringing
    deployment.service.event(ecs, f"(deployment {deployment.target.id}) deployment failed: alarm detected.")
    deployment.target.reason = "ECS deployment failed: alarm detected."
    why = f"one or more alarms were triggered: {', '.join(ringing)}"
    fail(ecs, deployment, why, bool(settings.get("rollback")), "ECS deployment alarms")


def fail(ecs: Ecs, deployment: ServiceDeployment, why: str, rollback: bool, by: str) -> None:
    """The deployment has failed: it stops, or goes back to what was stable."""
    service = deployment.service
    detail = {"eventType": "ERROR", "eventName": "SERVICE_DEPLOYMENT_FAILED", "reason": why}
    events.happened(ecs.account, ecs.region, "aws.ecs", "ECS Deployment State Change", [service.arn], detail)
    if not rollback:
        deployment.target.state = "FAILED"
        _end(ecs, deployment, "STOPPED", f"Service deployment failed because {why}.")
        deployment.moments["stoppedAt"] = ecs.now
        service.wake()
        return
    roll_back(ecs, deployment, f"Service deployment rolled back because {why}.", by)


def roll_back(ecs: Ecs, deployment: ServiceDeployment, reason: str, by: str) -> None:
    """Go back to the last revision that was deployed with success."""
    service, candidate = deployment.service, deployment.source
    deployment.target.state = "FAILED"
    deployment.reason = reason
    if candidate is None or candidate is deployment.target:
        deployment.rollback = {"reason": reason, "startedAt": ecs.now}
        _end(ecs, deployment, "ROLLBACK_FAILED", NO_CANDIDATE)
        service.wake()
        return
    deployment.status = "ROLLBACK_IN_PROGRESS"
    deployment.rollback = {
        "reason": reason,
        "startedAt": ecs.now,
        "serviceRevisionArn": candidate.revision.arn,
    }
    for rollout in service.rollouts:
        rollout.status = "ACTIVE"
    if candidate not in service.rollouts:
        service.rollouts.insert(0, candidate)
    candidate.status, candidate.state = "PRIMARY", "IN_PROGRESS"
    candidate.reason = f"{by}: rolling back to deploymentId {candidate.id}."
    service.settings |= {key: candidate.revision.settings.get(key) for key in REVISION_SETTINGS}
    service.not_before = ecs.now
    service.event(ecs, f"rolling back to deployment {candidate.id}.")
    service.wake()


def succeed(ecs: Ecs, deployment: ServiceDeployment) -> None:
    """The deployment, or its rollback, is complete."""
    service = deployment.service
    rollout = deployment.source if deployment.rolls_back else deployment.target
    assert rollout is not None
    rollout.state, rollout.reason = "COMPLETED", f"ECS deployment {rollout.id} completed."
    rollout.updated_at = ecs.now
    service.stable = rollout
    service.event(ecs, f"(deployment {rollout.id}) deployment completed.")
    if deployment.rolls_back:
        _end(ecs, deployment, "ROLLBACK_SUCCESSFUL", deployment.reason)
    else:
        _end(ecs, deployment, "SUCCESSFUL", None)
    service.wake()


def _end(ecs: Ecs, deployment: ServiceDeployment, status: str, reason: str | None) -> None:
    deployment.status, deployment.reason = status, reason
    hooks.close(deployment)
    deployment.moments["finishedAt"] = ecs.now
    for monitor in (deployment.breaker, deployment.alarms):
        if monitor.status == "MONITORING":
            monitor.status = "MONITORING_COMPLETE"
