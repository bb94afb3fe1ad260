"""Rolling deployments: succeed, fail, roll back, are stopped, are superseded."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .ecs_stack import HEALTH_CHECK, NAME, Stack

BREAKER = {"enable": True, "rollback": True}


@pytest.fixture
def stack(emulator):
    return Stack(emulator)


@pytest.fixture
def slow_stack(slow):
    stack = Stack(slow)
    stack.pass_time(300)
    return stack


def _settle(stack: Stack, name: str = "gateway", seconds: int = 60) -> dict:
    """In the instant profile only failing tasks are paced: let enough time go by."""
    stack.pass_time(seconds, 1)
    return stack.deployment(name)


def test_a_new_task_definition_replaces_the_task(stack):
    stack.create_service()
    (old,) = stack.tasks()
    new = stack.task_definition(stack.container(image="portkeyai/gateway_enterprise:2.17.0"))
    updated = stack.ecs.update_service(cluster=NAME, service="gateway", taskDefinition=new)["service"]
    assert [one["status"] for one in updated["deployments"]] == ["PRIMARY", "ACTIVE"]
    assert updated["currentServiceDeployment"]
    service = stack.service()
    assert [one["taskDefinition"] for one in service["deployments"]] == [new]
    assert "currentServiceDeployment" not in service
    (task,) = stack.tasks()
    assert task["taskDefinitionArn"] == new
    (stopped,) = stack.tasks(status="STOPPED")
    assert stopped["taskArn"] == old["taskArn"]
    assert stopped["stopCode"] == "ServiceSchedulerInitiated"
    assert stopped["stoppedReason"].startswith("Scaling activity initiated by (deployment ecs-svc/")
    deployment = stack.deployment()
    assert deployment["status"] == "SUCCESSFUL"
    assert [one["requestedTaskCount"] for one in deployment["sourceServiceRevisions"]] == [0]
    revisions = [deployment["targetServiceRevision"]["arn"], deployment["sourceServiceRevisions"][0]["arn"]]
    described = stack.ecs.describe_service_revisions(serviceRevisionArns=revisions)["serviceRevisions"]
    assert [one["taskDefinition"][-1] for one in described] == ["2", "1"]
    assert described[0]["containerImages"] == [
        {"containerName": "gateway", "image": "portkeyai/gateway_enterprise:2.17.0"}
    ]


@pytest.mark.parametrize(
    "fail, stop_code, stopped_reason, container",
    [
        ("image", "TaskFailedToStart", "Task failed to start", ("CannotPullContainerError: ", None)),
        ("secret", "TaskFailedToStart", "ResourceInitializationError: unable to pull secrets", (None, None)),
        (
            "memory",
            "EssentialContainerExited",
            "Essential container in task exited",
            ("OutOfMemoryError: Container killed due to memory usage", 137),
        ),
        ("exit", "EssentialContainerExited", "Essential container in task exited", (None, 1)),
        ("health", "ServiceSchedulerInitiated", "Task failed container health checks", (None, 0)),
    ],
)
def test_failing_tasks_roll_the_deployment_back(stack, fail, stop_code, stopped_reason, container):
    first = stack.task_definition(stack.container(healthCheck=HEALTH_CHECK))
    stack.create_service(taskDefinition=first, deploymentConfiguration={"deploymentCircuitBreaker": BREAKER})
    assert stack.deployment()["status"] == "SUCCESSFUL"
    stack.emulator.post("tasks", service="gateway", fail=fail, revision=2)
    second = stack.task_definition(stack.container(healthCheck=HEALTH_CHECK))
    stack.ecs.update_service(cluster=NAME, service="gateway", taskDefinition=second)
    deployment = _settle(stack)
    assert deployment["status"] == "ROLLBACK_SUCCESSFUL", stack.events()
    because = "Service deployment rolled back because the circuit breaker threshold was exceeded."
    assert deployment["statusReason"] == because
    assert deployment["deploymentCircuitBreaker"] == {"status": "TRIGGERED", "failureCount": 3, "threshold": 3}
    assert deployment["rollback"]["serviceRevisionArn"] == deployment["sourceServiceRevisions"][0]["arn"]
    service = stack.service()
    assert (service["taskDefinition"], service["runningCount"]) == (first, 1)
    assert [one["rolloutState"] for one in service["deployments"]] == ["COMPLETED"]
    failed = [task for task in stack.tasks(status="STOPPED") if task["taskDefinitionArn"] == second]
    assert len(failed) == 3
    assert failed[0]["stopCode"] == stop_code
    assert failed[0]["stoppedReason"].startswith(stopped_reason)
    reason, code = container
    assert (failed[0]["containers"][0].get("reason") or "").startswith(reason or "")
    assert failed[0]["containers"][0].get("exitCode") == code
    messages = "\n".join(stack.events())
    assert "deployment failed: tasks failed to start." in messages
    assert "(service gateway) rolling back to deployment ecs-svc/" in messages


def test_a_first_deployment_has_nothing_to_go_back_to(stack):
    stack.emulator.post("tasks", service="gateway", fail="image")
    stack.create_service(deploymentConfiguration={"deploymentCircuitBreaker": BREAKER})
    deployment = _settle(stack)
    assert deployment["status"] == "ROLLBACK_FAILED"
    assert deployment["statusReason"] == "No rollback candidate was found to run the rollback."
    service = stack.service()
    assert [one["rolloutState"] for one in service["deployments"]] == ["FAILED"]
    assert service["deployments"][0]["rolloutStateReason"] == "ECS deployment circuit breaker: tasks failed to start."
    assert service["runningCount"] == service["pendingCount"] == 0


def test_without_rollback_the_deployment_stops_and_the_old_task_goes_on(stack):
    first = stack.task_definition()
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}
    stack.create_service(taskDefinition=first, deploymentConfiguration=breaker)
    stack.service()
    stack.emulator.post("tasks", service="gateway", fail="image", revision=2)
    update = {"cluster": NAME, "service": "gateway"}
    stack.ecs.update_service(**update, taskDefinition=stack.task_definition())
    deployment = _settle(stack)
    assert deployment["status"] == "STOPPED"
    assert deployment["stoppedAt"]
    assert [task["taskDefinitionArn"] for task in stack.tasks()] == [first]
    states = [(one["status"], one["rolloutState"]) for one in stack.service()["deployments"]]
    assert states == [("PRIMARY", "FAILED"), ("ACTIVE", "COMPLETED")]
    stack.ecs.update_service(**update, taskDefinition=first)
    assert _settle(stack)["status"] == "SUCCESSFUL"
    stack.ecs.update_service(**update, desiredCount=0)
    assert stack.service()["runningCount"] == 0


def test_without_a_circuit_breaker_it_never_ends(stack):
    stack.emulator.post("tasks", service="gateway", fail="image")
    stack.create_service()
    assert _settle(stack, seconds=10)["status"] == "IN_PROGRESS"
    (deployment,) = stack.service()["deployments"]
    assert deployment["failedTasks"] > 3
    assert any("is unable to consistently start tasks successfully." in event for event in stack.events())


def test_some_failures_do_not_matter(stack):
    stack.emulator.post("tasks", service="gateway", fail="image", times=2, message="CannotPullContainerError: later")
    stack.create_service(deploymentConfiguration={"deploymentCircuitBreaker": BREAKER})
    deployment = _settle(stack)
    assert deployment["status"] == "SUCCESSFUL"
    assert deployment["deploymentCircuitBreaker"]["status"] == "MONITORING_COMPLETE"
    assert stack.tasks(status="STOPPED")[0]["containers"][0]["reason"] == "CannotPullContainerError: later"


@pytest.mark.parametrize(
    "threshold, desired, expected",
    [
        (None, 1, 3),
        (None, 10, 5),
        (None, 1000, 200),
        ({"type": "COUNT", "value": 7}, 1, 7),
        ({"type": "UNBOUNDED_PERCENT", "value": 50}, 1000, 500),
        ({"type": "BOUNDED_PERCENT", "value": 10}, 50, 5),
    ],
)
def test_the_threshold_of_the_circuit_breaker(stack, threshold, desired, expected):
    breaker = {**BREAKER, **({"thresholdConfiguration": threshold} if threshold else {})}
    stack.create_service(desiredCount=desired, deploymentConfiguration={"deploymentCircuitBreaker": breaker})
    assert stack.deployment()["deploymentCircuitBreaker"]["threshold"] == expected


def test_stop_rolls_back(slow_stack):
    stack = slow_stack
    stack.create_service()
    stack.pass_time(200)
    assert stack.deployment()["status"] == "SUCCESSFUL"
    stack.ecs.update_service(cluster=NAME, service="gateway", forceNewDeployment=True)
    stack.pass_time(10)
    deployment = stack.deployment()
    assert deployment["status"] == "IN_PROGRESS"
    stack.ecs.stop_service_deployment(serviceDeploymentArn=deployment["serviceDeploymentArn"], stopType="ROLLBACK")
    stack.pass_time(300)
    assert stack.deployment()["status"] == "ROLLBACK_SUCCESSFUL"
    with pytest.raises(ClientError, match="ConflictException"):
        stack.ecs.stop_service_deployment(serviceDeploymentArn=deployment["serviceDeploymentArn"])
    with pytest.raises(ClientError, match="ServiceDeploymentNotFoundException"):
        stack.ecs.stop_service_deployment(serviceDeploymentArn=deployment["serviceDeploymentArn"] + "x")


def test_a_new_deployment_stops_the_one_before(slow_stack):
    stack = slow_stack
    stack.create_service()
    stack.pass_time(10)
    stack.ecs.update_service(cluster=NAME, service="gateway", forceNewDeployment=True)
    stack.pass_time(300)
    listed = stack.ecs.list_service_deployments(cluster=NAME, service="gateway")["serviceDeployments"]
    assert [one["status"] for one in listed] == ["SUCCESSFUL", "STOPPED"]


def test_healthy_percents_bound_the_rollout(slow_stack):
    stack = slow_stack
    configuration = {"maximumPercent": 150, "minimumHealthyPercent": 50}
    stack.create_service(desiredCount=2, deploymentConfiguration=configuration)
    stack.pass_time(500)
    stack.ecs.update_service(cluster=NAME, service="gateway", forceNewDeployment=True)
    for _unused in range(80):
        stack.pass_time(5)
        service = stack.service()
        assert service["runningCount"] >= 1
        assert service["runningCount"] + service["pendingCount"] <= 4  # Those that drain run, too.
        active = [task for task in stack.tasks() if task["desiredStatus"] == "RUNNING"]
        assert len(active) <= 3
    assert stack.deployment()["status"] == "SUCCESSFUL"


def test_an_alarm_rolls_back(stack):
    cloudwatch = stack.emulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Period=60,
        Threshold=1,
        Statistic="Sum",
    )
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    stack.create_service(deploymentConfiguration={"alarms": alarms})
    assert stack.deployment()["alarms"]["status"] == "MONITORING_COMPLETE"
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    stack.ecs.update_service(cluster=NAME, service="gateway", forceNewDeployment=True)
    deployment = _settle(stack)
    assert deployment["status"] == "ROLLBACK_SUCCESSFUL"
    assert deployment["alarms"]["triggeredAlarmNames"] == ["errors"]


def test_lists_filter_and_page(stack):
    stack.create_service()
    for _unused in range(3):
        stack.ecs.update_service(cluster=NAME, service="gateway", forceNewDeployment=True)
        stack.service()
    pages = stack.ecs.list_service_deployments(cluster=NAME, service="gateway", maxResults=3)
    assert len(pages["serviceDeployments"]) == 3
    rest = stack.ecs.list_service_deployments(cluster=NAME, service="gateway", nextToken=pages["nextToken"])
    assert len(rest["serviceDeployments"]) == 1
    none = stack.ecs.list_service_deployments(cluster=NAME, service="gateway", status=["STOPPED"])
    assert none["serviceDeployments"] == []
    described = stack.ecs.describe_service_deployments(serviceDeploymentArns=["arn:aws:ecs:us-east-1:1:nothing"])
    assert described["failures"] == [{"arn": "arn:aws:ecs:us-east-1:1:nothing", "reason": "MISSING"}]
