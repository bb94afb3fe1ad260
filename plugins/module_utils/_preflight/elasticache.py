# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The cache that the stack makes, as it may be there already; and whether one is left that it makes no more."""

from __future__ import annotations

import typing as t

from .._elasticache import api, view
from .._permissions import denial
from ..api import call_unless
from .connection import Connection, Findings

_PATH = "portkey_redis_configuration"


def cache(connection: Connection, question: dict[str, t.Any]) -> Findings:
    client = connection.client("elasticache")
    if question["wanted"] is None:
        return Findings(facts={"live_elasticache": _is_left(client, question["subnet_group"])})
    group = api.find_group(client, question["replication_group"])
    findings = Findings(facts={"live_elasticache": group is not None, "live_elasticache_zones": _zones(group or {})})
    if group is not None and group["Status"] != api.DELETING:
        findings.add(_owner(client, group, question))
        if not findings.faults:
            findings.add(_change(client, group, question["wanted"]))
    return findings


def _zones(group: api.Group) -> list[str]:
    """Where its nodes are; a node that is being made is nowhere yet."""
    members = [one for shard in group.get("NodeGroups", []) for one in shard.get("NodeGroupMembers", [])]
    return sorted({one["PreferredAvailabilityZone"] for one in members if "PreferredAvailabilityZone" in one})


def _is_left(client: t.Any, name: str) -> bool:
    """Of a cache's things the subnet group is made first and goes last, so it tells of what a killed run has left."""
    doing = f"look for the cache subnet group {name}"
    passed = (*api.SUBNETS_GONE, *denial.CODES)
    return bool(call_unless(passed, client, "describe_cache_subnet_groups", doing, CacheSubnetGroupName=name))


def _owner(client: t.Any, group: api.Group, question: dict[str, t.Any]) -> Findings:
    tags = api.read_tags(client, group["ARN"])
    if tags is None or all(tags.get(key) == value for key, value in question["tags"].items()):
        return Findings()
    name = question["replication_group"]
    return Findings.fault(
        f"{_PATH}.create",
        True,
        f"There is a replication group {name}, and it does not have the stack's tags.",
        "Use it by its endpoint, with create: false; or choose another project or environment.",
    )


def _change(client: t.Any, group: api.Group, wanted: dict[str, t.Any]) -> Findings:
    """What AWS cannot change of it."""
    read = view.read_properties(client, group)
    variable, value = f"{_PATH}.engine_version", wanted["engine_version"]
    if wanted["cluster_mode"] != read.get("cluster_mode"):
        variable, value = f"{_PATH}.mode", "cluster" if wanted["cluster_mode"] == "enabled" else "standalone"
    elif wanted["engine"] != read.get("engine"):
        variable, value = f"{_PATH}.engine", wanted["engine"]
    asked = {key: wanted[key] for key in ("engine", "engine_version", "cluster_mode")}
    try:
        view.after({**asked, **read}, asked)
    except view.CannotChange as error:
        return Findings.fault(variable, value, error.rule, error.fix)
    return Findings()
