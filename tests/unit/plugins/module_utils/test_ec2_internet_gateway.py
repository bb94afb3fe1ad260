from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ec2 import internet_gateway
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    argument_spec,
    client_error,
)

TAGS = {"Project": "portkey"}
ALL = [{"Key": "Project", "Value": "portkey"}, {"Key": "Name", "Value": "main"}]


def gateway(number, vpc=None, tags=None):
    attached = [{"VpcId": vpc, "State": "available"}] if vpc else []
    return {"InternetGatewayId": f"igw-{number}", "Attachments": attached, "Tags": ALL if tags is None else tags}


class Account:
    """The gateways that there are, found as EC2 finds them."""

    def __init__(self, *gateways, **script):
        self.gateways = list(gateways)
        script = {"create_internet_gateway": self.create, "attach_internet_gateway": {}, **script}
        self.client = FakeClient(
            "ec2",
            describe_internet_gateways=self.describe,
            delete_internet_gateway={},
            create_tags={},
            delete_tags={},
            **script,
        )

    def describe(self, Filters):
        found = self.gateways
        for one in Filters:
            (value,) = one["Values"]
            if one["Name"] == "attachment.vpc-id":
                found = [each for each in found if any(at["VpcId"] == value for at in each["Attachments"])]
            else:
                tag = {"Key": one["Name"].removeprefix("tag:"), "Value": value}
                found = [each for each in found if tag in each["Tags"]]
        return {"InternetGateways": found}

    def create(self, TagSpecifications):
        made = gateway(9, tags=TagSpecifications[0]["Tags"])
        self.gateways.append(made)
        return {"InternetGateway": made}


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("ec2_vpc_igw", monkeypatch)

    def ensure_(account, check_mode=False, **options):
        options = {"name": "main", "vpc_id": "vpc-1", "tags": TAGS, **options}
        return internet_gateway.ensure(FakeModule(spec, {"ec2": account.client}, check_mode, **options))

    return ensure_


def test_a_new_one_is_tagged_as_it_is_made(ensure):
    account = Account(gateway(1, "vpc-2"))
    outcome = ensure(account)
    assert account.client.writes == ["create_internet_gateway", "attach_internet_gateway"]
    (sent,) = account.client.sent("create_internet_gateway")
    assert sent["TagSpecifications"] == [{"ResourceType": "internet-gateway", "Tags": ALL}]
    assert account.client.sent("attach_internet_gateway") == [{"InternetGatewayId": "igw-9", "VpcId": "vpc-1"}]
    assert outcome.is_changed and outcome.before is None and outcome.result == {"gateway_id": "igw-9"}
    assert outcome.after == {"name": "main", "vpc_id": "vpc-1", "tags": {**TAGS, "Name": "main"}}


def test_check_mode_writes_nothing(ensure):
    account = Account()
    outcome = ensure(account, check_mode=True, vpc_id=KNOWN_AFTER_APPLY)
    assert outcome.is_changed and outcome.result == {"gateway_id": KNOWN_AFTER_APPLY}
    assert account.client.writes == []


def test_nothing_to_do(ensure):
    account = Account(gateway(1, "vpc-1"))
    outcome = ensure(account)
    assert not outcome.is_changed and outcome.result == {"gateway_id": "igw-1"}
    assert account.client.writes == []


def test_what_a_run_that_died_had_not_attached_is_taken_over_and_its_twins_go(ensure):
    account = Account(gateway(1), gateway(2), gateway(3, tags=[]))
    outcome = ensure(account)
    assert outcome.is_changed and outcome.result == {"gateway_id": "igw-1"}
    assert account.client.sent("attach_internet_gateway") == [{"InternetGatewayId": "igw-1", "VpcId": "vpc-1"}]
    assert account.client.sent("delete_internet_gateway") == [{"InternetGatewayId": "igw-2"}]


def test_a_twin_of_the_attached_one_goes(ensure):
    account = Account(gateway(1, "vpc-1"), gateway(2))
    assert ensure(account, check_mode=True).is_changed
    assert ensure(account).is_changed
    assert account.client.writes == ["delete_internet_gateway"]


def test_when_the_answer_to_its_making_was_lost_one_remains(ensure):
    """boto3 asks again by itself, and EC2 makes another."""
    account = Account()

    def twice(TagSpecifications):
        account.gateways.append(gateway(8, tags=TagSpecifications[0]["Tags"]))
        return account.create(TagSpecifications)

    account.client.script["create_internet_gateway"] = [twice]
    ensure(account)
    assert account.client.sent("delete_internet_gateway") == [{"InternetGatewayId": "igw-8"}]


def test_attached_already_is_attached(ensure):
    account = Account(attach_internet_gateway=client_error("Resource.AlreadyAssociated"))
    assert ensure(account).result == {"gateway_id": "igw-9"}


def test_tags(ensure):
    account = Account(gateway(1, "vpc-1", [{"Key": "Old", "Value": "x"}]))
    outcome = ensure(account)
    assert outcome.is_changed
    assert account.client.sent("create_tags") == [{"Resources": ["igw-1"], "Tags": ALL}]
    assert account.client.sent("delete_tags") == [{"Resources": ["igw-1"], "Tags": [{"Key": "Old"}]}]
