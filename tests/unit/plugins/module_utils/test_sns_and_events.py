"""The modules sns_topic and events_rule, against moto."""

from __future__ import annotations

import json

import boto3
import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._events import rule
from ansible_collections.portkey.gateway.plugins.module_utils._sns import topic
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    argument_spec,
    client_error,
)
from moto import mock_aws

ARN = "arn:aws:sns:us-east-1:123456789012:portkey-dev-alarms"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Alarms",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": ARN,
        }
    ],
}
TAGS = {"Project": "p"}
PATTERN = {"source": ["aws.ecs"], "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}}


@pytest.fixture
def aws(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "unlikely-word")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield {name: boto3.client(name, region_name="us-east-1") for name in ("sns", "events")}


@pytest.fixture
def writes(aws):
    names = []

    def note(model, **_more):
        if not model.name.startswith(("Describe", "List", "Get")):
            names.append(model.name)

    for name, client in aws.items():
        client.meta.events.register(f"before-call.{name}", note)
    return names


@pytest.fixture
def ensure_topic(aws, monkeypatch):
    spec = argument_spec("sns_topic", monkeypatch)

    def ensure(check_mode=False, client=None, **options):
        return topic.ensure(FakeModule(spec, {"sns": client or aws["sns"]}, check_mode, arn=ARN, **options))

    return ensure


@pytest.fixture
def ensure_rule(aws, monkeypatch):
    spec = argument_spec("events_rule", monkeypatch)

    def ensure(check_mode=False, client=None, **options):
        return rule.ensure(FakeModule(spec, {"events": client or aws["events"]}, check_mode, name="failed", **options))

    return ensure


WANTED = {"policy": json.dumps(POLICY), "emails": ["b@example.com", "a@example.com"], "tags": TAGS}


def test_a_new_topic_has_policy_tags_and_addresses_that_must_agree(ensure_topic, aws, writes):
    outcome = ensure_topic(**WANTED, display_name="AI gateway")
    assert outcome.before is None and outcome.result["pending"] == ["a@example.com", "b@example.com"]
    assert writes == ["CreateTopic", "Subscribe", "Subscribe"]
    attributes = aws["sns"].get_topic_attributes(TopicArn=ARN)["Attributes"]
    assert json.loads(attributes["Policy"]) == POLICY and attributes["DisplayName"] == "AI gateway"
    assert aws["sns"].list_tags_for_resource(ResourceArn=ARN)["Tags"] == [{"Key": "Project", "Value": "p"}]


def test_a_second_time_there_is_nothing_to_write_but_it_is_told_who_has_not_agreed(ensure_topic, writes):
    ensure_topic(**WANTED)
    writes.clear()
    # The order of a policy's words is no difference.
    shuffled = json.dumps(json.loads(json.dumps(POLICY, sort_keys=True)))
    assert not ensure_topic(**{**WANTED, "policy": shuffled}).is_changed
    assert not ensure_topic().is_changed
    assert writes == []


def scripted(arns):
    listed = [
        {"Endpoint": endpoint, "SubscriptionArn": arn, "Protocol": protocol}
        for endpoint, (protocol, arn) in arns.items()
    ]
    return FakeClient(
        "sns",
        get_topic_attributes={"Attributes": {"Policy": json.dumps(POLICY)}},
        list_subscriptions_by_topic={"Subscriptions": listed},
        list_tags_for_resource={"Tags": []},
        subscribe={},
        unsubscribe={},
    )


def test_who_has_agreed_can_be_taken_away_and_who_has_not_goes_by_himself(ensure_topic):
    agreed, pending = f"{ARN}:1-2-3", "PendingConfirmation"
    client = scripted(
        {
            "gone@example.com": ("email", agreed),
            "silent@example.com": ("email", pending),
            "kept@example.com": ("email", f"{ARN}:4-5-6"),
            "old@example.com": ("email", "Deleted"),
            "arn:aws:lambda:x": ("lambda", f"{ARN}:7-8-9"),
        }
    )
    outcome = ensure_topic(client=client, emails=["kept@example.com", "new@example.com"])
    assert client.sent("unsubscribe") == [{"SubscriptionArn": agreed}]
    assert [one["Endpoint"] for one in client.sent("subscribe")] == ["new@example.com"]
    assert outcome.result["pending"] == ["new@example.com"]
    assert outcome.after["emails"] == ["kept@example.com", "new@example.com", "silent@example.com"]
    lingering = scripted({"silent@example.com": ("email", pending)})
    assert not ensure_topic(client=lingering, emails=[]).is_changed


def test_a_topic_is_changed_where_it_differs(ensure_topic, writes):
    ensure_topic(**WANTED)
    writes.clear()
    other = {**POLICY, "Statement": [{**POLICY["Statement"][0], "Action": "sns:*"}]}
    assert ensure_topic(check_mode=True, policy=json.dumps(other)).is_changed
    assert writes == []
    ensure_topic(policy=json.dumps(other), display_name="x", tags={"Project": "q"})
    assert sorted(writes) == ["SetTopicAttributes", "SetTopicAttributes", "TagResource"]


def test_a_topic_goes_with_its_subscriptions_and_once(ensure_topic, writes):
    ensure_topic(**WANTED)
    writes.clear()
    assert ensure_topic(check_mode=True, state="absent").is_changed
    assert ensure_topic(state="absent").is_changed
    assert not ensure_topic(state="absent").is_changed
    assert writes == ["DeleteTopic"]


def test_a_new_topic_is_only_told_in_check_mode(ensure_topic, writes):
    outcome = ensure_topic(check_mode=True, **WANTED)
    assert outcome.is_changed and outcome.after["policy"] == POLICY and writes == []


def test_a_new_rule_has_its_targets_and_tags(ensure_rule, aws, writes):
    outcome = ensure_rule(event_pattern=json.dumps(PATTERN), targets={"topic": ARN}, tags=TAGS)
    assert outcome.before is None and writes == ["PutRule", "PutTargets"]
    assert json.loads(aws["events"].describe_rule(Name="failed")["EventPattern"]) == PATTERN
    assert aws["events"].list_targets_by_rule(Rule="failed")["Targets"] == [{"Id": "topic", "Arn": ARN}]
    writes.clear()
    assert not ensure_rule(event_pattern=json.dumps(PATTERN), targets={"topic": ARN}, tags=TAGS).is_changed
    assert writes == []


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"event_pattern": json.dumps({"source": ["aws.ec2"]})}, ["PutRule"]),
        ({"enabled": False}, ["PutRule"]),
        ({"description": "x"}, ["PutRule"]),
        ({"targets": {"topic": f"{ARN}2"}}, ["PutTargets"]),
        ({"targets": {"other": ARN}}, ["RemoveTargets", "PutTargets"]),
        ({"tags": {"Project": "q"}}, ["TagResource"]),
        ({"tags": {}}, ["UntagResource"]),
    ],
)
def test_of_a_rule_only_what_differs_is_written(ensure_rule, writes, change, expected):
    wanted = {"event_pattern": json.dumps(PATTERN), "targets": {"topic": ARN}, "tags": TAGS}
    ensure_rule(**wanted)
    writes.clear()
    assert ensure_rule(check_mode=True, **{**wanted, **change}).is_changed
    assert writes == []
    assert ensure_rule(**{**wanted, **change}).is_changed
    assert writes == expected
    assert not ensure_rule(**{**wanted, **change}).is_changed


def test_a_rule_goes_after_its_targets(ensure_rule, writes):
    ensure_rule(event_pattern=json.dumps(PATTERN), targets={"topic": ARN})
    writes.clear()
    assert ensure_rule(check_mode=True, state="absent").is_changed
    assert ensure_rule(state="absent").is_changed
    assert writes == ["RemoveTargets", "DeleteRule"]
    assert not ensure_rule(state="absent").is_changed


def test_a_target_that_is_refused_is_a_failure(ensure_rule):
    entry = {"TargetId": "topic", "ErrorCode": "ResourceNotFound", "ErrorMessage": "no such topic"}
    client = FakeClient(
        "events",
        describe_rule=client_error("ResourceNotFoundException"),
        put_rule={},
        put_targets={"FailedEntryCount": 1, "FailedEntries": [entry]},
    )
    with pytest.raises(GatewayError, match="refused targets of the rule failed: ResourceNotFound: no such topic"):
        ensure_rule(client=client, event_pattern=json.dumps(PATTERN), targets={"topic": ARN})
