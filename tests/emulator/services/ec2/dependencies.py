"""Deleting what others still depend on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...registry import AwsError, Call
from .common import backend, ec2
from .privatelink import market

LIVE_NAT_STATES = ("pending", "available", "deleting")


@ec2("DeleteSecurityGroup")
def delete_security_group(world: Any, call: Call) -> Any:
    group = _security_group(call)
    if group is None:
        return call.forward()
    if group.is_default:
        message = f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
        raise AwsError("CannotDelete", message)
    if _interfaces_of_group(call, group.id) or _groups_that_refer_to(call, group.id):
        raise AwsError("DependencyViolation", f"resource {group.id} has a dependent object")
    return call.forward()


def _security_group(call: Call) -> Any:
    group_id, name = call.params.get("GroupId"), call.params.get("GroupName")
    if group_id:
        return backend(call).get_security_group_from_id(group_id)
    return backend(call).get_security_group_from_name(name)


def _interfaces_of_group(call: Call, group_id: str) -> bool:
    return any(group.id == group_id for interface in backend(call).enis.values() for group in interface.group_set)


def _groups_that_refer_to(call: Call, group_id: str) -> list[str]:
    """Other groups with a rule whose source or destination is this group."""
    return [
        group.id
        for groups in backend(call).groups.values()
        for group in groups.values()
        if group.id != group_id
        for rule in [*group.ingress_rules, *group.egress_rules]
        if rule.source_group.get("GroupId") == group_id
    ]


@ec2("DeleteSubnet")
def delete_subnet(world: Any, call: Call) -> Any:
    subnet = backend(call).get_subnet(call.params["SubnetId"])
    if any(interface.subnet.id == subnet.id for interface in backend(call).enis.values()):
        message = f"The subnet '{subnet.id}' has dependencies and cannot be deleted."
        raise AwsError("DependencyViolation", message)
    # A route table lets go of a subnet that is deleted; moto's would keep it, and could never be deleted itself.
    for table in backend(call).route_tables.values():
        table._associations = {key: tied for key, tied in table._associations.items() if tied != subnet.id}
    return call.forward()


@ec2("DetachInternetGateway")
def detach_internet_gateway(world: Any, call: Call) -> Any:
    vpc_id = call.params["VpcId"]
    if any(interface.vpc_id == vpc_id and interface.public_ip for interface in backend(call).enis.values()):
        message = (
            f"Network {vpc_id} has some mapped public address(es). "
            "Please unmap those public address(es) before detaching the gateway."
        )
        raise AwsError("DependencyViolation", message)
    return call.forward()


@ec2("DeleteInternetGateway")
def delete_internet_gateway(world: Any, call: Call) -> Any:
    gateway_id = call.params["InternetGatewayId"]
    gateway = backend(call).internet_gateways.get(gateway_id)
    if gateway is not None and gateway.vpc is not None:
        message = f"The internetGateway '{gateway_id}' has dependencies and cannot be deleted."
        raise AwsError("DependencyViolation", message)
    return call.forward()


@ec2("DeleteVpc")
def delete_vpc(world: Any, call: Call) -> Any:
    vpc_id = call.params["VpcId"]
    if any(True for _unused in _inside(world, call, vpc_id)):
        raise AwsError("DependencyViolation", f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
    return call.forward()


def _inside(world: Any, call: Call, vpc_id: str) -> Iterator[str]:
    """What has to go before the VPC."""
    ec2_backend = backend(call)
    yield from (one.id for zone in ec2_backend.subnets.values() for one in zone.values() if one.vpc_id == vpc_id)
    yield from (one.id for one in ec2_backend.internet_gateways.values() if one.vpc and one.vpc.id == vpc_id)
    yield from (one.id for one in ec2_backend.groups[vpc_id].values() if not one.is_default)
    yield from (one.id for one in ec2_backend.enis.values() if one.vpc_id == vpc_id)
    yield from (
        one.id for one in ec2_backend.nat_gateways.values() if one.vpc_id == vpc_id and one.state in LIVE_NAT_STATES
    )
    yield from (
        one.id for one in ec2_backend.route_tables.values() if one.vpc_id == vpc_id and not one.main_association_id
    )
    endpoints = ec2_backend.vpc_end_points.values()
    yield from (one.id for one in endpoints if one.vpc_id == vpc_id and one.state != "deleted")
    yield from (one.id for one in market(world).endpoints.values() if one.vpc_id == vpc_id)
