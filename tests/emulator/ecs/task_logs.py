"""What containers write: a log stream for each, with a line when it starts and the last words when it fails."""

from __future__ import annotations

from typing import Any

from moto.logs.models import logs_backends

from .state import Ecs
from .task import Container, Task

LAST_WORDS = {
    "memory": ["allocation failed: the container has used all of its memory"],
    "exit": ["Error: the configuration is not valid", "exiting with code 1"],
    "health": ["GET /v1/health 500"],
    "target_health": ["GET /v1/health 503"],
}


def started(ecs: Ecs, task: Task) -> None:
    for container in task.containers:
        _write(ecs, task, container, [f"{container.name} started"])


def failing(ecs: Ecs, task: Task) -> None:
    """The essential container says what is wrong, in the words that were asked for or in some of our own."""
    if task.failure is None or task.failure.cleared:
        return
    container = next(one for one in task.containers if one.definition["essential"])
    _write(ecs, task, container, task.failure.log or LAST_WORDS.get(task.failure.fail, []))


def _write(ecs: Ecs, task: Task, container: Container, lines: list[str]) -> None:
    logging = container.definition.get("logConfiguration") or {}
    options = logging.get("options") or {}
    region = options.get("awslogs-region") or ecs.region
    groups: dict[str, Any] = logs_backends[ecs.account][region].groups
    group = groups.get(options.get("awslogs-group", ""))
    if logging.get("logDriver") != "awslogs" or group is None or not lines:
        return
    stream = f"{options.get('awslogs-stream-prefix', '')}/{container.name}/{task.id}".lstrip("/")
    if stream not in group.streams:
        group.create_log_stream(stream)
    group.put_log_events(stream, [{"timestamp": int(ecs.now * 1000), "message": line} for line in lines])
