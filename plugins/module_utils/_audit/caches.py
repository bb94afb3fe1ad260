# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""ElastiCache: replication groups and subnet groups, found by how their names begin, then asked for their tags."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._elasticache import api
from ..api import call
from ..aws import error_code
from ..tags import Tags
from .resource import Resource, Stack


def read(client: t.Any, stack: Stack) -> Iterator[Resource]:
    groups = call(client, "describe_replication_groups", "look for replication groups")["ReplicationGroups"]
    for group in groups:
        name = group["ReplicationGroupId"]
        if _may_be(stack, name):
            is_leaving = group["Status"] == api.DELETING
            # One that is at work does not tell its tags. Then its name, which nobody else can have, says whose it is.
            tags = _tags(client, group["ARN"])
            owned = (
                dict(stack.tags) if tags is None and name == stack.names["elasticache"]["replication_group"] else tags
            )
            if owned is not None:
                yield Resource("elasticache_replication_group", name, name, owned, is_leaving=is_leaving)
    subnets = call(client, "describe_cache_subnet_groups", "look for cache subnet groups")["CacheSubnetGroups"]
    for group in subnets:
        name = group["CacheSubnetGroupName"]
        tags = _tags(client, group["ARN"]) if _may_be(stack, name) else None
        if tags is not None:
            yield Resource("elasticache_subnet_group", name, name, tags)


def _may_be(stack: Stack, name: str) -> bool:
    """ElastiCache knows small letters only."""
    return stack.may_be(name) or name.startswith(stack.stem.lower())


def _tags(client: t.Any, arn: str) -> Tags | None:
    try:
        return api.read_tags(client, arn)
    except AnsibleAWSError as error:
        if error_code(error) in (*api.GROUP_GONE, *api.SUBNETS_GONE):
            return None
        raise
