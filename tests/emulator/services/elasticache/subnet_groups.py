"""Subnet groups: they let go of no subnet in which a node stands, and go themselves when no cache is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call, handles
from ..ec2.common import backend
from .state import SubnetGroup, arn, as_dict, elasticache_for, subnet_group_of, value

if TYPE_CHECKING:
    from ...world import World

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,254}")


def _zones(call: Call) -> tuple[str, dict[str, str]]:
    """The VPC of the subnets that the call names, and the zone of each."""
    known = {one.id: one for zone in backend(call).subnets.values() for one in zone.values()}
    wanted = call.params.get("SubnetIds") or []
    missing = [subnet for subnet in wanted if subnet not in known]
    if missing or not wanted:
        raise AwsError("InvalidSubnet", f"Subnet(s) do not exist: {missing}")
    vpcs = {known[subnet].vpc_id for subnet in wanted}
    if len(vpcs) > 1:
        raise AwsError("InvalidSubnet", "The subnets must all be in the same VPC.")
    return vpcs.pop(), {subnet: known[subnet].availability_zone for subnet in wanted}


def shown(group: SubnetGroup) -> dict[str, Any]:
    return {
        "CacheSubnetGroupName": group.name,
        "CacheSubnetGroupDescription": group.description,
        "VpcId": group.vpc,
        "ARN": group.arn,
        "SupportedNetworkTypes": ["ipv4"],
        "Subnets": [
            {
                "SubnetIdentifier": subnet,
                "SubnetAvailabilityZone": {"Name": zone},
                "SupportedNetworkTypes": ["ipv4"],
            }
            for subnet, zone in group.zones.items()
        ],
    }


@handles("elasticache", "CreateCacheSubnetGroup")
def create(world: World, call: Call) -> Any:
    store, name = elasticache_for(world, call), str(call.params["CacheSubnetGroupName"]).lower()
    if not NAME.fullmatch(name) or name == "default":
        raise value("The parameter CacheSubnetGroupName is not a valid identifier.")
    if name in store.subnet_groups:
        raise AwsError("CacheSubnetGroupAlreadyExists", f"Cache subnet group {name} already exists.")
    vpc, zones = _zones(call)
    group = SubnetGroup(
        name=name,
        arn=arn(call, "subnetgroup", name),
        description=call.params["CacheSubnetGroupDescription"],
        vpc=vpc,
        zones=zones,
        tags=as_dict(call.params.get("Tags")),
    )
    store.subnet_groups[name] = group
    return {"CacheSubnetGroup": shown(group)}


@handles("elasticache", "DescribeCacheSubnetGroups")
def describe(world: World, call: Call) -> Any:
    name = call.params.get("CacheSubnetGroupName")
    if name:
        return {"CacheSubnetGroups": [shown(subnet_group_of(world, call, name))]}
    return {"CacheSubnetGroups": [shown(one) for one in elasticache_for(world, call).subnet_groups.values()]}


@handles("elasticache", "ModifyCacheSubnetGroup")
def modify(world: World, call: Call) -> Any:
    group = subnet_group_of(world, call, call.params["CacheSubnetGroupName"])
    if call.params.get("SubnetIds"):
        vpc, zones = _zones(call)
        if vpc != group.vpc:
            raise AwsError("InvalidSubnet", "The subnets must be in the VPC of the subnet group.")
        held = {
            node.subnet
            for one in elasticache_for(world, call).groups.values()
            if one.subnet_group == group.name
            for node in one.nodes
        }
        if held - set(zones):
            subnet = min(held - set(zones))
            raise AwsError("SubnetInUse", f"The subnet ID: {subnet} is in use.")
        group.zones = zones
    group.description = call.params.get("CacheSubnetGroupDescription") or group.description
    return {"CacheSubnetGroup": shown(group)}


@handles("elasticache", "DeleteCacheSubnetGroup")
def delete(world: World, call: Call) -> Any:
    group = subnet_group_of(world, call, call.params["CacheSubnetGroupName"])
    store = elasticache_for(world, call)
    if any(one.subnet_group == group.name for one in store.groups.values()):
        raise AwsError(
            "CacheSubnetGroupInUse", f"Cache subnet group {group.name} is currently in use by a cache cluster."
        )
    del store.subnet_groups[group.name]
    return {}
