# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What differs between two states of a resource, as paths with their values before and after."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from .secrecy import shown

# By these keys the items of a list are told apart, so that a changed item is not taken for another one.
IDENTITIES = (
    "name",
    "Name",
    "key",
    "Key",
    "Sid",
    "sid",
    "portName",
    "port_name",
    "container_name",
    "capacity_provider",
    "field",
    "type",
)
# Of an item that is nothing but a name and one of these, the path ends at the name.
VALUES = ("value", "Value", "valueFrom", "value_from")


@dataclasses.dataclass(frozen=True)
class Field:
    """None is a value that is not there. Of a list, ``path[+]`` and ``path[-]`` are an item that comes or goes."""

    path: str
    before: t.Any = None
    after: t.Any = None

    def as_dict(self) -> dict[str, t.Any]:
        return dataclasses.asdict(self)


def difference(before: t.Any, after: t.Any) -> list[Field]:
    return _compare((), _keyed(before), _keyed(after))


def _keyed(value: t.Any) -> t.Any:
    """The same structure, with lists of named items as mappings."""
    if isinstance(value, Mapping):
        return {str(key): _keyed(inner) for key, inner in value.items()}
    if not isinstance(value, (list, tuple)):
        return value
    identity = _identity(value)
    if identity is None:
        return [_keyed(item) for item in value]
    return {str(item[identity]): _content(item, identity) for item in value}


def _identity(items: t.Sequence[t.Any]) -> str | None:
    if not items or not all(isinstance(item, Mapping) for item in items):
        return None
    for key in IDENTITIES:
        names = [item.get(key) for item in items]
        if all(isinstance(name, str) and name for name in names) and len(set(names)) == len(names):
            return key
    return None


def _content(item: Mapping[str, t.Any], identity: str) -> t.Any:
    rest = {key: inner for key, inner in item.items() if key != identity}
    if len(rest) == 1 and next(iter(rest)) in VALUES:
        return _keyed(next(iter(rest.values())))
    return _keyed(rest)


def _compare(path: tuple[str, ...], before: t.Any, after: t.Any) -> list[Field]:
    if before == after or (_is_nothing(before) and _is_nothing(after)):
        return []
    if _are(Mapping, before, after):
        was, becomes = before or {}, after or {}
        keys = [*becomes, *(key for key in was if key not in becomes)]
        return [field for key in keys for field in _compare((*path, key), was.get(key), becomes.get(key))]
    if _are(list, before, after):
        items = _compare_items(path, before or [], after or [])
        if items:
            return items
    return [_field(path, "", before, after)]


def _is_nothing(value: t.Any) -> bool:
    return value is None or value == {} or value == []


def _are(kind: type, before: t.Any, after: t.Any) -> bool:
    """Whether both are of this kind, or one is and the other is nothing."""
    return all(isinstance(value, kind) for value in (before, after) if not _is_nothing(value))


def _compare_items(path: tuple[str, ...], before: list[t.Any], after: list[t.Any]) -> list[Field]:
    removed = [_field(path, "[-]", item, None) for item in before if before.count(item) > after.count(item)]
    added = [_field(path, "[+]", None, item) for item in after if after.count(item) > before.count(item)]
    return removed + added


def _field(path: tuple[str, ...], mark: str, before: t.Any, after: t.Any) -> Field:
    return Field(".".join(path) + mark, shown(path, before), shown(path, after))
