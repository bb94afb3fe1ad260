"""BLUE_GREEN, LINEAR and CANARY: stages, weights, hooks, rollbacks."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest
from botocore.exceptions import ClientError

from .ecs_stack import NAME, Stack, allow
from .shifting import Shifting

STAGES = [
    "PRE_SCALE_UP",
    "SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    "BAKE_TIME",
    "CLEAN_UP",
]
BLUE_GREEN = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0}


@pytest.fixture
def shifting(emulator):
    return Shifting(Stack(emulator))


@pytest.fixture
def slow_shifting(slow):
    stack = Stack(slow)
    shifting = Shifting(stack)
    stack.pass_time(300)
    return shifting


def _refused(message: str):
    return pytest.raises(ClientError, match=rf"\(InvalidParameterException\).*{message}")


@pytest.mark.parametrize("kind", ["application", "network"])
def test_blue_green_swaps_the_target_groups(emulator, kind):
    shifting = Shifting(Stack(emulator), kind)
    stack = shifting.stack
    shifting.create()
    assert stack.deployment()["status"] == "SUCCESSFUL", stack.deployment()
    assert shifting.weights(shifting.production_rule) == {"blue": 100, "green": 0}
    shifting.deploy()
    deployment = stack.deployment()
    assert (deployment["status"], deployment["lifecycleStage"]) == ("SUCCESSFUL", "CLEAN_UP")
    assert shifting.weights(shifting.production_rule) == {"blue": 0, "green": 100}
    assert shifting.weights(shifting.test_rule) == {"blue": 0, "green": 100}
    target = deployment["targetServiceRevision"]
    assert (target["requestedTestTrafficWeight"], target["requestedProductionTrafficWeight"]) == (100.0, 100.0)
    assert deployment["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"] == 0.0
    (revision,) = stack.ecs.describe_service_revisions(serviceRevisionArns=[target["arn"]])["serviceRevisions"]
    assert revision["resolvedConfiguration"]["loadBalancers"] == [
        {"targetGroupArn": shifting.green, "productionListenerRule": shifting.production_rule}
    ]
    health = stack.elbv2.describe_target_health
    assert len(health(TargetGroupArn=shifting.green)["TargetHealthDescriptions"]) == 1
    assert health(TargetGroupArn=shifting.blue)["TargetHealthDescriptions"] == []
    shifting.deploy()
    assert stack.deployment()["status"] == "SUCCESSFUL"
    assert shifting.weights(shifting.production_rule) == {"blue": 100, "green": 0}
    assert stack.service()["runningCount"] == 1


def test_the_stages_come_in_their_order(slow_shifting):
    slow_shifting.create(bakeTimeInMinutes=1)
    assert slow_shifting.stages(900, 2) == STAGES
    slow_shifting.deploy()
    assert slow_shifting.stages(900, 2) == STAGES
    moments = slow_shifting.stack.deployment()
    assert (moments["finishedAt"] - moments["startedAt"]).total_seconds() > 60


def test_both_revisions_run_until_the_bake_time_is_over(slow_shifting):
    stack = slow_shifting.stack
    slow_shifting.create(bakeTimeInMinutes=2)
    stack.pass_time(600)
    slow_shifting.deploy()
    seen = {}
    for _unused in range(160):
        stack.pass_time(5)
        running = [one["runningTaskCount"] for one in stack.service()["currentServiceRevisions"]]
        seen.setdefault(stack.deployment()["lifecycleStage"], running)
    assert seen["BAKE_TIME"] == [1, 1]
    assert stack.deployment()["status"] == "SUCCESSFUL"
    assert [one["runningTaskCount"] for one in stack.service()["currentServiceRevisions"]] == [1]


def test_an_nlb_takes_ten_minutes_more_per_shift(slow):
    stack = Stack(slow)
    shifting = Shifting(stack, "network")
    stack.pass_time(300)
    shifting.create()
    stack.pass_time(1200)
    assert stack.deployment()["status"] == "IN_PROGRESS"
    stack.pass_time(400)
    assert stack.deployment()["status"] == "SUCCESSFUL"


@pytest.mark.parametrize(
    "strategy, configuration, expected",
    [
        ("CANARY", {"canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 5}}, [10, 100]),
        ("CANARY", {"canaryConfiguration": {"canaryPercent": 0.5, "canaryBakeTimeInMinutes": 5}}, [5, 100]),
        ("CANARY", {}, [5, 100]),
        ("LINEAR", {"linearConfiguration": {"stepPercent": 25.0, "stepBakeTimeInMinutes": 1}}, [25, 50, 75, 100]),
        ("LINEAR", {"linearConfiguration": {"stepPercent": 40.0, "stepBakeTimeInMinutes": 1}}, [40, 80, 100]),
        ("LINEAR", {}, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]),
    ],
)
def test_traffic_moves_in_steps(shifting, strategy, configuration, expected):
    shifting.create(strategy, **configuration)
    shifting.deploy()
    assert shifting.stack.deployment()["status"] == "SUCCESSFUL"
    assert shifting.history()[1:] == expected


def test_a_canary_bakes(slow_shifting):
    stack = slow_shifting.stack
    canary = {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 10}
    slow_shifting.create("CANARY", canaryConfiguration=canary)
    stack.pass_time(1200)
    assert stack.deployment()["status"] == "SUCCESSFUL"
    slow_shifting.deploy()
    stack.pass_time(400)
    assert slow_shifting.weights(slow_shifting.production_rule) == {"blue": 90, "green": 10}
    deployment = stack.deployment()
    assert deployment["lifecycleStage"] == "PRODUCTION_TRAFFIC_SHIFT"
    assert deployment["targetServiceRevision"]["requestedProductionTrafficWeight"] == 10.0
    assert deployment["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"] == 90.0
    stack.pass_time(900)
    assert slow_shifting.weights(slow_shifting.production_rule) == {"blue": 0, "green": 100}
    assert stack.deployment()["status"] == "SUCCESSFUL"


def test_failing_tasks_never_get_production_traffic(shifting):
    stack = shifting.stack
    shifting.create()
    stack.service()
    stack.emulator.post("tasks", service="gateway", fail="image", revision=2)
    shifting.deploy()
    stack.pass_time(20, 1)
    deployment = stack.deployment()
    assert deployment["status"] == "ROLLBACK_SUCCESSFUL"
    because = "Service deployment rolled back because the circuit breaker threshold was exceeded."
    assert deployment["statusReason"] == because
    assert set(shifting.history()) == {0}
    assert stack.service()["taskDefinition"].endswith(":1")


def test_an_operator_rolls_back_a_canary(slow_shifting):
    stack = slow_shifting.stack
    slow_shifting.create("CANARY")
    stack.pass_time(1200)
    slow_shifting.deploy()
    stack.pass_time(400)
    assert slow_shifting.weights(slow_shifting.production_rule) == {"blue": 95, "green": 5}
    arn = stack.deployment()["serviceDeploymentArn"]
    stack.ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    assert stack.deployment()["status"] in ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
    stack.pass_time(500)
    deployment = stack.deployment()
    assert deployment["status"] == "ROLLBACK_SUCCESSFUL"
    assert slow_shifting.weights(slow_shifting.production_rule) == {"blue": 100, "green": 0}
    assert slow_shifting.weights(slow_shifting.test_rule) == {"blue": 100, "green": 0}
    assert stack.service()["runningCount"] == 1
    assert stack.service()["taskDefinition"].endswith(":1")


def test_an_alarm_while_baking_rolls_back(slow_shifting):
    stack = slow_shifting.stack
    cloudwatch = stack.emulator.client("cloudwatch")
    alarm = {"MetricName": "Errors", "Namespace": "x", "Period": 60, "Threshold": 1.0, "EvaluationPeriods": 1}
    cloudwatch.put_metric_alarm(AlarmName="errors", ComparisonOperator="GreaterThanThreshold", Statistic="Sum", **alarm)
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    slow_shifting.create(bakeTimeInMinutes=10, alarms=alarms)
    stack.pass_time(1500)
    slow_shifting.deploy()
    stack.pass_time(500)
    assert stack.deployment()["lifecycleStage"] == "BAKE_TIME"
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    stack.pass_time(400)
    deployment = stack.deployment()
    assert deployment["status"] == "ROLLBACK_SUCCESSFUL"
    assert deployment["statusReason"].endswith("one or more alarms were triggered: errors.")
    assert slow_shifting.history() == [0, 100, 0]


# Pauses.


def _pause(stages: list[str], **timeout) -> list[dict]:
    return [{"targetType": "PAUSE", "lifecycleStages": stages, "timeoutConfiguration": timeout}]


def _hook(stack: Stack) -> dict:
    return stack.deployment()["lifecycleHookDetails"][-1]


def test_a_pause_waits_for_an_answer(shifting):
    stack = shifting.stack
    shifting.create(lifecycleHooks=_pause(["POST_TEST_TRAFFIC_SHIFT"]))
    stack.pass_time(60)
    deployment = stack.deployment()
    assert (deployment["status"], deployment["lifecycleStage"]) == ("IN_PROGRESS", "POST_TEST_TRAFFIC_SHIFT")
    hook = _hook(stack)
    assert (hook["targetType"], hook["status"], hook["timeoutAction"]) == ("PAUSE", "AWAITING_ACTION", "ROLLBACK")
    arn = deployment["serviceDeploymentArn"]
    proceed = stack.ecs.continue_service_deployment
    with _refused("Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}"):
        proceed(serviceDeploymentArn=arn, hookId="nothing")
    with _refused("Provided hookId is either completed, unavailable, or not associated with the given Resource ARN"):
        proceed(serviceDeploymentArn=arn, hookId="ecs-pause-other")
    proceed(serviceDeploymentArn=arn, hookId=hook["hookId"])
    assert stack.deployment()["status"] == "SUCCESSFUL"
    assert _hook(stack)["status"] == "SUCCEEDED"
    with _refused("Continuing a service deployment is not allowed for service deployment in terminal states."):
        proceed(serviceDeploymentArn=arn, hookId=hook["hookId"])


def test_a_pause_is_answered_with_a_rollback(shifting):
    stack = shifting.stack
    shifting.create()
    stack.service()
    configuration = {"lifecycleHooks": _pause(["POST_TEST_TRAFFIC_SHIFT"])}
    stack.ecs.update_service(cluster=NAME, service="gateway", deploymentConfiguration=configuration)
    shifting.deploy()
    arn = stack.deployment()["serviceDeploymentArn"]
    stack.ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=_hook(stack)["hookId"], action="ROLLBACK")
    assert stack.deployment()["status"] == "ROLLBACK_SUCCESSFUL"
    assert set(shifting.history()) == {0}
    assert shifting.weights(shifting.test_rule) == {"blue": 100, "green": 0}


@pytest.mark.parametrize("action, status", [("CONTINUE", "SUCCESSFUL"), ("ROLLBACK", "ROLLBACK_SUCCESSFUL")])
def test_a_pause_times_out(shifting, action, status):
    stack = shifting.stack
    shifting.create()
    stack.service()
    configuration = {"lifecycleHooks": _pause(["PRE_SCALE_UP"], timeoutInMinutes=5, action=action)}
    stack.ecs.update_service(cluster=NAME, service="gateway", deploymentConfiguration=configuration)
    shifting.deploy()
    stack.pass_time(200)
    assert stack.deployment()["status"] == "IN_PROGRESS"
    stack.pass_time(200)
    deployment = stack.deployment()
    assert deployment["status"] == status
    assert _hook(stack)["status"] == "TIMED_OUT"
    if action == "ROLLBACK":
        expected = "Service deployment rolled back because PRE_SCALE_UP pause hook timed out."
        assert deployment["statusReason"] == expected


def test_a_pause_before_production_recurs_at_every_step(shifting):
    stack = shifting.stack
    shifting.create("LINEAR", linearConfiguration={"stepPercent": 50.0, "stepBakeTimeInMinutes": 0})
    stack.service()
    configuration = {"lifecycleHooks": _pause(["PRE_PRODUCTION_TRAFFIC_SHIFT"])}
    stack.ecs.update_service(cluster=NAME, service="gateway", deploymentConfiguration=configuration)
    shifting.deploy()
    seen = []
    for _unused in range(2):
        hook = _hook(stack)
        assert hook["status"] == "AWAITING_ACTION"
        seen.append(hook["hookId"])
        arn = stack.deployment()["serviceDeploymentArn"]
        stack.ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook["hookId"])
        stack.service()
    assert len(set(seen)) == 2
    assert stack.deployment()["status"] == "SUCCESSFUL"


# Functions.


def _function(stack: Stack, code: str, name: str = "hook") -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("index.py", code)
    role = stack.role(f"{name}-function", "lambda.amazonaws.com")
    stack._let("iam_propagation")
    made = stack.emulator.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=30,
    )
    return str(made["FunctionArn"])


def _hooks(stack: Stack, code: str, stages: list[str], *statements: dict) -> list[dict]:
    arn = _function(stack, code)
    role = stack.role("invoker", "ecs.amazonaws.com", *(statements or (allow("lambda:InvokeFunction", arn),)))
    stack._let("iam_propagation")
    return [{"hookTargetArn": arn, "roleArn": role, "lifecycleStages": stages}]


def _until(stack: Stack, *states: str) -> dict:
    for _unused in range(200):
        deployment = stack.deployment()
        if deployment["status"] in states:
            return deployment
        stack.emulator.post("clock", advance=1)
        time.sleep(0.05)  # The function runs in real time.
    raise AssertionError(deployment)


def test_a_function_lets_the_deployment_go_on(shifting):
    stack = shifting.stack
    code = """
