# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""One resource, and what becomes of it."""

from __future__ import annotations

import dataclasses
import typing as t

from .difference import Field

ADD, CHANGE, DESTROY = "add", "change", "destroy"


@dataclasses.dataclass
class Change:
    """``action`` is None as long as it is not known whether the resource existed before."""

    type: str
    name: str
    action: str | None
    task: str
    fields: list[Field] = dataclasses.field(default_factory=list)
    # What it is like, told as its fields if it turns out to be new and nothing else is known of it.
    facts: list[Field] = dataclasses.field(default_factory=list)
    # The options that the task sets, where it cannot be told which of them differ.
    managed: list[str] = dataclasses.field(default_factory=list)
    # What makes tasks start anew, and what is replaced by another; empty when nothing is.
    restarts: str = ""
    replaces: str = ""
    failed: bool = False
    # What AWS calls it, and what it stands in: by these it is found out whether it was there before.
    identity: str | None = None
    parents: list[str] = dataclasses.field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        return self.type, self.name

    def as_dict(self) -> dict[str, t.Any]:
        return {
            "type": self.type,
            "name": self.name,
            "action": self.action,
            "fields": [field.as_dict() for field in self.fields],
            "managed": self.managed,
            "restarts": self.restarts,
            "replaces": self.replaces,
            "failed": self.failed,
            "task": self.task,
        }


def settled(change: Change, was_there: bool) -> Change:
    """The change when it is known whether the resource was there before."""
    action = change.action or (CHANGE if was_there else ADD)
    if action != ADD:
        return dataclasses.replace(change, action=action)
    return dataclasses.replace(change, action=action, fields=change.fields or change.facts, managed=[])


def merged(first: Change, then: Change) -> Change:
    """Both as one, when two tasks change the same resource."""
    both = dataclasses.replace(
        first,
        action=_action(first.action, then.action),
        fields=_merged_fields(first.fields, then.fields),
        facts=_merged_fields(first.facts, then.facts),
        managed=list(dict.fromkeys([*first.managed, *then.managed])),
        restarts=_joined(first.restarts, then.restarts),
        replaces=_joined(first.replaces, then.replaces),
        failed=then.failed,
        identity=first.identity or then.identity,
        parents=[*first.parents, *then.parents],
    )
    if (first.action, then.action) == (DESTROY, ADD):
        both.replaces = _joined(both.replaces, "deleted and made anew")
    return both


def _action(first: str | None, then: str | None) -> str | None:
    if first == DESTROY:
        return DESTROY if then == DESTROY else CHANGE
    if then == DESTROY or first is None:
        return then
    return first


def _joined(first: str, then: str) -> str:
    return "; ".join(dict.fromkeys(text for text in (first, then) if text))


def _merged_fields(first: list[Field], then: list[Field]) -> list[Field]:
    """A field that changes twice goes from its first value to its last. Items of lists come and go each for itself."""
    result = {_key(field): field for field in first}
    for field in then:
        known = result.get(_key(field))
        result[_key(field)] = dataclasses.replace(field, before=known.before) if known else field
    return list(result.values())


def _key(field: Field) -> tuple[str, str]:
    is_item = field.path.endswith(("[+]", "[-]"))
    return field.path, repr((field.before, field.after)) if is_item else ""
