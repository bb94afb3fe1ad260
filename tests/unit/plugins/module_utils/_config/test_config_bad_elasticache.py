"""Bad settings of a cache that the stack makes."""

from __future__ import annotations

OURS = {"redis_type": "aws-elastic-cache", "create": True}
ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret:redis-AbCdEf"


def cache(**settings):
    return {"redis_configuration": {**OURS, **settings}}


# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    ("text for making a cache", cache(create="always"), {"redis_configuration.create"}),
    ("a container made as ElastiCache", cache(redis_type="redis"), {"redis_configuration.create"}),
    (
        "an address for a cache that is made",
        cache(endpoint="rediss://cache.example.com:6379"),
        {"redis_configuration.endpoint"},
    ),
    ("another engine", cache(engine="memcached"), {"redis_configuration.engine"}),
    ("nodes of EC2", cache(node_type="t4g.small"), {"redis_configuration.node_type"}),
    ("nodes of a family that is gone", cache(node_type="cache.m3.medium"), {"redis_configuration.node_type"}),
    ("nodes with disks", cache(node_type="cache.r6gd.xlarge"), {"redis_configuration.node_type"}),
    ("a version without its second number", cache(engine_version="8"), {"redis_configuration.engine_version"}),
    ("a version of Valkey that never was", cache(engine_version="7.1"), {"redis_configuration.engine_version"}),
    (
        "a version of Redis OSS that AWS has not",
        cache(engine="redis", engine_version="7.4"),
        {"redis_configuration.engine_version"},
    ),
    (
        "a version of Redis OSS before 6",
        cache(engine="redis", engine_version="5.0.6"),
        {"redis_configuration.engine_version"},
    ),
    ("no shard", cache(num_shards=0, mode="cluster"), {"redis_configuration.num_shards"}),
    ("shards without a cluster", cache(num_shards=2), {"redis_configuration.num_shards"}),
    (
        "more nodes than a cluster has",
        cache(num_shards=31, num_replicas=2, mode="cluster"),
        {"redis_configuration.num_shards"},
    ),
    ("replicas below none", cache(num_replicas=-1), {"redis_configuration.num_replicas"}),
    ("too many replicas", cache(num_replicas=6), {"redis_configuration.num_replicas"}),
    ("replicas in one zone", {**cache(), "num_az": 1}, {"redis_configuration.num_replicas"}),
    ("snapshots for too long", cache(snapshot_retention_days=36), {"redis_configuration.snapshot_retention_days"}),
    ("a window without days", cache(maintenance_window="05:00-06:00"), {"redis_configuration.maintenance_window"}),
    (
        "a window of half an hour",
        cache(maintenance_window="sun:05:00-sun:05:30"),
        {"redis_configuration.maintenance_window"},
    ),
    (
        "a token of one's own",
        {**cache(), "secrets": {"gateway": {"REDIS_PASSWORD": ARN}}},
        {"secrets.gateway.REDIS_PASSWORD"},
    ),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    variables, expected = bad_input
    refused(variables, expected)


def test_good_input_is_not_refused(checked):
    for settings in (
        {},
        {"mode": "cluster", "num_shards": 3, "num_replicas": 2},
        {"engine": "redis", "engine_version": "6.2", "num_replicas": 0},
        {"node_type": "cache.c7gn.large", "maintenance_window": "sat:23:30-sun:00:30", "snapshot_retention_days": 7},
    ):
        assert checked(**cache(**settings)).faults == []
    assert checked(**cache(num_replicas=0), num_az=1).faults == []
