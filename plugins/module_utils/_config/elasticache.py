# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The ElastiCache that the stack makes in place of the Redis container, and how the services reach it."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

Config = Mapping[str, t.Any]
Item = dict[str, t.Any]

PORT = 6379
# The variable of the containers with the AUTH token, and the key of its secret.
AUTH_KEY = "REDIS_PASSWORD"
# What stands in the services' definitions for what is only known when the cache is there.
URL_PLACEHOLDER = "<ElastiCacheUrl>"
AUTH_PLACEHOLDER = "<ElastiCacheAuthSecretArn>"
AUTH_VERSION = "<ElastiCacheAuthSecretVersion>"

STANDALONE, CLUSTER = "standalone", "cluster"
# What is made where the user names no version.
ENGINE_VERSIONS = {"valkey": "8.0", "redis": "7.1"}


def is_made(config: Config) -> bool:
    """Whether the stack makes its cache itself, as ElastiCache."""
    cache = config["redis_configuration"]
    return cache["redis_type"] == "aws-elastic-cache" and bool(cache["create"])


def engine_version(config: Config) -> str:
    cache = config["redis_configuration"]
    return str(cache["engine_version"] or ENGINE_VERSIONS[cache["engine"]])


def clients(config: Config) -> list[str]:
    """The services that call the cache."""
    return ["gateway", *(["data-service"] if config["dataservice_config"]["enable_dataservice"] else [])]


def group(config: Config) -> Item:
    """What the replication group is to be, in the words of the module elasticache_replication_group."""
    cache = config["redis_configuration"]
    return {
        "engine": cache["engine"],
        "engine_version": engine_version(config),
        "cache_node_type": cache["node_type"],
        "cluster_mode": "enabled" if cache["mode"] == CLUSTER else "disabled",
        "num_node_groups": cache["num_shards"],
        "replicas_per_node_group": cache["num_replicas"],
        "multi_az": cache["num_replicas"] > 0,
        "snapshot_retention_limit": cache["snapshot_retention_days"],
        "preferred_maintenance_window": cache["maintenance_window"] or None,
    }


def plan(config: Config, names: Mapping[str, t.Any]) -> Item | None:
    """The parameters of the role elasticache without their prefix; None where there is no such cache."""
    if not is_made(config):
        return None
    return {
        "names": names["elasticache"],
        "auth_secret_name": names["cache_auth_secret"],
        "replication_group": group(config),
        "ingress": [{"source": client, "port": PORT} for client in clients(config)],
    }
