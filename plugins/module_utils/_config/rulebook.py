# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How rules between variables are written down, and how they are run.

A rule names the variables it ``needs``. It does not run when one of them is at fault already, so that one mistake gives
one fault and not a tail of others.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable, Iterable, Iterator, Mapping

from .faults import PREFIX, Fault

Config = Mapping[str, t.Any]
Check = Callable[[Config], Iterator[Fault]]


@dataclasses.dataclass(frozen=True)
class Rule:
    needs: tuple[str, ...]
    check: Check


class RuleBook:
    """The rules of one topic."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def needs(self, *paths: str) -> Callable[[Check], Check]:
        def add(check: Check) -> Check:
            self.rules.append(Rule(paths, check))
            return check

        return add


def _overlaps(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def is_faulted(path: str, faults: Iterable[Fault]) -> bool:
    """Whether ``path``, a part of it or something that contains it is at fault."""
    return any(_overlaps(PREFIX + path, one.variable) for one in faults)


def run_rules(rules: Iterable[Rule], config: Config, faults: Iterable[Fault]) -> list[Fault]:
    """What the rules find, beside the ``faults`` that are known."""
    known = list(faults)
    return [
        found
        for rule in rules
        if not any(is_faulted(path, known) for path in rule.needs)
        for found in rule.check(config)
    ]
