"""NAT gateways: pending, available, deleting, deleted, and still visible for an hour."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

from moto.ec2.models.nat_gateways import NatGateway

from ...registry import AwsError, Call
from ..pages import page
from ..times import moment
from .common import backend, backend_of, ec2, forget_tags, matches, tags_of

if TYPE_CHECKING:
    from ...world import World

VISIBLE_AFTER_DELETION = 3600


@dataclasses.dataclass
class Life:
    """What moto's object has no place for."""

    created: float
    allocation_id: str | None
    known_from: float
    deleted: float | None = None
    failure: tuple[str, str] | None = None


class Lives(dict[str, Life]):
    """By NAT gateway."""


def lives(world: World, account: str, region: str) -> Lives:
    found: Lives = world.store(Lives, account, region)
    return found


@ec2("CreateNatGateway")
def create_nat_gateway(world: World, call: Call) -> Any:
    ec2_backend = backend(call)
    public = call.params.get("ConnectivityType", "public") == "public"
    allocation_id = call.params.get("AllocationId")
    if public and not allocation_id:
        message = (
            "The request must include the AllocationId parameter. Add the required parameter and retry the request."
        )
        raise AwsError("MissingParameter", message)
    subnet = ec2_backend.get_subnet(call.params["SubnetId"])
    failure = _failure(ec2_backend, subnet, allocation_id) if allocation_id else None
    gateway = _make(ec2_backend, call, None if failure else allocation_id)
    life = Life(world.now, allocation_id, world.now + world.profile.seconds("nat_gateway_visible"), failure=failure)
    lives(world, call.account, call.region)[gateway.id] = life
    step = functools.partial(_created, world, call.account, call.region, gateway.id)
    world.after("nat_gateway_create", step)
    return {"ClientToken": call.params.get("ClientToken"), "NatGateway": _described(call, gateway, life)}


def _failure(ec2_backend: Any, subnet: Any, allocation_id: str) -> tuple[str, str] | None:
    """Why AWS makes the gateway, only to have it end in state failed."""
    address = ec2_backend.address_by_allocation([allocation_id])[0]
    if address.association_id:
        return "Resource.AlreadyAssociated", f"Elastic IP address [{allocation_id}] is already associated"
    if not any(gateway.vpc and gateway.vpc.id == subnet.vpc_id for gateway in ec2_backend.internet_gateways.values()):
        return "Gateway.NotAttached", f"Network {subnet.vpc_id} has no Internet gateway attached"
    return None


def _make(ec2_backend: Any, call: Call, allocation_id: str | None) -> Any:
    tags = {
        tag["Key"]: tag["Value"]
        for specification in call.params.get("TagSpecifications", [])
        for tag in specification.get("Tags", [])
    }
    kind = call.params.get("ConnectivityType", "public")
    # moto's class lacks CloudFormation methods that nobody calls here.
    gateway: Any = NatGateway(  # type: ignore[abstract]
        ec2_backend, call.params["SubnetId"], allocation_id or "", tags, kind
    )
    interface = gateway._eni
    interface.description = f"Interface for NAT Gateway {gateway.id}"
    interface.requester_managed = True
    interface.interface_type = "nat_gateway"
    interface.status = "in-use"
    interface._group_set = []
    interface.private_ip_address = interface.subnet.get_available_subnet_ip(instance=None)
    interface.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": interface.private_ip_address}]
    gateway.state = "pending"
    ec2_backend.nat_gateways[gateway.id] = gateway
    return gateway


def _created(world: World, account: str, region: str, gateway_id: str) -> None:
    gateway = backend_of(account, region).nat_gateways.get(gateway_id)
    if gateway is None or gateway.state != "pending":
        return
    life = lives(world, account, region)[gateway_id]
    if life.failure is None:
        gateway.state = "available"
    else:
        gateway.state = "failed"
        _gone(world, account, region, gateway, life)


