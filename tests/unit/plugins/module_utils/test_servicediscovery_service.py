from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._servicediscovery import service
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

LIVE = {
    "Id": "srv-1",
    "Arn": "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1",
    "Name": "redis",
    "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]},
}
NONE, FOUND = {"Services": []}, {"Services": [LIVE]}


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("servicediscovery_service", monkeypatch)

    def ensure_(client, check_mode=False, **options):
        wanted = {"name": "redis", "namespace_id": "ns-1", **options}
        return service.ensure(FakeModule(spec, {"servicediscovery": client}, check_mode, **wanted), FakeTime().clock)

    return ensure_


def test_a_new_service_has_addresses(ensure):
    client = FakeClient("servicediscovery", list_services=NONE, create_service={"Service": LIVE})
    outcome = ensure(client, tags={"a": "1"})
    (sent,) = client.sent("create_service")
    assert sent["DnsConfig"]["DnsRecords"] == [{"Type": "A", "TTL": 10}]
    assert sent["Tags"] == [{"Key": "a", "Value": "1"}]
    assert (outcome.is_changed, outcome.result["service"]["id"]) == (True, "srv-1")


def test_check_mode_writes_nothing(ensure):
    client = FakeClient("servicediscovery", list_services=[NONE, FOUND], list_tags_for_resource={"Tags": []})
    assert ensure(client, True).result["service"]["arn"] == KNOWN_AFTER_APPLY
    assert ensure(client, True, tags={"a": "1"}).is_changed
    # Of a namespace that is still to be made nobody is asked.
    assert ensure(FakeClient("servicediscovery"), True, namespace_id=KNOWN_AFTER_APPLY).is_changed
    assert client.writes == []


def test_what_is_there_keeps_its_addresses_and_gets_its_tags(ensure):
    client = FakeClient("servicediscovery", list_services=FOUND, list_tags_for_resource={"Tags": []}, tag_resource={})
    assert not ensure(client).is_changed
    assert ensure(client, tags={"a": "1"}).is_changed
    assert client.writes == ["tag_resource"]
    with pytest.raises(GatewayError, match="TTL of 10 s"):
        ensure(client, ttl=60)


def test_a_service_goes_when_its_last_task_has_left(ensure):
    busy = client_error("ResourceInUse")
    client = FakeClient("servicediscovery", list_services=[FOUND, FOUND, NONE], delete_service=[busy, {}])
    assert ensure(client, True, state="absent").is_changed
    assert ensure(client, state="absent").is_changed
    assert len(client.sent("delete_service")) == 2
    assert not ensure(client, state="absent").is_changed
