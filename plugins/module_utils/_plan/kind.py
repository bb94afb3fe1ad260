# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What has to be known of a module to read a resource's change from the result of its task."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable, Mapping

from .known import Known

Args = Mapping[str, t.Any]
Result = Mapping[str, t.Any]
# The resource before and after the task, None where it is absent.
States = tuple[t.Any, t.Any]


@dataclasses.dataclass(frozen=True)
class Seen:
    """What a task was asked, and what it answered. ``args`` may hold secrets: only what a kind names is ever shown."""

    module: str
    args: Args
    result: Result
    task: str
    changed: bool = False
    failed: bool = False
    check_mode: bool = False
    no_log: bool = False

    @property
    def short_name(self) -> str:
        return self.module.rpartition(".")[2]

    @property
    def is_removal(self) -> bool:
        return self.args.get("state") == "absent"


@dataclasses.dataclass(frozen=True)
class Effects:
    """Beyond the fields: what restarts, what is replaced."""

    restarts: str = ""
    replaces: str = ""


@dataclasses.dataclass(frozen=True)
class Kind:
    name: Callable[[Seen, Known], str]
    # Whether the resource was there before the task. None: the result does not tell.
    existed: Callable[[Seen], bool | None] = lambda seen: None
    # None: the result does not tell.
    states: Callable[[Seen, Known], States | None] = lambda seen, known: None
    effects: Callable[[Seen, States | None], Effects] = lambda seen, states: Effects()
    # AWS's identifier of the resource, and those of what it stands in.
    identity: Callable[[Seen], str | None] = lambda seen: None
    parents: Callable[[Seen], list[str]] = lambda seen: []
    # The options that are shown of a new resource whose state is not told; never one that may hold a secret.
    facts: tuple[str, ...] = ()


def at(value: t.Any, path: str) -> t.Any:
    """What is at a dotted path, or None."""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def by(*paths: str) -> Callable[[Seen, Known], str]:
    """Named by the first of these options that is set."""

    def name(seen: Seen, known: Known) -> str:
        values = (at(seen.args, path) for path in paths)
        return next((str(value) for value in values if value), "")

    return name


def answered(path: str) -> Callable[[Seen], str | None]:
    """Identified by what stands at this path of the result."""
    return lambda seen: at(seen.result, path)


def answered_all(*paths: str) -> Callable[[Seen], list[str]]:
    return lambda seen: [value for value in (at(seen.result, path) for path in paths) if value]


def by_diff(seen: Seen) -> States | None:
    """The states that the module itself shows as its diff. Some modules show a list of them."""
    diff = seen.result.get("diff")
    if isinstance(diff, list):
        diff = diff[0] if diff else None
    if not isinstance(diff, Mapping) or "before" not in diff or "after" not in diff:
        return None
    return diff["before"] or None, diff["after"] or None


def is_absent(state: t.Any) -> bool:
    """Nothing, or a resource of which nothing is set."""
    return not state or (isinstance(state, Mapping) and all(is_absent(value) for value in state.values()))