@ec2("DeleteNatGateway")
def delete_nat_gateway(world: World, call: Call) -> Any:
    gateway_id = call.params["NatGatewayId"]
    gateway = backend(call).nat_gateways.get(gateway_id)
    if gateway is None or gateway.state in ("deleted", "failed"):
        raise AwsError("NatGatewayNotFound", f"NatGateway {gateway_id} was not found")
    if gateway.state != "deleting":
        gateway.state = "deleting"
        step = functools.partial(_deleted, world, call.account, call.region, gateway_id)
        world.after("nat_gateway_delete", step)
    return {"NatGatewayId": gateway_id}


def _deleted(world: World, account: str, region: str, gateway_id: str) -> None:
    gateway = backend_of(account, region).nat_gateways[gateway_id]
    gateway.state = "deleted"
    _gone(world, account, region, gateway, lives(world, account, region)[gateway_id])


def _gone(world: World, account: str, region: str, gateway: Any, life: Life) -> None:
    """The interface goes, the address is free again (and stays the user's); the entry stays visible for an hour."""
    ec2_backend = backend_of(account, region)
    life.deleted = world.now
    interface = gateway._eni
    for address in ec2_backend.addresses:
        if address.eni is interface:
            ec2_backend.disassociate_address(address=address.public_ip)
    interface.delete()
    # In the instant profile too: it is not a wait of anybody.
    world.at(world.now + VISIBLE_AFTER_DELETION, functools.partial(_forget, world, account, region, gateway.id))


def _forget(world: World, account: str, region: str, gateway_id: str) -> None:
    backend_of(account, region).nat_gateways.pop(gateway_id, None)
    lives(world, account, region).pop(gateway_id, None)
    forget_tags(account, region, gateway_id)


@ec2("DescribeNatGateways")
def describe_nat_gateways(world: World, call: Call) -> Any:
    known = backend(call).nat_gateways
    wanted = call.params.get("NatGatewayIds")
    for gateway_id in wanted or []:
        if gateway_id not in known:
            raise AwsError("NatGatewayNotFound", f"The Nat Gateway {gateway_id} was not found")
    every = lives(world, call.account, call.region)
    found = []
    for gateway in known.values():
        described = _described(call, gateway, every[gateway.id])
        named = not wanted or gateway.id in wanted
        if named and matches(call.params.get("Filter"), _values(described), described["Tags"]):
            found.append(described)
    items, token = page(found, call.params.get("NextToken"), call.params.get("MaxResults"), 1000)
    return {"NatGateways": items, "NextToken": token}


def _values(described: dict[str, Any]) -> dict[str, Any]:
    names = {"nat-gateway-id": "NatGatewayId", "vpc-id": "VpcId", "subnet-id": "SubnetId", "state": "State"}
    return {name: described[key] for name, key in names.items()}


def _described(call: Call, gateway: Any, life: Life) -> dict[str, Any]:
    interface = gateway._eni
    address: dict[str, Any] = {"IsPrimary": True, "Status": "succeeded"}
    if life.allocation_id:
        address["AllocationId"] = life.allocation_id
    if life.failure is None:
        address |= {"NetworkInterfaceId": interface.id, "PrivateIp": interface.private_ip_address}
    used = [one for one in backend(call).addresses if one.eni is interface]
    if used:
        address |= {"PublicIp": used[0].public_ip, "AssociationId": used[0].association_id}
    described: dict[str, Any] = {
        "NatGatewayId": gateway.id,
        "SubnetId": gateway.subnet_id,
        "VpcId": gateway.vpc_id,
        "State": gateway.state,
        "ConnectivityType": gateway.connectivity_type,
        "CreateTime": moment(life.created),
        "NatGatewayAddresses": [address],
        "Tags": tags_of(call.account, call.region, gateway.id),
    }
    if life.deleted is not None:
        described["DeleteTime"] = moment(life.deleted)
    if gateway.state == "failed" and life.failure:
        described["FailureCode"], described["FailureMessage"] = life.failure
    return described


def known_to_routes(world: World, call: Call, gateway_id: str) -> bool:
    """A new gateway is not at once known to every part of EC2."""
    life = lives(world, call.account, call.region).get(gateway_id)
    return life is not None and life.deleted is None and world.now >= life.known_from
