# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What a run has learned so far: what AWS calls which resource, and what was there before the run."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from collections.abc import Iterator, Mapping

from ..module import is_known

_BALANCER_IN_ARN = re.compile(r":(?:loadbalancer|listener|listener-rule)/(?:app|net)/([^/]+)/")

# The keys under which objects carry their own identifier.
_IDENTIFIERS = ("nat_gateway_id", "allocation_id", "public_ip", "group_id", "route_table_id", "id")


@dataclasses.dataclass
class Known:
    """``before`` are the identifiers of resources that were there before the run changed anything."""

    names: dict[str, str] = dataclasses.field(default_factory=dict)
    before: set[str] = dataclasses.field(default_factory=set)
    # The load balancer's ARN and the port, by the listener's ARN, or what stands for it in check mode.
    listeners: dict[str, tuple[str, int]] = dataclasses.field(default_factory=dict)
    # The load balancer that has no ARN yet.
    new_balancer: str = ""

    def learn(self, value: t.Any) -> None:
        """Names of what occurs in a result."""
        for item in _mappings(value):
            self._learn_name(item)
            if item.get("listener_arn") and item.get("port"):
                self.listeners[str(item["listener_arn"])] = (str(item.get("load_balancer_arn")), item["port"])
            if item.get("load_balancer_name") and not is_known(item.get("load_balancer_arn")):
                self.new_balancer = str(item["load_balancer_name"])

    def _learn_name(self, item: Mapping[str, t.Any]) -> None:
        tags = item.get("tags")
        name = item.get("group_name") or (tags.get("Name") if isinstance(tags, Mapping) else None)
        if name:
            self.names.update({str(item[key]): str(name) for key in _IDENTIFIERS if item.get(key)})

    def was_there(self, value: t.Any, without: str = "") -> None:
        """Whatever a state from before the run refers to was there as well. ``without`` is a key to pass over."""
        self.before.update(_texts(value, without))

    def name_of(self, identifier: t.Any) -> str:
        return self.names.get(str(identifier), "") if identifier else ""

    def balancer(self, arn: t.Any) -> str:
        """The load balancer's name by its ARN or that of one of its listeners. What has no ARN yet is the new one."""
        match = _BALANCER_IN_ARN.search(str(arn))
        return match[1] if match else self.new_balancer

    def listener(self, arn: t.Any) -> str:
        """A listener, as balancer:port."""
        balancer, port = self.listeners.get(str(arn), (arn, "?"))
        return f"{self.balancer(balancer)}:{port}"


def _mappings(value: t.Any) -> Iterator[Mapping[str, t.Any]]:
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from _mappings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _mappings(inner)


def _texts(value: t.Any, without: str) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key != without:
                yield str(key)
                yield from _texts(inner, without)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner, without)
