# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Networks, from the endpoints to the VPC. EC2 refuses to delete what others still use, and services let go late."""

from __future__ import annotations

import typing as t

from .._audit.resource import Resource
from .._ec2.endpoint_service import delete as delete_service
from .._ec2.private_link import call_on_each
from ..api import call
from ..tags import from_list
from .work import Removal, Work, call_if_there, unless_gone

_VIOLATION = ("DependencyViolation",)


def endpoint(work: Work, resource: Resource) -> None:
    client = work.client("ec2")
    if not resource.is_leaving:
        doing = f"delete {resource}"
        unless_gone(lambda: call_on_each(client, "delete_vpc_endpoints", doing, VpcEndpointIds=[resource.id]))
    work.poll(
        lambda: call_if_there(
            client, "describe_vpc_endpoints", f"look at {resource}", VpcEndpointIds=[resource.id]
        ).get("VpcEndpoints", []),
        lambda found: all(one.get("State", "").lower() == "deleted" for one in found),
        f"endpoint {resource.id} to be deleted",
        lambda found: [one.get("State") for one in found],
    )


def endpoint_service(work: Work, resource: Resource) -> None:
    unless_gone(lambda: delete_service(work.client("ec2"), resource.id, work.timeout, work.clock))


def nat_gateway(work: Work, resource: Resource) -> None:
    client = work.client("ec2")
    if not resource.is_leaving:
        call_if_there(client, "delete_nat_gateway", f"delete {resource}", NatGatewayId=resource.id)
    work.poll(
        lambda: call_if_there(client, "describe_nat_gateways", f"look at {resource}", NatGatewayIds=[resource.id]).get(
            "NatGateways", []
        ),
        lambda found: all(one["State"] == "deleted" for one in found),
        f"NAT gateway {resource.name} to be deleted",
        lambda found: [one["State"] for one in found],
    )


def address(work: Work, resource: Resource) -> None:
    client = work.client("ec2")
    work.insist(
        lambda: call_if_there(client, "release_address", f"release {resource}", AllocationId=resource.id),
        ("InvalidIPAddress.InUse", "AuthFailure"),
        f"address {resource.name} to be free",
    )


def security_group(work: Work, resource: Resource) -> None:
    """Its rules go before it, because groups that refer to each other hold each other."""
    client = work.client("ec2")
    _revoke(client, resource)
    work.insist(
        lambda: call_if_there(client, "delete_security_group", f"delete {resource}", GroupId=resource.id),
        _VIOLATION,
        f"security group {resource.name} to be free",
        lambda: _interfaces(client, "group-id", resource.id),
        lambda: _groups_that_refer(work, client, resource.id),
    )


def _revoke(client: t.Any, resource: Resource) -> None:
    """The rules that refer to groups, by their own ids: by what they say, one that has a description is not found."""
    rules = call(
        client,
        "describe_security_group_rules",
        f"read the rules of {resource}",
        Filters=[{"Name": "group-id", "Values": [resource.id]}],
    )["SecurityGroupRules"]
    referring = [rule for rule in rules if rule.get("ReferencedGroupInfo")]
    for operation, egress in (("revoke_security_group_ingress", False), ("revoke_security_group_egress", True)):
        ids = [rule["SecurityGroupRuleId"] for rule in referring if rule["IsEgress"] is egress]
        if ids:
            doing = f"revoke the rules of {resource} that refer to groups"
            call_if_there(client, operation, doing, GroupId=resource.id, SecurityGroupRuleIds=ids)


def _groups_that_refer(work: Work, client: t.Any, group_id: str) -> list[str]:
    found = call(
        client,
        "describe_security_groups",
        f"look for groups that refer to {group_id}",
        Filters=[{"Name": "ip-permission.group-id", "Values": [group_id]}],
    )["SecurityGroups"]
    return [f"security group {one['GroupId']}" for one in found if one["GroupId"] not in {group_id, *work.removed_ids}]


def _interfaces(client: t.Any, by: str, value: str) -> list[str]:
    found = call(
        client,
        "describe_network_interfaces",
        f"look for network interfaces of {value}",
        Filters=[{"Name": by, "Values": [value]}],
    )["NetworkInterfaces"]
    return [f"{one['NetworkInterfaceId']} ({one.get('Description') or one.get('InterfaceType', '')})" for one in found]


def subnet(work: Work, resource: Resource) -> None:
    client = work.client("ec2")
    work.insist(
        lambda: call_if_there(client, "delete_subnet", f"delete {resource}", SubnetId=resource.id),
        _VIOLATION,
        f"subnet {resource.name} to be free",
        lambda: _interfaces(client, "subnet-id", resource.id),
    )


