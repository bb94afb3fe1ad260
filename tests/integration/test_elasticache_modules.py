"""The modules of the cache against the emulator, without Ansible in between: what they write, and in which order."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.portkey.gateway.plugins.module_utils._elasticache import replication_group, subnet_group
from ansible_collections.portkey.gateway.plugins.module_utils._elasticache.view import CannotChange
from ansible_collections.portkey.gateway.plugins.module_utils._secretsmanager import generated
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError, Outcome, _done
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeModule, argument_spec
from readback import mutations

from emulator.testing import Running
from emulator.tests import builders

NAME, SECRET, KEY = "dev-cache", "portkey/dev/redis-auth", "REDIS_PASSWORD"
TAGS = {"Project": "portkey"}
SMALL = {
    "description": "Cache",
    "engine": "valkey",
    "engine_version": "8.0",
    "cache_node_type": "cache.t4g.small",
    "replicas_per_node_group": 1,
    "multi_az": True,
    "cache_subnet_group_name": NAME,
    "tags": TAGS,
}
CLUSTER = {**SMALL, "cluster_mode": "enabled", "num_node_groups": 2}
MODULES = {
    "elasticache_replication_group": replication_group.ensure,
    "elasticache_subnet_group": subnet_group.ensure,
    "secretsmanager_generated_secret": generated.ensure,
}


class Clients:
    def __init__(self, emulator: Running) -> None:
        self._emulator = emulator

    def __getitem__(self, service: str) -> Any:
        return self._emulator.client(service)


class Bench:
    """An account with a network, a subnet group and a token."""

    def __init__(self, emulator: Running, monkeypatch: pytest.MonkeyPatch) -> None:
        self.emulator, self._patch = emulator, monkeypatch
        self.net = builders.network(emulator)
        self.secret: dict[str, Any] = {}

    def run(self, module: str, *, check: bool = False, **options: Any) -> tuple[Outcome, list[str]]:
        """What the module says, and what it wrote."""
        self.emulator.post("reset", only="calls")
        made = FakeModule(argument_spec(module, self._patch), Clients(self.emulator), check_mode=check, **options)
        return _done(MODULES[module], made), mutations(self.emulator)

    def group(self, *, check: bool = False, **options: Any) -> tuple[Outcome, list[str]]:
        given = {"name": NAME, **SMALL, "auth_token_secret": self.secret["arn"], **options}
        return self.run("elasticache_replication_group", check=check, **given)

    def described(self) -> dict[str, Any]:
        client = self.emulator.client("elasticache")
        return client.describe_replication_groups(ReplicationGroupId=NAME)["ReplicationGroups"][0]

    def token(self) -> str:
        found = self.emulator.client("secretsmanager").get_secret_value(SecretId=SECRET)
        return json.loads(found["SecretString"])[KEY]


@pytest.fixture
def bench(emulator: Running, monkeypatch: pytest.MonkeyPatch) -> Bench:
    emulator.post("reset")
    bench = Bench(emulator, monkeypatch)
    bench.run("elasticache_subnet_group", name=NAME, subnet_ids=bench.net.subnets, tags=TAGS)
    outcome, _unused = bench.run("secretsmanager_generated_secret", name=SECRET, description="Token", key=KEY)
    bench.secret = outcome.result["secret"]
    return bench


def test_a_token_is_made_once_and_told_to_nobody(bench: Bench):
    options = {"name": SECRET, "description": "Token", "key": KEY, "tags": TAGS}
    token = bench.token()
    assert len(token) == 64 and token.isalnum()
    outcome, written = bench.run("secretsmanager_generated_secret", **options)
    assert written == ["secretsmanager:TagResource"]
    assert token not in repr(outcome)
    outcome, written = bench.run("secretsmanager_generated_secret", **options)
    assert (outcome.is_changed, written, bench.token()) == (False, [], token)
    bench.emulator.client("secretsmanager").delete_secret(SecretId=SECRET, RecoveryWindowInDays=7)
    outcome, written = bench.run("secretsmanager_generated_secret", check=True, **options)
    assert (outcome.is_changed, written) == (True, [])
    outcome, written = bench.run("secretsmanager_generated_secret", **options)
    assert (written, bench.token()) == (["secretsmanager:RestoreSecret"], token)
    assert outcome.result["secret"]["version_id"] == bench.secret["version_id"]


def test_a_subnet_group_is_planned_made_changed_and_removed(bench: Bench):
    options = {"name": "other", "description": "Subnets", "subnet_ids": bench.net.subnets[:1], "tags": TAGS}
    outcome, written = bench.run("elasticache_subnet_group", check=True, **options)
    assert (outcome.before, written) == (None, [])
    assert bench.run("elasticache_subnet_group", **options)[1] == ["elasticache:CreateCacheSubnetGroup"]
    assert bench.run("elasticache_subnet_group", **options)[1] == []
    options |= {"subnet_ids": bench.net.subnets, "tags": {"Project": "other"}}
    outcome, written = bench.run("elasticache_subnet_group", **options)
    assert written == ["elasticache:ModifyCacheSubnetGroup", "elasticache:AddTagsToResource"]
    assert outcome.result["subnet_group"]["subnet_ids"] == sorted(bench.net.subnets)
    assert bench.run("elasticache_subnet_group", name="other", state="absent", check=True)[1] == []
    assert bench.run("elasticache_subnet_group", name="other", state="absent")[1] == [
        "elasticache:DeleteCacheSubnetGroup"
    ]
    outcome, written = bench.run("elasticache_subnet_group", name="other", state="absent")
    assert (outcome.is_changed, written) == (False, [])


def test_a_group_is_planned_made_and_left_alone(bench: Bench):
    outcome, written = bench.group(check=True)
    assert (outcome.before, written) == (None, [])
    assert outcome.result["replication_group"]["endpoint"] == "(known after apply)"
    outcome, written = bench.group()
    assert written == ["elasticache:CreateReplicationGroup"]
    assert outcome.result["replication_group"]["endpoint"].startswith(f"master.{NAME}.")
    found = bench.described()
    assert (found["TransitEncryptionEnabled"], found["AtRestEncryptionEnabled"], found["AuthTokenEnabled"]) == (
        True,
        True,
        True,
    )
    assert (found["MultiAZ"], found["AutomaticFailover"], len(found["MemberClusters"])) == ("enabled", "enabled", 2)
    outcome, written = bench.group()
    assert (outcome.is_changed, written, outcome.before) == (False, [], outcome.after)
    # Told by AWS in full; it is what was asked for.
    assert outcome.after["engine_version"] == "8.0.1"


def test_a_cluster_is_called_at_its_one_endpoint(bench: Bench):
    outcome, _unused = bench.group(**CLUSTER)
    assert outcome.result["replication_group"]["endpoint"].startswith(f"clustercfg.{NAME}.")
    (node, *_others) = bench.emulator.client("elasticache").describe_cache_clusters()["CacheClusters"]
    assert node["CacheParameterGroup"]["CacheParameterGroupName"] == "default.valkey8.cluster.on"
    assert bench.group(**CLUSTER)[1] == []
    assert bench.group(**CLUSTER | {"num_node_groups": 3})[1] == [
        "elasticache:ModifyReplicationGroupShardConfiguration"
    ]
    assert bench.group(**CLUSTER | {"num_node_groups": 1, "replicas_per_node_group": 2})[1] == [
        "elasticache:IncreaseReplicaCount",
        "elasticache:ModifyReplicationGroupShardConfiguration",
    ]
    assert len(bench.described()["MemberClusters"]) == 3
    none = CLUSTER | {"num_node_groups": 1, "replicas_per_node_group": 0, "multi_az": False}
    assert bench.group(**none)[1] == ["elasticache:ModifyReplicationGroup", "elasticache:DecreaseReplicaCount"]
    assert bench.group(**none)[1] == []


@pytest.mark.parametrize(
    ("options", "operations"),
    [
        ({"cache_node_type": "cache.m7g.large"}, ["ModifyReplicationGroup"]),
        ({"engine_version": "8.1"}, ["ModifyReplicationGroup"]),
        ({"description": "Other", "snapshot_retention_limit": 7}, ["ModifyReplicationGroup"]),
        ({"preferred_maintenance_window": "mon:01:00-mon:02:00"}, ["ModifyReplicationGroup"]),
        ({"replicas_per_node_group": 2}, ["IncreaseReplicaCount"]),
        (
            {"replicas_per_node_group": 0, "multi_az": False},
            ["ModifyReplicationGroup", "DecreaseReplicaCount"],
        ),
        ({"tags": {"Project": "other"}}, ["AddTagsToResource"]),
        ({"tags": {}}, ["RemoveTagsFromResource"]),
        (
            {
                "tags": {"A": "b"},
                "replicas_per_node_group": 3,
                "cache_node_type": "cache.r7g.large",
                "description": "x",
            },
            [
                "RemoveTagsFromResource",
                "AddTagsToResource",
                "IncreaseReplicaCount",
                "ModifyReplicationGroup",
                "ModifyReplicationGroup",
            ],
        ),
    ],
)
def test_each_change_is_planned_made_and_then_there(bench: Bench, options: dict[str, Any], operations: list[str]):
    bench.group()
    planned, written = bench.group(check=True, **options)
    assert (planned.is_changed, written) == (True, [])
    outcome, written = bench.group(**options)
    assert written == [f"elasticache:{one}" for one in operations]
    assert outcome.after == planned.after
    outcome, written = bench.group(**options)
    assert (outcome.is_changed, written) == (False, [])


def test_replicas_come_before_what_needs_them(bench: Bench):
    none = {"replicas_per_node_group": 0, "multi_az": False}
    bench.group(**none)
    _unused, written = bench.group()
    assert written == ["elasticache:IncreaseReplicaCount", "elasticache:ModifyReplicationGroup"]
    assert bench.described()["MultiAZ"] == "enabled"


def test_without_waiting_one_step_is_made_and_waiting_makes_the_rest(bench: Bench):
    outcome, written = bench.group(wait=False, replicas_per_node_group=0, multi_az=False)
    assert written == ["elasticache:CreateReplicationGroup"]
    _unused, written = bench.group(wait=False)
    assert written == ["elasticache:IncreaseReplicaCount"]
    outcome, written = bench.group(wait=True)
    assert (written, outcome.is_changed) == (["elasticache:ModifyReplicationGroup"], True)


def test_redis_becomes_valkey_and_does_not_go_back(bench: Bench):
    redis = {"engine": "redis", "engine_version": "6.2"}
    bench.group(**redis)
    assert bench.group(engine="redis", engine_version="7.1")[1] == ["elasticache:ModifyReplicationGroup"]
    with pytest.raises(CannotChange, match="AWS cannot go back to 6.2"):
        bench.group(**redis)
    outcome, written = bench.group()
    assert written == ["elasticache:ModifyReplicationGroup"]
    (node, *_others) = bench.emulator.client("elasticache").describe_cache_clusters()["CacheClusters"]
    assert (node["Engine"], node["EngineVersion"]) == ("valkey", "8.0.1")
    with pytest.raises(CannotChange, match="cannot go back from valkey to redis"):
        bench.group(engine="redis", engine_version="7.1")
    # What AWS has raised by itself within the major version stays.
    bench.group(engine_version="8.1")
    outcome, written = bench.group(engine_version="8.0")
    assert (outcome.is_changed, written) == (False, [])


def test_what_only_a_new_group_can_have_is_refused(bench: Bench):
    bench.group()
    with pytest.raises(CannotChange, match="cluster mode of a replication group cannot change"):
        bench.group(**CLUSTER)
    bench.run("elasticache_subnet_group", name="other", subnet_ids=bench.net.subnets)
    with pytest.raises(CannotChange, match="subnet group of a replication group cannot change"):
        bench.group(cache_subnet_group_name="other")


def test_a_group_without_tls_is_not_taken_over(bench: Bench):
    bench.emulator.client("elasticache").create_replication_group(
        ReplicationGroupId=NAME,
        ReplicationGroupDescription="theirs",
        Engine="valkey",
        CacheNodeType="cache.t4g.small",
        CacheSubnetGroupName=NAME,
    )
    with pytest.raises(GatewayError, match="TransitEncryptionEnabled"):
        bench.group()


def test_a_token_that_was_changed_is_told(bench: Bench):
    bench.group()
    secrets, first, second = bench.emulator.client("secretsmanager"), bench.token(), "another-token-of-nobody"
    told = bench.described()["AuthTokenLastModifiedDate"].timestamp()
    # Both services tell such times in whole seconds.
    while time.time() < told + 1:
        time.sleep(0.05)
    secrets.put_secret_value(SecretId=SECRET, SecretString=json.dumps({KEY: second}))
    planned, written = bench.group(check=True)
    assert (planned.is_changed, written) == (True, [])
    outcome, written = bench.group()
    assert written == ["elasticache:ModifyReplicationGroup"]
    # AWS takes it so only when it knows it.
    modify = bench.emulator.client("elasticache").modify_replication_group
    modify(ReplicationGroupId=NAME, ApplyImmediately=True, AuthToken=second, AuthTokenUpdateStrategy="SET")
    assert not any(token in repr(outcome) for token in (first, second))
    assert bench.group()[1] == []


def test_a_token_that_elasticache_would_not_take_is_not_shown(bench: Bench):
    bad = "not a token, for the spaces"
    secrets = bench.emulator.client("secretsmanager")
    secrets.put_secret_value(SecretId=SECRET, SecretString=json.dumps({KEY: bad}))
    with pytest.raises(GatewayError, match="must be a JSON object whose key REDIS_PASSWORD") as failure:
        bench.group()
    assert bad not in str(failure.value)


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("CreateReplicationGroup", None),
        ("ModifyReplicationGroup", {"cache_node_type": "cache.m7g.large"}),
        ("IncreaseReplicaCount", {"replicas_per_node_group": 2}),
        ("DeleteReplicationGroup", {"state": "absent"}),
        ("CreateSecret", None),
    ],
)
def test_a_lost_answer_does_no_harm(bench: Bench, operation: str, options: dict[str, Any] | None):
    if options:
        bench.group()
    if operation == "CreateSecret":
        bench.emulator.client("secretsmanager").delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)
    bench.emulator.post("faults", faults=[{"kind": "reset", "operation": operation, "at": 1, "after": True}])
    if operation == "CreateSecret":
        outcome, _unused = bench.run("secretsmanager_generated_secret", name=SECRET, description="Token", key=KEY)
        bench.secret = outcome.result["secret"]
    else:
        outcome, _unused = bench.group(**options or {})
    assert outcome.is_changed
    bench.emulator.post("reset", only="faults")
    if operation == "CreateSecret":
        outcome, written = bench.run("secretsmanager_generated_secret", name=SECRET, description="Token", key=KEY)
    else:
        outcome, written = bench.group(**options or {})
    assert (outcome.is_changed, written) == (False, [])


def test_a_group_goes_with_all_it_held(bench: Bench):
    bench.group()
    assert bench.group(check=True, state="absent")[1] == []
    outcome, written = bench.group(state="absent")
    assert (outcome.result, written) == ({"replication_group": None}, ["elasticache:DeleteReplicationGroup"])
    outcome, written = bench.group(state="absent")
    assert (outcome.is_changed, written) == (False, [])
    assert bench.run("elasticache_subnet_group", name=NAME, state="absent")[1] == ["elasticache:DeleteCacheSubnetGroup"]


def test_a_denied_call_is_not_waited_out(bench: Bench):
    bench.group()
    bench.emulator.post("faults", faults=[{"kind": "denied", "operation": "DeleteReplicationGroup"}])
    with pytest.raises(AnsibleAWSError, match="AccessDenied"):
        bench.group(state="absent")
    bench.emulator.post("reset", only="faults")
