"""Taking Fargate Spot capacity back: POST /_emulator/spot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import admin
from . import lifecycle
from .state import ecs_of
from .task import Task

if TYPE_CHECKING:
    from ..server import Emulator

SPOT = "FARGATE_SPOT"
CODE, REASON = "SpotInterruption", "Your Spot Task was interrupted."


@admin.endpoint("POST", "spot")
def interrupt(emulator: Emulator, body: admin.Body) -> Any:
    """{"account": id, "region": name, "service": name}: AWS takes the capacity of its tasks on FARGATE_SPOT back."""
    emulator.world.tick()
    ecs = ecs_of(emulator.world, body.get("account", "123456789012"), body.get("region", "us-east-1"))

    def concerned(task: Task) -> bool:
        service = body.get("service")
        return task.provider == SPOT and task.is_active and service in (None, task.group.removeprefix("service:"))

    taken = [task for task in ecs.tasks.values() if concerned(task)]
    for task in taken:
        # ECS takes it out of the load balancer and sends SIGTERM, as it does with every task that stops.
        lifecycle.stop(ecs, task, CODE, REASON)
        if task.service is not None:
            task.service.wake()
    emulator.world.tick()
    return {"interrupted": [task.arn for task in taken]}
