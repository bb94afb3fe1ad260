from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._applicationautoscaling import policy, target
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

RESOURCE = "service/dev/gateway"
NAME = {"ServiceNamespace": "ecs", "ResourceId": RESOURCE, "ScalableDimension": "ecs:service:DesiredCount"}
ARN = "arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/0abc"
LIVE = {**NAME, "MinCapacity": 1, "MaxCapacity": 3, "ScalableTargetARN": ARN, "RoleARN": "arn:role"}
NONE = {"ScalableTargets": []}
FOUND = {"ScalableTargets": [LIVE]}
NO_TAGS = {"Tags": {}}


def client_with(**script):
    return FakeClient("application-autoscaling", **script)


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("application_autoscaling_target", monkeypatch)

    def ensure_(client, check_mode=False, resource_id=RESOURCE, **options):
        module = FakeModule(spec, {"application-autoscaling": client}, check_mode, resource_id=resource_id, **options)
        return target.ensure(module, FakeTime().clock)

    return ensure_


def test_a_new_target(ensure):
    client = client_with(describe_scalable_targets=[NONE, FOUND], register_scalable_target={"ScalableTargetARN": ARN})
    outcome = ensure(client, min_capacity=1, max_capacity=3, tags={"a": "1"})
    assert client.sent("register_scalable_target") == [{**NAME, "MinCapacity": 1, "MaxCapacity": 3, "Tags": {"a": "1"}}]
    assert outcome.result["scalable_target"]["scalable_target_arn"] == ARN


def test_a_service_that_was_just_made_may_not_be_visible_yet(ensure):
    invisible = client_error("ValidationException", f"ECS service doesn't exist: {RESOURCE}")
    client = client_with(
        describe_scalable_targets=[NONE, FOUND],
        register_scalable_target=[invisible, invisible, {"ScalableTargetARN": ARN}],
    )
    assert ensure(client, min_capacity=1, max_capacity=3).is_changed
    assert len(client.sent("register_scalable_target")) == 3


def test_what_a_try_without_an_answer_has_registered_is_taken(ensure):
    """AWS takes tags only with the first registration, and that was the one whose answer never came."""
    there = client_error(
        "ValidationException", "Tags can only be specified when a scalable target is registered for the first time."
    )
    client = client_with(describe_scalable_targets=[NONE, FOUND], register_scalable_target=there)
    outcome = ensure(client, min_capacity=1, max_capacity=3, tags={"a": "1"})
    assert outcome.is_changed and outcome.result["scalable_target"]["scalable_target_arn"] == ARN


def test_another_mistake_fails_at_once(ensure):
    error = client_error("ValidationException", "Maximum capacity cannot be less than minimum capacity")
    client = client_with(describe_scalable_targets=NONE, register_scalable_target=error)
    with pytest.raises(Exception, match="Failed to register scalable target"):
        ensure(client, min_capacity=3, max_capacity=1)
    assert len(client.sent("register_scalable_target")) == 1


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"min_capacity": 1, "max_capacity": 3, "tags": {}},
        {"suspended_state": {"dynamic_scaling_in_suspended": False}},
    ],
)
def test_nothing_differs_and_nothing_is_registered(ensure, options):
    """A registration moves the capacity, even one that changes nothing."""
    client = client_with(describe_scalable_targets=FOUND, list_tags_for_resource=NO_TAGS)
    assert not ensure(client, **options).is_changed
    assert client.writes == []


@pytest.mark.parametrize(
    "options, sent",
    [
        ({"max_capacity": 5}, {"MaxCapacity": 5}),
        ({"min_capacity": 0, "max_capacity": 3}, {"MinCapacity": 0}),
        (
            {"suspended_state": {"dynamic_scaling_in_suspended": True}},
            {
                "SuspendedState": {
                    "DynamicScalingInSuspended": True,
                    "DynamicScalingOutSuspended": False,
                    "ScheduledScalingSuspended": False,
                }
            },
        ),
    ],
)
def test_only_what_differs_is_registered(ensure, options, sent):
    client = client_with(describe_scalable_targets=FOUND, list_tags_for_resource=NO_TAGS, register_scalable_target={})
    assert ensure(client, **options).is_changed
    assert client.sent("register_scalable_target") == [{**NAME, **sent}]


def test_tags_alone_are_no_registration(ensure):
    client = client_with(
        describe_scalable_targets=FOUND, list_tags_for_resource={"Tags": {"a": "1"}}, tag_resource={}, untag_resource={}
    )
    ensure(client, tags={"b": "2"})
    assert client.writes == ["untag_resource", "tag_resource"]


def test_a_new_target_needs_both_bounds(ensure):
    with pytest.raises(GatewayError, match="max_capacity needed"):
        ensure(client_with(describe_scalable_targets=NONE), min_capacity=1)


def test_check_mode_writes_nothing(ensure):
    client = client_with(describe_scalable_targets=[NONE, FOUND, FOUND], list_tags_for_resource=NO_TAGS)
    bounds = {"min_capacity": 1, "max_capacity": 9}
    assert (
        ensure(client, check_mode=True, **bounds).result["scalable_target"]["scalable_target_arn"] == KNOWN_AFTER_APPLY
    )
    assert ensure(client, check_mode=True, **bounds).is_changed
    assert ensure(client, check_mode=True, state="absent").is_changed
    assert ensure(client, check_mode=True, resource_id=f"service/{KNOWN_AFTER_APPLY}/x", **bounds).is_changed
    assert client.writes == []
    assert len(client.sent("describe_scalable_targets")) == 3


