"""The cache that the stack makes: what it is to be, and how the services reach it."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import (
    account,
    elasticache,
    names,
    secrets,
    services,
    stack,
)
from ansible_collections.portkey.gateway.plugins.module_utils._config.place import Place

OURS = {"redis_type": "aws-elastic-cache", "create": True}
THEIRS = {"redis_type": "aws-elastic-cache", "endpoint": "redis://cache.example.com:6379"}
ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret:redis-auth-AbCdEf"
PUBLISHED = {"auth_secret_arn": ARN, "auth_secret_version": "v1", "url": "rediss://master.dev-cache:6379"}


def definition(config, name="gateway"):
    place = Place("aws", "us-west-2", "123456789012")
    found = services.service_definitions(config, stack.stack_names(config), place, [])
    return next(one for one in found if one["name"] == name)


def test_without_it_nothing_is_planned(checked):
    for settings in ({}, THEIRS):
        config = checked(redis_configuration=settings).public
        assert elasticache.plan(config, stack.stack_names(config)) is None
        assert "REDIS_PASSWORD" not in definition(config)["secrets"]


def test_what_it_is_to_be_follows_from_the_settings(checked):
    config = checked(redis_configuration=OURS, dataservice_config={"enable_dataservice": True}).public
    planned = elasticache.plan(config, stack.stack_names(config))
    assert planned["replication_group"] == {
        "engine": "valkey",
        "engine_version": "8.0",
        "cache_node_type": "cache.t4g.small",
        "cluster_mode": "disabled",
        "num_node_groups": 1,
        "replicas_per_node_group": 1,
        "multi_az": True,
        "snapshot_retention_limit": 0,
        "preferred_maintenance_window": None,
    }
    assert [one["source"] for one in planned["ingress"]] == ["gateway", "data-service"]
    assert planned["auth_secret_name"] == "portkey/dev/redis-auth"
    assert services.running(config) == ["data-service", "gateway"]


def test_a_cluster_of_redis_without_replicas(checked):
    settings = {**OURS, "engine": "redis", "mode": "cluster", "num_shards": 3, "num_replicas": 0}
    found = elasticache.group(checked(redis_configuration=settings).public)
    assert (found["engine_version"], found["cluster_mode"], found["num_node_groups"], found["multi_az"]) == (
        "7.1",
        "enabled",
        3,
        False,
    )


@pytest.mark.parametrize("service", ["gateway", "data-service"])
def test_the_services_get_its_address_and_token(checked, service):
    config = checked(redis_configuration=OURS, dataservice_config={"enable_dataservice": True}).public
    (container,) = services.container_definitions(
        definition(config, service), secrets.known_arns(None, None, PUBLISHED)
    )
    environment = {one["name"]: one["value"] for one in container["environment"]}
    assert environment["REDIS_URL"] == PUBLISHED["url"]
    assert (environment["REDIS_TLS_ENABLED"], environment["REDIS_MODE"]) == ("true", "standalone")
    named = {one["name"]: one["valueFrom"] for one in container["secrets"]}
    assert named["REDIS_PASSWORD"] == f"{ARN}:REDIS_PASSWORD::v1"
    assert ARN in services.secret_arns(definition(config, service), secrets.known_arns(None, None, PUBLISHED))


def test_before_it_is_there_its_address_is_not_known(checked):
    config = checked(redis_configuration=OURS).public
    unknown = dict.fromkeys(PUBLISHED, "(known after apply)")
    (container,) = services.container_definitions(definition(config), secrets.known_arns(None, None, unknown))
    assert {"name": "REDIS_URL", "value": "(known after apply)"} in container["environment"]


def test_the_account_is_asked_about_what_is_made_or_left(checked):
    for settings, wanted in (
        (OURS, {"engine": "valkey", "engine_version": "8.0", "cluster_mode": "disabled"}),
        ({}, None),
    ):
        question = account.questions(checked(redis_configuration=settings).public, [])["elasticache"]
        assert (question["wanted"], question["subnet_group"]) == (wanted, "portkey-dev-cache")


@pytest.mark.parametrize(
    ("project", "environment", "expected"),
    [
        ("portkey", "dev", "portkey-dev-cache"),
        ("My-Project", "EU--1", "my-project-eu-1-cache"),
        ("a" * 64, "b" * 32, None),
        ("1st", "dev", None),
    ],
)
def test_names_are_those_that_elasticache_takes(project, environment, expected):
    name = names.resource_names(project, environment, "us-east-1")["elasticache"]["replication_group"]
    assert expected in (None, name)
    assert len(name) <= 40 and name == name.lower() and name[0].isalpha()
    assert "--" not in name and not name.endswith("-")


@pytest.mark.parametrize("replicas", [0, 1])
def test_an_existing_vpc_is_asked_for_two_zones_if_there_are_replicas(checked, replicas):
    subnets = {"public_subnet_ids": ["subnet-01234567"], "private_subnet_ids": ["subnet-11234567"]}
    config = checked(
        create_new_vpc=False, vpc_id="vpc-01234567", **subnets, redis_configuration={**OURS, "num_replicas": replicas}
    ).public
    assert account.questions(config, [])["vpc"].get("cache_in_two_zones", False) is bool(replicas)
