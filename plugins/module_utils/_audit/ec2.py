# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Networks, instances and what belongs to them: EC2 finds them by their tags."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterator

from ..api import call
from ..tags import from_list
from .resource import Resource, Stack

# EC2 takes no more values in one filter.
_MOST_VALUES = 200
_GONE = ("deleted", "terminated", "Deleted")
_LEAVING = ("deleting", "shutting-down", "Deleting")


@dataclasses.dataclass(frozen=True)
class Listing:
    """How one kind is listed. ``name``: the key of its own name, if it has more than a tag; ``by_name``: its filter."""

    kind: str
    operation: str
    items: str
    id: str
    name: str = ""
    by_name: str = ""
    state: str = "State"
    filters: str = "Filters"


LISTINGS = (
    Listing("ec2_vpc_net", "describe_vpcs", "Vpcs", "VpcId"),
    Listing("ec2_vpc_subnet", "describe_subnets", "Subnets", "SubnetId"),
    Listing("ec2_vpc_route_table", "describe_route_tables", "RouteTables", "RouteTableId"),
    Listing("ec2_vpc_igw", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    Listing("ec2_vpc_nat_gateway", "describe_nat_gateways", "NatGateways", "NatGatewayId", filters="Filter"),
    Listing("ec2_eip", "describe_addresses", "Addresses", "AllocationId"),
    Listing("ec2_security_group", "describe_security_groups", "SecurityGroups", "GroupId", "GroupName", "group-name"),
    Listing(
        "ec2_launch_template",
        "describe_launch_templates",
        "LaunchTemplates",
        "LaunchTemplateId",
        "LaunchTemplateName",
        "launch-template-name",
    ),
    Listing("ec2_vpc_endpoint", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    Listing(
        "ec2_vpc_endpoint_service",
        "describe_vpc_endpoint_service_configurations",
        "ServiceConfigurations",
        "ServiceId",
        state="ServiceState",
    ),
    Listing("ec2_instance", "describe_instances", "Reservations", "InstanceId", "InstanceId"),
    Listing("ec2_vol", "describe_volumes", "Volumes", "VolumeId", "VolumeId"),
)


def read(client: t.Any, stack: Stack) -> Iterator[Resource]:
    for listing in LISTINGS:
        yield from _read(client, stack, listing)


def _read(client: t.Any, stack: Stack, listing: Listing) -> Iterator[Resource]:
    by_tags = [{"Name": f"tag:{key}", "Values": [value]} for key, value in stack.tags.items()]
    names = sorted(stack.known_names)[:_MOST_VALUES]
    asked = [by_tags, [{"Name": "tag:Name", "Values": names}]]
    if listing.by_name:
        asked.append([{"Name": listing.by_name, "Values": names}])
    seen: set[str] = set()
    for filters in asked:
        for item in _items(client, listing, filters):
            if item[listing.id] not in seen and _state(item, listing) not in _GONE:
                seen.add(item[listing.id])
                yield _resource(item, listing)


def _items(client: t.Any, listing: Listing, filters: list[dict[str, t.Any]]) -> Iterator[dict[str, t.Any]]:
    doing = f"look for what is left of {listing.kind}"
    answer = call(client, listing.operation, doing, **{listing.filters: filters})[listing.items]
    for item in answer:
        yield from item["Instances"] if listing.items == "Reservations" else [item]


def _state(item: dict[str, t.Any], listing: Listing) -> str:
    state = item.get(listing.state) or ""
    return state.get("Name", "") if isinstance(state, dict) else state


def _resource(item: dict[str, t.Any], listing: Listing) -> Resource:
    tags = from_list(item.get("Tags"))
    name = item.get(listing.name) if listing.name else tags.get("Name")
    return Resource(
        listing.kind,
        item[listing.id],
        name or item[listing.id],
        tags,
        is_leaving=_state(item, listing) in _LEAVING,
        more=item,
    )


def read_untagged(client: t.Any, vpcs: list[str], subnets: set[str]) -> Iterator[Resource]:
    """What a run that was killed left in the stack's own VPCs between making it and tagging it.

    A VPC has one internet gateway. A route table that nobody has tagged, and that no subnet uses but the stack's own
    ``subnets``, nobody else misses.
    """
    if not vpcs:
        return
    for gateway in call(
        client,
        "describe_internet_gateways",
        "look for internet gateways without tags",
        Filters=[{"Name": "attachment.vpc-id", "Values": vpcs}],
    )["InternetGateways"]:
        if not gateway.get("Tags"):
            yield Resource("ec2_vpc_igw", gateway["InternetGatewayId"], gateway["InternetGatewayId"], more=gateway)
    for table in call(
        client,
        "describe_route_tables",
        "look for route tables without tags",
        Filters=[{"Name": "vpc-id", "Values": vpcs}],
    )["RouteTables"]:
        users = {one.get("SubnetId") for one in table.get("Associations", [])}
        # The main table is used without a subnet, and goes with the VPC.
        if not table.get("Tags") and users <= subnets:
            yield Resource("ec2_vpc_route_table", table["RouteTableId"], table["RouteTableId"], more=table)
