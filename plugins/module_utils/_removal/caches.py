# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""ElastiCache. A cache that goes holds its subnets and security groups for minutes."""

from __future__ import annotations

from .._audit.resource import Resource
from .._elasticache import replication_group as groups
from .._elasticache import subnet_group as subnets
from .work import Removal, Work


def replication_group(work: Work, resource: Resource) -> None:
    """Without a last snapshot: what a cache holds can be had again. Its own snapshots go with it."""
    client = work.client("elasticache")
    groups.delete(client, resource.name, work.timeout, work.clock)
    groups.wait_until_gone(client, resource.name, work.timeout, work.clock)


def subnet_group(work: Work, resource: Resource) -> None:
    subnets.delete(work.client("elasticache"), resource.name, work.timeout, work.clock)


REMOVALS = {
    "elasticache_replication_group": Removal(replication_group, ("ecs_service",)),
    "elasticache_subnet_group": Removal(subnet_group, ("elasticache_replication_group",)),
}
