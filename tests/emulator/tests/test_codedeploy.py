"""CodeDeploy's ECS deployments: events, weights, hooks, waits, stops and rollbacks."""

from __future__ import annotations

import io
import zipfile

import pytest

from emulator.testing import refused

from .codedeploy_stack import Delivery, blue_green
from .ecs_stack import NAME, Stack, allow

CANARY = "CodeDeployDefault.ECSCanary10Percent5Minutes"
LINEAR = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"
EVENTS = [
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
]


@pytest.fixture
def delivery(emulator):
    return Delivery(Stack(emulator))


@pytest.fixture
def slow_delivery(slow):
    """A canary service that runs, in AWS's own time."""
    delivery = Delivery(Stack(slow))
    delivery.stack.pass_time(300)
    delivery.create(CANARY)
    delivery.stack.pass_time(400)
    assert delivery.stack.service()["taskSets"][0]["stabilityStatus"] == "STEADY_STATE"
    return delivery


def _function(stack: Stack, status: str, *statements: dict, delay: int = 0) -> str:
    """A hook's function that answers with a status; or raises, when that is empty."""
    code = f"""
import boto3
import time

def handler(event, context):
    if not {status!r}:
        raise ValueError("no")
    time.sleep({delay})
    print("The check says", {status!r}, flush=True)
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status={status!r},
    )
"""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("index.py", code)
    granted = statements or (allow("codedeploy:PutLifecycleEventHookExecutionStatus"),)
    role = stack.role("function", "lambda.amazonaws.com", *granted)
    made = stack.emulator.client("lambda").create_function(
        FunctionName="check",
        Runtime="python3.13",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=30,
    )
    return str(made["FunctionArn"])


@pytest.mark.parametrize("kind", ["application", "network"])
def test_all_at_once_swaps_the_target_groups(emulator, kind):
    delivery = Delivery(Stack(emulator), kind)
    delivery.create()
    first = delivery.deploy()
    info = delivery.until(first)
    assert (info["status"], info["creator"], info["computePlatform"]) == ("Succeeded", "user", "ECS")
    assert delivery.events(first) == dict.fromkeys(EVENTS, "Succeeded")
    assert list(delivery.events(first)) == EVENTS
    assert delivery.weights() == {"blue": 0, "green": 100}
    assert delivery.task_sets() == {"gateway:2": "PRIMARY"}
    service = delivery.stack.service()
    assert service["deployments"] == []
    assert service["taskDefinition"].endswith(":2")
    second = delivery.deploy()
    assert delivery.until(second)["status"] == "Succeeded"
    assert delivery.weights() == {"blue": 100, "green": 0}
    assert delivery.history() == [100, 0]
    assert delivery.history("test") == [100, 0]
    assert delivery.deployment(second)["previousRevision"] == delivery.deployment(first)["revision"]
    group = delivery.api.get_deployment_group(applicationName="gateway", deploymentGroupName="gateway")
    assert group["deploymentGroupInfo"]["lastSuccessfulDeployment"]["deploymentId"] == second
    listed = delivery.api.list_deployments(
        applicationName="gateway", deploymentGroupName="gateway", includeOnlyStatuses=["Succeeded"]
    )
    assert listed["deployments"] == [second, first]


