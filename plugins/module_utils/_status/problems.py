# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What is wrong with a service now, in sentences; nothing when it does its work.

A deployment that was rolled back is history, and one that is under way is no fault: neither is told here.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

Facts = dict[str, t.Any]

# A target on its way in or out says nothing about the service.
_PASSING = ("initial", "draining", "unused")


def problems(facts: Facts) -> list[str]:
    if facts["status"] == "MISSING":
        return ["the service does not exist"]
    if facts["status"] != "ACTIVE":
        return [f"the service is {facts['status']}"]
    return [*_tasks(facts), *_targets(facts)]


def _tasks(facts: Facts) -> Iterator[str]:
    if facts["running"] < facts["desired"]:
        yield f"{facts['running']} of {facts['desired']} tasks are running"
    for task in facts["tasks"]:
        if task["health"] == "UNHEALTHY":
            yield f"task {task['id']} is unhealthy"


def _targets(facts: Facts) -> Iterator[str]:
    """Of the two groups between which traffic is shifted, one serves and the other is empty most of the time."""
    groups = facts["target_groups"]
    if groups and facts["desired"] and not any(group["healthy"] for group in groups):
        yield f"no target of {' or '.join(group['name'] for group in groups)} is healthy"
    for group in groups:
        for target in group["targets"]:
            if target["state"] not in ("healthy", *_PASSING):
                why = target["description"] or target["reason"]
                yield f"target {target['target']} of {group['name']} is {target['state']}{f': {why}' if why else ''}"
