# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What it takes to make a cache, and to remove one."""

from __future__ import annotations

from .grant import CREATE, READ, UNINSTALL, grant, linked, makes_cache

# ElastiCache looks after the network interfaces of the nodes with the permissions of its caller.
_LOOK_AT_NETWORK = "DescribeNetworkInterfaces DescribeSubnets DescribeVpcs"

GRANTS = (
    # Whether one is left that is not made any more.
    grant("elasticache", READ, "DescribeCacheSubnetGroups", "cache-subnet-group"),
    grant("elasticache", READ, "DescribeReplicationGroups", "replication-group", when=makes_cache),
    grant("elasticache", READ, "DescribeCacheClusters", "cache-node", when=makes_cache),
    grant("elasticache", READ, "ListTagsForResource", "replication-group", "cache-subnet-group", when=makes_cache),
    grant("secretsmanager", READ, "DescribeSecret ListSecretVersionIds", "cache-secret", when=makes_cache),
    grant(
        "elasticache",
        CREATE,
        "CreateReplicationGroup",
        "replication-group",
        "cache-subnet-group",
        "cache-parameter-group",
        when=makes_cache,
    ),
    grant(
        "elasticache", CREATE, "ModifyReplicationGroup", "replication-group", "cache-parameter-group", when=makes_cache
    ),
    grant(
        "elasticache",
        CREATE,
        "IncreaseReplicaCount DecreaseReplicaCount ModifyReplicationGroupShardConfiguration",
        "replication-group",
        when=makes_cache,
    ),
    grant(
        "elasticache", CREATE, "CreateCacheSubnetGroup ModifyCacheSubnetGroup", "cache-subnet-group", when=makes_cache
    ),
    grant(
        "elasticache",
        CREATE,
        "AddTagsToResource RemoveTagsFromResource",
        "replication-group",
        "cache-subnet-group",
        when=makes_cache,
    ),
    grant("ec2", CREATE, _LOOK_AT_NETWORK, when=makes_cache),
    grant("ec2", CREATE, "CreateNetworkInterface", "network-interface", "subnet", "security-group", when=makes_cache),
    grant("ec2", CREATE, "DeleteNetworkInterface", "network-interface", when=makes_cache),
    grant("iam", CREATE, "CreateServiceLinkedRole", "linked-role", when=makes_cache, condition=linked("elasticache")),
    grant(
        "secretsmanager",
        CREATE,
        "CreateSecret GetSecretValue RestoreSecret TagResource UntagResource",
        "cache-secret",
        when=makes_cache,
    ),
    # The audit asks about all that the account has.
    grant("elasticache", UNINSTALL, "DescribeReplicationGroups", "any-replication-group"),
    grant("elasticache", UNINSTALL, "DescribeCacheSubnetGroups", "any-cache-subnet-group"),
    grant("elasticache", UNINSTALL, "ListTagsForResource", "any-replication-group", "any-cache-subnet-group"),
    grant("elasticache", UNINSTALL, "DeleteReplicationGroup", "replication-group"),
    grant("elasticache", UNINSTALL, "DeleteCacheSubnetGroup", "cache-subnet-group"),
    grant("ec2", UNINSTALL, "CreateNetworkInterface", "network-interface", "subnet", "security-group"),
    grant("ec2", UNINSTALL, "DeleteNetworkInterface", "network-interface"),
)
