"""The modules cloudwatch_metric_alarms and cloudwatch_dashboard, against moto's CloudWatch."""

from __future__ import annotations

import json

import boto3
import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._cloudwatch import alarms, dashboard
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    argument_spec,
    client_error,
)
from moto import mock_aws

TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
SINGLE = {
    "name": "gateway-cpu",
    "description": "Busy",
    "namespace": "AWS/ECS",
    "metric_name": "CPUUtilization",
    "dimensions": {"ClusterName": "c", "ServiceName": "gateway"},
    "statistic": "Average",
    "period": 300,
    "comparison_operator": "GreaterThanThreshold",
    "threshold": 90,
    "evaluation_periods": 3,
    "treat_missing_data": "notBreaching",
    "alarm_actions": [TOPIC],
}
LATENCY = {**SINGLE, "name": "latency", "statistic": "p99", "evaluate_low_sample_count_percentile": "ignore"}
METRIC = {
    "namespace": "AWS/ApplicationELB",
    "dimensions": {"LoadBalancer": "app/x/1"},
    "statistic": "Sum",
    "period": 60,
}
MATH = {
    "name": "errors",
    "metrics": [
        {"id": "percent", "expression": "100 * errors / requests", "label": "Errors"},
        {"id": "errors", "metric_name": "HTTPCode_Target_5XX_Count", **METRIC},
        {"id": "requests", "metric_name": "RequestCount", **METRIC},
    ],
    "comparison_operator": "GreaterThanThreshold",
    "threshold": 5,
    "evaluation_periods": 3,
    "datapoints_to_alarm": 2,
}
ALL = [SINGLE, LATENCY, MATH]
TAGS = {"Project": "p"}


@pytest.fixture
def cloudwatch(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "unlikely-word")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield boto3.client("cloudwatch", region_name="us-east-1")


@pytest.fixture
def ensure(cloudwatch, monkeypatch):
    spec = argument_spec("cloudwatch_metric_alarms", monkeypatch)

    def ensure_(check_mode=False, **options):
        return alarms.ensure(FakeModule(spec, {"cloudwatch": cloudwatch}, check_mode, **options))

    return ensure_


@pytest.fixture
def writes(cloudwatch):
    """The names of the calls that write, from now on."""
    names = []

    def note(model, **_more):
        if not model.name.startswith(("Describe", "List", "Get")):
            names.append(model.name)

    cloudwatch.meta.events.register("before-call.cloudwatch", note)
    return names


def test_new_alarms_are_all_that_was_wanted(ensure, cloudwatch):
    outcome = ensure(alarms=ALL, tags=TAGS)
    assert outcome.is_changed and outcome.before == {} and set(outcome.after) == {one["name"] for one in ALL}
    found = {one["AlarmName"]: one for one in cloudwatch.describe_alarms()["MetricAlarms"]}
    assert found["gateway-cpu"]["Statistic"] == "Average"
    assert found["latency"]["ExtendedStatistic"] == "p99" and "Statistic" not in found["latency"]
    assert [one["ReturnData"] for one in found["errors"]["Metrics"]] == [True, False, False]
    assert found["errors"]["DatapointsToAlarm"] == 2
    for one in found.values():
        told = cloudwatch.list_tags_for_resource(ResourceARN=one["AlarmArn"])["Tags"]
        assert told == [{"Key": "Project", "Value": "p"}]


def test_a_second_time_there_is_nothing_to_write(ensure, writes):
    ensure(alarms=ALL, tags=TAGS)
    writes.clear()
    outcome = ensure(alarms=ALL, tags=TAGS)
    assert not outcome.is_changed and writes == []
    assert outcome.result["alarms"][0]["arn"].endswith(":alarm:gateway-cpu")


def test_check_mode_tells_and_writes_nothing(ensure, writes):
    outcome = ensure(check_mode=True, alarms=ALL, absent=["old"], tags=TAGS)
    assert outcome.is_changed and writes == []
    assert [one["name"] for one in outcome.result["changes"]] == [one["name"] for one in ALL]
    assert all(one["before"] is None for one in outcome.result["changes"])


