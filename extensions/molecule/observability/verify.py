"""What watches, as CloudWatch, SNS and EventBridge have it."""

import json

STEM = "portkey-gateway-dev"
TOPIC = f"arn:aws:sns:us-east-1:123456789012:{STEM}-alarms"


def test_the_alarms_are_marked_and_know_the_load_balancer(aws, tagged):
    client = aws("cloudwatch")
    found = {one["AlarmName"]: one for one in client.describe_alarms()["MetricAlarms"]}
    assert set(found) == {f"{STEM}-gateway-cpu", f"{STEM}-target-errors"}
    for one in found.values():
        assert tagged(client.list_tags_for_resource(ResourceARN=one["AlarmArn"])["Tags"])
    assert found[f"{STEM}-gateway-cpu"]["AlarmActions"] == [TOPIC]
    metric = found[f"{STEM}-target-errors"]["Metrics"][1]["MetricStat"]["Metric"]
    assert metric["Dimensions"] == [{"Name": "LoadBalancer", "Value": "app/molecule/50dc6c495c0c9188"}]


def test_the_topic_hears_of_deployments_and_tells_whom_it_may(aws, tagged):
    (one,) = aws("sns").list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    assert (one["Protocol"], one["Endpoint"]) == ("email", "on-call@example.com")
    assert tagged(aws("sns").list_tags_for_resource(ResourceArn=TOPIC)["Tags"])
    (target,) = aws("events").list_targets_by_rule(Rule=f"{STEM}-deployment-failed")["Targets"]
    assert target["Arn"] == TOPIC


def test_the_dashboard_is_drawn(aws):
    body = json.loads(aws("cloudwatch").get_dashboard(DashboardName=STEM)["DashboardBody"])
    assert [one["type"] for one in body["widgets"]] == ["text"]
