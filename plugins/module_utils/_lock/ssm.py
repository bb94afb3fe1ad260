# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A lock as an SSM parameter.

SSM creates a parameter only where none is, but overwrites without a condition. What it does have is an order: every
write gets the next version, and the last hundred can be read. So each write names the write that it goes ``after``, and
is void unless that one is the last that is not void itself. From this order everybody, also two who take over at
once, finds the same holder.
"""

from __future__ import annotations

import typing as t

from ..api import call, call_unless
from .entry import Seen, Value, parsed, text
from .store import age

_READ, _WRITE = "read the stack's lock", "write the stack's lock"
_GONE = ("ParameterNotFound",)


class SsmStore:
    def __init__(self, client: t.Any, name: str, tags: dict[str, str] | None = None) -> None:
        self.client = client
        self.name = name
        self.tags = [{"Key": key, "Value": str(value)} for key, value in (tags or {}).items()]

    def read(self) -> Seen | None:
        answer = call_unless(_GONE, self.client, "get_parameter", _READ, Name=self.name)
        if answer is None:
            return None
        newest = answer["Parameter"]
        value = parsed(newest["Value"])
        if newest["Version"] == 1 or _goes_after(value).get("version") == newest["Version"] - 1:
            return Seen(value, _Place(newest["Version"], newest["Version"]), age(answer, newest["LastModifiedDate"]))
        return self._read_history(answer)

    def create(self, value: Value) -> bool:
        answer = call_unless(
            ("ParameterAlreadyExists",),
            self.client,
            "put_parameter",
            _WRITE,
            Name=self.name,
            Description="Who changes the stack at the moment",
            Type="String",
            Value=text({**value, "after": None}),
            Overwrite=False,
            Tags=self.tags or None,
        )
        return answer is not None

    def replace(self, seen: Seen, value: Value) -> bool:
        place: _Place = seen.version
        after = {"version": place.valid, "write": seen.value.get("write")}
        content = text({**value, "after": after})
        answer = call(self.client, "put_parameter", _WRITE, Name=self.name, Value=content, Overwrite=True)
        if answer["Version"] == place.newest + 1:
            return True
        standing = self.read()
        return standing is not None and standing.value.get("write") == value["write"]

    def remove(self, seen: Seen) -> None:
        call_unless(_GONE, self.client, "delete_parameter", "remove the stack's lock", Name=self.name)

    def _read_history(self, now: dict[str, t.Any]) -> Seen | None:
        answer = call_unless(_GONE, self.client, "get_parameter_history", _READ, Name=self.name)
        if answer is None:
            return None
        versions = answer["Parameters"]
        valid = last_valid(versions)
        place = _Place(max(one["Version"] for one in versions), valid["Version"])
        return Seen(parsed(valid["Value"]), place, age(now, valid["LastModifiedDate"]))


class _Place(t.NamedTuple):
    """The newest version there is, and the newest that is not void."""

    newest: int
    valid: int


def _goes_after(value: Value) -> dict[str, t.Any]:
    after = value.get("after")
    return after if isinstance(after, dict) else {}


def last_valid(versions: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    """The last version that is not void.

    One that goes after the very version before it is valid whatever came earlier: its writer had found that one valid.
    """
    ordered = sorted(versions, key=lambda one: one["Version"])
    valid = ordered[0]
    for one in ordered[1:]:
        after = _goes_after(parsed(one["Value"]))
        if after.get("version") == one["Version"] - 1 or (
            after and after.get("write") == parsed(valid["Value"]).get("write")
        ):
            valid = one
    return valid
