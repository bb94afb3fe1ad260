from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils import wait
from ansible_collections.portkey.gateway.plugins.module_utils._servicediscovery import namespace
from ansible_collections.portkey.gateway.plugins.module_utils._servicediscovery.resolve import namespace_arn
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

LIVE = {
    "Id": "ns-1",
    "Arn": "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-1",
    "Name": "portkey-dev",
    "Type": "HTTP",
    "Description": "services",
}
NONE = {"Namespaces": []}
FOUND = {"Namespaces": [LIVE]}


def operation(status, **fields):
    return {"Operation": {"Id": "op", "Status": status, "Targets": {"NAMESPACE": "ns-1"}, **fields}}


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("servicediscovery_namespace", monkeypatch)

    def ensure_(client, check_mode=False, **options):
        module = FakeModule(spec, {"servicediscovery": client}, check_mode, name="portkey-dev", **options)
        return namespace.ensure(module, FakeTime().clock)

    return ensure_


def test_a_new_namespace_is_followed_until_it_is_there(ensure):
    client = FakeClient(
        "servicediscovery",
        list_namespaces=NONE,
        create_http_namespace={"OperationId": "op"},
        get_operation=[operation("SUBMITTED"), operation("PENDING"), operation("SUCCESS")],
        get_namespace={"Namespace": LIVE},
    )
    outcome = ensure(client, description="services", tags={"a": "1"})
    assert client.sent("create_http_namespace") == [
        {"Name": "portkey-dev", "Description": "services", "Tags": [{"Key": "a", "Value": "1"}]}
    ]
    assert outcome.result["namespace"]["id"] == "ns-1"
    assert outcome.result["namespace"]["arn"] == LIVE["Arn"]
    assert outcome.result["namespace"]["type"] == "http"


def test_a_private_namespace_needs_its_vpc(ensure):
    client = FakeClient(
        "servicediscovery",
        list_namespaces=FOUND,
        create_private_dns_namespace={"OperationId": "op"},
        get_operation=operation("SUCCESS"),
        get_namespace={"Namespace": LIVE},
    )
    with pytest.raises(GatewayError, match="vpc_id is needed"):
        ensure(client, type="private_dns")
    ensure(client, type="private_dns", vpc_id="vpc-1")
    assert client.sent("create_private_dns_namespace") == [{"Name": "portkey-dev", "Vpc": "vpc-1"}]


def test_an_operation_that_runs_already_is_joined(ensure):
    running = client_error("DuplicateRequest", DuplicateOperationId="other")
    client = FakeClient(
        "servicediscovery",
        list_namespaces=NONE,
        create_http_namespace=running,
        get_operation=operation("SUCCESS"),
        get_namespace={"Namespace": LIVE},
    )
    ensure(client)
    assert client.sent("get_operation") == [{"OperationId": "other"}]


def test_an_operation_that_fails_says_why(ensure):
    client = FakeClient(
        "servicediscovery",
        list_namespaces=NONE,
        create_http_namespace={"OperationId": "op"},
        get_operation=operation("FAIL", ErrorCode="ACCESS_DENIED", ErrorMessage="no"),
    )
    with pytest.raises(wait.WaitFailed, match="ACCESS_DENIED no"):
        ensure(client)


def test_nothing_to_change(ensure):
    client = FakeClient("servicediscovery", list_namespaces=FOUND, list_tags_for_resource={"Tags": []})
    assert not ensure(client).is_changed
    assert not ensure(client, description="services", tags={}).is_changed
    assert client.writes == []


def test_description_and_tags_are_changed(ensure):
    client = FakeClient(
        "servicediscovery",
        list_namespaces=FOUND,
        list_tags_for_resource={"Tags": [{"Key": "a", "Value": "1"}]},
        update_http_namespace={"OperationId": "op"},
        get_operation=operation("SUCCESS"),
        tag_resource={},
        untag_resource={},
    )
    outcome = ensure(client, description="new", tags={"b": "2"})
    assert client.writes == ["update_http_namespace", "untag_resource", "tag_resource"]
    assert outcome.result["namespace"]["description"] == "new"
    assert outcome.result["namespace"]["tags"] == {"b": "2"}


def test_check_mode_writes_nothing(ensure):
    client = FakeClient("servicediscovery", list_namespaces=[NONE, FOUND, FOUND], list_tags_for_resource={"Tags": []})
    assert ensure(client, check_mode=True).result["namespace"]["arn"] == KNOWN_AFTER_APPLY
    assert ensure(client, check_mode=True, description="new", tags={"a": "1"}).is_changed
    assert ensure(client, check_mode=True, state="absent").is_changed
    assert client.writes == []


def test_absent(ensure):
    client = FakeClient(
        "servicediscovery",
        list_namespaces=[FOUND, NONE],
        delete_namespace={"OperationId": "op"},
        get_operation=operation("SUCCESS"),
    )
    assert ensure(client, state="absent").is_changed
    assert not ensure(client, state="absent").is_changed


def test_absent_when_it_has_just_gone(ensure):
    client = FakeClient("servicediscovery", list_namespaces=FOUND, delete_namespace=client_error("NamespaceNotFound"))
    assert ensure(client, state="absent").result["namespace"] is None


@pytest.mark.parametrize(
    "given, answer, arn, calls",
    [
        (None, NONE, None, 0),
        (LIVE["Arn"], NONE, LIVE["Arn"], 0),
        (KNOWN_AFTER_APPLY, NONE, KNOWN_AFTER_APPLY, 0),
        ("portkey-dev", FOUND, LIVE["Arn"], 1),
        ("portkey-new", NONE, "portkey-new", 1),
    ],
)
def test_a_namespace_given_by_name_or_arn(given, answer, arn, calls):
    client = FakeClient("servicediscovery", list_namespaces=answer)
    module = type("Module", (), {"client": lambda _self, _name: client})()
    assert namespace_arn(module, given) == arn
    assert len(client.calls) == calls
