# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The way from a replication group to another one, a step at a time: AWS takes one change, and no other meanwhile."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable

from .. import tags
from ..api import call
from . import api
from .view import View, is_failing_over, parameter_group

# What one call changes together.
_SETTINGS = {
    "description": "ReplicationGroupDescription",
    "security_group_ids": "SecurityGroupIds",
    "snapshot_retention_limit": "SnapshotRetentionLimit",
    "preferred_maintenance_window": "PreferredMaintenanceWindow",
}


@dataclasses.dataclass(frozen=True)
class Target:
    """Where a group is to get to. ``token`` reads the one that it is to be told; None where it knows it."""

    view: View
    tags: tags.Change
    token: Callable[[], str] | None = None


Step = Callable[[t.Any], t.Any]


def next_step(group: api.Group, before: View, target: Target) -> Step | None:
    """What has to be done first of all, or None when nothing is left."""
    for find in (_retag, _stop_failing_over, _replicas, _shards, _node_type, _engine, _settings, _fail_over, _token):
        step = find(group, before, target)
        if step is not None:
            return step
    return None


def _modify(group: api.Group, doing: str, **fields: t.Any) -> Step:
    name = group["ReplicationGroupId"]
    fields = {"ReplicationGroupId": name, "ApplyImmediately": True, **fields}
    return lambda client: call(client, "modify_replication_group", f"{doing} of the replication group {name}", **fields)


def _retag(group: api.Group, before: View, target: Target) -> Step | None:
    change, arn = target.tags, group["ARN"]
    if not change.added and not change.removed:
        return None
    return lambda client: tags.apply(
        change, lambda added: api.add_tags(client, arn, added), lambda gone: api.remove_tags(client, arn, gone)
    )


def _stop_failing_over(group: api.Group, before: View, target: Target) -> Step | None:
    """Before the last replica may go."""
    if not before["multi_az"] or target.view["multi_az"]:
        return None
    fields = {"MultiAZEnabled": False, "AutomaticFailoverEnabled": is_failing_over(target.view)}
    return _modify(group, "change the zones", **fields)


def _fail_over(group: api.Group, before: View, target: Target) -> Step | None:
    """Once there is a replica."""
    if before["multi_az"] or not target.view["multi_az"]:
        return None
    return _modify(group, "change the zones", MultiAZEnabled=True, AutomaticFailoverEnabled=True)


def _replicas(group: api.Group, before: View, target: Target) -> Step | None:
    there, coming = before["replicas_per_node_group"], target.view["replicas_per_node_group"]
    if there == coming:
        return None
    operation = "increase_replica_count" if coming > there else "decrease_replica_count"
    name = group["ReplicationGroupId"]
    fields = {"ReplicationGroupId": name, "NewReplicaCount": coming, "ApplyImmediately": True}
    return lambda client: call(client, operation, f"change the replicas of {name}", **fields)


def _shards(group: api.Group, before: View, target: Target) -> Step | None:
    there, coming = before["num_node_groups"], target.view["num_node_groups"]
    if there == coming:
        return None
    name = group["ReplicationGroupId"]
    fields = {"ReplicationGroupId": name, "NodeGroupCount": coming, "ApplyImmediately": True}
    if coming < there:
        fields["NodeGroupsToRetain"] = sorted(one["NodeGroupId"] for one in group["NodeGroups"])[:coming]
    operation = "modify_replication_group_shard_configuration"
    return lambda client: call(client, operation, f"change the shards of {name}", **fields)


def _node_type(group: api.Group, before: View, target: Target) -> Step | None:
    if before["cache_node_type"] == target.view["cache_node_type"]:
        return None
    return _modify(group, "change the nodes", CacheNodeType=target.view["cache_node_type"])


def _engine(group: api.Group, before: View, target: Target) -> Step | None:
    keys = ("engine", "engine_version")
    if all(before[key] == target.view[key] for key in keys):
        return None
    fields = {"EngineVersion": target.view["engine_version"]}
    if before["engine"] != target.view["engine"]:
        fields["Engine"] = target.view["engine"]
    if parameter_group(before) != parameter_group(target.view):
        fields["CacheParameterGroupName"] = parameter_group(target.view)
    return _modify(group, "upgrade the engine", **fields)


def _settings(group: api.Group, before: View, target: Target) -> Step | None:
    differing = {
        field: target.view[option]
        for option, field in _SETTINGS.items()
        if target.view.get(option) is not None and before.get(option) != target.view[option]
    }
    return _modify(group, "change the settings", **differing) if differing else None


def _token(group: api.Group, before: View, target: Target) -> Step | None:
    """The one from before stays good until the next: who still has it is not shut out."""
    if target.token is None:
        return None
    read = target.token

    def rotate(client: t.Any) -> t.Any:
        return _modify(group, "change the token", AuthToken=read(), AuthTokenUpdateStrategy="ROTATE")(client)

    return rotate
