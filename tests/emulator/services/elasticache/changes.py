"""Changes of replication groups: one at a time, and each takes its time."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call, handles
from ..ec2.common import backend_of
from . import checks, nodes
from .replication_groups import settle, shown
from .state import Group, combination, group_of, subnet_group_of, value

if TYPE_CHECKING:
    from ...world import World


def _begin(world: World, group: Group, step: str, change: Callable[[], None]) -> Any:
    """AWS makes it at once or in the maintenance window, which here never comes."""
    group.status = "modifying"
    world.after(step, functools.partial(_end, group, change))
    return {"ReplicationGroup": shown(group)}


def _end(group: Group, change: Callable[[], None]) -> None:
    change()
    settle(group)


def _open(world: World, call: Call) -> Group:
    group = group_of(world, call)
    checks.available(group.status)
    if not call.params.get("ApplyImmediately"):
        raise combination("The emulator knows no maintenance window: ApplyImmediately must be true.")
    return group


@handles("elasticache", "ModifyReplicationGroup")
def modify(world: World, call: Call) -> Any:
    group, params = _open(world, call), call.params
    fields = {key for key in params if key not in ("ReplicationGroupId", "ApplyImmediately")}
    if not fields:
        raise combination("No modifications were requested")
    if "AuthToken" in fields or "AuthTokenUpdateStrategy" in fields:
        return _rotate(world, call, group, fields)
    changes = _changes(world, call, group)
    if "engine_version" in changes:
        step = "replication_group_upgrade"
    else:
        step = "replication_group_scale" if "node_type" in changes else "replication_group_modify"
    return _begin(world, group, step, functools.partial(_set, call.account, group, changes))


def _set(account: str, group: Group, changes: dict[str, Any]) -> None:
    for key, new in changes.items():
        setattr(group, key, new)
    backend = backend_of(account, group.region)
    for node in group.nodes:
        backend.enis[node.interface]._group_set = [
            backend.get_security_group_from_id(one) for one in group.security_groups
        ]


def _changes(world: World, call: Call, group: Group) -> dict[str, Any]:
    params, found = call.params, dict[str, Any]()
    for key, attribute in (
        ("ReplicationGroupDescription", "description"),
        ("SnapshotRetentionLimit", "snapshot_days"),
        ("PreferredMaintenanceWindow", "window"),
        ("MultiAZEnabled", "multi_az"),
        ("AutomaticFailoverEnabled", "failover"),
    ):
        if params.get(key) is not None:
            found[attribute] = params[key]
    subnets = subnet_group_of(world, call, group.subnet_group)
    multi_az, failover = found.get("multi_az", group.multi_az), found.get("failover", group.failover)
    checks.shape(group.is_cluster, len(group.shards), group.replicas, failover, multi_az)
    checks.zones(multi_az, subnets)
    if params.get("CacheNodeType"):
        found["node_type"] = checks.node_type(params["CacheNodeType"])
    if params.get("SecurityGroupIds"):
        found["security_groups"] = checks.security_groups(call, params["SecurityGroupIds"], subnets.vpc)
    if params.get("EngineVersion") or params.get("Engine") or params.get("CacheParameterGroupName"):
        found |= _upgrade(params, group)
    return found


def _upgrade(params: dict[str, Any], group: Group) -> dict[str, Any]:
    engine = params.get("Engine") or group.engine
    if (group.engine, engine) == ("valkey", "redis"):
        raise combination("Cannot change the engine from valkey to redis.")
    asked = params.get("EngineVersion")
    full = checks.version(engine, asked) if asked or engine != group.engine else group.engine_version
    if engine == group.engine and checks.numbers(full) < checks.numbers(group.engine_version):
        raise combination(f"Cannot downgrade the engine from {group.engine_version} to {full}.")
    given = params.get("CacheParameterGroupName")
    is_same = checks.family(engine, full) == checks.family(group.engine, group.engine_version)
    # Without a name, AWS's own parameters are followed by those of the next family.
    parameters = checks.parameter_group(
        given or (group.parameter_group if is_same else None), engine, full, group.is_cluster
    )
    return {"engine": engine, "engine_version": full, "parameter_group": parameters}


def _rotate(world: World, call: Call, group: Group, fields: set[str]) -> Any:
    if fields - {"AuthToken", "AuthTokenUpdateStrategy"}:
        raise combination("The AUTH token must be changed by itself.")
    strategy = call.params.get("AuthTokenUpdateStrategy")
    if strategy not in ("ROTATE", "SET"):
        raise combination("AuthToken must be specified with the auth-token-update-strategy parameter.")
    (token,) = checks.token(call.params, group.is_tls) or [""]
    if strategy == "SET" and token not in group.tokens:
        raise combination("SET is allowed only after ROTATE.")
    tokens = [token] if strategy == "SET" else [token, *(one for one in group.tokens[:1] if one != token)]
    change = functools.partial(_tell, world, group, tokens)
    return _begin(world, group, "replication_group_modify", change)


def _tell(world: World, group: Group, tokens: list[str]) -> None:
    group.tokens, group.token_changed = tokens, world.now


def _needed(count: int | None, there: int) -> None:
    if count == there:
        raise AwsError("NoOperationFault", "The operation was not performed because no changes were required.")


@handles("elasticache", "IncreaseReplicaCount")
def increase(world: World, call: Call) -> Any:
    group, count = _open(world, call), call.params.get("NewReplicaCount")
    _needed(count, group.replicas)
    if count is None or count <= group.replicas or count > checks.MOST_REPLICAS:
        raise value(f"NewReplicaCount must be greater than {group.replicas}, and at most {checks.MOST_REPLICAS}.")
    return _replicas(world, call, group, count)


@handles("elasticache", "DecreaseReplicaCount")
def decrease(world: World, call: Call) -> Any:
    group, count = _open(world, call), call.params.get("NewReplicaCount")
    _needed(count, group.replicas)
    least = 1 if group.multi_az or (group.failover and not group.is_cluster) else 0
    if count is None or not least <= count < group.replicas:
        raise value(f"NewReplicaCount must be less than {group.replicas}, and at least {least}.")
    return _replicas(world, call, group, count)


def _replicas(world: World, call: Call, group: Group, count: int) -> Any:
    checks.shape(group.is_cluster, len(group.shards), count, group.failover, group.multi_az)
    subnets = subnet_group_of(world, call, group.subnet_group)
    change = functools.partial(nodes.set_replicas, call.account, group, subnets, count)
    return _begin(world, group, "replication_group_scale", change)


@handles("elasticache", "ModifyReplicationGroupShardConfiguration")
def shards(world: World, call: Call) -> Any:
    group, params = _open(world, call), call.params
    if not group.is_cluster:
        raise combination("Operation unsupported, cluster mode is not enabled.")
    there, count = [shard.id for shard in group.shards], params["NodeGroupCount"]
    if count == len(there):
        raise value("NodeGroupCount is the number of node groups that there are.")
    checks.shape(True, count, group.replicas, group.failover, group.multi_az)
    keep = params.get("NodeGroupsToRetain") or there
    if params.get("NodeGroupsToRemove"):
        keep = [one for one in there if one not in params["NodeGroupsToRemove"]]
    if count < len(there) and (len(keep) != count or set(keep) - set(there)):
        raise combination("NodeGroupsToRemove or NodeGroupsToRetain must say which node groups go.")
    subnets = subnet_group_of(world, call, group.subnet_group)
    change = functools.partial(nodes.set_shards, call.account, group, subnets, keep, count)
    return _begin(world, group, "replication_group_scale", change)
