# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Structures reduced to what they mean.

What a user writes and what AWS gives back differ in form: AWS adds its defaults and empty lists, and orders as it
likes. Two structures mean the same when they are equal after this.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True)
class Rules:
    """Everything by the name of the field that holds it."""

    # Per structure: what AWS assumes for a field that is not given.
    defaults: Mapping[str, Mapping[str, t.Any]]
    # Lists in which the order says nothing.
    sets: frozenset[str]
    # Maps of the user's own, in which an empty value is a value.
    own: frozenset[str]


def reduced(value: t.Any, rules: Rules, name: str = "") -> t.Any:
    if isinstance(value, Mapping):
        if name in rules.own:
            return dict(value)
        defaults = rules.defaults.get(name, {})
        inner = {key: reduced(item, rules, key) for key, item in value.items()}
        return {key: item for key, item in inner.items() if not is_empty(item) and item != defaults.get(key)}
    if isinstance(value, list):
        items = [reduced(item, rules, name) for item in value]
        return sorted(items, key=_sort_key) if name in rules.sets else items
    return value


def is_empty(value: t.Any) -> bool:
    return value is None or value == [] or value == {}


def _sort_key(item: t.Any) -> str:
    return repr(sorted(item.items(), key=str)) if isinstance(item, dict) else str(item)
