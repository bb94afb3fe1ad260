"""CloudWatch, SNS and EventBridge: what they refuse, what they keep, and who hears of what."""

from __future__ import annotations

import json

import pytest

from emulator.testing import refused

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms"
SINGLE = {
    "AlarmName": "busy",
    "Namespace": "AWS/ECS",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 90.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
STAT = {"Metric": {"Namespace": "n", "MetricName": "m", "Dimensions": []}, "Period": 60, "Stat": "Sum"}
MATH = {
    "AlarmName": "rate",
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "Metrics": [
        {"Id": "rate", "Expression": "IF(all > 5, FILL(bad, 0) / all, 0)", "ReturnData": True},
        {"Id": "bad", "MetricStat": STAT, "ReturnData": False},
        {"Id": "all", "MetricStat": STAT, "ReturnData": False},
    ],
}


@pytest.fixture
def cloudwatch(emulator):
    return emulator.client("cloudwatch")


def tags(cloudwatch, name="busy"):
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    listed = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    return {one["Key"]: one["Value"] for one in listed}


def test_only_a_new_alarm_takes_tags_and_a_changed_one_keeps_its_state(cloudwatch):
    cloudwatch.put_metric_alarm(**SINGLE, Tags=[{"Key": "a", "Value": "1"}])
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert alarm["StateValue"] == "INSUFFICIENT_DATA"
    cloudwatch.set_alarm_state(AlarmName="busy", StateValue="ALARM", StateReason="test")
    cloudwatch.put_metric_alarm(**{**SINGLE, "Threshold": 50.0}, Tags=[{"Key": "b", "Value": "2"}])
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (alarm["Threshold"], alarm["StateValue"]) == (50.0, "ALARM")
    assert tags(cloudwatch) == {"a": "1"}
    cloudwatch.delete_alarms(AlarmNames=["busy"])
    cloudwatch.put_metric_alarm(**SINGLE)
    assert tags(cloudwatch) == {}


def test_of_alarms_that_are_to_go_none_may_be_missing(cloudwatch):
    cloudwatch.put_metric_alarm(**SINGLE)
    with refused("ResourceNotFound", "gone"):
        cloudwatch.delete_alarms(AlarmNames=["busy", "gone"])
    assert len(cloudwatch.describe_alarms()["MetricAlarms"]) == 1


def metrics(*changes):
    """The metrics of the expression, each with what is said of it."""
    return {"Metrics": [{**one, **change} for one, change in zip(MATH["Metrics"], changes, strict=True)]}


@pytest.mark.parametrize(
    "alarm, message",
    [
        ({**SINGLE, "Period": 45}, "multiple of 60"),
        ({**SINGLE, "Period": 3600, "EvaluationPeriods": 25}, "more than a day"),
        ({**SINGLE, "DatapointsToAlarm": 4}, "DatapointsToAlarm"),
        ({**SINGLE, "AlarmActions": ["alarms"]}, "Invalid arn syntax"),
        ({**SINGLE, "EvaluateLowSampleCountPercentile": "ignore"}, "percentiles"),
        ({**MATH, **metrics({}, {"ReturnData": True}, {})}, "Exactly one element"),
        ({**MATH, **metrics({"ReturnData": False}, {}, {})}, "Exactly one element"),
        ({**MATH, **metrics({"Expression": "bad / every"}, {}, {})}, "every"),
        ({**MATH, **metrics({"Expression": "SUM(bad"}, {}, {})}, "unfinished"),
        ({**MATH, **metrics({}, {"Id": "Bad"}, {})}, "begins with a lowercase letter"),
        ({**MATH, **metrics({}, {"Id": "all"}, {})}, "each Id is there once"),
        ({**MATH, **metrics({}, {"Expression": "all"}, {})}, "either an expression or a metric"),
    ],
)
def test_an_alarm_that_makes_no_sense_is_refused(cloudwatch, alarm, message):
    with refused("ValidationError", message):
        cloudwatch.put_metric_alarm(**alarm)


def test_an_alarm_on_an_expression_is_taken(cloudwatch):
    cloudwatch.put_metric_alarm(**MATH)
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert [one["Id"] for one in alarm["Metrics"]] == ["rate", "bad", "all"]
    with refused("InvalidParameterCombination"):
        cloudwatch.put_metric_alarm(**{**SINGLE, "Metrics": MATH["Metrics"]})


GRAPH = {"region": "us-east-1", "metrics": [["AWS/ECS", "CPUUtilization", "ClusterName", "c"]]}


@pytest.mark.parametrize(
    "widget, message",
    [
        ({"type": "metric", "properties": {"metrics": GRAPH["metrics"]}}, "region"),
        ({"type": "metric", "properties": {**GRAPH, "metrics": [["AWS/ECS", "m", "d"]]}}, "pairs of dimensions"),
        ({"type": "metric", "x": 20, "width": 6, "properties": GRAPH}, "24 columns"),
        ({"type": "text", "properties": {}}, "markdown"),
        ({"type": "alarm", "properties": {"title": "x"}}, "alarms"),
        ({"type": "picture", "properties": {}}, "Should be one of"),
    ],
)
def test_a_dashboard_that_cannot_be_drawn_is_refused(cloudwatch, widget, message):
    with refused("InvalidParameterInput", message):
        cloudwatch.put_dashboard(DashboardName="d", DashboardBody=json.dumps({"widgets": [widget]}))
    fine = {"widgets": [{"type": "metric", "properties": GRAPH}]}
    cloudwatch.put_dashboard(DashboardName="d", DashboardBody=json.dumps(fine))
    with refused("InvalidParameterValue"):
        cloudwatch.put_dashboard(DashboardName="d/e", DashboardBody=json.dumps(fine))


@pytest.fixture
def sns(emulator):
    client = emulator.client("sns")
    client.create_topic(Name="alarms", Tags=[{"Key": "a", "Value": "1"}])
    return client


def test_a_topic_is_not_made_again_as_another(sns):
    assert sns.create_topic(Name="alarms", Tags=[{"Key": "a", "Value": "1"}])["TopicArn"] == TOPIC
    with refused("InvalidParameter", "different tags"):
        sns.create_topic(Name="alarms", Tags=[{"Key": "a", "Value": "2"}])
    with refused("InvalidParameter", "different attributes"):
        sns.create_topic(Name="alarms", Attributes={"DisplayName": "x"})
    with refused("InvalidParameter", "Policy Error"):
        sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue="{}")


