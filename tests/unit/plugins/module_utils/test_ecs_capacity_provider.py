from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils import wait
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import capacity_provider
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

GROUP = "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:0:autoScalingGroupName/dev"
LIVE = {
    "capacityProviderArn": "arn:aws:ecs:us-east-1:123456789012:capacity-provider/dev",
    "name": "dev",
    "status": "ACTIVE",
    "updateStatus": "CREATE_COMPLETE",
    "autoScalingGroupProvider": {
        "autoScalingGroupArn": GROUP,
        "managedScaling": {
            "status": "ENABLED",
            "targetCapacity": 100,
            "minimumScalingStepSize": 1,
            "maximumScalingStepSize": 2,
            "instanceWarmupPeriod": 300,
        },
        "managedTerminationProtection": "ENABLED",
        "managedDraining": "ENABLED",
    },
    "tags": [],
}
SAME = {
    "auto_scaling_group_arn": GROUP,
    "managed_scaling": {"status": "enabled", "target_capacity": 100, "maximum_scaling_step_size": 2},
    "managed_termination_protection": "enabled",
    "managed_draining": "enabled",
}


def found(*providers):
    return {"capacityProviders": list(providers)}


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("ecs_capacity_provider", monkeypatch)

    def ensure_(client, check_mode=False, **options):
        return capacity_provider.ensure(
            FakeModule(spec, {"ecs": client}, check_mode, name="dev", **options), FakeTime().clock
        )

    return ensure_


@pytest.mark.parametrize(
    "before", [found(), found({**LIVE, "status": "INACTIVE"}), found({**LIVE, "updateStatus": "DELETE_COMPLETE"})]
)
def test_a_new_provider(ensure, before):
    client = FakeClient("ecs", describe_capacity_providers=before, create_capacity_provider={"capacityProvider": LIVE})
    outcome = ensure(client, **SAME, tags={"a": "1"})
    assert client.sent("create_capacity_provider") == [
        {
            "name": "dev",
            "autoScalingGroupProvider": {
                "autoScalingGroupArn": GROUP,
                "managedScaling": {"status": "ENABLED", "targetCapacity": 100, "maximumScalingStepSize": 2},
                "managedTerminationProtection": "ENABLED",
                "managedDraining": "ENABLED",
            },
            "tags": [{"key": "a", "value": "1"}],
        }
    ]
    assert outcome.result["capacity_provider"]["capacity_provider_arn"] == LIVE["capacityProviderArn"]


def test_nothing_to_change(ensure):
    client = FakeClient("ecs", describe_capacity_providers=found(LIVE))
    assert not ensure(client, **SAME).is_changed
    assert not ensure(client).is_changed
    assert client.writes == []


def test_a_change_is_sent_whole_and_tried_again_while_ecs_is_busy(ensure):
    busy = client_error("UpdateInProgressException")
    client = FakeClient(
        "ecs",
        describe_capacity_providers=found(LIVE),
        update_capacity_provider=[busy, {"capacityProvider": LIVE}],
    )
    assert ensure(client, managed_scaling={"target_capacity": 80}).is_changed
    assert client.sent("update_capacity_provider")[1] == {
        "name": "dev",
        "autoScalingGroupProvider": {
            "managedScaling": {
                "status": "ENABLED",
                "targetCapacity": 80,
                "minimumScalingStepSize": 1,
                "maximumScalingStepSize": 2,
                "instanceWarmupPeriod": 300,
            }
        },
    }


def test_another_group_is_refused(ensure):
    client = FakeClient("ecs", describe_capacity_providers=found(LIVE))
    with pytest.raises(GatewayError, match="cannot move it"):
        ensure(client, auto_scaling_group_arn=f"{GROUP}2")


def test_a_new_provider_needs_a_group(ensure):
    with pytest.raises(GatewayError, match="auto_scaling_group_arn is needed"):
        ensure(FakeClient("ecs", describe_capacity_providers=found()))


def test_check_mode_writes_nothing(ensure):
    client = FakeClient("ecs", describe_capacity_providers=[found(), found(LIVE)])
    outcome = ensure(client, check_mode=True, auto_scaling_group_arn=KNOWN_AFTER_APPLY)
    assert outcome.is_changed
    assert outcome.result["capacity_provider"]["capacity_provider_arn"] == KNOWN_AFTER_APPLY
    assert ensure(client, check_mode=True, managed_draining="disabled").is_changed
    assert client.writes == []


def test_absent_waits_until_it_is_gone(ensure):
    deleting = {**LIVE, "updateStatus": "DELETE_IN_PROGRESS"}
    client = FakeClient(
        "ecs",
        describe_capacity_providers=[found(LIVE), found(deleting), found({**LIVE, "status": "INACTIVE"})],
        delete_capacity_provider={"capacityProvider": deleting},
    )
    assert ensure(client, state="absent").is_changed
    assert len(client.sent("describe_capacity_providers")) == 3


def test_a_deletion_whose_answer_was_lost_is_one(ensure):
    gone = client_error("ClientException", "The specified capacity provider does not exist. Specify a valid name")
    client = FakeClient("ecs", describe_capacity_providers=[found(LIVE), found()], delete_capacity_provider=gone)
    assert ensure(client, state="absent").is_changed


def test_absent_joins_a_deletion(ensure):
    deleting = {**LIVE, "updateStatus": "DELETE_IN_PROGRESS"}
    client = FakeClient("ecs", describe_capacity_providers=[found(deleting), found()])
    ensure(client, state="absent")
    assert client.writes == []


def test_a_deletion_that_fails_says_why(ensure):
    failed = {**LIVE, "updateStatus": "DELETE_FAILED", "updateStatusReason": "in use"}
    client = FakeClient(
        "ecs",
        describe_capacity_providers=[found(LIVE), found(failed)],
        delete_capacity_provider={"capacityProvider": LIVE},
    )
    with pytest.raises(wait.WaitFailed, match="in use"):
        ensure(client, state="absent")


def test_absent_already(ensure):
    client = FakeClient("ecs", describe_capacity_providers=found())
    assert not ensure(client, state="absent").is_changed
