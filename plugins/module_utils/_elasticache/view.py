# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""One view of a replication group, and what a change would make of it."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from .. import tags
from ..module import GatewayError, is_known
from ..shape import prune
from .api import Group, find_member, read_tags

View = dict[str, t.Any]

OPTIONS = (
    "description",
    "engine",
    "engine_version",
    "cache_node_type",
    "cluster_mode",
    "num_node_groups",
    "replicas_per_node_group",
    "multi_az",
    "cache_subnet_group_name",
    "security_group_ids",
    "snapshot_retention_limit",
    "preferred_maintenance_window",
)
# What a new group has of which nothing is said.
DEFAULTS: View = {
    "cluster_mode": "disabled",
    "num_node_groups": 1,
    "replicas_per_node_group": 0,
    "multi_az": False,
    "snapshot_retention_limit": 0,
}
_FIXED = {"cluster_mode": "cluster mode", "cache_subnet_group_name": "subnet group"}
_ANEW = "Keep it, or let the stack do without the cache for one run (redis_type: redis) and make it anew."


class CannotChange(GatewayError):
    """What AWS can only make anew, which loses what is in the cache, and so is the user's to decide."""

    def __init__(self, rule: str, fix: str = _ANEW) -> None:
        super().__init__(f"{rule} {fix}")
        self.rule, self.fix = rule, fix


def wanted(params: Mapping[str, t.Any]) -> View:
    given = prune({option: params[option] for option in OPTIONS})
    if "security_group_ids" in given:
        given["security_group_ids"] = sorted(given["security_group_ids"])
    return t.cast(View, given)


def read(client: t.Any, group: Group) -> tuple[View, tags.Tags | None]:
    return read_properties(client, group), read_tags(client, group["ARN"])


def read_properties(client: t.Any, group: Group) -> View:
    """What AWS tells. While a group is being made, that is not all."""
    member = find_member(client, group)
    shards = group.get("NodeGroups") or []
    is_cluster = group.get("ClusterEnabled")
    view = {
        "description": group.get("Description"),
        "engine": group.get("Engine") or member.get("Engine"),
        "engine_version": member.get("EngineVersion"),
        "cache_node_type": group.get("CacheNodeType"),
        "cluster_mode": None if is_cluster is None else "enabled" if is_cluster else "disabled",
        "num_node_groups": len(shards) or None,
        "replicas_per_node_group": _replicas(group, shards),
        "multi_az": None if group.get("MultiAZ") is None else group["MultiAZ"] == "enabled",
        "cache_subnet_group_name": member.get("CacheSubnetGroupName"),
        "security_group_ids": sorted(one["SecurityGroupId"] for one in member["SecurityGroups"])
        if member.get("SecurityGroups")
        else None,
        "snapshot_retention_limit": group.get("SnapshotRetentionLimit"),
        "preferred_maintenance_window": member.get("PreferredMaintenanceWindow"),
    }
    return t.cast(View, prune(view))


def _replicas(group: Group, shards: list[dict[str, t.Any]]) -> int | None:
    """By the members, which are named before they are there. A shard of which one is just failing counts the same."""
    members = len(group.get("MemberClusters") or [])
    return members // len(shards) - 1 if members and shards else None


def after(before: View, asked: View) -> View:
    """What the group becomes. What cannot be is refused."""
    coming = {**before, **{option: value for option, value in asked.items() if is_known(value)}}
    for option, name in _FIXED.items():
        if coming.get(option) != before.get(option):
            raise CannotChange(
                f"The {name} of a replication group cannot change: it is {before[option]}, and was to be "
                f"{coming[option]}."
            )
    coming["engine_version"] = _version(before, coming)
    return coming


def _version(before: View, coming: View) -> str | None:
    """The version is the least that is wanted. AWS takes what is later within it, and goes back to none."""
    live, asked = before.get("engine_version"), coming.get("engine_version")
    if before.get("engine") == "redis" and coming.get("engine") == "valkey":
        return asked
    if before.get("engine") != coming.get("engine"):
        raise CannotChange(f"A cache cannot go back from {before['engine']} to {coming['engine']}.")
    if live is None or asked is None:
        return asked
    if _numbers(live)[0] > _numbers(asked)[0]:
        raise CannotChange(f"The cache runs {live}, and AWS cannot go back to {asked}.", f"Ask for {live}. {_ANEW}")
    return live if _numbers(live) >= _numbers(asked) else asked


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in str(version).split(".") if part.isdigit())


def is_failing_over(view: View) -> bool:
    """Whether a replica takes over by itself: a cluster knows it no other way."""
    return bool(view["multi_az"]) or view["cluster_mode"] == "enabled"


def parameter_group(view: View) -> str:
    """AWS's own parameters for the engine. Without a name AWS would choose those without cluster mode."""
    major = str(view["engine_version"]).partition(".")[0]
    family = f"{view['engine']}{'6.x' if (view['engine'], major) == ('redis', '6') else major}"
    return f"default.{family}{'.cluster.on' if view['cluster_mode'] == 'enabled' else ''}"