def test_other_rules_of_the_listeners_stay(emulator):
    stack = Stack(emulator)
    delivery = Delivery(stack)
    other = stack.target_group("other")
    fixed = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain"}}]
    conditions = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/x/*"]}}]
    made = {}
    for priority, actions in (
        (1, [{"Type": "forward", "TargetGroupArn": delivery.blue}]),
        (2, [{"Type": "forward", "TargetGroupArn": other}]),
        (3, fixed),
    ):
        made[priority] = stack.elbv2.create_rule(
            ListenerArn=delivery.balanced["listener"], Priority=priority, Conditions=conditions, Actions=actions
        )["Rules"][0]
    delivery.create()
    delivery.until(delivery.deploy())
    after = {
        rule["Priority"]: rule["Actions"]
        for rule in stack.elbv2.describe_rules(ListenerArn=delivery.balanced["listener"])["Rules"]
    }
    weights = {one["TargetGroupArn"]: one["Weight"] for one in after["1"][0]["ForwardConfig"]["TargetGroups"]}
    assert weights == {delivery.blue: 0, delivery.green: 100}
    assert after["2"] == made[2]["Actions"]
    assert after["3"] == made[3]["Actions"]


@pytest.mark.parametrize(
    "routing, expected",
    [
        ({"type": "AllAtOnce"}, [100]),
        ({"type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 25, "canaryInterval": 3}}, [25, 100]),
        (
            {"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 30, "linearInterval": 2}},
            [30, 60, 90, 100],
        ),
    ],
)
def test_traffic_moves_in_steps(delivery, routing, expected):
    delivery.api.create_deployment_config(
        deploymentConfigName="own", computePlatform="ECS", trafficRoutingConfig=routing
    )
    delivery.create("own")
    assert delivery.until(delivery.deploy())["status"] == "Succeeded"
    assert delivery.history() == expected


def test_a_canary_takes_its_time(slow_delivery):
    started = slow_delivery.deploy()
    slow_delivery.stack.pass_time(240)
    assert slow_delivery.events(started)["AllowTraffic"] == "InProgress"
    assert slow_delivery.weights() == {"blue": 90, "green": 10}
    sets = {one["taskSetLabel"]: one for one in slow_delivery.target(started)["taskSetsInfo"]}
    assert (sets["Blue"]["trafficWeight"], sets["Green"]["trafficWeight"]) == (90.0, 10.0)
    assert (sets["Blue"]["status"], sets["Green"]["status"]) == ("PRIMARY", "ACTIVE")
    assert sets["Green"]["targetGroup"] == {"name": "green"}
    assert slow_delivery.task_sets() == {"gateway:1": "PRIMARY", "gateway:2": "ACTIVE"}
    slow_delivery.stack.pass_time(400)
    assert slow_delivery.deployment(started)["status"] == "Succeeded"
    assert slow_delivery.history() == [10, 100]


def test_one_deployment_at_a_time(slow_delivery):
    running = slow_delivery.deploy()
    message = f"The Deployment Group 'gateway' already has an active Deployment '{running}'"
    with refused("DeploymentLimitExceededException", message):
        slow_delivery.deploy()
    stack = slow_delivery.stack
    stack.pass_time(10)
    with refused("InvalidParameterException", "while a deployment is in progress"):
        stack.ecs.update_service(cluster=NAME, service="gateway", deploymentController={"type": "ECS"})


def test_a_stop_rolls_back_as_a_new_deployment(slow_delivery):
    started = slow_delivery.deploy()
    slow_delivery.stack.pass_time(240)
    assert slow_delivery.weights() == {"blue": 90, "green": 10}
    slow_delivery.api.stop_deployment(deploymentId=started, autoRollbackEnabled=True)
    info = slow_delivery.deployment(started)
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "MANUAL_STOP")
    slow_delivery.stack.pass_time(60)
    back = slow_delivery.rolled_back(started)
    assert (back["status"], back["creator"]) == ("Succeeded", "codeDeployRollback")
    assert back["rollbackInfo"]["rollbackTriggeringDeploymentId"] == started
    assert slow_delivery.history() == [10, 0]
    assert slow_delivery.history("test") == [100, 0]
    slow_delivery.stack.pass_time(400, 20)
    assert slow_delivery.task_sets() == {"gateway:1": "PRIMARY"}
    with refused("DeploymentAlreadyCompletedException"):
        slow_delivery.api.stop_deployment(deploymentId=started)


def test_a_stop_without_rollback_leaves_everything(slow_delivery):
    started = slow_delivery.deploy()
    slow_delivery.stack.pass_time(240)
    slow_delivery.api.stop_deployment(deploymentId=started, autoRollbackEnabled=False)
    slow_delivery.stack.pass_time(60)
    assert "rollbackInfo" not in slow_delivery.deployment(started)
    assert slow_delivery.weights() == {"blue": 90, "green": 10}
    # The next deployment clears that away.
    again = slow_delivery.deploy()
    slow_delivery.stack.pass_time(700)
    assert slow_delivery.deployment(again)["status"] == "Succeeded"
    slow_delivery.stack.pass_time(400, 20)
    assert slow_delivery.task_sets() == {"gateway:3": "PRIMARY"}


def test_failing_tasks_time_out_and_roll_back(delivery):
    delivery.create()
    delivery.stack.service()
    delivery.stack.emulator.post("tasks", service="gateway", fail="image", revision="gateway:2")
    started = delivery.deploy()
    info = delivery.until(started)
    assert info["status"] == "Failed"
    assert info["errorInformation"]["code"] == "TIMEOUT"
    assert "waiting for the replacement task set to become healthy" in info["errorInformation"]["message"]
    events = delivery.events(started)
    assert (events["BeforeInstall"], events["Install"], events["AllowTraffic"]) == ("Succeeded", "Failed", "Skipped")
    assert delivery.rolled_back(started)["status"] == "Succeeded"
    assert set(delivery.history()) == {0}
    assert delivery.task_sets()["gateway:1"] == "PRIMARY"


def test_an_alarm_stops_and_rolls_back(slow):
    delivery = Delivery(Stack(slow))
    delivery.stack.pass_time(300)
    cloudwatch = slow.client("cloudwatch")
    alarm = {"MetricName": "Errors", "Namespace": "x", "Period": 60, "Threshold": 1.0, "EvaluationPeriods": 1}
    cloudwatch.put_metric_alarm(AlarmName="errors", ComparisonOperator="GreaterThanThreshold", Statistic="Sum", **alarm)
    delivery.create(CANARY, alarmConfiguration={"enabled": True, "alarms": [{"name": "errors"}]})
    delivery.stack.pass_time(400)
    started = delivery.deploy()
    delivery.stack.pass_time(240)
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    delivery.stack.pass_time(60)
    info = delivery.deployment(started)
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert info["errorInformation"]["message"].endswith("Activated alarms: <errors>")
    assert delivery.rolled_back(started)["status"] == "Succeeded"
    assert delivery.history() == [10, 0]


def test_an_unknown_alarm_stops_unless_that_is_ignored(delivery):
    delivery.create(alarmConfiguration={"enabled": True, "alarms": [{"name": "nobody"}]})
    assert delivery.until(delivery.deploy())["errorInformation"]["code"] == "ALARM_ACTIVE"
    override = {"enabled": True, "ignorePollAlarmFailure": True, "alarms": [{"name": "nobody"}]}
    assert delivery.until(delivery.deploy(overrideAlarmConfiguration=override))["status"] == "Succeeded"


@pytest.mark.parametrize("event", ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "AfterAllowTraffic"])
def test_a_function_lets_the_deployment_go_on(delivery, event):
    delivery.create()
    function = _function(delivery.stack, "Succeeded")
    started = delivery.deploy(delivery.spec({event: function}))
    assert delivery.until(started)["status"] == "Succeeded"
    assert delivery.events(started)[event] == "Succeeded"
    assert delivery.stack.emulator.calls(operation="PutLifecycleEventHookExecutionStatus")


@pytest.mark.parametrize(
    "status, statements",
    [("Failed", ()), ("", ()), ("Succeeded", (allow("logs:*"),))],
    ids=["says so", "raises", "may not answer"],
)
def test_a_function_fails_the_deployment(delivery, status, statements):
    delivery.create()
    function = _function(delivery.stack, status, *statements)
    started = delivery.deploy(delivery.spec({"BeforeAllowTraffic": function}))
    info = delivery.until(started)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
    events = delivery.events(started)
    assert (events["BeforeAllowTraffic"], events["AllowTraffic"]) == ("Failed", "Skipped")
    assert delivery.rolled_back(started)["status"] == "Succeeded"
    assert set(delivery.history()) == {0}
    assert delivery.history("test") == [100, 0]


def test_nothing_to_roll_back_before_the_installation(delivery):
    delivery.create()
    started = delivery.deploy(delivery.spec({"BeforeInstall": "no-such-function"}))
    info = delivery.until(started)
    assert info["errorInformation"]["code"] == "HOOK_EXECUTION_FAILURE"
    assert "cannot be rolled back" in info["rollbackInfo"]["rollbackMessage"]
    assert "rollbackDeploymentId" not in info["rollbackInfo"]


def test_a_deployment_waits_for_the_word_to_shift(delivery):
    delivery.create(blueGreenDeploymentConfiguration=blue_green(ready=10))
    started = delivery.deploy()
    assert delivery.until(started, "Ready")["status"] == "Ready"
    assert delivery.history() == []
    assert delivery.history("test") == [100]
    with refused("InvalidDeploymentStatusException"):
        delivery.api.continue_deployment(deploymentId=started, deploymentWaitType="TERMINATION_WAIT")
    delivery.api.continue_deployment(deploymentId=started, deploymentWaitType="READY_WAIT")
    assert delivery.until(started)["status"] == "Succeeded"
    again = delivery.deploy()
    delivery.until(again, "Ready")
    delivery.stack.emulator.post("clock", advance=601)
    assert delivery.until(again)["status"] == "Stopped"


def test_the_original_waits_for_its_end(slow):
    delivery = Delivery(Stack(slow))
    delivery.stack.pass_time(300)
    delivery.create(blueGreenDeploymentConfiguration=blue_green(termination=30))
    delivery.stack.pass_time(400)
    started = delivery.deploy()
    with refused("DeploymentIsNotInReadyStateException"):
        delivery.api.continue_deployment(deploymentId=started)
    delivery.stack.pass_time(300)
    info = delivery.deployment(started)
    assert (info["status"], info["instanceTerminationWaitTimeStarted"]) == ("InProgress", True)
    assert delivery.task_sets() == {"gateway:1": "ACTIVE", "gateway:2": "PRIMARY"}
    # It can still go back, at once.
    delivery.api.stop_deployment(deploymentId=started, autoRollbackEnabled=True)
    delivery.stack.pass_time(300)
    assert delivery.rolled_back(started)["status"] == "Succeeded"
    assert delivery.history() == [100, 0]
    delivery.stack.pass_time(120)
    assert delivery.task_sets() == {"gateway:1": "PRIMARY"}
    again = delivery.deploy()
    delivery.stack.pass_time(300)
    delivery.api.continue_deployment(deploymentId=again, deploymentWaitType="TERMINATION_WAIT")
    delivery.stack.pass_time(10)
    assert delivery.deployment(again)["status"] == "Succeeded"


def test_the_role_has_to_allow_it(delivery):
    stack = delivery.stack
    bare = stack.role("bare", "codedeploy.amazonaws.com", allow("elasticloadbalancing:*"))
    passless = stack.role("passless", "codedeploy.amazonaws.com", allow("elasticloadbalancing:*"), allow("ecs:*"))
    delivery.create(serviceRoleArn=bare)
    error = delivery.until(delivery.deploy())["errorInformation"]
    assert error["code"] == "IAM_ROLE_PERMISSIONS"
    assert f"The IAM role {bare} does not give you permission" in error["message"]
    delivery.api.update_deployment_group(
        applicationName="gateway", currentDeploymentGroupName="gateway", serviceRoleArn=passless
    )
    error = delivery.until(delivery.deploy())["errorInformation"]
    assert error["code"] == "ECS_UPDATE_ERROR"
    assert "iam:PassRole" in error["message"]


def test_the_primary_has_to_be_behind_the_listener(delivery):
    delivery.create()
    delivery.stack.elbv2.modify_listener(
        ListenerArn=delivery.balanced["listener"],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": delivery.green}],
    )
    error = delivery.until(delivery.deploy())["errorInformation"]
    assert error["code"] == "ELASTIC_LOAD_BALANCING_INVALID"
    assert f"Primary taskset target group must be behind listener {delivery.balanced['listener']}" in error["message"]


def test_network_and_port_come_from_the_appspec(delivery):
    delivery.create()
    network = {
        "AwsvpcConfiguration": {"Subnets": delivery.stack.subnets[:1], "SecurityGroups": [delivery.stack.task_group]}
    }
    delivery.until(delivery.deploy(delivery.spec(NetworkConfiguration=network)))
    found = delivery.stack.service()["networkConfiguration"]["awsvpcConfiguration"]
    assert found["subnets"] == delivery.stack.subnets[:1]
    spec = delivery.spec(LoadBalancerInfo={"ContainerName": "gateway", "ContainerPort": 1})
    error = delivery.until(delivery.deploy(spec))["errorInformation"]
    assert error["code"] == "ECS_UPDATE_ERROR"


def test_the_controller_can_become_ecs_again(delivery):
    delivery.create()
    delivery.until(delivery.deploy())
    stack = delivery.stack
    update = stack.ecs.update_service(cluster=NAME, service="gateway", deploymentController={"type": "ECS"})
    assert [one["rolloutState"] for one in update["service"]["deployments"]] == ["COMPLETED"]
    with refused("InvalidECSServiceException", "must be configured for a CODE_DEPLOY deployment controller."):
        delivery.deploy()
    with refused("InvalidParameterException", "from ECS to CODE_DEPLOY is not supported"):
        stack.ecs.update_service(cluster=NAME, service="gateway", deploymentController={"type": "CODE_DEPLOY"})
