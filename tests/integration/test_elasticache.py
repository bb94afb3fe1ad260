"""A cache that the stack makes: planned, made, handed to the services, changed, switched off and on, and gone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_run import Ansible
from permitted import assert_permitted
from readback import Stack, mutations
from removal import audit, inventory, uninstall
from stacks import calls_of_creation, writes

from emulator.testing import Running

NAME, SECRET, KEY = "portkey-gateway-dev-cache", "portkey-gateway/dev/redis-auth", "REDIS_PASSWORD"
REDIS = {"redis_type": "aws-elastic-cache", "create": True, "node_type": "cache.t4g.small", "num_replicas": 1}
CACHE: dict[str, Any] = {
    "portkey_redis_configuration": REDIS,
    "portkey_dataservice_config": {"enable_dataservice": True},
}
OFF: dict[str, Any] = {**CACHE, "portkey_redis_configuration": {"redis_type": "redis"}}


def group(emulator: Running) -> dict[str, Any]:
    return emulator.client("elasticache").describe_replication_groups(ReplicationGroupId=NAME)["ReplicationGroups"][0]


def container(emulator: Running, service: str) -> dict[str, Any]:
    ecs = emulator.client("ecs")
    found = ecs.describe_services(cluster=Stack(emulator).cluster, services=[service])["services"][0]
    definition = ecs.describe_task_definition(taskDefinition=found["taskDefinition"])["taskDefinition"]
    return definition["containerDefinitions"][0]


def environment(emulator: Running, service: str) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container(emulator, service)["environment"]}


def position(calls: list[dict[str, Any]], operation: str, **parameters: Any) -> int:
    """Where the first such call is."""
    return next(
        number
        for number, call in enumerate(calls)
        if call["operation"] == operation and all(call["parameters"].get(key) == one for key, one in parameters.items())
    )


@pytest.mark.long
def test_a_plan_of_nothing_yet_has_the_cache(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    planned = ansible.play("site.yml", "--check", "--diff", **CACHE).ok()
    for one in (f"elasticache_replication_group {NAME}", f"elasticache_subnet_group {NAME}"):
        assert f"+ {one}" in planned.output
    assert f"+ secretsmanager_generated_secret {SECRET}" in planned.output
    assert "ecs_service redis" not in planned.output
    assert mutations(emulator) == []
    assert_permitted(emulator.calls(), "read", **CACHE)


@pytest.fixture(scope="module")
def before(emulator: Running) -> dict[str, int]:
    emulator.post("reset")
    return inventory(emulator)


@pytest.fixture(scope="module")
def made(before, ansible: Ansible, emulator: Running) -> list[dict[str, Any]]:
    return calls_of_creation(ansible, emulator, **CACHE)


def test_whoever_may_create_may_do_that(made):
    assert_permitted(made, "create", **CACHE)


def test_it_is_started_early_and_waited_for_before_the_services(made):
    started, balancer = position(made, "CreateReplicationGroup"), position(made, "CreateCluster")
    assert started < balancer < position(made, "CreateService")


def test_it_is_closed_and_in_two_zones(made, emulator: Running):
    found = group(emulator)
    assert (found["Engine"], found["CacheNodeType"], found["MultiAZ"]) == ("valkey", "cache.t4g.small", "enabled")
    assert found["TransitEncryptionEnabled"] and found["AtRestEncryptionEnabled"] and found["AuthTokenEnabled"]
    assert len({one["PreferredAvailabilityZone"] for one in found["NodeGroups"][0]["NodeGroupMembers"]}) == 2
    ec2 = emulator.client("ec2")
    groups = {one["GroupId"]: one for one in ec2.describe_security_groups()["SecurityGroups"]}
    (node, *_others) = emulator.client("elasticache").describe_cache_clusters()["CacheClusters"]
    (own,) = [one["SecurityGroupId"] for one in node["SecurityGroups"]]
    sources = {pair["GroupId"] for rule in groups[own]["IpPermissions"] for pair in rule["UserIdGroupPairs"]}
    assert {groups[one]["GroupName"] for one in sources} == {
        "portkey-gateway-dev-gateway",
        "portkey-gateway-dev-data-service",
    }
    assert {rule["FromPort"] for rule in groups[own]["IpPermissions"]} == {6379}


@pytest.mark.parametrize("service", ["gateway", "data-service"])
def test_the_services_are_handed_address_and_token(made, emulator: Running, service: str):
    address = group(emulator)["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
    own = environment(emulator, service)
    assert own["REDIS_URL"] == f"rediss://{address}:6379"
    assert (own["REDIS_TLS_ENABLED"], own["REDIS_MODE"], own["CACHE_STORE"]) == (
        "true",
        "standalone",
        "aws-elastic-cache",
    )
    secret = emulator.client("secretsmanager").describe_secret(SecretId=SECRET)
    (version,) = secret["VersionIdsToStages"]
    named = {one["name"]: one["valueFrom"] for one in container(emulator, service)["secrets"]}
    assert named[KEY] == f"{secret['ARN']}:{KEY}::{version}"
    role = f"portkey-gateway-dev-us-east-1-{service}-execution"
    policy = emulator.client("iam").get_role_policy(RoleName=role, PolicyName="secrets")["PolicyDocument"]
    assert secret["ARN"] in json.dumps(policy)


@pytest.mark.long
def test_then_there_is_nothing_to_change(made, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**CACHE).unchanged()
    assert mutations(emulator) == []


@pytest.fixture(scope="module")
def changed(made, ansible: Ansible, emulator: Running) -> list[str]:
    """Other nodes, no replica, and a token that somebody has put into the secret."""
    secrets = emulator.client("secretsmanager")
    secrets.put_secret_value(SecretId=SECRET, SecretString=json.dumps({KEY: "a-token-of-somebody-else"}))
    emulator.post("reset", only="calls")
    smaller = {**REDIS, "node_type": "cache.t4g.micro", "num_replicas": 0}
    run = ansible.play(**{**CACHE, "portkey_redis_configuration": smaller}).ok()
    assert "a-token-of-somebody-else" not in run.output
    return mutations(emulator)


@pytest.mark.long
def test_a_change_is_made_in_place_step_by_step(changed: list[str], emulator: Running):
    assert [one for one in changed if one.startswith("elasticache:")] == [
        "elasticache:ModifyReplicationGroup",
        "elasticache:DecreaseReplicaCount",
        "elasticache:ModifyReplicationGroup",
        "elasticache:ModifyReplicationGroup",
    ]
    found = group(emulator)
    assert (found["CacheNodeType"], len(found["MemberClusters"]), found["MultiAZ"]) == (
        "cache.t4g.micro",
        1,
        "disabled",
    )


@pytest.mark.long
def test_a_new_token_reaches_the_services(changed: list[str], emulator: Running):
    assert [one for one in changed if one.startswith("ecs:")] == [
        "ecs:RegisterTaskDefinition",
        "ecs:RegisterTaskDefinition",
        "ecs:UpdateService",
        "ecs:UpdateService",
    ]
    stages = emulator.client("secretsmanager").describe_secret(SecretId=SECRET)["VersionIdsToStages"]
    (current,) = [version for version, labels in stages.items() if "AWSCURRENT" in labels]
    named = {one["name"]: one["valueFrom"] for one in container(emulator, "gateway")["secrets"]}
    assert named[KEY].endswith(f":{KEY}::{current}")


@pytest.fixture(scope="module")
def off(changed, ansible: Ansible, emulator: Running) -> list[dict[str, Any]]:
    emulator.post("reset", only="calls")
    ansible.play(**OFF).ok()
    return writes(emulator)


@pytest.mark.long
def test_switched_off_it_goes_when_nobody_calls_it_any_more(off: list[dict[str, Any]], emulator: Running):
    assert environment(emulator, "gateway")["REDIS_URL"] == "redis://redis:6379"
    moved = position(off, "UpdateService", service="gateway")
    assert position(off, "CreateService", serviceName="redis") < moved < position(off, "DeleteReplicationGroup")
    assert position(off, "DeleteReplicationGroup") < position(off, "DeleteSecurityGroup")
    assert position(off, "DeleteSecurityGroup") < position(off, "DeleteCacheSubnetGroup")
    cache = emulator.client("elasticache")
    assert cache.describe_replication_groups()["ReplicationGroups"] == []
    assert cache.describe_cache_subnet_groups()["CacheSubnetGroups"] == []
    # What cannot be made again stays.
    assert emulator.client("secretsmanager").describe_secret(SecretId=SECRET)


@pytest.mark.long
def test_switched_on_again_the_services_move_before_the_container_goes(off, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**CACHE).ok()
    calls = writes(emulator)
    moved = position(calls, "UpdateService", service="gateway")
    assert position(calls, "CreateReplicationGroup") < moved < position(calls, "DeleteService", service="redis")
    # With the token that was there.
    assert "secretsmanager:CreateSecret" not in mutations(emulator)


def test_nothing_is_left_of_it(before, made, ansible: Ansible, emulator: Running):
    calls_of_creation(ansible, emulator, **CACHE)
    emulator.post("reset", only="calls")
    uninstall(emulator, keep=(), secret_recovery_days=0)
    assert audit(emulator, keep=()) == []
    asked = emulator.calls()
    assert inventory(emulator) == before
    assert_permitted(
        asked,
        "uninstall",
        **CACHE,
        portkey_uninstall_delete_secrets=True,
        portkey_uninstall_delete_logs=True,
    )