import json

def handler(event, context):
    assert event["lifecycleStage"] == "POST_SCALE_UP", event
    assert event["resourceArn"].startswith("arn:aws:ecs:")
    assert event["executionDetails"]["targetServiceRevisionArn"]
    return {"hookStatus": "SUCCEEDED"}
"""
    shifting.create(lifecycleHooks=_hooks(stack, code, ["POST_SCALE_UP"]))
    assert _until(stack, "SUCCESSFUL", "ROLLBACK_FAILED")["status"] == "SUCCESSFUL"
    assert _hook(stack)["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "code",
    [
        'def handler(event, context):\n    return {"hookStatus": "FAILED"}',
        "def handler(event, context):\n    raise ValueError(1)",
        "def handler(event, context):\n    return None",
        "def other(event, context):\n    return 1",
    ],
)
def test_a_function_stops_the_deployment(shifting, code):
    stack = shifting.stack
    shifting.create()
    stack.service()
    hooks = _hooks(stack, code, ["POST_TEST_TRAFFIC_SHIFT"])
    stack.ecs.update_service(cluster=NAME, service="gateway", deploymentConfiguration={"lifecycleHooks": hooks})
    shifting.deploy()
    deployment = _until(stack, "ROLLBACK_SUCCESSFUL", "SUCCESSFUL")
    assert deployment["statusReason"] == (
        "Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. Lifecycle hook "
        f"target {hooks[0]['hookTargetArn']} returned FAILED status."
    )
    assert set(shifting.history()) == {0}


def test_a_function_is_asked_again(shifting, tmp_path):
    code = f"""
