# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Where everything is: the availability zones with their subnets, and in each what was found there."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from .found import Facts, Found, Resource, name_of

_DEFAULT = "0.0.0.0/0"


def zones(found: Found) -> list[Facts]:
    """Only subnets of the stack: a VPC that was there before may have many others."""
    used = set(found.stack_subnets) | {one["subnet"] for one in found.placed() if one["subnet"]}
    subnets = [one for one in found.subnets if one["subnet_id"] in used]
    names = sorted({one["availability_zone"] for one in subnets})
    return [
        {"name": zone, "subnets": [_subnet(one, found) for one in _in_order(subnets, zone, found)]} for zone in names
    ]


def _in_order(subnets: list[Resource], zone: str, found: Found) -> list[Resource]:
    here = [one for one in subnets if one["availability_zone"] == zone]
    return sorted(here, key=lambda one: (not way_out(one["subnet_id"], found).startswith("igw-"), one["cidr_block"]))


def _subnet(subnet: Resource, found: Found) -> Facts:
    out = way_out(subnet["subnet_id"], found)
    kind = "public" if out.startswith("igw-") else "private"
    return {
        "id": subnet["subnet_id"],
        "name": name_of(subnet, subnet["subnet_id"]),
        "cidr": subnet["cidr_block"],
        "kind": kind,
        "way_out": out,
        "residents": [one for one in found.placed() if one["subnet"] == subnet["subnet_id"]],
    }


def way_out(subnet: str, found: Found) -> str:
    """The id of what the default route leads to; a subnet without a table of its own has the main one."""
    tables = list(found.route_tables)
    own = next((one for one in tables if any(use.get("subnet_id") == subnet for use in _uses(one))), None)
    table = own or next((one for one in tables if any(use.get("main") for use in _uses(one))), None)
    return next(_targets(table), "") if table else ""


def _uses(table: Resource) -> list[Mapping[str, t.Any]]:
    return table.get("associations") or []


def _targets(table: Resource) -> Iterator[str]:
    for route in table.get("routes") or []:
        if route.get("destination_cidr_block") == _DEFAULT:
            yield route.get("nat_gateway_id") or route.get("gateway_id") or ""