def test_e_mails_are_for_those_who_agree(sns):
    answer = sns.subscribe(TopicArn=TOPIC, Protocol="email", Endpoint="a@example.com")
    assert answer["SubscriptionArn"] == "pending confirmation"

    def listed():
        (one,) = sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
        return one["SubscriptionArn"]

    assert listed() == "PendingConfirmation"
    with refused("InvalidParameter"):
        sns.unsubscribe(SubscriptionArn=listed())
    sns.confirm_subscription(TopicArn=TOPIC, Token="a@example.com")
    assert listed().startswith(f"{TOPIC}:")
    sns.unsubscribe(SubscriptionArn=listed())
    assert sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"] == []
    sns.delete_topic(TopicArn=TOPIC)
    sns.delete_topic(TopicArn=TOPIC)
    with refused("NotFound"):
        sns.list_subscriptions_by_topic(TopicArn=TOPIC)


def let(sns, **condition):
    """Only CloudWatch may publish, on this condition."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": condition,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=policy)


def test_an_alarm_tells_a_topic_whose_policy_lets_it(emulator, cloudwatch, sns):
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:mailbox")
    cloudwatch.put_metric_alarm(**SINGLE, AlarmActions=[TOPIC], OKActions=[TOPIC])

    def told(state):
        cloudwatch.set_alarm_state(AlarmName="busy", StateValue=state, StateReason="test")
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(json.loads(one["Body"])["Message"])["NewStateValue"] for one in found]

    let(sns, ArnLike={"aws:SourceArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:other*"})
    assert told("ALARM") == []
    let(sns, ArnLike={"aws:SourceArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:*"})
    assert told("ALARM") == ["ALARM"]
    assert told("OK") == ["OK"]
    cloudwatch.disable_alarm_actions(AlarmNames=["busy"])
    assert told("ALARM") == []


def test_a_rule_keeps_its_tags_and_goes_after_its_targets(emulator):
    events = emulator.client("events")
    pattern = json.dumps({"source": ["aws.ecs"]})
    arn = events.put_rule(Name="failed", EventPattern=pattern, Tags=[{"Key": "a", "Value": "1"}])["RuleArn"]
    events.put_rule(Name="failed", EventPattern=pattern, Tags=[{"Key": "b", "Value": "2"}])
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    events.put_targets(Rule="failed", Targets=[{"Id": "topic", "Arn": TOPIC}])
    with refused("ValidationException", "has targets"):
        events.delete_rule(Name="failed")
    events.remove_targets(Rule="failed", Ids=["topic"])
    events.delete_rule(Name="failed")
    with refused("ResourceNotFoundException"):
        events.describe_rule(Name="failed")
    with refused("InvalidEventPatternException"):
        events.put_rule(Name="failed", EventPattern=json.dumps({"source": "aws.ecs"}))


@pytest.mark.parametrize("setting", ["disabled", "enabled", "enhanced"])
def test_container_insights_write_to_a_log_group_of_their_own(emulator, setting):
    ecs, logs = emulator.client("ecs"), emulator.client("logs")
    ecs.create_cluster(clusterName="c", settings=[{"name": "containerInsights", "value": setting}])
    found = logs.describe_log_groups(logGroupNamePrefix="/aws/ecs/containerinsights/c/performance")["logGroups"]
    assert [one["retentionInDays"] for one in found] == ([] if setting == "disabled" else [1])
    ecs.delete_cluster(cluster="c")
    again = logs.describe_log_groups(logGroupNamePrefix="/aws/ecs/containerinsights/c/performance")["logGroups"]
    assert len(again) == len(found)