def test_absent(ensure):
    client = client_with(
        describe_scalable_targets=[FOUND, NONE, FOUND],
        deregister_scalable_target=[{}, client_error("ObjectNotFoundException")],
    )
    assert ensure(client, state="absent").is_changed
    assert not ensure(client, state="absent").is_changed
    assert ensure(client, state="absent").is_changed
    assert client.sent("deregister_scalable_target") == [NAME, NAME]


# ---- policies

CONFIGURATION = {
    "TargetValue": 70.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
    "ScaleInCooldown": 120,
    "ScaleOutCooldown": 60,
}
POLICY = {
    **NAME,
    "PolicyName": "cpu",
    "PolicyARN": "arn:policy",
    "PolicyType": "TargetTrackingScaling",
    "TargetTrackingScalingPolicyConfiguration": CONFIGURATION,
    "Alarms": [],
}
TRACKING = {
    "target_value": 70,
    "predefined_metric_type": "ECSServiceAverageCPUUtilization",
    "scale_in_cooldown": 120,
    "scale_out_cooldown": 60,
}
NO_POLICY = {"ScalingPolicies": []}
HAS_POLICY = {"ScalingPolicies": [POLICY]}


@pytest.fixture
def ensure_policy(monkeypatch):
    spec = argument_spec("application_autoscaling_policy", monkeypatch)
    conditions = spec.pop("required_if")
    assert conditions == [("state", "present", ["target_tracking"])]

    def ensure_(client, check_mode=False, resource_id=RESOURCE, **options):
        options = {"name": "cpu", "resource_id": resource_id, **options}
        return policy.ensure(FakeModule(spec, {"application-autoscaling": client}, check_mode, **options))

    return ensure_


def test_a_new_policy(ensure_policy):
    client = client_with(
        describe_scaling_policies=NO_POLICY, put_scaling_policy={"PolicyARN": "arn:policy", "Alarms": []}
    )
    outcome = ensure_policy(client, target_tracking=TRACKING)
    assert client.sent("put_scaling_policy") == [
        {
            **NAME,
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {**CONFIGURATION, "DisableScaleIn": False},
        }
    ]
    assert outcome.result["scaling_policy"]["policy_arn"] == "arn:policy"


@pytest.mark.parametrize(
    "tracking",
    [
        TRACKING,
        {**TRACKING, "disable_scale_in": False},
        {"target_value": 70.0, "predefined_metric_type": "ECSServiceAverageCPUUtilization"},
    ],
)
def test_a_policy_that_is_as_it_should_be(ensure_policy, tracking):
    client = client_with(describe_scaling_policies=HAS_POLICY)
    assert not ensure_policy(client, target_tracking=tracking).is_changed
    assert client.writes == []


@pytest.mark.parametrize(
    "change",
    [
        {"target_value": 60},
        {"predefined_metric_type": "ECSServiceAverageMemoryUtilization"},
        {"scale_in_cooldown": 0},
        {"scale_out_cooldown": 61},
        {"disable_scale_in": True},
    ],
)
def test_a_policy_is_put_when_it_differs(ensure_policy, change):
    client = client_with(
        describe_scaling_policies=HAS_POLICY, put_scaling_policy={"PolicyARN": "arn:policy", "Alarms": []}
    )
    assert ensure_policy(client, target_tracking={**TRACKING, **change}).is_changed
    assert len(client.writes) == 1


def test_a_policy_of_another_type_is_replaced(ensure_policy):
    stepping = {key: value for key, value in POLICY.items() if not key.startswith("TargetTracking")}
    client = client_with(
        describe_scaling_policies={"ScalingPolicies": [{**stepping, "PolicyType": "StepScaling"}]},
        put_scaling_policy={"PolicyARN": "arn:policy", "Alarms": []},
    )
    assert ensure_policy(client, target_tracking=TRACKING).is_changed
    assert len(client.writes) == 1


def test_a_policy_without_its_target_says_so(ensure_policy):
    missing = client_error("ObjectNotFoundException", "No scalable target")
    client = client_with(describe_scaling_policies=NO_POLICY, put_scaling_policy=missing)
    with pytest.raises(GatewayError, match="needs a scalable target"):
        ensure_policy(client, target_tracking=TRACKING)


def test_a_policy_in_check_mode(ensure_policy):
    client = client_with(describe_scaling_policies=[NO_POLICY, HAS_POLICY])
    assert ensure_policy(client, check_mode=True, target_tracking=TRACKING).is_changed
    assert ensure_policy(client, check_mode=True, state="absent").is_changed
    assert client.writes == []


def test_a_policy_that_goes(ensure_policy):
    client = client_with(describe_scaling_policies=[HAS_POLICY, NO_POLICY], delete_scaling_policy={})
    assert ensure_policy(client, state="absent").is_changed
    assert not ensure_policy(client, state="absent").is_changed
    assert client.sent("delete_scaling_policy") == [{**NAME, "PolicyName": "cpu"}]
