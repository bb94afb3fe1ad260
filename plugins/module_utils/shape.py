# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The shapes of things: between Ansible's snake_case and the API's camelCase, and what a change would make of them.

Comparison works on one form. ``overlay`` lays what the user set over what AWS has, so whatever the user did not set
stays; a field is changed when the result differs from what AWS has.
"""

from __future__ import annotations

import datetime
import functools
import typing as t
from collections.abc import Collection, Mapping

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict

# Of the items in a list of structures, the key that says which is which. Such items keep what the user left unset.
Identities = Mapping[str, str]


def prune(value: t.Any) -> t.Any:
    """Without the options that were not set, at any depth."""
    if isinstance(value, Mapping):
        return {key: prune(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [prune(inner) for inner in value if inner is not None]
    return value


def camel(value: t.Any, raw: Collection[str] = ()) -> t.Any:
    """In the API's names. The contents of the keys in ``raw`` are the user's own and stay as they are."""
    if isinstance(value, Mapping):
        return {_camel_name(key): inner if key in raw else camel(inner, raw) for key, inner in value.items()}
    if isinstance(value, list):
        return [camel(inner, raw) for inner in value]
    return value


def _camel_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def snake(value: t.Any, raw: Collection[str] = ()) -> t.Any:
    """In Ansible's names, with times as text. ``raw`` are keys in the API's names whose contents stay as they are."""
    if isinstance(value, Mapping):
        return {_snake_name(key): inner if key in raw else snake(inner, raw) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [snake(inner, raw) for inner in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value


@functools.cache
def _snake_name(name: str) -> str:
    """By Ansible's rules, one name at a time: its own walk forgets inside lists what is to stay as it is."""
    return next(iter(camel_dict_to_snake_dict({name: None})))


def overlay(current: t.Any, desired: t.Any, identities: Identities | None = None, name: str = "") -> t.Any:
    """What ``current`` becomes when ``desired`` is set on it."""
    identities = identities or {}
    if isinstance(current, Mapping) and isinstance(desired, Mapping):
        merged = {key: overlay(current.get(key), inner, identities, key) for key, inner in desired.items()}
        return {**current, **merged}
    if name in identities and isinstance(current, list) and isinstance(desired, list):
        known = {item.get(identities[name]): item for item in current}
        return [overlay(known.get(item.get(identities[name])), item, identities) for item in desired]
    return desired


def changed_keys(before: Mapping[str, t.Any], after: Mapping[str, t.Any]) -> list[str]:
    return [key for key in after if before.get(key) != after[key]]
