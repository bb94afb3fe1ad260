# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Of the subnets that an endpoint could have, those that AWS takes: one in each zone, of the service's zones."""

from __future__ import annotations

import typing as t
from collections.abc import Collection

from ..api import call
from ..module import GatewayError


def chosen(
    client: t.Any, wanted: list[str], current: list[str], zones: Collection[str] | None, minimum: int, service: str
) -> list[str]:
    """``current`` ones stay where there is a choice. ``zones`` None: the service is in all."""
    found = call(client, "describe_subnets", "look up the endpoint's subnets", SubnetIds=wanted)["Subnets"]
    by_zone: dict[str, str] = {}
    # Those that it has already first, then in the order in which they were given.
    for subnet in sorted(found, key=lambda one: (one["SubnetId"] not in current, wanted.index(one["SubnetId"]))):
        by_zone.setdefault(subnet["AvailabilityZone"], subnet["SubnetId"])
    fit = {zone: subnet for zone, subnet in by_zone.items() if zones is None or zone in zones}
    if len(fit) < max(minimum, 1):
        where = "in all zones" if zones is None else f"in {', '.join(sorted(zones))}"
        raise GatewayError(
            f"The endpoint is to have subnets in {max(minimum, 1)} zones or more. The service {service} is {where}, "
            f"and the subnets are in {', '.join(sorted(by_zone))}. Give subnets in zones of the service."
        )
    return sorted(fit.values())
