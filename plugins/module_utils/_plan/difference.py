# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What differs between two states of a resource, as paths with their values before and after."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

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

Item = Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Field:
    """None is a value that is not there. Of a list, ``path[+]`` and ``path[-]`` are items that come and go."""

    path: str
    before: t.Any = None
    after: t.Any = None

    def as_dict(self) -> dict[str, t.Any]:
        return dataclasses.asdict(self)


def difference(before: t.Any, after: t.Any) -> list[Field]:
    return _compare((), before, after)


def _compare(path: tuple[str, ...], before: t.Any, after: t.Any) -> list[Field]:
    if before == after or (_is_nothing(before) and _is_nothing(after)):
        return []
    if _are(Mapping, before, after):
        return _compare_keys(path, before or {}, after or {})
    if _are((list, tuple), before, after):
        return _compare_items(path, before or [], after or [])
    return [_field(path, "", before, after)]


def _is_nothing(value: t.Any) -> bool:
    return value is None or value == {} or value == []


def _are(kind: type | tuple[type, ...], before: t.Any, after: t.Any) -> bool:
    """Whether both are of this kind, or one is and the other is nothing."""
    return all(isinstance(value, kind) for value in (before, after) if not _is_nothing(value))


def _compare_keys(path: tuple[str, ...], before: Item, after: Item) -> list[Field]:
    keys = [*after, *(key for key in before if key not in after)]
    return [field for key in keys for field in _compare((*path, str(key)), before.get(key), after.get(key))]


def _compare_items(path: tuple[str, ...], before: Sequence[t.Any], after: Sequence[t.Any]) -> list[Field]:
    identity = _identity(before, after)
    if identity:
        return _compare_keys(path, _by_name(before, identity), _by_name(after, identity))
    removed = [item for item in before if before.count(item) > after.count(item)]
    added = [item for item in after if after.count(item) > before.count(item)]
    if len(removed) == len(added) == 1 and _are_alike(removed[0], added[0]):
        place = f"{''.join(path[-1:])}[{after.index(added[0])}]"
        return _compare((*path[:-1], place), removed[0], added[0])
    fields = [_field(path, "[-]", item, None) for item in removed]
    fields += [_field(path, "[+]", None, item) for item in added]
    return fields or [_field(path, "", before, after)]


def _are_alike(before: t.Any, after: t.Any) -> bool:
    """One changed item, rather than one that went and another that came. An item's name may say that it is a secret,
    and would be lost on the way to its fields."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping) or "name" in before:
        return False
    return any(item in after.items() for item in before.items())


def _identity(*lists: Sequence[t.Any]) -> str | None:
    """The key by which the items are named, in all the lists and without two of the same name in one."""
    for key in IDENTITIES:
        names = [[item.get(key) if isinstance(item, Mapping) else None for item in items] for items in lists]
        if all(_are_names(one) for one in names):
            return key
    return None


def _are_names(values: list[t.Any]) -> bool:
    return all(isinstance(value, str) and value for value in values) and len(set(values)) == len(values)


def _by_name(items: Sequence[Item], identity: str) -> dict[str, t.Any]:
    return {item[identity]: _content(item, identity) for item in items}


def _content(item: Item, identity: str) -> t.Any:
    rest = {key: inner for key, inner in item.items() if key != identity}
    return next(iter(rest.values())) if len(rest) == 1 and next(iter(rest)) in VALUES else rest


def _field(path: tuple[str, ...], mark: str, before: t.Any, after: t.Any) -> Field:
    return Field(".".join(path) + mark, shown(path, before), shown(path, after))
