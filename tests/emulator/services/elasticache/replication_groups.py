"""Replication groups: made and deleted in minutes, during which they hold subnets and security groups."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call, handles
from ..times import moment
from . import checks, nodes
from .state import PORT, ElastiCache, Group, Node, arn, as_dict, elasticache_for, group_of, subnet_group_of

if TYPE_CHECKING:
    from ...world import World

WINDOW = "sun:05:00-sun:06:00"


def _endpoint(address: str) -> dict[str, Any]:
    return {"Address": address, "Port": PORT}


def _shard(group: Group, position: int) -> dict[str, Any]:
    shard = group.shards[position]
    found: dict[str, Any] = {"NodeGroupId": shard.id, "Status": group.status, "NodeGroupMembers": []}
    for number, node in enumerate(shard.nodes):
        member: dict[str, Any] = {
            "CacheClusterId": node.id,
            "CacheNodeId": "0001",
            "PreferredAvailabilityZone": node.zone,
        }
        if not group.is_cluster:
            member["CurrentRole"] = "replica" if number else "primary"
            member["ReadEndpoint"] = _endpoint(group.address(node.id).replace(f".{group.id}.", ".", 1))
        found["NodeGroupMembers"].append(member)
    if group.is_cluster:
        found["Slots"] = nodes.slots(position, len(group.shards))
    else:
        found["PrimaryEndpoint"] = _endpoint(group.address("master"))
        found["ReaderEndpoint"] = _endpoint(group.address("replica"))
    return found


def shown(group: Group) -> dict[str, Any]:
    """Endpoints and shards are there when the group is."""
    is_there = group.status not in ("creating", "create-failed")
    found: dict[str, Any] = {
        "ReplicationGroupId": group.id,
        "ARN": group.arn,
        "Description": group.description,
        "Status": group.status,
        "PendingModifiedValues": {},
        "MemberClusters": [node.id for node in group.nodes],
        "AutomaticFailover": "enabled" if group.failover else "disabled",
        "MultiAZ": "enabled" if group.multi_az else "disabled",
        "SnapshotRetentionLimit": group.snapshot_days,
        "SnapshotWindow": "09:30-10:30",
        "ClusterEnabled": group.is_cluster,
        "ClusterMode": "enabled" if group.is_cluster else "disabled",
        "CacheNodeType": group.node_type,
        "Engine": group.engine,
        "AuthTokenEnabled": bool(group.tokens),
        "TransitEncryptionEnabled": group.is_tls,
        "AtRestEncryptionEnabled": group.is_encrypted,
        "ReplicationGroupCreateTime": moment(group.created),
        "AutoMinorVersionUpgrade": True,
        "DataTiering": "disabled",
        "NetworkType": "ipv4",
        "IpDiscovery": "ipv4",
    }
    if group.tokens:
        found["AuthTokenLastModifiedDate"] = moment(group.token_changed)
    if is_there:
        found["NodeGroups"] = [_shard(group, position) for position in range(len(group.shards))]
        if group.is_cluster:
            found["ConfigurationEndpoint"] = _endpoint(group.address("clustercfg"))
    return found


@handles("elasticache", "CreateReplicationGroup")
def create(world: World, call: Call) -> Any:
    params, store = call.params, elasticache_for(world, call)
    name = checks.name(params["ReplicationGroupId"])
    if name in store.groups:
        raise AwsError("ReplicationGroupAlreadyExists", f"Replication group {name} already exists.")
    engine = params.get("Engine") or "redis"
    full = checks.version(engine, params.get("EngineVersion"))
    shards, replicas = params.get("NumNodeGroups") or 1, params.get("ReplicasPerNodeGroup") or 0
    is_cluster = (params.get("ClusterMode") or ("enabled" if shards > 1 else "disabled")) == "enabled"
    multi_az, failover = bool(params.get("MultiAZEnabled")), bool(params.get("AutomaticFailoverEnabled"))
    checks.shape(is_cluster, shards, replicas, failover, multi_az)
    subnets = subnet_group_of(world, call, params.get("CacheSubnetGroupName") or "default")
    checks.zones(multi_az, subnets)
    is_tls = bool(params.get("TransitEncryptionEnabled"))
    group = Group(
        id=name,
        arn=arn(call, "replicationgroup", name),
        description=params["ReplicationGroupDescription"],
        engine=engine,
        engine_version=full,
        node_type=checks.node_type(params.get("CacheNodeType")),
        is_cluster=is_cluster,
        parameter_group=checks.parameter_group(params.get("CacheParameterGroupName"), engine, full, is_cluster),
        subnet_group=subnets.name,
        security_groups=checks.security_groups(call, params.get("SecurityGroupIds") or [], subnets.vpc),
        multi_az=multi_az,
        failover=failover,
        snapshot_days=params.get("SnapshotRetentionLimit") or 0,
        window=params.get("PreferredMaintenanceWindow") or WINDOW,
        is_tls=is_tls,
        is_encrypted=bool(params.get("AtRestEncryptionEnabled")),
        tokens=checks.token(params, is_tls),
        created=world.now,
        token_changed=world.now,
        tags=as_dict(params.get("Tags")),
        region=call.region,
        suffix=f"{world.random.getrandbits(24):06x}",
    )
    store.groups[name] = group
    nodes.set_shards(call.account, group, subnets, [], shards)
    nodes.set_replicas(call.account, group, subnets, replicas)
    world.after("replication_group_create", functools.partial(settle, group))
    return {"ReplicationGroup": shown(group)}


def settle(group: Group) -> None:
    group.status = "available"


@handles("elasticache", "DescribeReplicationGroups")
def describe(world: World, call: Call) -> Any:
    if call.params.get("ReplicationGroupId"):
        return {"ReplicationGroups": [shown(group_of(world, call))]}
    return {"ReplicationGroups": [shown(one) for one in elasticache_for(world, call).groups.values()]}


@handles("elasticache", "DeleteReplicationGroup")
def delete(world: World, call: Call) -> Any:
    group = group_of(world, call)
    if group.status not in ("available", "create-failed"):
        message = f"Replication group {group.id} has status {group.status} which is not valid for deletion."
        raise AwsError("InvalidReplicationGroupState", message)
    group.status = "deleting"
    store = elasticache_for(world, call)
    world.after("replication_group_delete", functools.partial(_gone, store, call.account, group))
    return {"ReplicationGroup": shown(group)}


def _gone(store: ElastiCache, account: str, group: Group) -> None:
    for node in list(group.nodes):
        nodes.remove(account, group, node)
    store.groups.pop(group.id, None)


def _node(group: Group, node: Node) -> dict[str, Any]:
    return {
        "CacheClusterId": node.id,
        "ARN": group.arn.replace(f":replicationgroup:{group.id}", f":cluster:{node.id}"),
        "CacheNodeType": group.node_type,
        "Engine": group.engine,
        "EngineVersion": group.engine_version,
        "CacheClusterStatus": group.status,
        "NumCacheNodes": 1,
        "PreferredAvailabilityZone": node.zone,
        "PreferredMaintenanceWindow": group.window,
        "CacheParameterGroup": {"CacheParameterGroupName": group.parameter_group, "ParameterApplyStatus": "in-sync"},
        "CacheSubnetGroupName": group.subnet_group,
        "SecurityGroups": [{"SecurityGroupId": one, "Status": "active"} for one in group.security_groups],
        "ReplicationGroupId": group.id,
        "SnapshotRetentionLimit": group.snapshot_days,
        "AuthTokenEnabled": bool(group.tokens),
        "TransitEncryptionEnabled": group.is_tls,
        "AtRestEncryptionEnabled": group.is_encrypted,
        "AutoMinorVersionUpgrade": True,
    }


@handles("elasticache", "DescribeCacheClusters")
def describe_nodes(world: World, call: Call) -> Any:
    wanted = call.params.get("CacheClusterId")
    groups = elasticache_for(world, call).groups.values()
    found = [_node(group, node) for group in groups for node in group.nodes if wanted in (None, node.id)]
    if wanted and not found:
        raise AwsError("CacheClusterNotFound", f"CacheCluster not found: {wanted}")
    return {"CacheClusters": found}
