"""What preflight says of a cache that is there already."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._preflight import elasticache, network
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient, client_error

NAME = "portkey-dev-cache"
TAGS = {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"}
WANTED = {"engine": "valkey", "engine_version": "8.0", "cluster_mode": "disabled"}
QUESTION = {"subnet_group": NAME, "replication_group": NAME, "tags": TAGS, "wanted": WANTED}
ARN = f"arn:aws:elasticache:us-west-2:123456789012:replicationgroup:{NAME}"


class Connected:
    def __init__(self, client):
        self._client = client

    def client(self, _service):
        return self._client


def there(status="available", tags=None, version="8.0.1", **fields):
    group = {
        "ReplicationGroupId": NAME,
        "ARN": ARN,
        "Status": status,
        "ClusterEnabled": False,
        "Engine": "valkey",
        "MemberClusters": [f"{NAME}-001"],
        **fields,
    }
    listed = [{"Key": key, "Value": value} for key, value in (TAGS if tags is None else tags).items()]
    return FakeClient(
        "elasticache",
        describe_replication_groups={"ReplicationGroups": [group]},
        describe_cache_clusters={"CacheClusters": [{"EngineVersion": version}]},
        list_tags_for_resource={"TagList": listed},
    )


def found(client, **changes):
    return elasticache.cache(Connected(client), {**QUESTION, **changes})


def test_one_that_is_as_wanted_or_not_there_yet():
    none = FakeClient("elasticache", describe_replication_groups=client_error("ReplicationGroupNotFoundFault"))
    assert (found(none).faults, found(none).facts) == ([], {"live_elasticache": False, "live_elasticache_zones": []})
    members = [{"PreferredAvailabilityZone": "us-west-2b"}, {"PreferredAvailabilityZone": "us-west-2a"}, {}]
    one = found(there(NodeGroups=[{"NodeGroupMembers": members}]))
    assert one.faults == []
    assert one.facts == {"live_elasticache": True, "live_elasticache_zones": ["us-west-2a", "us-west-2b"]}
    assert found(there(version="8.1.0")).faults == []
    assert found(there("deleting", tags={})).faults == []


@pytest.mark.parametrize(
    ("client", "variable", "words"),
    [
        (there(tags={"Project": "other"}), "create", "does not have the stack's tags"),
        (there(ClusterEnabled=True), "mode", "cluster mode of a replication group cannot change"),
        (there(version="9.0.0"), "engine_version", "AWS cannot go back to 8.0"),
    ],
)
def test_what_aws_cannot_change_is_a_fault(client, variable, words):
    (fault,) = found(client).faults
    assert fault.variable == f"portkey_redis_configuration.{variable}"
    assert words in fault.rule and fault.fix


def test_valkey_does_not_go_back_to_redis():
    (fault,) = found(there(), wanted={**WANTED, "engine": "redis", "engine_version": "7.1"}).faults
    assert fault.variable == "portkey_redis_configuration.engine"


@pytest.mark.parametrize(
    ("answer", "is_left"),
    [
        ({"CacheSubnetGroups": [{"CacheSubnetGroupName": NAME}]}, True),
        (client_error("CacheSubnetGroupNotFoundFault"), False),
        (client_error("AccessDenied"), False),
    ],
)
def test_one_that_is_not_wanted_any_more_is_known_by_its_subnet_group(answer, is_left):
    client = FakeClient("elasticache", describe_cache_subnet_groups=answer)
    assert found(client, wanted=None).facts == {"live_elasticache": is_left}
    assert [name for name, _parameters in client.calls] == ["describe_cache_subnet_groups"]


@pytest.mark.parametrize(("zones", "is_fault"), [("aa", True), ("ab", False)])
def test_replicas_need_subnets_in_two_zones(zones, is_fault):
    subnets = {f"subnet-{number}": {"AvailabilityZone": f"us-west-2{zone}"} for number, zone in enumerate(zones)}
    question = {"private_subnet_ids": list(subnets), "cache_in_two_zones": True}
    found = network._zones_of_cache(question, subnets).faults
    assert [one.variable for one in found] == (["portkey_private_subnet_ids"] if is_fault else [])
    assert network._zones_of_cache({**question, "cache_in_two_zones": False}, subnets).faults == []
