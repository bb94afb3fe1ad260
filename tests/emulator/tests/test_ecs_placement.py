"""Container instances, and what fits on them."""

from __future__ import annotations

import base64

import pytest

from .ecs_stack import NAME, Stack


@pytest.fixture
def stack(emulator):
    return Stack(emulator)


def _instances(stack: Stack) -> list[dict]:
    arns = stack.ecs.list_container_instances(cluster=NAME)["containerInstanceArns"]
    if not arns:
        return []
    return stack.ecs.describe_container_instances(cluster=NAME, containerInstances=arns)["containerInstances"]


def _resource(instance: dict, kind: str, name: str) -> int:
    return next(one["integerValue"] for one in instance[kind] if one["name"] == name)


def test_instances_register(stack):
    (instance,) = _instances(stack)
    assert (instance["status"], instance["agentConnected"]) == ("ACTIVE", True)
    assert instance["capacityProviderName"] == "capacity"
    assert _resource(instance, "registeredResources", "CPU") == 2048
    assert 3500 < _resource(instance, "registeredResources", "MEMORY") < 4096
    attributes = {one["name"]: one.get("value") for one in instance["attributes"]}
    assert attributes["ecs.cpu-architecture"] == "arm64"
    stack.create_service()
    (instance,) = _instances(stack)
    assert instance["runningTasksCount"] == 1
    assert _resource(instance, "remainingResources", "CPU") == 2048 - 256


def test_registration_waits_for_the_network_and_takes_time(slow):
    stack = Stack(slow)
    stack.pass_time(60)
    assert _instances(stack) == []
    stack.pass_time(100)
    assert len(_instances(stack)) == 1


@pytest.mark.parametrize("without", ["cluster", "permission", "route"])
def test_what_an_agent_needs_to_register(stack, without):
    if without == "permission":
        stack.iam.delete_role_policy(RoleName="instance", PolicyName="own")
    if without == "route":
        stack.ec2.delete_nat_gateway(NatGatewayId=stack.nat)
    if without == "cluster":
        data = base64.b64encode(b"echo ECS_CLUSTER=another").decode()
        stack.ec2.create_launch_template_version(
            LaunchTemplateName=NAME, SourceVersion="1", LaunchTemplateData={"UserData": data}
        )
    stack.autoscaling.set_desired_capacity(AutoScalingGroupName=NAME, DesiredCapacity=2)
    stack.pass_time(20, 1)
    group = stack.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])["AutoScalingGroups"][0]
    assert [one["LifecycleState"] for one in group["Instances"]] == ["InService", "InService"]
    assert len(_instances(stack)) == 1


def test_network_interfaces_limit_the_tasks_of_an_instance(emulator):
    stack = Stack(emulator, most=1)
    stack.create_service(desiredCount=3)
    stack.pass_time(5, 1)
    assert stack.service()["runningCount"] == 2
    (instance,) = _instances(stack)
    expected = (
        "(service gateway) was unable to place a task because no container instance met all of its requirements. The "
        f"closest matching (container-instance {instance['containerInstanceArn'].split('/')[-1]}) encountered error "
        '"RESOURCE:ENI". For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.'
    )
    assert expected in stack.events()
    (waiting,) = [task for task in stack.tasks() if task["lastStatus"] == "PROVISIONING"]
    assert "containerInstanceArn" not in waiting


@pytest.mark.parametrize("when, running", [("before", 3), ("after", 1), ("never", 1)])
def test_trunking_must_be_on_before_the_instance_starts(slow, when, running):
    slow.post("reset")
    if when == "before":
        slow.client("ecs").put_account_setting_default(name="awsvpcTrunking", value="enabled")
    stack = Stack(slow, instance_type="m6g.medium", most=1)
    if when == "after":
        stack.pass_time(30)
        stack.ecs.put_account_setting_default(name="awsvpcTrunking", value="enabled")
    stack.pass_time(300)
    stack.create_service(desiredCount=3)
    stack.pass_time(60)
    assert stack.service()["runningCount"] == running


@pytest.mark.parametrize(
    "size, why",
    [
        ({"cpu": "4096", "memory": "8192"}, "has insufficient memory available."),
        ({"cpu": "4096", "memory": "1024"}, "has insufficient CPU units available."),
    ],
)
def test_what_does_not_fit_is_not_placed(emulator, size, why):
    stack = Stack(emulator, most=1)
    definition = stack.task_definition(requiresCompatibilities=["EC2"], **size)
    stack.create_service(taskDefinition=definition)
    stack.pass_time(3, 1)
    assert stack.service()["runningCount"] == 0
    assert any(why in event for event in stack.events())


def test_the_architecture_must_match(emulator):
    stack = Stack(emulator, most=1)
    definition = stack.task_definition(runtimePlatform={"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"})
    stack.create_service(taskDefinition=definition)
    stack.pass_time(3, 1)
    assert any("is missing an attribute required by your task." in event for event in stack.events())


def test_managed_scaling_brings_what_is_missing(stack):
    stack.create_service(desiredCount=5)
    stack.pass_time(5, 1)
    assert stack.service()["runningCount"] == 5
    group = stack.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])["AutoScalingGroups"][0]
    assert group["DesiredCapacity"] == 3
    assert len(_instances(stack)) == 3


