"""What happens to a task, from its start to its end."""

from __future__ import annotations

import functools
from collections.abc import Callable

from ..services.ec2 import interfaces
from . import container_instances, failures, managed_scaling, registrations, task_checks, task_logs
from .placement import FARGATE_REFUSAL, Place, Refusal, find_place, place_waiting
from .state import Ecs
from .task import Task

REMEMBERED_FOR = 3600.0
MOST_STOPPED = 1000
KILLED = 137
FAILED_TO_START = "TaskFailedToStart"


def start(ecs: Ecs, task: Task) -> Refusal | None:
    """Start a task. Where nothing can grow, a task that has no place is not even made: why is the answer."""
    task.failure = failures.next_failure(ecs.world, task)
    if task.launch_type == "FARGATE":
        if task.fails("capacity", "eni"):
            return FARGATE_REFUSAL
        ecs.tasks[task.arn] = task
        _provision(ecs, task, None)
        return None
    place = find_place(ecs, task)
    if isinstance(place, Place):
        ecs.tasks[task.arn] = task
        _provision(ecs, task, place)
        return None
    provider = ecs.providers.get(task.provider or "")
    if provider is None or not provider.scales:
        return place
    ecs.tasks[task.arn] = task
    return None if managed_scaling.grow(ecs, provider) else place


def try_to_place(ecs: Ecs, task: Task) -> Refusal | None:
    """Give a task that waits for capacity its place, if there is one now."""
    place = find_place(ecs, task)
    if isinstance(place, Refusal):
        return place
    _provision(ecs, task, place)
    return None


def _provision(ecs: Ecs, task: Task, place: Place | None) -> None:
    if place is not None:
        task.instance, task.zone, task.subnet_id = place.instance, place.instance.zone, place.subnet_id
    elif task.network:
        task.subnet_id, task.zone = registrations.fargate_subnet(ecs, task)
    if task.uses_interface and task.subnet_id:
        task.attachment_id = ecs.uuid()
        task.interface = interfaces.attach(
            ecs.account,
            ecs.region,
            task.subnet_id,
            registrations.security_groups(ecs, task),
            f"arn:{ecs.partition}:ecs:{ecs.region}:{ecs.account}:attachment/{task.attachment_id}",
            public=(task.network or {}).get("assignPublicIp") == "ENABLED",
            requester="amazon-ecs",
        )
    _become(ecs, task, "PENDING")
    task.moments["pullStartedAt"] = ecs.now
    _later(ecs, task, "task_pull", _pulled)


def _later(ecs: Ecs, task: Task, step: str, then: Callable[[Ecs, Task], None]) -> None:
    """The next step on the way up, unless the task has to stop before."""

    def happen() -> None:
        if task.is_active:
            then(ecs, task)

    ecs.world.after(step, happen)


def _become(ecs: Ecs, task: Task, status: str) -> None:
    task.last_status = status
    task.version += 1
    if task.service is not None:
        task.service.wake()


def _pulled(ecs: Ecs, task: Task) -> None:
    problem = task_checks.first_problem(ecs, task)
    if problem is not None:
        fail_to_start(ecs, task, problem)
        return
    task.moments["pullStoppedAt"] = ecs.now
    for container in task.containers:
        container.runtime_id = ecs.hex_id(64)
    _become(ecs, task, "ACTIVATING")
    _later(ecs, task, "task_start", _running)


def fail_to_start(ecs: Ecs, task: Task, problem: task_checks.Problem) -> None:
    """It stops before it has run. Fargate tells the task what the container's runtime said; EC2 the container."""
    for container in task.containers:
        container.last_status = "STOPPED"
    reason = problem.reason
    if problem.container is not None:
        problem.container.reason = problem.reason
        reason = problem.reason if task.launch_type == "FARGATE" else "Task failed to start"
    _end(ecs, task, FAILED_TO_START, reason)


def _running(ecs: Ecs, task: Task) -> None:
    task.moments["startedAt"] = ecs.now
    for container in task.containers:
        container.last_status = "RUNNING"
    _become(ecs, task, "RUNNING")
    task_logs.started(ecs, task)
    task_logs.failing(ecs, task)
    if task.fails("memory", "exit"):
        _later(ecs, task, "task_start", _essential_exits)
        return
    if task.one_off and any("command" in one for one in task.overrides.get("containerOverrides") or []):
        # A command of one's own does its work and ends.
        _later(ecs, task, "task_start", lambda ecs, task: exited(ecs, task, task.containers[0].name, 0))
    registrations.register(ecs, task)
    _watch_health(ecs, task)
    if task.service is not None and not task.checks_health and not task.targets:
        # Nobody checks it: it counts as good when it has run for a while.
        ecs.world.after("service_steady_check", task.service.wake)


