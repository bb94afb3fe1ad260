"""The service scheduler: brings each service to its desired count, deployment by deployment."""

from __future__ import annotations

from collections.abc import Iterable

from . import lifecycle, managed_scaling, registrations, task_checks
from .container_instances import instances_of
from .service import Rollout, Service
from .state import Ecs
from .strategy import next_provider, on_fargate
from .task import Task, make_containers
from .task_definitions import find as find_definition

BY_SCHEDULER = "ServiceSchedulerInitiated"
STARTED_AT_ONCE = 10
# After so many failures in a row ECS says that it cannot start tasks.
MANY_FAILURES = 3


def attach(ecs: Ecs, service: Service) -> None:
    """Let a service look after itself whenever something that concerns it has changed."""

    def wake() -> None:
        if service.looks_soon:
            return
        service.looks_soon = True

        def look() -> None:
            service.looks_soon = False
            reconcile(ecs, service)

        ecs.world.at(ecs.now, look)

    service.wake = wake


def reconcile(ecs: Ecs, service: Service) -> None:
    from . import deployments, task_sets

    if service.status == "INACTIVE":
        return
    stop_unhealthy(ecs, service)
    _place_waiting(ecs, service)
    if service.controller != "ECS":
        task_sets.keep_up(ecs, service)
    else:
        deployments.advance(ecs, service)
        retire(ecs, service)
    if service.status == "DRAINING" and not service.tasks(ecs):
        service.rollouts.clear()
    _tell_if_steady(ecs, service)


def wanted_count(ecs: Ecs, service: Service) -> int:
    if service.settings.get("schedulingStrategy") == "DAEMON":
        if service.status != "ACTIVE":
            return 0
        return sum(instance.status == "ACTIVE" for instance in instances_of(ecs, service.cluster))
    return service.desired_count


def tasks_of(ecs: Ecs, service: Service, rollout: Rollout) -> list[Task]:
    """A rollout's tasks that run or are to run; those on draining instances are on their way out."""
    return [task for task in service.tasks(ecs) if task.rollout is rollout and task.is_active]


def stays(task: Task) -> bool:
    return task.instance is None or task.instance.status == "ACTIVE"


def is_settled(ecs: Ecs, task: Task) -> bool:
    """Whether it runs and all that checks it finds it healthy."""
    if not task.is_active or task.last_status != "RUNNING" or task.fails("memory", "exit"):
        return False
    if task.checks_health and task.health != "HEALTHY":
        return False
    if task.targets:
        return registrations.all_targets_healthy(ecs, task)
    if task.checks_health:
        return True
    return ecs.now >= task.moments["startedAt"] + ecs.world.profile.seconds("service_steady_check")


def keep_up(ecs: Ecs, service: Service, rollout: Rollout, wanted: int) -> None:
    """Bring a rollout to a count of tasks, where no deployment has another opinion."""
    tasks = tasks_of(ecs, service, rollout)
    staying = [task for task in tasks if stays(task)]
    if len(staying) < wanted:
        room = max(most_tasks(service, wanted) - len(tasks), wanted - len(tasks))
        start_tasks(ecs, service, rollout, min(wanted - len(staying), room))
    elif len(staying) > wanted:
        surplus = sorted(staying, key=lambda task: (is_settled(ecs, task), -task.created_at))
        stop_tasks(ecs, service, rollout, surplus[: len(staying) - wanted])
    leaving = [task for task in tasks if not stays(task)]
    spare = sum(is_settled(ecs, task) for task in tasks) - least_healthy(service, wanted)
    stop_tasks(ecs, service, rollout, replaceable(ecs, leaving, spare))


def replaceable(ecs: Ecs, tasks: list[Task], spare: int) -> list[Task]:
    """Of tasks that are to go: those that do no good now, and of the others as many as can be spared."""
    good = [task for task in tasks if is_settled(ecs, task)]
    return [task for task in tasks if task not in good] + good[: max(spare, 0)]


