"""Alarms, who hears of them, the dashboard and Container Insights: made, changed, in use by a deployment, and gone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_run import Ansible
from permitted import assert_permitted
from readback import ACCOUNT, mutations, tags
from removal import audit, inventory, uninstall, without_kept
from stacks import begin_with, calls_of_creation

from emulator.testing import Running

STEM, CLUSTER = "portkey-gateway-dev", "portkey-gateway-dev-cluster"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:{STEM}-alarms"
RULE = f"{STEM}-deployment-failed"
MEASUREMENTS = f"/aws/ecs/containerinsights/{CLUSTER}/performance"
ROLLBACK = [f"{STEM}-{key}" for key in ("target-errors", "balancer-errors", "latency", "unhealthy-targets")]
SERVICES = [f"{STEM}-{service}-{kind}" for service in ("redis", "gateway") for kind in ("cpu", "memory")]
BALANCED: dict[str, Any] = {
    "portkey_create_lb": True,
    "portkey_lb_type": "application",
    "portkey_gateway_deployment_configuration": {
        "canary_configuration": {"canary_percent": 10, "canary_bake_time_in_minutes": 0},
        "bake_time_in_minutes": 0,
    },
}
ALARMS = {"enable": True, "emails": ["on-call@example.com"], "rollback": True, "missing_tasks_minutes": 10}
WATCHED: dict[str, Any] = {
    **BALANCED,
    "portkey_alarms": ALARMS,
    "portkey_dashboard": True,
    "portkey_container_insights": "enabled",
}


def alarms(emulator: Running) -> dict[str, dict[str, Any]]:
    found = emulator.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    return {one["AlarmName"]: one for one in found}


def gateway(emulator: Running) -> dict[str, Any]:
    (found,) = emulator.client("ecs").describe_services(cluster=CLUSTER, services=["gateway"])["services"]
    return found


def insights(emulator: Running) -> str:
    (found,) = emulator.client("ecs").describe_clusters(clusters=[CLUSTER], include=["SETTINGS"])["clusters"]
    return found["settings"][0]["value"]


@pytest.mark.long
def test_a_plan_of_nothing_yet_has_them_all(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    planned = ansible.play("site.yml", "--check", "--diff", **WATCHED).ok()
    for name in (*ROLLBACK, *SERVICES, f"{STEM}-capacity", f"{STEM}-gateway-missing-tasks"):
        assert f"+ cloudwatch_metric_alarm {name}" in planned.output
    for line in (f"+ sns_topic {STEM}-alarms", f"+ events_rule {RULE}", f"+ cloudwatch_dashboard {STEM}"):
        assert line in planned.output
    assert mutations(emulator) == []
    assert_permitted(emulator.calls(), "read", **WATCHED)


@pytest.fixture(scope="module")
def made(ansible: Ansible, emulator: Running) -> list[dict[str, Any]]:
    return calls_of_creation(ansible, emulator, **WATCHED)


def test_whoever_may_create_may_do_that(made):
    assert_permitted(made, "create", **WATCHED)


def test_the_alarms_are_there_and_tell_the_topic(made, emulator: Running):
    found = alarms(emulator)
    missing = [f"{STEM}-{service}-missing-tasks" for service in ("redis", "gateway")]
    assert set(found) == {*ROLLBACK, *SERVICES, *missing, f"{STEM}-capacity"}
    cloudwatch = emulator.client("cloudwatch")
    for one in found.values():
        assert (one["AlarmActions"], one["OKActions"], one["TreatMissingData"]) == ([TOPIC], [TOPIC], "notBreaching")
        own = tags(cloudwatch.list_tags_for_resource(ResourceARN=one["AlarmArn"])["Tags"])
        assert (own["Project"], own["Environment"], own["ManagedBy"]) == ("portkey-gateway", "dev", "Ansible")


def test_they_are_about_the_stacks_load_balancer(made, emulator: Running):
    elbv2 = emulator.client("elbv2")
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    name = balancer["LoadBalancerArn"].split("loadbalancer/")[1]
    groups = {one["TargetGroupArn"].split(":")[-1] for one in elbv2.describe_target_groups()["TargetGroups"]}
    found = alarms(emulator)
    assert found[f"{STEM}-latency"]["Dimensions"] == [{"Name": "LoadBalancer", "Value": name}]
    assert found[f"{STEM}-latency"]["Threshold"] == 48.0
    metrics = [one["MetricStat"] for one in found[f"{STEM}-unhealthy-targets"]["Metrics"] if "MetricStat" in one]
    seen = [{part["Name"]: part["Value"] for part in one["Metric"]["Dimensions"]} for one in metrics]
    assert {one["TargetGroup"] for one in seen} == groups and len(groups) == 2
    assert {one["LoadBalancer"] for one in seen} == {name}


def test_the_dashboard_is_of_the_same_things(made, emulator: Running):
    body = emulator.client("cloudwatch").get_dashboard(DashboardName=STEM)["DashboardBody"]
    assert "<" not in body and "known after apply" not in body
    widgets = json.loads(body)["widgets"]
    (shown,) = [one["properties"]["alarms"] for one in widgets if one["type"] == "alarm"]
    assert sorted(shown) == sorted(one["AlarmArn"] for one in alarms(emulator).values())


def test_the_gateways_deployments_are_watched(made, emulator: Running):
    configuration = gateway(emulator)["deploymentConfiguration"]
    assert configuration["strategy"] == "CANARY"
    assert configuration["alarms"] == {"alarmNames": ROLLBACK, "enable": True, "rollback": True}


def test_who_gets_the_messages_must_agree_first(made, ansible: Ansible, emulator: Running):
    sns = emulator.client("sns")
    (one,) = sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    assert (one["Endpoint"], one["SubscriptionArn"]) == ("on-call@example.com", "PendingConfirmation")
    assert insights(emulator) == "enabled"
    again = ansible.play(**WATCHED).unchanged()
    assert "on-call@example.com hears of no alarm until he has agreed" in again.output
    assert mutations(emulator) == []


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not what():
        assert time.monotonic() < until
        time.sleep(0.2)


def mailbox(emulator: Running) -> str:
    """A queue in the place of a mailbox, which can be read."""
    sqs = emulator.client("sqs")
    url: str = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    emulator.client("sns").subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=arn)
    return url


def received(emulator: Running, url: str) -> list[dict[str, Any]]:
    answer = emulator.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(json.loads(one["Body"])["Message"]) for one in answer.get("Messages", [])]


def test_an_alarm_in_the_middle_of_a_canary_takes_it_back(made, ansible: Ansible, emulator: Running):
    url = mailbox(emulator)
    ecs = emulator.client("ecs")
    # Where the canary waits, until the alarm rings.
    pause = {"targetType": "PAUSE", "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]}
    configuration = {**gateway(emulator)["deploymentConfiguration"], "lifecycleHooks": [pause]}
    ecs.update_service(cluster=CLUSTER, service="gateway", deploymentConfiguration=configuration)
    variables = {**WATCHED, "portkey_deploy_tag": "2.99.0", "portkey_deploy_wait_until": "stable"}
    process = ansible.start("playbooks/deploy.yml", **variables)

    def is_paused() -> bool:
        listed = ecs.list_service_deployments(cluster=CLUSTER, service="gateway", status=["IN_PROGRESS"])
        arns = [one["serviceDeploymentArn"] for one in listed["serviceDeployments"]]
        found = ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"] if arns else []
        hooks = [hook for one in found for hook in one.get("lifecycleHookDetails", [])]
        return any(hook["status"] == "AWAITING_ACTION" for hook in hooks)

    wait_for(is_paused)
    name = f"{STEM}-target-errors"
    emulator.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
    output, nothing = process.communicate(timeout=300)
    assert process.returncode == 2, output[-3000:]
    assert name in " ".join(output.split()) and "Cause: alarm" in output
    tasks = ecs.describe_tasks(
        cluster=CLUSTER, tasks=ecs.list_tasks(cluster=CLUSTER, serviceName="gateway")["taskArns"]
    )["tasks"]
    assert [one["containers"][0]["image"].rpartition(":")[2] for one in tasks] == ["2.16.0"]
    told = received(emulator, url)
    assert [one["AlarmName"] for one in told if "AlarmName" in one] == [name]
    (failed,) = [one for one in told if "detail" in one]
    assert failed["detail"]["eventName"] == "SERVICE_DEPLOYMENT_FAILED"


@pytest.fixture(scope="module")
def changed(ansible: Ansible, emulator: Running) -> dict[str, Any]:
    """Another threshold, one alarm off, another address; one alarm silenced and one deleted by hand; it still rings."""
    begin_with(ansible, emulator, **WATCHED)
    cloudwatch = emulator.client("cloudwatch")
    cloudwatch.disable_alarm_actions(AlarmNames=[f"{STEM}-gateway-cpu"])
    cloudwatch.delete_alarms(AlarmNames=[f"{STEM}-capacity"])
    cloudwatch.set_alarm_state(AlarmName=f"{STEM}-latency", StateValue="ALARM", StateReason="test")
    wanted = {**ALARMS, "cpu_percent": 80, "balancer_errors": 0, "emails": ["team@example.com"]}
    variables = {**WATCHED, "portkey_alarms": wanted}
    emulator.post("reset", only="calls")
    run = ansible.play(**variables).ok()
    assert f"{STEM}-latency is in ALARM already" in " ".join(run.output.split())
    return variables


@pytest.mark.long
def test_only_what_differs_is_written(changed, emulator: Running):
    assert sorted(mutations(emulator)) == [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:PutDashboard",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:PutMetricAlarm",
        "ecs:UpdateService",
        "sns:Subscribe",
    ]
    order = mutations(emulator)
    assert order.index("cloudwatch:DeleteAlarms") > order.index("ecs:UpdateService")
    found = alarms(emulator)
    assert f"{STEM}-balancer-errors" not in found
    assert found[f"{STEM}-redis-cpu"]["Threshold"] == found[f"{STEM}-gateway-cpu"]["Threshold"] == 80.0
    assert [found[f"{STEM}-{one}-cpu"]["ActionsEnabled"] for one in ("redis", "gateway")] == [True, False]
    assert found[f"{STEM}-latency"]["StateValue"] == "ALARM"


@pytest.mark.long
def test_then_there_is_nothing_to_change(changed, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**changed).unchanged()
    assert mutations(emulator) == []


@pytest.fixture(scope="module")
def switched_off(changed, ansible: Ansible, emulator: Running) -> list[str]:
    emulator.post("reset", only="calls")
    planned = ansible.play("site.yml", "--check", **BALANCED).ok().output
    assert f"- cloudwatch_metric_alarm {STEM}-latency" in planned and f"- sns_topic {STEM}-alarms" in planned
    assert mutations(emulator) == []
    ansible.play(**BALANCED).ok()
    assert_permitted(emulator.calls(), "create", "uninstall", **BALANCED)
    return mutations(emulator)


@pytest.mark.long
def test_what_is_switched_off_goes(switched_off, ansible: Ansible, emulator: Running):
    assert sorted(set(switched_off)) == [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DeleteDashboards",
        "ecs:UntagResource",
        "ecs:UpdateCluster",
        "ecs:UpdateService",
        "events:DeleteRule",
        "events:RemoveTargets",
        "sns:DeleteTopic",
    ]
    # The alarms tell of what a run that was killed has left of the others.
    assert switched_off[-1] == "cloudwatch:DeleteAlarms"
    assert alarms(emulator) == {}
    assert emulator.client("sns").list_topics()["Topics"] == []
    assert emulator.client("events").list_rules()["Rules"] == []
    assert emulator.client("cloudwatch").list_dashboards()["DashboardEntries"] == []
    assert insights(emulator) == "disabled"
    assert gateway(emulator)["deploymentConfiguration"]["alarms"]["enable"] is False


@pytest.mark.long
def test_where_there_is_none_a_run_looks_no_further(switched_off, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**BALANCED).unchanged()
    asked = [f"{one['service']}:{one['operation']}" for one in emulator.calls()]
    watching = [one for one in asked if one.startswith(("cloudwatch:", "sns:", "events:"))]
    assert sorted(watching) == ["cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard"]


@pytest.mark.long
def test_uninstall_takes_them_and_no_others(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    empty = inventory(emulator)
    begin_with(ansible, emulator, **WATCHED)
    cloudwatch, sns = emulator.client("cloudwatch"), emulator.client("sns")
    foreign = {"MetricName": "m", "Namespace": "x", "Period": 60, "Threshold": 1.0, "EvaluationPeriods": 1}
    more = {"ComparisonOperator": "GreaterThanThreshold", "Statistic": "Sum"}
    cloudwatch.put_metric_alarm(AlarmName=f"{STEM}-eu-mine", **foreign, **more)
    sns.create_topic(Name=f"{STEM}-eu-alarms")
    cloudwatch.put_dashboard(DashboardName=f"{STEM}-eu", DashboardBody=json.dumps({"widgets": []}))

    confirmed = {"portkey_uninstall_confirm": STEM, "portkey_uninstall_delete_logs": True}
    emulator.post("reset", only="calls")
    ansible.play("playbooks/uninstall.yml", **confirmed).ok()
    assert_permitted(emulator.calls(), "uninstall", **confirmed)
    assert list(alarms(emulator)) == [f"{STEM}-eu-mine"]
    assert [one["TopicArn"] for one in sns.list_topics()["Topics"]] == [TOPIC.replace("-alarms", "-eu-alarms")]
    assert [one["DashboardName"] for one in cloudwatch.list_dashboards()["DashboardEntries"]] == [f"{STEM}-eu"]
    cloudwatch.delete_alarms(AlarmNames=[f"{STEM}-eu-mine"])
    cloudwatch.delete_dashboards(DashboardNames=[f"{STEM}-eu"])
    sns.delete_topic(TopicArn=TOPIC.replace("-alarms", "-eu-alarms"))
    assert audit(emulator, keep=("secretsmanager_secret",)) == []
    assert without_kept(inventory(emulator)) == without_kept(empty)
    logs = emulator.client("logs")
    assert logs.describe_log_groups(logGroupNamePrefix=MEASUREMENTS)["logGroups"] == []

    # A last measurement comes late: AWS makes the group again, without tags.
    logs.create_log_group(logGroupName=MEASUREMENTS)
    assert audit(emulator) == []
    assert audit(emulator, keep=("secretsmanager_secret",)) == [f"logs_log_group {MEASUREMENTS}"]
    uninstall(emulator, keep=("secretsmanager_secret",))
    assert audit(emulator, keep=("secretsmanager_secret",)) == []


def test_names_of_somebody_are_not_taken_over(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    cloudwatch = emulator.client("cloudwatch")
    foreign = {"MetricName": "m", "Namespace": "x", "Period": 60, "Threshold": 1.0, "EvaluationPeriods": 1}
    more = {"ComparisonOperator": "GreaterThanThreshold", "Statistic": "Sum"}
    cloudwatch.put_metric_alarm(AlarmName=f"{STEM}-latency", **foreign, **more)
    cloudwatch.put_dashboard(DashboardName=STEM, DashboardBody=json.dumps({"widgets": []}))
    emulator.post("reset", only="calls")
    refused = ansible.play(**WATCHED)
    assert refused.returncode == 2
    said = " ".join(refused.output.split())
    assert f"there are alarms without its tags: {STEM}-latency" in said
    assert f"the dashboard {STEM} is not its own" in said
    assert mutations(emulator) == []
