"""What ElastiCache keeps: subnet groups, and replication groups with their shards and nodes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call

if TYPE_CHECKING:
    from ...world import World

SLOTS = 16384
PORT = 6379
# Of a region, as the endpoints have it.
SHORT = {"us-east-1": "use1", "us-east-2": "use2", "us-west-1": "usw1", "us-west-2": "usw2", "eu-west-1": "euw1"}


@dataclasses.dataclass
class SubnetGroup:
    name: str
    arn: str
    description: str
    vpc: str
    # By subnet, its zone.
    zones: dict[str, str]
    tags: dict[str, str]


@dataclasses.dataclass
class Node:
    """``interface``: with which it stands in its subnet."""

    id: str
    subnet: str
    zone: str
    interface: str


@dataclasses.dataclass
class Shard:
    """The first node is the primary."""

    id: str
    nodes: list[Node]


@dataclasses.dataclass
class Group:
    id: str
    arn: str
    description: str
    engine: str
    engine_version: str
    node_type: str
    is_cluster: bool
    parameter_group: str
    subnet_group: str
    security_groups: list[str]
    multi_az: bool
    failover: bool
    snapshot_days: int
    window: str
    is_tls: bool
    is_encrypted: bool
    # The current one and, after a rotation, the one from before.
    tokens: list[str]
    created: float
    token_changed: float
    tags: dict[str, str]
    region: str
    suffix: str
    status: str = "creating"
    shards: list[Shard] = dataclasses.field(default_factory=list)

    @property
    def nodes(self) -> Iterator[Node]:
        for shard in self.shards:
            yield from shard.nodes

    @property
    def replicas(self) -> int:
        return len(self.shards[0].nodes) - 1

    def address(self, kind: str) -> str:
        return f"{kind}.{self.id}.{self.suffix}.{SHORT.get(self.region, 'xxx1')}.cache.amazonaws.com"


class ElastiCache:
    """Of an account in a region."""

    def __init__(self) -> None:
        self.groups: dict[str, Group] = {}
        self.subnet_groups: dict[str, SubnetGroup] = {}


def elasticache_for(world: World, call: Call) -> ElastiCache:
    found: ElastiCache = world.store(ElastiCache, call.account, call.region)
    return found


def group_of(world: World, call: Call) -> Group:
    name = str(call.params["ReplicationGroupId"]).lower()
    group = elasticache_for(world, call).groups.get(name)
    if group is None:
        raise AwsError("ReplicationGroupNotFoundFault", f"ReplicationGroup {name} not found.")
    return group


def subnet_group_of(world: World, call: Call, name: str) -> SubnetGroup:
    group = elasticache_for(world, call).subnet_groups.get(name.lower())
    if group is None:
        raise AwsError("CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {name.lower()} does not exist.")
    return group


def arn(call: Call, kind: str, name: str) -> str:
    return f"arn:{call.partition}:elasticache:{call.region}:{call.account}:{kind}:{name}"


def as_dict(tags: list[dict[str, Any]] | None) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value") or "" for tag in tags or []}


def combination(message: str) -> AwsError:
    return AwsError("InvalidParameterCombination", message)


def value(message: str) -> AwsError:
    return AwsError("InvalidParameterValue", message)
