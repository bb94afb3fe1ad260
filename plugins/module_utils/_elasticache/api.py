# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The calls to ElastiCache that several of ours make."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .. import tags
from ..api import call, call_unless
from ..aws import error_code

Group = dict[str, t.Any]

GROUP_GONE = ("ReplicationGroupNotFoundFault", "ReplicationGroupNotFound")
SUBNETS_GONE = ("CacheSubnetGroupNotFoundFault", "CacheSubnetGroupNotFound")
BUSY = "InvalidReplicationGroupState"
DONE = "NoOperationFault"
IN_USE = "CacheSubnetGroupInUse"
AVAILABLE, DELETING, FAILED = "available", "deleting", "create-failed"


def find_group(client: t.Any, name: str) -> Group | None:
    doing = f"look for the replication group {name}"
    answer = call_unless(GROUP_GONE, client, "describe_replication_groups", doing, ReplicationGroupId=name)
    return answer["ReplicationGroups"][0] if answer and answer["ReplicationGroups"] else None


def find_subnet_group(client: t.Any, name: str) -> Group | None:
    doing = f"look for the cache subnet group {name}"
    answer = call_unless(SUBNETS_GONE, client, "describe_cache_subnet_groups", doing, CacheSubnetGroupName=name)
    return answer["CacheSubnetGroups"][0] if answer and answer["CacheSubnetGroups"] else None


def find_member(client: t.Any, group: Group) -> dict[str, t.Any]:
    """What AWS tells of a node only. All nodes of a group have it in common."""
    members = group.get("MemberClusters") or []
    if not members:
        return {}
    doing = f"look at the nodes of {group['ReplicationGroupId']}"
    answer = call_unless(("CacheClusterNotFound",), client, "describe_cache_clusters", doing, CacheClusterId=members[0])
    return answer["CacheClusters"][0] if answer and answer["CacheClusters"] else {}


def read_tags(client: t.Any, arn: str) -> tags.Tags | None:
    """None while AWS does not tell: a group that is at work neither shows its tags nor takes new ones."""
    try:
        answer = call(client, "list_tags_for_resource", f"read the tags of {arn}", ResourceName=arn)
    except AnsibleAWSError as error:
        if error_code(error) == BUSY:
            return None
        raise
    return tags.from_list(answer.get("TagList"))


def add_tags(client: t.Any, arn: str, added: tags.Tags) -> None:
    call(client, "add_tags_to_resource", f"tag {arn}", ResourceName=arn, Tags=tags.to_list(added))


def remove_tags(client: t.Any, arn: str, removed: list[str]) -> None:
    call(client, "remove_tags_from_resource", f"untag {arn}", ResourceName=arn, TagKeys=removed)