def test_managed_scaling_stops_at_the_maximum(stack):
    stack.create_service(desiredCount=8)
    stack.pass_time(5, 1)
    assert stack.service()["runningCount"] == 6
    group = stack.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])["AutoScalingGroups"][0]
    assert group["DesiredCapacity"] == 3


def test_without_instances_there_is_no_capacity(emulator):
    stack = Stack(emulator, desired=0, most=0)
    stack.create_service()
    stack.pass_time(3, 1)
    expected = "no container instance met all of its requirements. Reason: No Container Instances were found in your"
    assert any(expected in event for event in stack.events())
    assert stack.deployment()["status"] == "IN_PROGRESS"


@pytest.mark.parametrize("fail, why", [("capacity", "No Container Instances were found"), ("eni", "RESOURCE:ENI")])
def test_missing_capacity_on_demand(emulator, fail, why):
    stack = Stack(emulator, most=1)
    emulator.post("tasks", service="gateway", fail=fail)
    stack.create_service()
    stack.pass_time(3, 1)
    assert any(why in event for event in stack.events())
    emulator.post("tasks", clear=True)
    stack.pass_time(3, 1)
    assert stack.service()["runningCount"] == 1


def test_draining_moves_the_tasks(stack):
    stack.create_service()
    stack.autoscaling.set_desired_capacity(AutoScalingGroupName=NAME, DesiredCapacity=2)
    stack.pass_time(2, 1)
    busy = next(one for one in _instances(stack) if one["runningTasksCount"])
    arn = busy["containerInstanceArn"]
    stack.ecs.update_container_instances_state(cluster=NAME, containerInstances=[arn], status="DRAINING")
    stack.pass_time(2, 1)
    (task,) = stack.tasks()
    assert task["containerInstanceArn"] != arn
    drained = next(one for one in _instances(stack) if one["containerInstanceArn"] == arn)
    assert (drained["status"], drained["runningTasksCount"]) == ("DRAINING", 0)


def test_a_terminated_instance_takes_its_tasks_with_it(emulator):
    stack = Stack(emulator, most=1)
    stack.create_service()
    (task,) = stack.tasks()
    (instance,) = _instances(stack)
    stack.ec2.terminate_instances(InstanceIds=[instance["ec2InstanceId"]])
    stack.pass_time(5, 1)
    gone = stack.ecs.describe_tasks(cluster=NAME, tasks=[task["taskArn"]])["tasks"][0]
    assert gone["stoppedReason"] == f"Host EC2 (instance {instance['ec2InstanceId']}) terminated."
    # The group replaces the instance, the service the task.
    assert stack.service()["runningCount"] == 1


def test_managed_draining_holds_the_termination(slow):
    stack = Stack(slow, desired=2)
    stack.pass_time(300)
    stack.create_service()
    stack.pass_time(100)
    (task,) = stack.tasks()
    busy = next(one for one in _instances(stack) if one["runningTasksCount"])
    stack.autoscaling.terminate_instance_in_auto_scaling_group(
        InstanceId=busy["ec2InstanceId"], ShouldDecrementDesiredCapacity=True
    )
    stack.pass_time(10)
    service = stack.service()
    assert service["runningCount"] >= 1
    states = {one["ec2InstanceId"]: one["status"] for one in _instances(stack)}
    assert states[busy["ec2InstanceId"]] == "DRAINING"
    for _unused in range(40):
        stack.pass_time(5)
        assert stack.service()["runningCount"] >= 1
    assert len(_instances(stack)) == 1
    assert stack.tasks()[0]["taskArn"] != task["taskArn"]


def test_an_idle_instance_is_given_up(emulator):
    stack = Stack(emulator, desired=2)
    stack.create_service()
    (task,) = stack.tasks()
    stack.pass_time(800, 100)
    assert len(_instances(stack)) == 2
    stack.pass_time(200, 100)
    (left,) = _instances(stack)
    assert left["containerInstanceArn"] == task["containerInstanceArn"]
    assert [one["taskArn"] for one in stack.tasks()] == [task["taskArn"]]
    group = stack.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])["AutoScalingGroups"][0]
    assert group["DesiredCapacity"] == 1


def test_attributes_place_tasks(emulator):
    stack = Stack(emulator, desired=2)
    first, second = _instances(stack)
    attribute = {"name": "color", "value": "blue", "targetId": second["containerInstanceArn"]}
    stack.ecs.put_attributes(cluster=NAME, attributes=[attribute])
    listed = stack.ecs.list_attributes(cluster=NAME, targetType="container-instance", attributeName="color")
    assert [one["targetId"] for one in listed["attributes"]] == [second["containerInstanceArn"]]
    constraint = {"type": "memberOf", "expression": "attribute:color == blue"}
    stack.create_service(desiredCount=2, placementConstraints=[constraint])
    assert stack.service()["runningCount"] == 2
    assert {task["containerInstanceArn"] for task in stack.tasks()} == {second["containerInstanceArn"]}
    stack.ecs.delete_attributes(cluster=NAME, attributes=[attribute])
    assert first["containerInstanceArn"] != second["containerInstanceArn"]
