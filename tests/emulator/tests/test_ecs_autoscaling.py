"""Application Auto Scaling of ECS services."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .ecs_stack import NAME, Stack

TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": f"service/{NAME}/gateway",
    "ScalableDimension": "ecs:service:DesiredCount",
}
TRACKING = {
    "TargetValue": 70.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
    "ScaleInCooldown": 120,
    "ScaleOutCooldown": 60,
}


@pytest.fixture
def stack(emulator):
    return _with_scaling(Stack(emulator))


def _with_scaling(stack: Stack) -> Stack:
    stack.scaling = stack.emulator.client("application-autoscaling")
    stack.create_service()
    stack.service()
    return stack


def _refused(code: str, message: str):
    return pytest.raises(ClientError, match=rf"\({code}\).*{message}")


def _register(stack: Stack, least: int = 1, most: int = 3, **more):
    return stack.scaling.register_scalable_target(**TARGET, MinCapacity=least, MaxCapacity=most, **more)


def _put(stack: Stack, name: str = "cpu", **changes):
    return stack.scaling.put_scaling_policy(
        **TARGET,
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={**TRACKING, **changes},
    )


def test_a_target_is_registered_and_described(stack):
    arn = _register(stack, Tags={"a": "b"})["ScalableTargetARN"]
    (target,) = stack.scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"], target["ScalableTargetARN"]) == (1, 3, arn)
    assert target["SuspendedState"]["DynamicScalingInSuspended"] is False
    assert stack.scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"a": "b"}
    stack.scaling.tag_resource(ResourceARN=arn, Tags={"c": "d"})
    stack.scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert stack.scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"c": "d"}
    none = stack.scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=["service/a/b"])
    assert none["ScalableTargets"] == []


def test_what_is_refused(stack):
    with _refused("ValidationException", f"ECS service doesn't exist: service/{NAME}/none"):
        stack.scaling.register_scalable_target(
            **{**TARGET, "ResourceId": f"service/{NAME}/none"}, MinCapacity=1, MaxCapacity=2
        )
    with _refused("ValidationException", "Maximum capacity cannot be less than minimum capacity."):
        _register(stack, 3, 2)
    with _refused("ValidationException", "must be specified when registering"):
        stack.scaling.register_scalable_target(**TARGET)
    with _refused("ObjectNotFoundException", "No scalable target registered for service namespace: ecs"):
        _put(stack)
    with _refused("ObjectNotFoundException", "No scalable target found"):
        stack.scaling.deregister_scalable_target(**TARGET)
    _register(stack)
    with _refused("ValidationException", "Tags can only be specified"):
        _register(stack, Tags={"a": "b"})
    _put(stack)
    with _refused("ValidationException", "Only one TargetTrackingScaling policy for a given metric"):
        _put(stack, "other")


def test_any_registration_of_an_existing_target_moves_the_count(stack):
    _register(stack, 2, 3)
    assert stack.service()["desiredCount"] == 1
    stack.scaling.register_scalable_target(**TARGET)
    assert stack.service()["desiredCount"] == 2
    _register(stack, 0, 1)
    assert stack.service()["desiredCount"] == 1
    (last, *_unused) = stack.scaling.describe_scaling_activities(ServiceNamespace="ecs")["ScalingActivities"]
    assert last["Description"] == "Setting desired count to 1."


def test_policies_have_alarms_and_go_with_their_target(stack):
    cloudwatch = stack.emulator.client("cloudwatch")
    _register(stack)
    made = _put(stack)
    assert len(made["Alarms"]) == 2
    names = {one["AlarmName"] for one in cloudwatch.describe_alarms()["MetricAlarms"]}
    assert names == {one["AlarmName"] for one in made["Alarms"]}
    again = _put(stack, TargetValue=50.0)
    assert again["PolicyARN"] == made["PolicyARN"]
    memory = {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"}
    _put(stack, "memory", PredefinedMetricSpecification=memory)
    found = stack.scaling.describe_scaling_policies(**TARGET)["ScalingPolicies"]
    assert [one["PolicyName"] for one in found] == ["cpu", "memory"]
    assert found[0]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50.0
    stack.scaling.delete_scaling_policy(**TARGET, PolicyName="memory")
    with _refused("ObjectNotFoundException", "No scaling policy found"):
        stack.scaling.delete_scaling_policy(**TARGET, PolicyName="memory")
    stack.scaling.deregister_scalable_target(**TARGET)
    assert stack.scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"] == []
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize("suspended, count", [(False, 1), (True, 0)])
def test_alarms_scale_a_service_up_again(slow, suspended, count):
    stack = _with_scaling(Stack(slow))
    _register(stack, SuspendedState={"DynamicScalingOutSuspended": suspended})
    _put(stack)
    stack.ecs.update_service(cluster=NAME, service="gateway", desiredCount=0)
    stack.pass_time(30)
    assert stack.service()["desiredCount"] == 0
    stack.pass_time(60)
    assert stack.service()["desiredCount"] == count


def test_scheduled_actions(stack):
    _register(stack)
    action = {"ScheduledActionName": "night", "Schedule": "cron(0 20 * * ? *)"}
    stack.scaling.put_scheduled_action(**TARGET, **action, ScalableTargetAction={"MinCapacity": 0})
    (found,) = stack.scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]
    assert found["Schedule"] == "cron(0 20 * * ? *)"
    stack.scaling.delete_scheduled_action(**TARGET, ScheduledActionName="night")
    assert stack.scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"] == []


def test_alarms_scale_within_the_range(stack):
    cloudwatch = stack.emulator.client("cloudwatch")
    _register(stack, 1, 2)
    high, low = (one["AlarmName"] for one in _put(stack)["Alarms"])

    def ring(alarm: str) -> int:
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="test")
        return stack.service()["desiredCount"]

    assert [ring(high), ring(high), ring(low), ring(low)] == [2, 2, 1, 1]
    stack.scaling.register_scalable_target(**TARGET, SuspendedState={"DynamicScalingOutSuspended": True})
    assert ring(high) == 1


def test_nothing_scales_in_during_a_deployment(slow):
    stack = Stack(slow)
    stack.pass_time(300)
    _with_scaling(stack)
    _register(stack, 1, 3)
    high, low = (one["AlarmName"] for one in _put(stack)["Alarms"])
    cloudwatch = stack.emulator.client("cloudwatch")
    assert stack.deployment()["status"] == "IN_PROGRESS"
    for alarm, expected in ((high, 2), (low, 2)):
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="test")
        assert stack.service()["desiredCount"] == expected