import pathlib

def handler(event, context):
    calls = pathlib.Path({str(tmp_path / "calls")!r})
    calls.write_text(calls.read_text() + "x" if calls.exists() else "x")
    return {{"hookStatus": "SUCCEEDED" if len(calls.read_text()) == 3 else "IN_PROGRESS", "callBackDelay": 1}}
"""
    shifting.create(lifecycleHooks=_hooks(shifting.stack, code, ["PRE_SCALE_UP"]))
    assert _until(shifting.stack, "SUCCESSFUL")
    assert (tmp_path / "calls").read_text() == "xxx"


def test_a_function_reaches_loopback_under_a_name_and_its_words_are_in_its_log(shifting):
    stack = shifting.stack
    code = """
import socket

def handler(event, context):
    print("found at", socket.getaddrinfo("lb.example.com", 8080)[0][4])
    return {"hookStatus": "SUCCEEDED"}
"""
    hooks = _hooks(stack, code, ["POST_SCALE_UP"])
    may = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    stack.iam.put_role_policy(RoleName="hook-function", PolicyName="log", PolicyDocument=document)
    stack.logs.create_log_group(logGroupName="/aws/lambda/hook")
    stack.emulator.post("endpoints", **{"lb.example.com:8080": 45678})
    shifting.create(lifecycleHooks=hooks)
    assert _until(stack, "SUCCESSFUL", "ROLLBACK_FAILED")["status"] == "SUCCESSFUL"
    events = stack.logs.filter_log_events(logGroupName="/aws/lambda/hook")["events"]
    assert "found at ('127.0.0.1', 45678)" in [event["message"] for event in events]


@pytest.mark.parametrize("action, status", [("ROLLBACK", "ROLLBACK_FAILED"), ("CONTINUE", "SUCCESSFUL")])
def test_a_function_that_never_comes_to_an_end_times_out(shifting, action, status):
    stack = shifting.stack
    code = 'def handler(event, context):\n    return {"hookStatus": "IN_PROGRESS", "callBackDelay": 100000}'
    (hook,) = _hooks(stack, code, ["POST_SCALE_UP"])
    limit = {"timeoutInMinutes": 1, "action": action}
    shifting.create(lifecycleHooks=[{**hook, "timeoutConfiguration": limit}])
    deployment = _until(stack, "SUCCESSFUL", "ROLLBACK_FAILED")
    assert (deployment["status"], _hook(stack)["status"]) == (status, "TIMED_OUT")
    if action == "ROLLBACK":
        assert "POST_SCALE_UP lifecycle hook(s) timed out" in deployment["rollback"]["reason"]


def test_a_role_that_may_not_invoke(shifting):
    stack = shifting.stack
    hooks = _hooks(stack, "", ["PRE_SCALE_UP"], allow("s3:GetObject"))
    shifting.create(lifecycleHooks=hooks)
    deployment = stack.deployment()
    assert deployment["status"] == "ROLLBACK_FAILED"
    assert deployment["statusReason"] == "No rollback candidate was found to run the rollback."
    assert "returned FAILED status" in deployment["rollback"]["reason"]


# What is refused, at once or later.


ADVANCED_REFUSALS = [
    ({"productionListenerRule": "arn:x"}, "productionListenerRule has an invalid ARN format. Must be RuleArn for ALB"),
    ({"testListenerRule": "production"}, "The following rules cannot be used as both production and test listener"),
    ({"testListenerRule": None}, "For Application LoadBalancer, testListenerRule is required when"),
    ({"alternateTargetGroupArn": "blue"}, "Duplicate targetGroupArn found: "),
    ({"roleArn": None}, "roleArn is required"),
]
CONFIGURATION_REFUSALS = [
    ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 2.0}}, "between 3.0 and 100.0"),
    ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 3.14}}, "multiple of 0.1"),
    ({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0.0}}, "between 0.1 and 100.0"),
    ({"strategy": "CANARY", "canaryConfiguration": {"canaryBakeTimeInMinutes": 1441}}, "between 0 and 1440"),
    ({"strategy": "BLUE_GREEN"}, "bakeTimeInMinutes must be provided"),
    ({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1441}, "between 0 and 1440"),
    ({**BLUE_GREEN, "canaryConfiguration": {"canaryPercent": 1.0}}, "can only be specified with"),
    (
        {**BLUE_GREEN, "lifecycleHooks": _pause(["PRODUCTION_TRAFFIC_SHIFT"])},
        "Invalid lifecycle stage provided for Pause Hook",
    ),
    ({**BLUE_GREEN, "lifecycleHooks": _pause(["BAKE_TIME"])}, "Invalid lifecycle stage"),
    (
        {**BLUE_GREEN, "lifecycleHooks": [{"lifecycleStages": ["PRE_SCALE_UP"]}]},
        "hookTargetArn and roleArn are required",
    ),
    (
        {**BLUE_GREEN, "lifecycleHooks": _pause(["PRE_SCALE_UP"], timeoutInMinutes=20161)},
        "between 1 and 20160",
    ),
]


def test_what_is_refused_at_once(shifting):
    named = {"production": shifting.production_rule, "blue": shifting.blue}
    for changes, message in ADVANCED_REFUSALS:
        balancers = shifting.balancers(**{key: named.get(value, value) for key, value in changes.items()})
        with _refused(message):
            shifting.stack.create_service(loadBalancers=balancers, deploymentConfiguration=BLUE_GREEN)
    for configuration, message in CONFIGURATION_REFUSALS:
        with _refused(message):
            shifting.stack.create_service(loadBalancers=shifting.balancers(), deploymentConfiguration=configuration)


def test_all_or_none_of_the_load_balancers_are_advanced(shifting):
    plain = {key: value for key, value in shifting.balancers()[0].items() if key != "advancedConfiguration"}
    with _refused("advancedConfiguration field is required for all loadBalancers when using a non-ROLLING"):
        shifting.stack.create_service(loadBalancers=[plain], deploymentConfiguration=BLUE_GREEN)
    with _refused("Either all or none of the provided loadBalancers must have advancedConfiguration defined"):
        shifting.stack.create_service(loadBalancers=[plain, *shifting.balancers()])


def test_a_strategy_changes_after_the_load_balancers(shifting):
    stack = shifting.stack
    plain = {key: value for key, value in shifting.balancers()[0].items() if key != "advancedConfiguration"}
    stack.create_service(loadBalancers=[plain])
    stack.service()
    update = {"cluster": NAME, "service": "gateway"}
    blue_green = BLUE_GREEN
    with _refused("advancedConfiguration field is required"):
        stack.ecs.update_service(**update, deploymentConfiguration=blue_green, loadBalancers=shifting.balancers())
    stack.ecs.update_service(**update, loadBalancers=shifting.balancers())
    assert stack.deployment()["status"] == "SUCCESSFUL"
    assert len(stack.ecs.list_service_deployments(cluster=NAME, service="gateway")["serviceDeployments"]) == 2
    stack.ecs.update_service(**update, deploymentConfiguration=blue_green)
    assert len(stack.ecs.list_service_deployments(cluster=NAME, service="gateway")["serviceDeployments"]) == 2
    shifting.deploy()
    assert stack.deployment()["status"] == "SUCCESSFUL"
    assert shifting.weights(shifting.production_rule) == {"blue": 0, "green": 100}


@pytest.mark.parametrize("fault", ["two serving", "not associated", "no permission", "no rule"])
def test_what_ecs_finds_out_later(shifting, fault):
    stack = shifting.stack
    shifting.create()
    stack.service()
    modify = stack.elbv2.modify_listener
    both = {"TargetGroups": [{"TargetGroupArn": one, "Weight": 50} for one in (shifting.blue, shifting.green)]}
    if fault == "two serving":
        listener = shifting.balanced["listener"]
        modify(ListenerArn=listener, DefaultActions=[{"Type": "forward", "ForwardConfig": both}])
    if fault == "not associated":
        elsewhere = [{"Type": "forward", "TargetGroupArn": shifting.green}]
        stack.elbv2.create_listener(
            LoadBalancerArn=shifting.balanced["balancer"], Port=9090, Protocol="HTTP", DefaultActions=elsewhere
        )
        other = [{"Type": "forward", "TargetGroupArn": shifting.blue}]
        for listener in stack.elbv2.describe_listeners(LoadBalancerArn=shifting.balanced["balancer"])["Listeners"]:
            if listener["Port"] == 9090:
                continue
            modify(ListenerArn=listener["ListenerArn"], DefaultActions=other)
    if fault == "no permission":
        stack.iam.delete_role_policy(RoleName="infrastructure", PolicyName="own")
    if fault == "no rule":
        listeners = stack.elbv2.describe_listeners(LoadBalancerArn=shifting.balanced["balancer"])["Listeners"]
        stack.elbv2.delete_listener(ListenerArn=next(one["ListenerArn"] for one in listeners if one["Port"] == 8080))
    expected = {
        "two serving": f"productionListenerRule {shifting.production_rule} should have exactly one target group "
        "serving traffic but found 2 target groups which are serving traffic.",
        "not associated": f"of invalid networking configuration: Target group {shifting.green} is not associated with "
        "either productionListenerRule or testListenerRule.",
        "no permission": "ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure "
        f"Role '{shifting.role}'.",
        "no rule": "One or more rules not found.",
    }[fault]
    stack.ecs.update_service(cluster=NAME, service="gateway", forceNewDeployment=True)
    deployment = stack.deployment()
    assert deployment["status"] == "ROLLBACK_SUCCESSFUL"
    assert deployment["statusReason"] == f"Service deployment rolled back because {expected}"


def test_a_new_deployment_takes_over_in_mid_canary(slow_shifting):
    stack = slow_shifting.stack
    slow_shifting.create("CANARY")
    stack.pass_time(1200)
    slow_shifting.deploy()
    stack.pass_time(400)
    assert slow_shifting.weights(slow_shifting.production_rule) == {"blue": 95, "green": 5}
    slow_shifting.deploy()
    assert slow_shifting.stages(2000, 5)[0] == "RECONCILE_SERVICE"
    listed = stack.ecs.list_service_deployments(cluster=NAME, service="gateway")["serviceDeployments"]
    assert [one["status"] for one in listed] == ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]
    assert slow_shifting.history() == [0, 5, 0, 5, 100]
    assert stack.service()["runningCount"] == 1


def test_blue_green_without_any_traffic_to_shift(emulator):
    stack = Stack(emulator)
    stack.create_service(deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1})
    stack.ecs.update_service(cluster=NAME, service="gateway", forceNewDeployment=True)
    assert stack.deployment()["status"] == "SUCCESSFUL"
    assert stack.service()["runningCount"] == 1
    with _refused("cannot be changed|in progress|requires"):
        stack.ecs.update_service(cluster=NAME, service="gateway", deploymentConfiguration={"strategy": "CANARY"})
