"""Making a service's next tasks fail, and how: POST /_emulator/tasks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from .. import admin
from ..world import World

if TYPE_CHECKING:
    from ..server import Emulator
    from .task import Task

KINDS = ("image", "health", "target_health", "secret", "memory", "exit", "capacity", "eni")
EVERYWHERE = "global"


@dataclasses.dataclass
class TaskFailure:
    """Which tasks fail (of a service, maybe of one task-definition revision or with an image), how, and how often."""

    service: str
    fail: str
    cluster: str | None = None
    revision: int | str | None = None
    image: str | None = None
    times: int | None = None
    message: str | None = None
    log: list[str] | None = None
    exit_code: int = 1
    struck: int = 0
    cleared: bool = False

    def __post_init__(self) -> None:
        if self.fail not in KINDS:
            raise ValueError(f"fail is {self.fail!r}: it must be one of {', '.join(KINDS)}")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times is {self.times}: it must be at least 1")

    def concerns(self, task: Task) -> bool:
        return (
            self.service in (task.group.removeprefix("service:"), task.definition.family)
            and self.cluster in (None, task.cluster.name)
            and str(self.revision) in ("None", str(task.definition.revision), task.definition.name)
            and (self.image is None or any(self.image in one["image"] for one in task.definition.containers))
            and (self.times is None or self.struck < self.times)
        )


class TaskFailures(list[TaskFailure]):
    """In the order in which they were asked for."""


def failures(world: World) -> TaskFailures:
    found: TaskFailures = world.store(TaskFailures, EVERYWHERE, EVERYWHERE)
    return found


def next_failure(world: World, task: Task) -> TaskFailure | None:
    """The failure that is in store for a new task; it counts as having struck."""
    for failure in failures(world):
        if failure.concerns(task):
            failure.struck += 1
            return failure
    return None


@admin.endpoint("POST", "tasks")
def tasks(emulator: Emulator, body: admin.Body) -> Any:
    """{"service": name, "fail": kind, "times": n, ...}: fail its next tasks. {"clear": true}: no more failures."""
    known = failures(emulator.world)
    if body.get("clear"):
        for failure in known:
            failure.cleared = True
        known.clear()
    else:
        known.append(TaskFailure(**body))
    return {"failures": [dataclasses.asdict(failure) for failure in known]}


@admin.endpoint("GET", "tasks")
def list_failures(emulator: Emulator, body: admin.Body) -> Any:
    """What was asked for, and how often it has struck."""
    return {"failures": [dataclasses.asdict(failure) for failure in failures(emulator.world)]}
