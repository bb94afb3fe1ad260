# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Waiting until a service has come to rest: nothing runs, is pending or drains. And saying what does not."""

from __future__ import annotations

import dataclasses
import typing as t

from .. import wait
from . import api_service, api_tasks
from .attached import addresses, target_groups
from .deployment import IN_PROGRESS, ROLLING_BACK, Observation
from .watch import observe

Resource = dict[str, t.Any]

BACKOFF = wait.Backoff(first=0.5, factor=1.5, most=5.0, jitter=0.1)


@dataclasses.dataclass(frozen=True)
class Busy:
    """What of a service is not at rest."""

    running: int = 0
    pending: int = 0
    tasks: tuple[Resource, ...] = ()
    draining: tuple[tuple[str, str], ...] = ()
    deployment: str = ""

    @property
    def is_at_rest(self) -> bool:
        return not (self.running or self.pending or self.tasks or self.draining or self.deployment)

    def view(self) -> dict[str, t.Any]:
        return {
            "running": self.running,
            "pending": self.pending,
            "deployment": self.deployment or None,
            "tasks": [
                {
                    "task": task["taskArn"],
                    "last_status": task.get("lastStatus"),
                    "desired_status": task.get("desiredStatus"),
                    "addresses": addresses(task),
                }
                for task in self.tasks
            ],
            "draining_targets": [{"target_group": group, "target": target} for group, target in self.draining],
        }

    def sentence(self) -> str:
        """The one thing that holds it up, and what to do about it."""
        draining = {target: group for group, target in self.draining}
        if self.tasks:
            task = self.tasks[0]
            told = f"task {task['taskArn']} is {task.get('lastStatus')} and shall be {task.get('desiredStatus')}"
            group = next((draining[one] for one in addresses(task) if one in draining), None)
            if group:
                return f"{told}; its target drains in {group}. {_drain_advice()}"
            if task.get("desiredStatus") == "RUNNING":
                return f"{told}. If scale-in protection keeps it, run again with force: true, which stops tasks."
            return f"{told}. It gets its stopTimeout to end; force: true does not wait for a graceful end."
        if self.draining:
            group, target = self.draining[0]
            return f"target {target} drains in {group}. {_drain_advice()}"
        if self.deployment:
            return f"its deployment is {self.deployment}. Wait for the rollback to end and run again."
        return f"{self.running} tasks run and {self.pending} are pending, says ECS. Run again."


def _drain_advice() -> str:
    return (
        "It takes at most the target group's deregistration_delay.timeout_seconds: give wait_timeout more than that, "
        "or lower the delay."
    )


def look(ecs: t.Any, elb: t.Any, cluster: str, name: str) -> Busy:
    service = api_service.describe_services(ecs, cluster, [name]).get(name)
    if service is None or service["status"] == "INACTIVE":
        return Busy()
    tasks = api_tasks.live_tasks(ecs, cluster, name)
    own = {address for task in tasks for address in addresses(task)}
    draining = [
        (group, one["Target"]["Id"])
        for group in target_groups(service)
        for one in api_tasks.targets(elb, group)
        if one["TargetHealth"]["State"] == "draining"
    ]
    # Those whose task is known first: they say most.
    draining.sort(key=lambda pair: pair[1] not in own)
    sets = service.get("taskSets", [])
    return Busy(
        running=service.get("runningCount", 0) or sum(one.get("runningCount", 0) for one in sets),
        pending=service.get("pendingCount", 0) or sum(one.get("pendingCount", 0) for one in sets),
        tasks=tuple(tasks),
        draining=tuple(draining),
        deployment=_moving(observe(ecs, cluster, service)),
    )


def _moving(seen: Observation) -> str:
    status = (seen.deployment or {}).get("status", "")
    return status if status in IN_PROGRESS + ROLLING_BACK else ""


def until_at_rest(
    ecs: t.Any, elb: t.Any, cluster: str, name: str, *, timeout: float, force: bool, clock: wait.Clock
) -> None:
    stopped: set[str] = set()

    def seen() -> Busy:
        busy = look(ecs, elb, cluster, name)
        for task in busy.tasks if force else ():
            if task["taskArn"] not in stopped and task.get("desiredStatus") != "STOPPED":
                api_tasks.stop_task(ecs, cluster, task["taskArn"])
                stopped.add(task["taskArn"])
        return busy

    wait.poll(
        seen,
        lambda busy: busy.is_at_rest,
        what=f"service {name} to come to rest",
        timeout=timeout,
        backoff=BACKOFF,
        clock=clock,
        show=Busy.view,
        remark=lambda busy: f": {busy.sentence()}",
    )
