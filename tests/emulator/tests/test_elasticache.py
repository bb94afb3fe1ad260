"""ElastiCache: replication groups that take their time, hold the network, and take one change at a time."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Running, refused

from . import builders

NAME = "dev-cache"
TOKEN = "a-token-of-nobody-0123456789"


def group_id(emulator: Running, net: builders.Network) -> str:
    made = emulator.client("ec2").create_security_group(GroupName="cache", Description="cache", VpcId=net.vpc)
    return str(made["GroupId"])


@pytest.fixture
def net(request: pytest.FixtureRequest) -> builders.Network:
    name = "slow" if "slow" in request.fixturenames else "emulator"
    emulator: Running = request.getfixturevalue(name)
    net = builders.network(emulator)
    cache = emulator.client("elasticache")
    cache.create_cache_subnet_group(
        CacheSubnetGroupName=NAME, CacheSubnetGroupDescription="private", SubnetIds=net.subnets
    )
    return net


def create(emulator: Running, net: builders.Network, **options: Any) -> dict[str, Any]:
    settings = {
        "ReplicationGroupId": NAME,
        "ReplicationGroupDescription": "cache",
        "Engine": "valkey",
        "EngineVersion": "8.0",
        "CacheNodeType": "cache.t4g.small",
        "NumNodeGroups": 1,
        "ReplicasPerNodeGroup": 1,
        "AutomaticFailoverEnabled": True,
        "MultiAZEnabled": True,
        "CacheSubnetGroupName": NAME,
        "TransitEncryptionEnabled": True,
        "AtRestEncryptionEnabled": True,
        "AuthToken": TOKEN,
        **options,
    }
    given = {key: value for key, value in settings.items() if value is not None}
    return emulator.client("elasticache").create_replication_group(**given)["ReplicationGroup"]


def described(emulator: Running) -> dict[str, Any]:
    return emulator.client("elasticache").describe_replication_groups(ReplicationGroupId=NAME)["ReplicationGroups"][0]


def test_a_group_takes_its_time_and_holds_the_network(slow: Running, net: builders.Network):
    cache, ec2 = slow.client("elasticache"), slow.client("ec2")
    held = group_id(slow, net)
    made = create(slow, net, SecurityGroupIds=[held], Tags=[{"Key": "Project", "Value": "portkey"}])
    assert (made["Status"], "NodeGroups" in made) == ("creating", False)
    with refused("InvalidReplicationGroupState", "Cluster not in available state to perform tagging operations."):
        cache.list_tags_for_resource(ResourceName=made["ARN"])
    with refused("InvalidReplicationGroupState", "Replication group must be in available state to modify."):
        cache.modify_replication_group(
            ReplicationGroupId=NAME, ApplyImmediately=True, ReplicationGroupDescription="other"
        )
    with refused("InvalidReplicationGroupState", "has status creating which is not valid for deletion"):
        cache.delete_replication_group(ReplicationGroupId=NAME)
    slow.advance(600)
    found = described(slow)
    assert found["Status"] == "available"
    assert found["NodeGroups"][0]["PrimaryEndpoint"]["Address"].startswith(f"master.{NAME}.")
    assert {one["PreferredAvailabilityZone"] for one in found["NodeGroups"][0]["NodeGroupMembers"]} == {
        "us-east-1a",
        "us-east-1b",
    }
    assert cache.list_tags_for_resource(ResourceName=made["ARN"])["TagList"] == [{"Key": "Project", "Value": "portkey"}]
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=held)
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=net.subnets[0])
    with refused("CacheSubnetGroupInUse"):
        cache.delete_cache_subnet_group(CacheSubnetGroupName=NAME)
    with refused("SubnetInUse"):
        cache.modify_cache_subnet_group(CacheSubnetGroupName=NAME, SubnetIds=net.subnets[:1])
    assert cache.delete_replication_group(ReplicationGroupId=NAME)["ReplicationGroup"]["Status"] == "deleting"
    with refused("InvalidReplicationGroupState", "has status deleting"):
        cache.delete_replication_group(ReplicationGroupId=NAME)
    slow.advance(310)
    with refused("ReplicationGroupNotFoundFault", f"ReplicationGroup {NAME} not found."):
        described(slow)
    cache.delete_cache_subnet_group(CacheSubnetGroupName=NAME)
    with refused("CacheSubnetGroupNotFoundFault"):
        cache.describe_cache_subnet_groups(CacheSubnetGroupName=NAME)
    ec2.delete_security_group(GroupId=held)
    for subnet in net.subnets:
        ec2.delete_subnet(SubnetId=subnet)


def test_a_cluster_has_one_endpoint_and_all_slots(emulator: Running, net: builders.Network):
    create(emulator, net, ClusterMode="enabled", NumNodeGroups=3, CacheParameterGroupName="default.valkey8.cluster.on")
    found = described(emulator)
    assert found["ConfigurationEndpoint"]["Address"].startswith(f"clustercfg.{NAME}.")
    assert [one["Slots"] for one in found["NodeGroups"]] == ["0-5460", "5461-10921", "10922-16383"]
    assert not any("PrimaryEndpoint" in one for one in found["NodeGroups"])
    assert found["MemberClusters"][:2] == [f"{NAME}-0001-001", f"{NAME}-0001-002"]
    cache = emulator.client("elasticache")
    shards = {"ReplicationGroupId": NAME, "ApplyImmediately": True}
    with refused("InvalidParameterCombination", "NodeGroupsToRetain"):
        cache.modify_replication_group_shard_configuration(**shards, NodeGroupCount=2)
    cache.modify_replication_group_shard_configuration(**shards, NodeGroupCount=2, NodeGroupsToRetain=["0001", "0003"])
    assert [one["NodeGroupId"] for one in described(emulator)["NodeGroups"]] == ["0001", "0003"]
    cache.modify_replication_group_shard_configuration(**shards, NodeGroupCount=3)
    assert [one["NodeGroupId"] for one in described(emulator)["NodeGroups"]] == ["0001", "0003", "0002"]
    assert len(described(emulator)["MemberClusters"]) == 6


def test_each_change_takes_its_time(slow: Running, net: builders.Network):
    create(slow, net)
    slow.advance(600)
    cache = slow.client("elasticache")
    changed = {"ReplicationGroupId": NAME, "ApplyImmediately": True}
    assert cache.modify_replication_group(**changed, CacheNodeType="cache.m7g.large")["ReplicationGroup"]["Status"] == (
        "modifying"
    )
    with refused("InvalidReplicationGroupState"):
        cache.increase_replica_count(**changed, NewReplicaCount=2)
    slow.advance(610)
    assert (described(slow)["Status"], described(slow)["CacheNodeType"]) == ("available", "cache.m7g.large")
    cache.increase_replica_count(**changed, NewReplicaCount=2)
    slow.advance(610)
    assert described(slow)["MemberClusters"] == [f"{NAME}-001", f"{NAME}-002", f"{NAME}-003"]
    with refused("InvalidParameterValue", "at least 1"):
        cache.decrease_replica_count(**changed, NewReplicaCount=0)
    cache.modify_replication_group(**changed, MultiAZEnabled=False, AutomaticFailoverEnabled=False)
    slow.advance(70)
    cache.decrease_replica_count(**changed, NewReplicaCount=0)
    slow.advance(610)
    assert described(slow)["MemberClusters"] == [f"{NAME}-001"]
    with refused("InvalidParameterCombination", "at least one replica"):
        cache.modify_replication_group(**changed, MultiAZEnabled=True, AutomaticFailoverEnabled=True)


def test_engines_only_go_forward(emulator: Running, net: builders.Network):
    create(emulator, net, Engine="redis", EngineVersion="6.2", CacheParameterGroupName="default.redis6.x")
    cache = emulator.client("elasticache")
    changed = {"ReplicationGroupId": NAME, "ApplyImmediately": True}
    with refused("InvalidParameterCombination", "Expected a parameter group of family redis7 but found one of family"):
        cache.modify_replication_group(**changed, EngineVersion="7.1", CacheParameterGroupName="default.redis6.x")
    cache.modify_replication_group(**changed, EngineVersion="7.1", CacheParameterGroupName="default.redis7")
    with refused("InvalidParameterCombination", "Cannot downgrade"):
        cache.modify_replication_group(**changed, EngineVersion="6.2", CacheParameterGroupName="default.redis6.x")
    cache.modify_replication_group(
        **changed, Engine="valkey", EngineVersion="8.0", CacheParameterGroupName="default.valkey8"
    )
    (node,) = cache.describe_cache_clusters(CacheClusterId=f"{NAME}-001")["CacheClusters"]
    assert (node["Engine"], node["EngineVersion"]) == ("valkey", "8.0.1")
    assert node["CacheParameterGroup"]["CacheParameterGroupName"] == "default.valkey8"
    with refused("InvalidParameterCombination", "from valkey to redis"):
        cache.modify_replication_group(**changed, Engine="redis", EngineVersion="7.1")


def test_a_token_is_rotated_and_set(emulator: Running, net: builders.Network):
    create(emulator, net)
    cache = emulator.client("elasticache")
    changed = {"ReplicationGroupId": NAME, "ApplyImmediately": True}
    other = TOKEN[::-1]
    with refused("InvalidParameterCombination", "auth-token-update-strategy"):
        cache.modify_replication_group(**changed, AuthToken=other)
    with refused("InvalidParameterCombination", "SET is allowed only after ROTATE"):
        cache.modify_replication_group(**changed, AuthToken=other, AuthTokenUpdateStrategy="SET")
    with refused("InvalidParameterValue"):
        cache.modify_replication_group(**changed, AuthToken="with a space", AuthTokenUpdateStrategy="ROTATE")
    cache.modify_replication_group(**changed, AuthToken=other, AuthTokenUpdateStrategy="ROTATE")
    cache.modify_replication_group(**changed, AuthToken=other, AuthTokenUpdateStrategy="SET")
    assert TOKEN not in str(described(emulator)) and other not in str(described(emulator))


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"ReplicationGroupId": "1-cache"}, "InvalidParameterValue", "not a valid identifier"),
        ({"ReplicationGroupId": "a--b"}, "InvalidParameterValue", "not a valid identifier"),
        ({"ReplicationGroupId": "a" * 41}, "InvalidParameterValue", "not a valid identifier"),
        ({"CacheSubnetGroupName": "none"}, "CacheSubnetGroupNotFoundFault", "none does not exist"),
        ({"EngineVersion": "9.9"}, "InvalidParameterCombination", "Cannot find version 9.9 for valkey"),
        ({"CacheNodeType": "t4g.small"}, "InvalidParameterValue", "node type"),
        ({"TransitEncryptionEnabled": False}, "InvalidParameterCombination", "AUTH token"),
        ({"AuthToken": "short"}, "InvalidParameterValue", "AuthToken"),
        ({"AuthToken": "with/a/slash/0123456789"}, "InvalidParameterValue", "AuthToken"),
        ({"ReplicasPerNodeGroup": 0}, "InvalidParameterCombination", "at least one replica"),
        ({"ReplicasPerNodeGroup": 6}, "InvalidParameterValue", "within 0 and 5"),
        ({"NumNodeGroups": 2, "ClusterMode": "disabled"}, "InvalidParameterCombination", "cluster mode"),
        (
            {"ClusterMode": "enabled", "MultiAZEnabled": False, "AutomaticFailoverEnabled": False},
            "InvalidParameterCombination",
            "cannot be created with auto failover turned off",
        ),
        ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidParameterValue", "security group"),
        ({"CacheParameterGroupName": "mine"}, "CacheParameterGroupNotFound", "mine"),
        ({"CacheParameterGroupName": "default.valkey8.cluster.on"}, "InvalidParameterCombination", "cluster mode"),
    ],
)
def test_what_is_refused(emulator: Running, net: builders.Network, options: dict[str, Any], code: str, words: str):
    with refused(code, words):
        create(emulator, net, **options)


def test_names_are_taken_once(emulator: Running, net: builders.Network):
    create(emulator, net)
    with refused("ReplicationGroupAlreadyExists"):
        create(emulator, net)
    with refused("CacheSubnetGroupAlreadyExists"):
        emulator.client("elasticache").create_cache_subnet_group(
            CacheSubnetGroupName=NAME.upper(), CacheSubnetGroupDescription="x", SubnetIds=net.subnets
        )
    with refused("InvalidSubnet"):
        emulator.client("elasticache").create_cache_subnet_group(
            CacheSubnetGroupName="other", CacheSubnetGroupDescription="x", SubnetIds=["subnet-0123456789abcdef0"]
        )


def test_replicas_in_other_zones_need_two(emulator: Running, net: builders.Network):
    cache = emulator.client("elasticache")
    cache.create_cache_subnet_group(
        CacheSubnetGroupName="one", CacheSubnetGroupDescription="x", SubnetIds=net.subnets[:1]
    )
    with refused("InvalidParameterCombination", "two zones"):
        create(emulator, net, CacheSubnetGroupName="one")
