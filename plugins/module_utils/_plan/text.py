# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A record as a person reads it in a terminal."""

from __future__ import annotations

import json
import typing as t

from ..module import is_known
from .change import ADD, CHANGE, DESTROY, Change
from .difference import Field
from .record import HostRecord
from .summary import counts

SIGNS = {ADD: "+", CHANGE: "~", DESTROY: "-"}
NOTHING = "No changes. The stack matches the configuration."

WIDTH = 110
_VALUE_WIDTH = 90
_DIGEST_VALUE_WIDTH = 48
_NOT_IN_DIGEST = ("tags.", "Version")
_DONE = {ADD: "added", CHANGE: "changed", DESTROY: "destroyed"}


class Line(t.NamedTuple):
    """``action`` gives the colour; a line without one has none."""

    text: str
    action: str | None = None


def lines(host: HostRecord, is_complete: bool = True) -> list[Line]:
    """The changes, one after the other, and what they come to."""
    changes = host.changes()
    if not changes and is_complete:
        return [Line(NOTHING)]
    found = [line for change in changes for line in _change(change)]
    return [*found, *([Line("")] if found else []), *(Line(text) for text in _closing(host, changes, is_complete))]


def _change(change: Change) -> list[Line]:
    action = change.action or CHANGE
    notes = [
        f"restarts: {change.restarts}" if change.restarts else "",
        f"replaces: {change.replaces}" if change.replaces else "",
        "failed" if change.failed else "",
    ]
    marks = "".join(f"  [{note}]" for note in notes if note)
    head = Line(f"  {SIGNS[action]} {change.type} {change.name}{marks}", action)
    return [head, *(Line(f"      {text}", action) for text in _details(change))]


def _details(change: Change) -> list[str]:
    if change.action == DESTROY:
        return []
    if change.managed and change.action == CHANGE:
        return [_cut(f"sets {', '.join(change.managed)}", WIDTH)]
    if change.action == ADD:
        digest = _digest(change)
        return [digest] if digest else []
    return [_field(field) for field in change.fields]


def _digest(change: Change) -> str:
    """Of a new resource, what is short enough for one line: the outermost first, what is not known yet last."""
    told: dict[str, list[str]] = {}
    for field in sorted(change.fields, key=lambda field: (not is_known(field.after), field.path.count("."))):
        value = _value(field.after)
        is_known_already = field.path == "name" or value == change.name
        if not field.path.startswith(_NOT_IN_DIGEST) and not is_known_already and len(value) <= _DIGEST_VALUE_WIDTH:
            told.setdefault(field.path.removesuffix("[+]"), []).append(value)
    parts = (f"{'.'.join(path.split('.')[-2:])} {' '.join(dict.fromkeys(values))}" for path, values in told.items())
    return _cut(", ".join(parts), WIDTH)


def _field(field: Field) -> str:
    if field.before is None:
        return f"+ {field.path}: {_value(field.after)}"
    if field.after is None:
        return f"- {field.path}: {_value(field.before)}"
    before, after = _without_place(field.before), _without_place(field.after)
    if before == after:
        before, after = field.before, field.after
    return f"~ {field.path}: {_value(before)} → {_value(after)}"


def _without_place(value: t.Any) -> t.Any:
    """An ARN without partition, service, region and account, which hardly ever change."""
    return value.split(":", 5)[-1] if isinstance(value, str) and value.startswith("arn:") else value


def _value(value: t.Any) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=str)
    return _cut(" ".join(text.split()), _VALUE_WIDTH)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip(' ,')}…"


def _closing(host: HostRecord, changes: list[Change], is_complete: bool) -> list[str]:
    figures = counts(changes)
    if host.is_plan:
        told = ", ".join(f"{figures[action]} to {action}" for action in SIGNS)
        start = "Plan: " if is_complete else "Plan, incomplete because the run failed: "
    else:
        told = ", ".join(f"{figures[action]} {_DONE[action]}" for action in SIGNS)
        start = "Applied: " if is_complete else "Applied before the run failed: "
    closing = [start + told]
    for what, effects in (("Restarts", "restarts"), ("Replaces", "replaces")):
        names = [f"{change.type} {change.name}" for change in changes if getattr(change, effects)]
        if names:
            closing.append(f"{what}: {', '.join(names)}")
    return closing
