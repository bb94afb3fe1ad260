# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A thing in the account that is the stack's, or looks as if it were."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterator, Mapping

from .._config.ownership import OWNERSHIP_TAGS, ownership

Tags = Mapping[str, str]


@dataclasses.dataclass(frozen=True, eq=False)
class Resource:
    """``kind`` is the module that manages such a thing, ``id`` what the API takes.

    ``is_owned`` by its tags. What only has a name of the stack's, and nobody's tags, is found too, but never touched.
    ``is_leaving``: AWS is deleting it, or will on a day that is set. ``more`` is what removing it needs to know.
    """

    kind: str
    id: str
    name: str
    tags: Tags = dataclasses.field(default_factory=dict)
    is_owned: bool = True
    is_leaving: bool = False
    more: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" if self.name == self.id else f"{self.kind} {self.name} ({self.id})"

    def view(self) -> dict[str, t.Any]:
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "tags": dict(self.tags),
            "owned": self.is_owned,
            "leaving": self.is_leaving,
        }


@dataclasses.dataclass(frozen=True)
class Stack:
    """Whose things are looked for. ``names`` is preflight_stack.names."""

    project: str
    environment: str
    region: str
    names: Mapping[str, t.Any]

    @property
    def stem(self) -> str:
        """How the names begin that have to be listed to be found. Longer ones are known by ``known_names``."""
        return f"{self.project}-{self.environment}-"

    @property
    def tags(self) -> dict[str, str]:
        return ownership(self.project, self.environment)

    @property
    def known_names(self) -> set[str]:
        return set(_texts(self.names))

    @property
    def service_names(self) -> list[str]:
        return [service["service"] for service in self.names["services"].values()]

    def owns(self, tags: Tags) -> bool:
        return all(tags.get(key) == value for key, value in self.tags.items())

    def may_be(self, name: str) -> bool:
        """Whether it is worth asking for the tags of what is called so."""
        return name.startswith(self.stem) or name in self.known_names

    def judged(self, resource: Resource) -> Resource | None:
        """The resource as the stack's, as one that nobody claims though it has the stack's name, or None."""
        if self.owns(resource.tags):
            return dataclasses.replace(resource, is_owned=True)
        unclaimed = not any(key in resource.tags for key in OWNERSHIP_TAGS)
        if unclaimed and resource.name in self.known_names:
            return dataclasses.replace(resource, is_owned=False)
        return None


def _texts(value: t.Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)
