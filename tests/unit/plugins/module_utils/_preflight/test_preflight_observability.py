"""What preflight sees of what watches a stack, against moto."""

from __future__ import annotations

import json
import types

import boto3
import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._preflight import observability
from ansible_collections.portkey.gateway.plugins.module_utils._preflight.connection import Connection
from moto import mock_aws

REGION = "us-west-2"
OWN = {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"}
GIVEN = f"arn:aws:sns:{REGION}:123456789012:theirs"
QUESTION = {
    "alarms": {"latency": "portkey-dev-latency", "capacity": "portkey-dev-capacity"},
    "wanted": [],
    "topic": "portkey-dev-alarms",
    "rule": "portkey-dev-deployment-failed",
    "dashboard": "portkey-dev",
    "wants_dashboard": False,
    "tags": OWN,
    "given_topic": None,
    "needs_publishing": False,
    "for_rollback": [],
    "by_codedeploy": False,
}
SETTINGS = {
    "MetricName": "m",
    "Namespace": "n",
    "Period": 60,
    "Threshold": 1.0,
    "EvaluationPeriods": 1,
    "Statistic": "Sum",
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture
def aws(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "unlikely-word")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield lambda service: boto3.client(service, region_name=REGION)


def look(**changes):
    module = types.SimpleNamespace(params={"region": REGION})
    return observability.observability(Connection(module), {**QUESTION, **changes})


def alarm(aws, name="portkey-dev-latency", tags=None):
    listed = [{"Key": key, "Value": value} for key, value in (OWN if tags is None else tags).items()]
    aws("cloudwatch").put_metric_alarm(AlarmName=name, **SETTINGS, Tags=listed)


def draw(aws, text):
    body = {"widgets": [{"type": "text", "properties": {"markdown": text}}]}
    aws("cloudwatch").put_dashboard(DashboardName="portkey-dev", DashboardBody=json.dumps(body))


def test_of_nothing_there_is_nothing(aws):
    found = look()
    assert found.facts == {"live_observability": {"alarms": [], "topic": False, "rule": False, "dashboard": False}}
    assert found.faults == [] == found.warnings


def test_where_there_are_alarms_the_others_are_looked_for(aws):
    aws("sns").create_topic(Name="portkey-dev-alarms")
    aws("events").put_rule(Name="portkey-dev-deployment-failed", EventPattern='{"source": ["aws.ecs"]}')
    draw(aws, "Project=portkey, Environment=dev, ManagedBy=Ansible: x")
    assert look().facts["live_observability"] == {"alarms": [], "topic": False, "rule": False, "dashboard": True}
    alarm(aws)
    alarm(aws, "portkey-dev-eu-latency")
    expected = {"alarms": ["portkey-dev-latency"], "topic": True, "rule": True, "dashboard": True}
    assert look().facts["live_observability"] == expected


@pytest.mark.parametrize("tags", [{}, {**OWN, "Environment": "prod"}])
def test_an_alarm_of_others_is_not_taken_over(aws, tags):
    alarm(aws, tags=tags)
    assert look().faults == []
    assert look().facts["live_observability"]["alarms"] == []
    (fault,) = look(wanted=["portkey-dev-latency"]).faults
    assert fault.variable == "portkey_alarms.enable" and "portkey-dev-latency" in fault.rule


def test_a_dashboard_of_others_is_not_taken_over(aws):
    draw(aws, "Mine")
    assert look().faults == [] and not look().facts["live_observability"]["dashboard"]
    assert [one.variable for one in look(wants_dashboard=True).faults] == ["portkey_dashboard"]


@pytest.mark.parametrize("by_codedeploy, words", [(False, "may end a deployment. Wait"), (True, "stops one at once")])
def test_an_alarm_that_rings_already_is_told(aws, by_codedeploy, words):
    alarm(aws)
    offered = {"for_rollback": ["portkey-dev-latency", "portkey-dev-target-errors"], "by_codedeploy": by_codedeploy}
    aws("cloudwatch").set_alarm_state(AlarmName="portkey-dev-latency", StateValue="OK", StateReason="test")
    assert look(**offered).warnings == []
    aws("cloudwatch").set_alarm_state(AlarmName="portkey-dev-latency", StateValue="ALARM", StateReason="test")
    (told,) = look(**offered).warnings
    assert told.startswith("portkey-dev-latency is in ALARM already") and words in told
    assert look().warnings == []


def test_a_topic_that_is_given_must_exist_and_let_publish(aws):
    (fault,) = look(given_topic=GIVEN).faults
    assert (fault.variable, fault.value) == ("portkey_alarms.sns_topic_arn", GIVEN)
    aws("sns").create_topic(Name="theirs")
    assert look(given_topic=GIVEN).warnings == []
    (told,) = look(given_topic=GIVEN, needs_publishing=True).warnings
    assert "does not name events.amazonaws.com" in told
    statement = {"Effect": "Allow", "Principal": {"Service": ["events.amazonaws.com"]}, "Action": "sns:Publish"}
    policy = json.dumps({"Statement": {**statement, "Resource": GIVEN}})
    aws("sns").set_topic_attributes(TopicArn=GIVEN, AttributeName="Policy", AttributeValue=policy)
    found = look(given_topic=GIVEN, needs_publishing=True)
    assert found.warnings == [] == found.faults
