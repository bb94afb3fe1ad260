"""Services behind load balancers: targets register, get healthy or not, drain."""

from __future__ import annotations

import pytest

from .ecs_stack import NAME, PORT, Stack

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


@pytest.fixture
def stack(emulator):
    return Stack(emulator)


@pytest.fixture
def slow_stack(slow):
    stack = Stack(slow)
    stack.pass_time(300)
    return stack


def _balanced(stack: Stack, group: str, **changes):
    balancers = [{"targetGroupArn": group, "containerName": "gateway", "containerPort": PORT}]
    return stack.create_service(loadBalancers=balancers, **changes)


def _health(stack: Stack, group: str):
    found = stack.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return [(one["TargetHealth"]["State"], one["TargetHealth"].get("Reason")) for one in found]


@pytest.mark.parametrize("kind", ["application", "network"])
def test_a_running_task_is_a_healthy_target(stack, kind):
    group = stack.balance(kind)["group"]
    _balanced(stack, group)
    assert stack.service()["runningCount"] == 1
    (target,) = stack.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    (task,) = stack.tasks()
    details = {one["name"]: one["value"] for one in task["attachments"][0]["details"]}
    assert target["Target"]["Id"] == details["privateIPv4Address"]
    assert (target["Target"]["Port"], target["TargetHealth"]["State"]) == (PORT, "healthy")
    assert f"(service gateway) registered 1 targets in (target-group {group})" in stack.events()
    assert stack.deployment()["status"] == "SUCCESSFUL"


def test_an_unhealthy_target_stops_the_task(stack):
    group = stack.balance()["group"]
    _balanced(stack, group, deploymentConfiguration=BREAKER)
    assert stack.deployment()["status"] == "SUCCESSFUL"
    stack.emulator.post("tasks", service="gateway", fail="target_health", revision=2)
    stack.ecs.update_service(cluster=NAME, service="gateway", taskDefinition=stack.task_definition())
    stack.pass_time(30, 1)
    assert stack.deployment()["status"] == "ROLLBACK_SUCCESSFUL"
    failed = [task for task in stack.tasks(status="STOPPED") if task["taskDefinitionArn"].endswith(":2")]
    assert failed[0]["stoppedReason"] == f"Task failed ELB health checks in (target-group {group})"
    assert any("is unhealthy in (target-group" in event for event in stack.events())
    assert [state for state, _unused in _health(stack, group)] == ["healthy"]


def test_a_closed_security_group_makes_targets_unhealthy(stack):
    group = stack.balance()["group"]
    closed = stack.ec2.create_security_group(GroupName="closed", Description="closed", VpcId=stack.vpc)["GroupId"]
    network = {"awsvpcConfiguration": {"subnets": stack.subnets, "securityGroups": [closed]}}
    _balanced(stack, group, networkConfiguration=network, deploymentConfiguration=BREAKER)
    stack.pass_time(30, 1)
    assert stack.deployment()["status"] == "ROLLBACK_FAILED"
    reason = f"Task failed ELB health checks in (target-group {group})"
    assert {task["stoppedReason"] for task in stack.tasks(status="STOPPED")} == {reason}


def test_targets_take_their_time(slow_stack):
    stack = slow_stack
    group = stack.balance()["group"]
    stack.pass_time(200)
    stack.elbv2.modify_target_group_attributes(
        TargetGroupArn=group, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}]
    )
    _balanced(stack, group)
    stack.pass_time(30)
    assert stack.service()["runningCount"] == 1
    assert _health(stack, group) == [("initial", "Elb.InitialHealthChecking")]
    assert stack.deployment()["status"] == "IN_PROGRESS"
    stack.pass_time(170)
    assert _health(stack, group) == [("healthy", None)]
    assert stack.deployment()["status"] == "SUCCESSFUL"
    stack.ecs.update_service(cluster=NAME, service="gateway", desiredCount=0)
    stack.pass_time(10)
    assert _health(stack, group) == [("draining", "Target.DeregistrationInProgress")]
    assert [task["lastStatus"] for task in stack.tasks(status="STOPPED")] == ["DEACTIVATING"]
    stack.pass_time(60)
    assert _health(stack, group) == []
    stack.pass_time(60)
    assert [task["lastStatus"] for task in stack.tasks(status="STOPPED")] == ["STOPPED"]
    assert "(service gateway) has begun draining connections on 1 tasks." in stack.events()


def test_nothing_is_healthy_before_the_load_balancer_is_active(slow_stack):
    stack = slow_stack
    group = stack.balance(
        health={"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2, "HealthyThresholdCount": 2}
    )["group"]
    _balanced(stack, group)
    stack.pass_time(100)
    assert _health(stack, group) == [("initial", "Elb.InitialHealthChecking")]
    stack.pass_time(120)
    assert _health(stack, group) == [("healthy", None)]


def test_the_grace_period_keeps_an_unhealthy_task(slow_stack):
    stack = slow_stack
    group = stack.balance(
        health={"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2, "UnhealthyThresholdCount": 2}
    )["group"]
    stack.pass_time(200)
    stack.emulator.post("tasks", service="gateway", fail="target_health")
    _balanced(stack, group, healthCheckGracePeriodSeconds=150)
    stack.pass_time(100)
    assert [state for state, _unused in _health(stack, group)] == ["unhealthy"]
    assert len(stack.tasks()) == 1
    assert stack.tasks(status="STOPPED") == []
    stack.pass_time(100)
    assert len(stack.tasks(status="STOPPED")) == 1


def test_a_group_without_a_load_balancer_is_not_in_use(stack):
    group = stack.target_group("alone")
    stack.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9", "Port": 80}])
    assert _health(stack, group) == [("unused", "Target.NotInUse")]
    asked = [{"Id": "10.0.0.8", "Port": 80}]
    (found,) = stack.elbv2.describe_target_health(TargetGroupArn=group, Targets=asked)["TargetHealthDescriptions"]
    assert found["TargetHealth"]["Reason"] == "Target.NotRegistered"
    stack.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9"}])
    assert _health(stack, group) == []


def test_the_interfaces_of_tasks_are_real(stack):
    stack.create_service()
    (task,) = stack.tasks()
    details = {one["name"]: one["value"] for one in task["attachments"][0]["details"]}
    found = stack.ec2.describe_network_interfaces(NetworkInterfaceIds=[details["networkInterfaceId"]])
    (interface,) = found["NetworkInterfaces"]
    assert [group["GroupId"] for group in interface["Groups"]] == [stack.task_group]
    stack.ecs.delete_service(cluster=NAME, service="gateway", force=True)
    stack.service()
    mine = [{"Name": "group-id", "Values": [stack.task_group]}]
    assert stack.ec2.describe_network_interfaces(Filters=mine)["NetworkInterfaces"] == []