def route_table(work: Work, resource: Resource) -> None:
    client = work.client("ec2")
    for association in resource.more.get("Associations", []):
        if not association.get("Main") and association.get("SubnetId") in (None, *work.removed_ids):
            call_if_there(
                client,
                "disassociate_route_table",
                f"take {resource} from its subnet",
                AssociationId=association["RouteTableAssociationId"],
            )
    work.insist(
        lambda: call_if_there(client, "delete_route_table", f"delete {resource}", RouteTableId=resource.id),
        _VIOLATION,
        f"route table {resource.name} to be free",
        strangers=lambda: _foreign_subnets(work, client, resource),
    )


def _foreign_subnets(work: Work, client: t.Any, table: Resource) -> list[str]:
    """Those that are there: what was read of a subnet that has gone since holds nobody up for long."""
    tied = [one["SubnetId"] for one in table.more.get("Associations", []) if one.get("SubnetId")]
    foreign = [subnet for subnet in tied if subnet not in work.removed_ids]
    if not foreign:
        return []
    wanted = [{"Name": "subnet-id", "Values": foreign}]
    found = call(client, "describe_subnets", f"look for the subnets of {table}", Filters=wanted)["Subnets"]
    return [f"subnet {one['SubnetId']}" for one in found]


def internet_gateway(work: Work, resource: Resource) -> None:
    client = work.client("ec2")
    for attachment in resource.more.get("Attachments", []):
        vpc = attachment["VpcId"]
        work.insist(
            lambda vpc=vpc: call_if_there(  # type: ignore[misc]
                client,
                "detach_internet_gateway",
                f"detach {resource}",
                InternetGatewayId=resource.id,
                VpcId=vpc,
            ),
            _VIOLATION,
            f"internet gateway {resource.name} to be free of public addresses",
            lambda vpc=vpc: _interfaces(client, "vpc-id", vpc),  # type: ignore[misc]
        )
    work.insist(
        lambda: call_if_there(client, "delete_internet_gateway", f"delete {resource}", InternetGatewayId=resource.id),
        _VIOLATION,
        f"internet gateway {resource.name} to be detached",
    )


def vpc(work: Work, resource: Resource) -> None:
    client = work.client("ec2")
    work.insist(
        lambda: call_if_there(client, "delete_vpc", f"delete {resource}", VpcId=resource.id),
        _VIOLATION,
        f"VPC {resource.name} to be empty",
        lambda: _interfaces(client, "vpc-id", resource.id),
        lambda: _strangers_in(work, client, resource.id),
    )


_INSIDE = (
    ("describe_subnets", "Subnets", "SubnetId", "vpc-id"),
    ("describe_security_groups", "SecurityGroups", "GroupId", "vpc-id"),
    ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", "vpc-id"),
    ("describe_instances", "Reservations", "InstanceId", "vpc-id"),
)


def _strangers_in(work: Work, client: t.Any, vpc_id: str) -> list[str]:
    """What somebody else has put into the stack's VPC. Nobody but them may delete it."""
    found = []
    for operation, key, identity, by in _INSIDE:
        doing = f"look for what is in VPC {vpc_id}"
        items = call(client, operation, doing, Filters=[{"Name": by, "Values": [vpc_id]}])[key]
        for item in [inner for one in items for inner in one.get("Instances", [one])]:
            state = item.get("State")
            if isinstance(state, dict) and state.get("Name") == "terminated":
                continue
            if item.get("GroupName") != "default" and item[identity] not in work.removed_ids:
                name = from_list(item.get("Tags")).get("Name")
                found.append(f"{item[identity]} {name}" if name else item[identity])
    return found


_USERS = (
    "autoscaling_group",
    "ec2_instance",
    "ec2_vpc_endpoint",
    "ecs_service",
    "elasticache_replication_group",
    "elbv2_load_balancer",
    "lambda",
)

REMOVALS = {
    "ec2_vpc_endpoint_service": Removal(endpoint_service),
    "ec2_vpc_endpoint": Removal(endpoint, ("ecs_service",)),
    "ec2_vpc_nat_gateway": Removal(nat_gateway, ("ecs_service",)),
    "ec2_eip": Removal(address, ("ec2_vpc_nat_gateway", "elbv2_load_balancer", "ec2_instance")),
    "ec2_security_group": Removal(security_group, _USERS),
    "ec2_vpc_subnet": Removal(subnet, (*_USERS, "ec2_vpc_nat_gateway", "elasticache_subnet_group")),
    "ec2_vpc_route_table": Removal(route_table, ("ec2_vpc_subnet", "ec2_vpc_nat_gateway")),
    "ec2_vpc_igw": Removal(internet_gateway, (*_USERS, "ec2_vpc_nat_gateway", "ec2_eip")),
    "ec2_vpc_net": Removal(
        vpc, (*_USERS, "ec2_security_group", "ec2_vpc_subnet", "ec2_vpc_route_table", "ec2_vpc_igw")
    ),
}
