# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A subnet group of ElastiCache: the subnets in which its nodes may stand."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags, wait
from ..api import call, call_unless
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, Outcome, is_known
from . import api

View = dict[str, t.Any]


def ensure(module: AnsibleAWSModule) -> Outcome:
    client, name = module.client("elasticache"), module.params["name"]
    group = api.find_subnet_group(client, name)
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, group)
    return _create(module, client) if group is None else _update(module, client, group)


def _result(view: View, arn: str) -> dict[str, t.Any]:
    return {"subnet_group": {**view, "arn": arn}}


def _create(module: AnsibleAWSModule, client: t.Any) -> Outcome:
    params = module.params
    after = {
        "name": params["name"],
        "description": params["description"] or params["name"],
        "subnet_ids": sorted(params["subnet_ids"] or []),
        "tags": dict(params["tags"] or {}),
    }
    if module.check_mode:
        return Outcome(_result(after, KNOWN_AFTER_APPLY), None, after)
    made = call(
        client,
        "create_cache_subnet_group",
        f"make the cache subnet group {params['name']}",
        CacheSubnetGroupName=params["name"],
        CacheSubnetGroupDescription=after["description"],
        SubnetIds=after["subnet_ids"],
        Tags=tags.to_list(after["tags"]) or None,
    )["CacheSubnetGroup"]
    return Outcome(_result(after, made["ARN"]), None, after)


def _update(module: AnsibleAWSModule, client: t.Any, group: api.Group) -> Outcome:
    params, arn = module.params, group["ARN"]
    before = {
        "name": params["name"],
        "description": group.get("CacheSubnetGroupDescription"),
        "subnet_ids": sorted(one["SubnetIdentifier"] for one in group.get("Subnets", [])),
        "tags": api.read_tags(client, arn) or {},
    }
    wanted = {
        "description": params["description"] or before["description"],
        "subnet_ids": sorted(params["subnet_ids"]) if is_known(params["subnet_ids"]) else before["subnet_ids"],
    }
    retagging = tags.change(before["tags"], params["tags"], params["purge_tags"])
    after = {**before, **wanted, "tags": retagging.final}
    if not module.check_mode:
        if any(after[key] != before[key] for key in wanted):
            call(
                client,
                "modify_cache_subnet_group",
                f"change the cache subnet group {params['name']}",
                CacheSubnetGroupName=params["name"],
                CacheSubnetGroupDescription=after["description"],
                SubnetIds=after["subnet_ids"],
            )
        tags.apply(
            retagging,
            lambda added: api.add_tags(client, arn, added),
            lambda removed: api.remove_tags(client, arn, removed),
        )
    return Outcome(_result(after, arn), before, after)


def _ensure_absent(module: AnsibleAWSModule, client: t.Any, group: api.Group | None) -> Outcome:
    if group is None:
        return Outcome({"subnet_group": None})
    name = module.params["name"]
    if not module.check_mode:
        delete(client, name, module.params["wait_timeout"])
    return Outcome({"subnet_group": None}, {"name": name}, None)


def delete(client: t.Any, name: str, timeout: float, clock: wait.Clock = wait.SYSTEM_CLOCK) -> None:
    """A replication group that has just gone may still hold it."""
    doing = f"delete the cache subnet group {name}"
    wait.keep_trying(
        lambda: call_unless(api.SUBNETS_GONE, client, "delete_cache_subnet_group", doing, CacheSubnetGroupName=name),
        lambda error: error_code(error) == api.IN_USE,
        what=f"the cache subnet group {name} to be free",
        timeout=timeout,
        clock=clock,
    )
