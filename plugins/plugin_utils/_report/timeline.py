# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How production traffic came to the new revision of a deployment.

ECS tells when a deployment began and ended, how it was configured, and what share the new revision has now. When each
share was reached it tells nobody afterwards, so that is derived, and what cannot be derived is left open.
"""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

Facts = t.Mapping[str, t.Any]

ALL = 100.0
_ROLLED_BACK = ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
_RUNNING = ("PENDING", "IN_PROGRESS", "STOP_REQUESTED")

TOLD = "The share of this moment is what ECS tells; not since when: the dashed line is the earliest that can be."
FROM_THE_END = (
    "Reckoned back from the end of the deployment by its configured steps and bake time. Hooks, pauses and the time "
    "that AWS itself takes between the steps moved them to earlier."
)
WITH_THE_TASKS = (
    "A rolling deployment: traffic moved with the tasks, from its begin to its end; the line is no measurement."
)
WENT_BACK = (
    "It was rolled back. How much traffic the new revision had by then, AWS does not tell afterwards: the dashed line "
    "is the most that it can have had, by its configured steps."
)
NOT_TOLD = "AWS tells no configuration for it, so that only its begin and its end are known."
FAILED = "It ended without success. How much traffic the new revision had, AWS does not tell afterwards."
FIRST = "The first deployment of the service: there was nothing to move traffic away from."
NOT_BEGUN = "It has not begun yet."


class Point(t.NamedTuple):
    """After so many minutes the new revision has so much traffic; none: nobody knows."""

    minute: float
    percent: float | None


@dataclasses.dataclass(frozen=True)
class Timeline:
    """``at_most``: what the new revision can have had at most, where the points leave it open."""

    points: list[Point]
    at_most: list[Point]
    note: str
    minutes: float


def timeline(deployment: Facts, now: datetime.datetime) -> Timeline:
    """The minutes are those since the deployment began."""
    begin = moment(deployment["started_at"] or deployment["created_at"])
    if begin is None:
        return Timeline([], [], NOT_BEGUN, 0.0)
    end = moment(deployment["finished_at"]) or now
    minutes = max((end - begin).total_seconds() / 60, 0.0)
    points, note = _points(deployment, minutes)
    return Timeline(points, _at_most(deployment, begin, minutes), note, minutes)


def moment(text: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None


def _points(deployment: Facts, minutes: float) -> tuple[list[Point], str]:
    status = deployment["status"]
    if status in _RUNNING:
        share = deployment["production_traffic"]
        known = [Point(0, 0), Point(minutes, 0), Point(minutes, share)] if share is not None else [Point(0, 0)]
        return known, TOLD
    if status in _ROLLED_BACK:
        return _gone_back(deployment, minutes), WENT_BACK
    if status != "SUCCESSFUL":
        return [Point(0, 0)], FAILED
    if deployment["strategy"] is None:
        return [Point(0, 0), Point(minutes / 2, None), Point(minutes, ALL)], NOT_TOLD
    if deployment["is_first"]:
        return [Point(0, 0), Point(minutes, 0), Point(minutes, ALL)], FIRST
    if deployment["strategy"] == "ROLLING":
        return [Point(0, 0), Point(minutes, ALL)], WITH_THE_TASKS
    return _stairs(_reached(deployment, minutes), minutes), FROM_THE_END


def _at_most(deployment: Facts, begin: datetime.datetime, minutes: float) -> list[Point]:
    """By its steps, if nothing else had taken any time."""
    if not deployment["strategy"] or deployment["strategy"] == "ROLLING" or deployment["is_first"]:
        return []
    if deployment["status"] in _RUNNING:
        return _earliest(deployment, minutes, deployment["production_traffic"] or 0.0)
    turned = moment(deployment["rollback_started_at"])
    if deployment["status"] not in _ROLLED_BACK or turned is None:
        return []
    until = (turned - begin).total_seconds() / 60
    return [*_earliest(deployment, until, ALL), Point(minutes, 0)]


def _earliest(deployment: Facts, minutes: float, share: float) -> list[Point]:
    at, reached = 0.0, []
    for step in deployment["traffic_steps"]:
        reached.append(Point(at, min(step["percent"], share)))
        at += step["minutes"]
    reached.append(Point(at, share))
    return _stairs([one for one in reached if one.minute <= minutes], minutes)


def _gone_back(deployment: Facts, minutes: float) -> list[Point]:
    """Nothing is known between the begin and the end; while it goes back, not even the end."""
    known = [Point(0, 0), Point(minutes / 2, None)]
    return [*known, Point(minutes, 0)] if deployment["status"] == "ROLLBACK_SUCCESSFUL" else known


def _reached(deployment: Facts, minutes: float) -> list[Point]:
    """When each share was reached, at the latest: the last thing that takes time is the bake with all traffic."""
    at = minutes - deployment["bake_minutes"]
    found = [Point(max(at, 0.0), ALL)]
    for step in reversed(deployment["traffic_steps"]):
        at -= step["minutes"]
        found.append(Point(max(at, 0.0), step["percent"]))
    return found[::-1]


def _stairs(reached: list[Point], minutes: float) -> list[Point]:
    points, before = [Point(0, 0)], 0.0
    for minute, percent in reached:
        points += [Point(minute, before), Point(minute, percent)]
        before = percent or 0.0
    return [*points, Point(minutes, before)]
