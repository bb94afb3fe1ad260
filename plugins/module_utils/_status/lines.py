# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The status of services as aligned lines for a terminal."""

from __future__ import annotations

import datetime
import typing as t
from collections.abc import Sequence

Facts = dict[str, t.Any]
Row = Sequence[str]

NOTHING = "-"


def lines(services: list[Facts]) -> list[str]:
    """What there is, what is wrong, what is under way, what was before."""
    return [
        *_table(_SERVICES, [row for one in services for row in _service(one)]),
        *_paragraph([f"Problem: {one['name']}: {text}" for one in services for text in one["problems"]]),
        *_paragraph([line for one in services for line in _under_way(one)]),
        "",
        *_table(_TASKS, [_task(one, task) for one in services for task in one["tasks"]]),
        "",
        *_table(_DEPLOYMENTS, [_deployment(one, past) for one in services for past in one["deployments"]]),
    ]


_SERVICES = ("SERVICE", "STATE", "TASKS", "TARGETS", "SCALES", "REVISION", "IMAGE", "PRODUCTION", "TEST")
_TASKS = ("TASK", "SERVICE", "STATUS", "HEALTH", "REVISION", "ZONE", "ADDRESS", "STARTED")
_DEPLOYMENTS = ("DEPLOYMENT", "STATUS", "REVISION", "IMAGE", "STARTED", "ENDED", "REASON")


def _table(head: Row, rows: list[Row]) -> list[str]:
    if not rows:
        return []
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    ]


def _paragraph(found: list[str]) -> list[str]:
    return ["", *found] if found else []


def _service(facts: Facts) -> list[Row]:
    """A line per revision that has tasks, the first with what is the service's own."""
    state = "healthy" if facts["healthy"] else facts["status"].lower() if facts["status"] != "ACTIVE" else "unhealthy"
    own = (facts["name"], state, f"{facts['running']}/{facts['desired']}", _targets(facts), _scaling(facts))
    rows = [_revision(one) for one in facts["revisions"]] or [
        (_number(facts["task_definition"]), _images(facts), NOTHING, NOTHING)
    ]
    return [(*(own if place == 0 else ("", "", "", "", "")), *row) for place, row in enumerate(rows)]


def _revision(revision: Facts) -> Row:
    return (
        _number(revision["task_definition"]),
        _images(revision),
        _percent(revision["production_traffic"]),
        _percent(revision["test_traffic"]),
    )


def _targets(facts: Facts) -> str:
    groups = facts["target_groups"]
    if not groups:
        return NOTHING
    return f"{sum(group['healthy'] for group in groups)}/{sum(len(group['targets']) for group in groups)}"


def _scaling(facts: Facts) -> str:
    limits = facts["autoscaling"]
    if limits is None:
        return NOTHING
    stopped = " suspended" if limits["suspended"] else ""
    return f"{limits['min_capacity']} to {limits['max_capacity']}{stopped}"


def _images(facts: Facts) -> str:
    return " ".join(facts["images"]) or NOTHING


def _percent(weight: float | None) -> str:
    return NOTHING if weight is None else f"{weight:g} %"


def _under_way(facts: Facts) -> list[str]:
    deployment = facts["deployment"]
    if deployment is None:
        return []
    stage = f" at {deployment['stage']}" if deployment["stage"] else ""
    told = f"Under way: {facts['name']}: {deployment['status']}{stage}"
    waits = ", waits for promote or rollback" if deployment["waiting_hooks"] else ""
    return [told + waits]


def _task(facts: Facts, task: Facts) -> Row:
    return (
        task["id"],
        facts["name"],
        task["status"],
        task["health"],
        _number(task["task_definition"]),
        task["zone"] or NOTHING,
        task["address"] or NOTHING,
        _time(task["started_at"]),
    )


def _deployment(facts: Facts, deployment: Facts) -> Row:
    return (
        facts["name"],
        deployment["status"],
        _number(deployment["task_definition"]),
        _images(deployment),
        _time(deployment["created_at"]),
        _time(deployment["finished_at"]),
        deployment["reason"] or NOTHING,
    )


def _number(task_definition: str | None) -> str:
    """The revision's number: the family is the service's."""
    return (task_definition or NOTHING).rpartition(":")[2]


def _time(moment: str | None) -> str:
    """In UTC, to the second."""
    if not moment:
        return NOTHING
    then = datetime.datetime.fromisoformat(moment).astimezone(datetime.UTC)
    return then.strftime("%Y-%m-%d %H:%M:%SZ")
