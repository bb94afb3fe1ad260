"""The nodes of a replication group, each with a network interface in one of its subnets."""

from __future__ import annotations

from ..ec2 import interfaces
from .state import SLOTS, Group, Node, Shard, SubnetGroup


def add(account: str, group: Group, subnets: SubnetGroup, shard: Shard) -> None:
    """In the zone that has the fewest of the shard so far."""
    used = [node.zone for node in shard.nodes]
    subnet = min(subnets.zones, key=lambda one: (used.count(subnets.zones[one]), subnets.zones[one], one))
    taken = [int(node.id.rpartition("-")[2]) for node in shard.nodes]
    number = next(number for number in range(1, 100) if number not in taken)
    stem = f"{group.id}-{shard.id}" if group.is_cluster else group.id
    name = f"{stem}-{number:03}"
    interface = interfaces.attach(
        account, group.region, subnet, group.security_groups, f"ElastiCache {name}", requester="amazon-elasticache"
    )
    shard.nodes.append(Node(name, subnet, subnets.zones[subnet], interface.id))


def remove(account: str, group: Group, node: Node) -> None:
    interfaces.detach(account, group.region, node.interface)
    for shard in group.shards:
        shard.nodes = [one for one in shard.nodes if one.id != node.id]


def set_replicas(account: str, group: Group, subnets: SubnetGroup, count: int) -> None:
    for shard in group.shards:
        while len(shard.nodes) - 1 < count:
            add(account, group, subnets, shard)
        for node in shard.nodes[count + 1 :]:
            remove(account, group, node)


def set_shards(account: str, group: Group, subnets: SubnetGroup, keep: list[str], count: int) -> None:
    replicas = group.replicas if group.shards else 0
    for shard in [one for one in group.shards if one.id not in keep]:
        for node in list(shard.nodes):
            remove(account, group, node)
        group.shards.remove(shard)
    taken = {shard.id for shard in group.shards}
    for number in range(1, count + len(taken) + 1):
        if len(group.shards) < count and f"{number:04}" not in taken:
            shard = Shard(f"{number:04}", [])
            group.shards.append(shard)
            for _unused in range(replicas + 1):
                add(account, group, subnets, shard)


def slots(position: int, count: int) -> str:
    first, beyond = SLOTS * position // count, SLOTS * (position + 1) // count
    return f"{first}-{beyond - 1}"