def _essential_exits(ecs: Ecs, task: Task) -> None:
    container = next(one for one in task.containers if one.definition["essential"])
    message = task.failure.message if task.failure else None
    if task.fails("memory"):
        exited(ecs, task, container.name, KILLED, message or "OutOfMemoryError: Container killed due to memory usage")
    else:
        exited(ecs, task, container.name, task.failure.exit_code if task.failure else 1, message)


def exited(ecs: Ecs, task: Task, container_name: str, code: int, reason: str | None = None) -> None:
    """An essential container has exited, and the task with it."""
    for container in task.containers:
        container.last_status = "STOPPED"
        container.exit_code = code if container.name == container_name else 0
        container.reason = reason if container.name == container_name else None
    task.moments["executionStoppedAt"] = ecs.now
    registrations.deregister(ecs, task)
    _end(ecs, task, "EssentialContainerExited", "Essential container in task exited")


def _watch_health(ecs: Ecs, task: Task) -> None:
    for container in task.containers:
        if not container.checks_health:
            continue
        check = container.definition["healthCheck"]
        seconds = float(check["interval"])
        verdict = "HEALTHY"
        if task.fails("health") and container.definition["essential"]:
            verdict = "UNHEALTHY"
            seconds = float(check.get("startPeriod") or 0) + check["interval"] * check["retries"]

        def judge(container_name: str = container.name, verdict: str = verdict) -> None:
            if task.is_active and task.last_status == "RUNNING":
                next(one for one in task.containers if one.name == container_name).health = verdict
                _become(ecs, task, "RUNNING")

        ecs.world.in_seconds(seconds, judge)


def stop(ecs: Ecs, task: Task, code: str, reason: str) -> None:
    """Stop a task as ECS does: out of the load balancer first, then SIGTERM, then its network interface."""
    if not task.is_active:
        return
    task.desired_status = "STOPPED"
    task.stop_code, task.stopped_reason = code, reason
    task.moments["stoppingAt"] = ecs.now
    if task.last_status != "RUNNING":
        _end(ecs, task, code, reason)
        return
    seconds = registrations.deregister(ecs, task)
    _become(ecs, task, "DEACTIVATING")
    ecs.world.in_seconds(seconds, functools.partial(_terminate, ecs, task))


def _terminate(ecs: Ecs, task: Task) -> None:
    if task.last_status != "DEACTIVATING":
        return
    _become(ecs, task, "STOPPING")

    def exits() -> None:
        if task.last_status == "STOPPING":
            for container in task.containers:
                container.last_status, container.exit_code = "STOPPED", 0
            task.moments["executionStoppedAt"] = ecs.now
            _end(ecs, task, task.stop_code or "", task.stopped_reason or "")

    ecs.world.after("task_stop", exits)


def lose(ecs: Ecs, task: Task, reason: str) -> None:
    """Its host is gone."""
    registrations.deregister(ecs, task)
    for container in task.containers:
        container.last_status = "STOPPED"
    _end(ecs, task, "TerminationNotice", reason)


def _end(ecs: Ecs, task: Task, code: str, reason: str) -> None:
    """Give back what it has; it is stopped."""
    failed = task.is_active
    task.desired_status = "STOPPED"
    task.stop_code, task.stopped_reason = code, reason
    task.moments.setdefault("stoppingAt", ecs.now)
    task.moments["stoppedAt"] = ecs.now
    if task.interface is not None:
        interfaces.detach(ecs.account, ecs.region, task.interface.id)
    for container in task.containers:
        container.last_status = "STOPPED"
    task.last_status = "STOPPED"
    if failed and task.service is not None:
        from .scheduler import task_failed

        task_failed(ecs, task.service, task)
    _become(ecs, task, "STOPPED")
    _make_room(ecs, task)
    ecs.world.at(ecs.now + REMEMBERED_FOR, functools.partial(_forget, ecs, task))
    _forget_oldest(ecs)


def _make_room(ecs: Ecs, task: Task) -> None:
    if task.instance is not None:
        container_instances.released_if_empty(ecs, task.instance)
        place_waiting(ecs, task.cluster)


def _forget(ecs: Ecs, task: Task) -> None:
    ecs.tasks.pop(task.arn, None)


def _forget_oldest(ecs: Ecs) -> None:
    stopped = [arn for arn, task in ecs.tasks.items() if task.last_status == "STOPPED"]
    for arn in stopped[:-MOST_STOPPED]:
        del ecs.tasks[arn]
