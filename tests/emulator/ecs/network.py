"""What the network lets through: routes to the internet, and security groups."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from moto.ec2.models import ec2_backends

from .state import Ecs

ALL = "-1"


def backend(ecs: Ecs) -> Any:
    return ec2_backends[ecs.account][ecs.region]


def find_subnet(ecs: Ecs, subnet_id: str) -> Any | None:
    for subnets in backend(ecs).subnets.values():
        if subnet_id in subnets:
            return subnets[subnet_id]
    return None


def find_security_group(ecs: Ecs, group_id: str) -> Any | None:
    return backend(ecs).get_security_group_from_id(group_id)


def reaches_internet(ecs: Ecs, subnet_id: str, public_ip: bool = False) -> bool:
    """Whether a host in the subnet reaches AWS's own endpoints: by a NAT gateway that is available, or directly."""
    route = _default_route(ecs, subnet_id)
    if route is None:
        return False
    nat = getattr(route, "nat_gateway", None)
    if nat is not None:
        return bool(getattr(nat, "state", "available") == "available")
    return bool(getattr(route, "gateway", None) is not None and public_ip) or bool(
        getattr(route, "transit_gateway", None) or getattr(route, "instance", None) or getattr(route, "interface", None)
    )


def _default_route(ecs: Ecs, subnet_id: str) -> Any | None:
    subnet = find_subnet(ecs, subnet_id)
    if subnet is None:
        return None
    tables = [table for table in backend(ecs).route_tables.values() if table.vpc_id == subnet.vpc_id]
    own = [table for table in tables if subnet_id in table._associations.values()]
    main = [table for table in tables if table.main_association_id]
    for table in own or main:
        for route in table._routes.values():
            if route.destination_cidr_block == "0.0.0.0/0":
                return route
    return None


def lets_in(
    ecs: Ecs, group_ids: Iterable[str], port: int, source_groups: Iterable[str], source_cidrs: list[str]
) -> bool:
    """Whether the security groups together let TCP connections from the sources in."""
    groups = [find_security_group(ecs, group_id) for group_id in group_ids]
    rules = [rule for group in groups if group for rule in group.ingress_rules if _covers_port(rule, port)]
    if {rule.source_group.get("GroupId") for rule in rules} & set(source_groups):
        return True
    return _covers_cidrs([rule.cidr_ipv4 for rule in rules if rule.cidr_ipv4], source_cidrs)


def _covers_port(rule: Any, port: int) -> bool:
    if rule.ip_protocol == ALL:
        return True
    return bool(rule.ip_protocol == "tcp" and rule.from_port <= port <= rule.to_port)


def _covers_cidrs(open_to: list[str], wanted: list[str]) -> bool:
    """Whether every wanted range lies within one that is open."""
    networks = [ipaddress.IPv4Network(cidr) for cidr in open_to]
    return bool(wanted) and all(
        any(ipaddress.IPv4Network(cidr).subnet_of(network) for network in networks) for cidr in wanted
    )
