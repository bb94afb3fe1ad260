"""Tags. Of a replication group that is at work they can neither be read nor written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call, handles
from .state import elasticache_for

if TYPE_CHECKING:
    from ...world import World

BUSY = "Cluster not in available state to perform tagging operations."


def _tags(world: World, call: Call) -> dict[str, str]:
    store, given = elasticache_for(world, call), str(call.params["ResourceName"])
    parts = given.split(":")
    if len(parts) != 7 or parts[2] != "elasticache":
        raise AwsError("InvalidARN", f"The ARN {given} is not valid.")
    kind, name = parts[5], parts[6]
    if kind == "subnetgroup":
        if name not in store.subnet_groups:
            raise AwsError("CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {name} does not exist.")
        return store.subnet_groups[name].tags
    if name not in store.groups:
        raise AwsError("ReplicationGroupNotFoundFault", f"ReplicationGroup {name} not found.")
    if store.groups[name].status != "available":
        raise AwsError("InvalidReplicationGroupState", BUSY)
    return store.groups[name].tags


def _shown(tags: dict[str, str]) -> dict[str, Any]:
    return {"TagList": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}


@handles("elasticache", "ListTagsForResource")
def list_tags(world: World, call: Call) -> Any:
    return _shown(_tags(world, call))


@handles("elasticache", "AddTagsToResource")
def add_tags(world: World, call: Call) -> Any:
    tags = _tags(world, call)
    tags.update({tag["Key"]: tag.get("Value") or "" for tag in call.params["Tags"]})
    return _shown(tags)


@handles("elasticache", "RemoveTagsFromResource")
def remove_tags(world: World, call: Call) -> Any:
    tags = _tags(world, call)
    for key in call.params["TagKeys"]:
        tags.pop(key, None)
    return _shown(tags)