def least_healthy(service: Service, wanted: int) -> int:
    """minimumHealthyPercent, rounded up."""
    return -(-wanted * int(service.configuration["minimumHealthyPercent"]) // 100)


def most_tasks(service: Service, wanted: int) -> int:
    """maximumPercent, rounded down."""
    return wanted * int(service.configuration["maximumPercent"]) // 100


def start_tasks(ecs: Ecs, service: Service, rollout: Rollout, count: int) -> None:
    """Start some tasks; after a failed one, not before a pause."""
    if count <= 0 or service.status != "ACTIVE":
        return
    if ecs.now < service.not_before:
        ecs.world.at(service.not_before, service.wake)
        return
    started = []
    for _unused in range(min(count, STARTED_AT_ONCE)):
        task = _make(ecs, service, rollout)
        role = task_checks.unusable_role(ecs, task)
        if role is not None:
            _refused(ecs, service, f"failed to launch a task with (error {task_checks.cannot_assume(role)}).")
            break
        refusal = lifecycle.start(ecs, task)
        if task.arn in ecs.tasks:
            started.append(task)
        if refusal is not None:
            _refused(ecs, service, refusal.event)
            break
        service.last_refusal = None
    rollout.updated_at = ecs.now
    if started:
        service.event(ecs, f"has started {len(started)} tasks: {_names(started)}.")
    if count > len(started) and service.not_before <= ecs.now:
        service.wake()


def _place_waiting(ecs: Ecs, service: Service) -> None:
    """Try again to place the tasks that wait; ask for more capacity, or say that there is none."""
    for task in service.tasks(ecs):
        refusal = lifecycle.try_to_place(ecs, task) if task.waits_for_capacity else None
        if refusal is None:
            continue
        provider = ecs.providers.get(task.provider or "")
        if provider is not None and managed_scaling.grow(ecs, provider):
            _pause(ecs, service)
        else:
            _refused(ecs, service, refusal.event)
        return


def _refused(ecs: Ecs, service: Service, message: str) -> None:
    """Say why once, and try again later."""
    if service.last_refusal != message:
        service.event(ecs, message)
    service.last_refusal = message
    _pause(ecs, service)


def _pause(ecs: Ecs, service: Service) -> None:
    service.not_before = ecs.now + ecs.world.profile.seconds("task_restart_backoff")
    ecs.world.at(service.not_before, service.wake)


def _make(ecs: Ecs, service: Service, rollout: Rollout) -> Task:
    settings = rollout.revision.settings
    definition = find_definition(ecs, settings["taskDefinition"])
    if definition is None:
        raise LookupError(f"{settings['taskDefinition']} is in use, and gone")
    task_id = ecs.hex_id()
    # A revision that is gone back to runs where it ran.
    strategy = settings.get("capacityProviderStrategy")
    provider = None
    if strategy:
        numbers: dict[str, int] = {}
        for other in tasks_of(ecs, service, rollout):
            if other.provider:
                numbers[other.provider] = numbers.get(other.provider, 0) + 1
        provider = next_provider(strategy, numbers)
    return Task(
        id=task_id,
        arn=ecs.arn("task", service.cluster.name, task_id),
        cluster=service.cluster,
        definition=definition,
        launch_type="FARGATE" if on_fargate(settings) else "EC2",
        group=f"service:{service.name}",
        created_at=ecs.now,
        containers=make_containers(ecs, service.cluster, task_id, definition),
        provider=provider,
        started_by=rollout.id,
        network=(settings.get("networkConfiguration") or {}).get("awsvpcConfiguration"),
        tags=task_tags(service, definition.tags),
        enable_execute_command=bool(service.settings.get("enableExecuteCommand")),
        placement_constraints=list(service.settings.get("placementConstraints") or []),
        service=service,
        rollout=rollout,
    )


def task_tags(service: Service, definition_tags: dict[str, str]) -> dict[str, str]:
    """What a task inherits, and the tags that ECS manages."""
    inherited = {"SERVICE": service.tags, "TASK_DEFINITION": definition_tags}
    tags = dict(inherited.get(str(service.settings.get("propagateTags")), {}))
    if service.settings.get("enableECSManagedTags"):
        tags |= {"aws:ecs:clusterName": service.cluster.name, "aws:ecs:serviceName": service.name}
    return tags


def stop_tasks(ecs: Ecs, service: Service, rollout: Rollout, tasks: Iterable[Task], reason: str | None = None) -> None:
    """Stop tasks for the scheduler's own reasons."""
    stopping = [task for task in tasks if task.is_active]
    for task in stopping:
        lifecycle.stop(ecs, task, BY_SCHEDULER, reason or f"Scaling activity initiated by (deployment {rollout.id})")
    if stopping:
        rollout.updated_at = ecs.now
        service.event(ecs, f"has stopped {len(stopping)} running tasks: {_names(stopping)}.")


def _names(tasks: list[Task]) -> str:
    return " ".join(f"(task {task.id})" for task in tasks)


def task_failed(ecs: Ecs, service: Service, task: Task) -> None:
    """A task has ended that nobody had stopped."""
    service.failures_in_a_row += 1
    if task.rollout is not None:
        task.rollout.failed_tasks += 1
        from . import deployments

        deployments.count_failure(ecs, service, task.rollout)
    if service.failures_in_a_row == MANY_FAILURES:
        service.event(
            ecs,
            "is unable to consistently start tasks successfully. For more information, see the Troubleshooting section "
            "of the Amazon ECS Developer Guide.",
        )
    _pause(ecs, service)


def stop_unhealthy(ecs: Ecs, service: Service) -> None:
    """Replace what fails its health checks, once its grace period is over."""
    grace = ecs.world.profile.scaled(float(service.settings.get("healthCheckGracePeriodSeconds") or 0))
    for task in service.tasks(ecs):
        if not task.is_active or task.last_status != "RUNNING":
            continue
        target = registrations.unhealthy_target(ecs, task)
        if task.health != "UNHEALTHY" and target is None:
            continue
        over = task.moments["startedAt"] + grace
        if ecs.now < over:
            ecs.world.at(over, service.wake)
        elif target is not None:
            arn, port, why = target
            service.event(
                ecs, f"(task {task.id}) (port {port}) is unhealthy in (target-group {arn}) due to (reason {why})."
            )
            _replace(ecs, service, task, f"Task failed ELB health checks in (target-group {arn})")
        else:
            service.event(ecs, f"(task {task.id}) failed container health checks.")
            _replace(ecs, service, task, "Task failed container health checks")


def _replace(ecs: Ecs, service: Service, task: Task, reason: str) -> None:
    lifecycle.stop(ecs, task, BY_SCHEDULER, reason)
    service.event(ecs, f"has stopped 1 running tasks: {_names([task])}.")
    task_failed(ecs, service, task)


def retire(ecs: Ecs, service: Service) -> None:
    """Old rollouts go when their last task has stopped."""
    running = service.running_deployment
    for rollout in list(service.rollouts):
        if running is not None and rollout is running.source:
            continue
        if rollout.status == "ACTIVE" and not any(task.rollout is rollout for task in service.tasks(ecs)):
            rollout.status = "INACTIVE"
            service.rollouts.remove(rollout)
            # The deployment may have waited for just that.
            service.wake()


def _tell_if_steady(ecs: Ecs, service: Service) -> None:
    """Once, when the service has got there."""
    primary = service.primary
    if service.controller != "ECS" or primary is None or service.status != "ACTIVE":
        return
    tasks = service.tasks(ecs)
    steady = (
        service.running_deployment is None
        and len(service.rollouts) == 1
        and primary.state == "COMPLETED"
        and len(tasks) == wanted_count(ecs, service)
        and all(is_settled(ecs, task) and stays(task) for task in tasks)
    )
    if steady and not service.steady:
        service.failures_in_a_row = 0
        service.event(ecs, "has reached a steady state.")
    service.steady = steady