@pytest.mark.parametrize(
    "change",
    [
        {"threshold": 4.5},
        {"description": "Other"},
        {"evaluation_periods": 5},
        {"treat_missing_data": "breaching"},
        {"ok_actions": [TOPIC]},
        {"metrics": [{**MATH["metrics"][0], "expression": "errors"}, *MATH["metrics"][1:]]},
        {"metrics": [*MATH["metrics"][:2], {**MATH["metrics"][2], "period": 300}]},
    ],
)
def test_only_the_alarm_that_differs_is_written(ensure, writes, change):
    ensure(alarms=ALL, tags=TAGS)
    writes.clear()
    outcome = ensure(alarms=[SINGLE, LATENCY, {**MATH, **change}], tags=TAGS)
    assert writes == ["PutMetricAlarm"]
    (one,) = outcome.result["changes"]
    assert one["name"] == "errors" and one["before"] != one["after"]
    assert not ensure(alarms=[SINGLE, LATENCY, {**MATH, **change}], tags=TAGS).is_changed


def test_tags_are_set_by_themselves(ensure, writes, cloudwatch):
    ensure(alarms=[SINGLE], tags={"old": "1", "kept": "1"})
    writes.clear()
    ensure(alarms=[SINGLE], tags={"kept": "1", "new": "1"})
    assert writes == ["UntagResource", "TagResource"]
    ensure(alarms=[SINGLE])
    assert writes == ["UntagResource", "TagResource"]


def test_an_alarm_that_was_silenced_stays_so(ensure, cloudwatch):
    ensure(alarms=[SINGLE])
    cloudwatch.disable_alarm_actions(AlarmNames=["gateway-cpu"])
    ensure(alarms=[{**SINGLE, "threshold": 50}])
    (found,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (found["Threshold"], found["ActionsEnabled"]) == (50.0, False)


def test_what_is_to_be_absent_goes_by_one_call(ensure, writes, cloudwatch):
    ensure(alarms=ALL)
    writes.clear()
    outcome = ensure(alarms=[SINGLE], absent=["latency", "errors", "never", "gateway-cpu"])
    assert writes == ["DeleteAlarms"]
    assert sorted(outcome.before) == ["errors", "latency"] and outcome.after == {}
    assert [one["AlarmName"] for one in cloudwatch.describe_alarms()["MetricAlarms"]] == ["gateway-cpu"]
    assert not ensure(alarms=[SINGLE], absent=["latency"]).is_changed


def test_more_than_a_hundred_are_asked_for_in_parts(cloudwatch):
    client = FakeClient("cloudwatch", describe_alarms={"MetricAlarms": []})
    assert alarms.find(client, [f"a{number}" for number in range(150)]) == {}
    assert [len(one["AlarmNames"]) for one in client.sent("describe_alarms")] == [100, 50]


@pytest.fixture
def draw(cloudwatch, monkeypatch):
    spec = argument_spec("cloudwatch_dashboard", monkeypatch)

    def draw_(check_mode=False, client=None, **options):
        module = FakeModule(spec, {"cloudwatch": client or cloudwatch}, check_mode, name="portkey-dev", **options)
        return dashboard.ensure(module)

    return draw_


BODY = {"widgets": [{"type": "text", "properties": {"markdown": "x"}}]}


def test_a_dashboard_is_compared_by_what_it_says(draw, writes):
    assert draw(body=json.dumps(BODY)).is_changed
    writes.clear()
    assert not draw(body=json.dumps(BODY, indent=4)).is_changed
    assert draw(check_mode=True, body=json.dumps({"widgets": []})).is_changed
    assert writes == []
    assert draw(body=json.dumps({"widgets": []})).is_changed
    assert writes == ["PutDashboard"]


def test_a_dashboard_goes_once(draw, writes):
    draw(body=json.dumps(BODY))
    assert draw(check_mode=True, state="absent").is_changed
    outcome = draw(state="absent")
    assert outcome.is_changed and outcome.after is None
    assert not draw(state="absent").is_changed
    assert writes == ["PutDashboard", "DeleteDashboards"]


def test_what_cloudwatch_only_warns_of_is_a_failure(draw):
    message = {"DataPath": "/widgets/0", "Message": "Should have required property region"}
    gone = client_error("ResourceNotFound")
    client = FakeClient("cloudwatch", get_dashboard=gone, put_dashboard={"DashboardValidationMessages": [message]})
    with pytest.raises(GatewayError, match="not all of it: /widgets/0: Should have"):
        draw(client=client, body=json.dumps(BODY))
