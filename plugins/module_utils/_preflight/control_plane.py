# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What there is of the ways to and from Portkey's control plane, so that the rest of a run need not ask."""

from __future__ import annotations

import typing as t

from .._config.ownership import ownership
from .._permissions import denial
from ..api import call_unless
from .connection import Connection, Findings

_LEAVING = ("deleting", "deleted")


def live(connection: Connection, question: dict[str, t.Any]) -> Findings:
    """Security groups are made first and go last, so they tell of whatever a killed run has left."""
    own = ownership(question["project"], question["environment"])
    client = connection.client("ec2")

    def find(operation: str, items: str, what: str, **filters: list[str]) -> list[dict[str, t.Any]]:
        """Who may not look has none of it."""
        wanted = {**{f"tag:{key}": [value] for key, value in own.items()}, **filters}
        asked = [{"Name": name, "Values": values} for name, values in wanted.items()]
        answer = call_unless(denial.CODES, client, operation, f"look for {what}", Filters=asked)
        return list((answer or {}).get(items) or [])

    group, front = question["endpoint_security_group"], question["load_balancer_security_group"]
    groups = find("describe_security_groups", "SecurityGroups", "security groups", **{"group-name": [group, front]})
    names = {one["GroupName"] for one in groups}
    services = find(
        "describe_vpc_endpoint_service_configurations",
        "ServiceConfigurations",
        "the endpoint service",
        **{"tag:Name": [question["endpoint_service"]]},
    )
    endpoints: list[dict[str, t.Any]] = []
    if question["is_outbound"] or group in names:
        name = {"tag:Name": [question["endpoint"]]}
        endpoints = find("describe_vpc_endpoints", "VpcEndpoints", "the endpoint", **name)
    staying = [one["VpcEndpointId"] for one in endpoints if str(one["State"]).lower() not in _LEAVING]
    facts = {
        "endpoint": next(iter(sorted(staying)), None),
        "outbound": group in names or bool(endpoints),
        "inbound": front in names or bool(services),
    }
    return Findings(facts={"live_control_plane": facts})
