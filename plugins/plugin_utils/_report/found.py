# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the playbook read of a stack, as the parts of the report ask for it."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

Resource = Mapping[str, t.Any]
Facts = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Found:
    stack: Resource
    services: list[Resource]
    vpcs: list[Resource]
    subnets: list[Resource]
    route_tables: list[Resource]
    nat_gateways: list[Resource]
    instances: list[Resource]
    load_balancers: list[Resource]
    target_groups: list[Resource]
    task_definitions: list[Resource]

    @property
    def stack_subnets(self) -> list[str]:
        """Those that the configuration names, or that have the names of the stack's own."""
        config, names = self.stack["config"], self.stack["names"]
        if not config["create_new_vpc"]:
            return [*config["public_subnet_ids"], *config["private_subnet_ids"]]
        own = {*names["public_subnets"], *names["private_subnets"]}
        return [one["subnet_id"] for one in self.subnets if name_of(one, "") in own]

    def placed(self) -> list[Facts]:
        """What lies in a subnet, in the order in which traffic meets it."""
        return [*self._load_balancers(), *self._nat_gateways(), *self._instances(), *self._tasks()]

    def _load_balancers(self) -> list[Facts]:
        return [
            _resident("load balancer", one["load_balancer_name"], "", zone.get("subnet_id"), one["state"]["code"])
            for one in self.load_balancers
            for zone in one["availability_zones"]
        ]

    def _nat_gateways(self) -> list[Facts]:
        return [
            _resident("NAT gateway", one["nat_gateway_id"], address_of(one), one["subnet_id"], one["state"])
            for one in self.nat_gateways
        ]

    def _instances(self) -> list[Facts]:
        return [
            _resident("instance", one["instance_id"], one["instance_type"], one.get("subnet_id"), one["state"]["name"])
            for one in self.instances
        ]

    def _tasks(self) -> list[Facts]:
        return [
            _resident(
                f"task of {service['name']}",
                task["id"][:8],
                revision_number(task["task_definition"]),
                task["subnet"],
                task["health"] if task["health"] != "UNKNOWN" else task["status"],
            )
            for service in self.services
            for task in service["tasks"]
        ]


def _resident(kind: str, name: str, more: str, subnet: str | None, state: str) -> Facts:
    return {"kind": kind, "name": name, "more": more, "subnet": subnet, "state": state.lower()}


def name_of(resource: Resource, otherwise: str) -> str:
    return str((resource.get("tags") or {}).get("Name") or otherwise)


def address_of(nat_gateway: Resource) -> str:
    addresses = nat_gateway.get("nat_gateway_addresses") or []
    return str(addresses[0].get("public_ip") or "") if addresses else ""


def revision_number(task_definition: str | None) -> str:
    number = (task_definition or "").rpartition(":")[2]
    return f"revision {number}" if number else ""
