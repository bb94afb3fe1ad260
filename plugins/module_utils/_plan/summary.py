# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A record in figures and as data."""

from __future__ import annotations

import typing as t
from collections.abc import Collection

from .change import ADD, CHANGE, DESTROY, Change
from .record import HostRecord, Record

ACTIONS = (ADD, CHANGE, DESTROY)


def counts(changes: list[Change]) -> dict[str, int]:
    return {action: sum(change.action == action for change in changes) for action in ACTIONS}


def summary(host: HostRecord) -> dict[str, t.Any]:
    """What a host's run comes to: figures, and what is disturbed by it."""
    changes = host.changes()
    return {
        "mode": "plan" if host.is_plan else "applied",
        **counts(changes),
        "restarts": [f"{change.type} {change.name}" for change in changes if change.restarts],
        "replaces": [f"{change.type} {change.name}" for change in changes if change.replaces],
    }


def document(record: Record, failed: Collection[str]) -> dict[str, t.Any]:
    """The whole record as data. ``failed`` are hosts whose run did not reach its end."""
    return {
        "hosts": {
            name: {
                "summary": summary(host),
                "complete": name not in failed,
                "changes": [change.as_dict() for change in host.changes()],
            }
            for name, host in record.touched().items()
        }
    }
