"""Autoscaling suspended for a while: whatever happens in between, it ends as it was before."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._applicationautoscaling import suspension, target
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
)

RESOURCE = "service/dev/gateway"
NAME = {"ServiceNamespace": "ecs", "ResourceId": RESOURCE, "ScalableDimension": "ecs:service:DesiredCount"}
ARN = "arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/0abc"
IN, OUT, SCHEDULED = "DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"
ALL = {IN: True, OUT: True, SCHEDULED: True}
NONE = {IN: False, OUT: False, SCHEDULED: False}


class Scaler:
    """One scalable target that remembers what it is told."""

    def __init__(self, state=None, tags=None):
        self.state, self.tags = state or NONE, tags or {}
        self.client = FakeClient(
            "application-autoscaling",
            describe_scalable_targets=lambda **_call: {"ScalableTargets": [self.described]},
            list_tags_for_resource=lambda **_call: {"Tags": self.tags},
            register_scalable_target=self._register,
            tag_resource=self._tag,
            untag_resource=self._untag,
        )

    @property
    def described(self):
        return {**NAME, "ScalableTargetARN": ARN, "MinCapacity": 1, "MaxCapacity": 3, "SuspendedState": self.state}

    def _register(self, SuspendedState, **_name):
        self.state = {**self.state, **SuspendedState}
        return {}

    def _tag(self, Tags, **_arn):
        self.tags = {**self.tags, **Tags}
        return {}

    def _untag(self, TagKeys, **_arn):
        self.tags = {key: value for key, value in self.tags.items() if key not in TagKeys}
        return {}


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("application_autoscaling_suspension", monkeypatch)

    def ensure_(client, state, check_mode=False):
        clients = {"application-autoscaling": client}
        return suspension.ensure(FakeModule(spec, clients, check_mode, state=state, resource_ids=[RESOURCE]))

    return ensure_


@pytest.mark.parametrize("before", [NONE, {**NONE, IN: True}, ALL])
def test_there_and_back(ensure, before):
    scaler = Scaler(before, {"Project": "portkey"})
    suspended = ensure(scaler.client, "suspended")
    assert scaler.state == ALL
    assert suspended.is_changed is (before != ALL)
    assert not ensure(scaler.client, "suspended").is_changed
    resumed = ensure(scaler.client, "resumed")
    assert scaler.state == before
    assert resumed.is_changed is (before != ALL)
    assert scaler.tags == {"Project": "portkey"}
    assert not ensure(scaler.client, "resumed").is_changed


def test_the_note_comes_before_the_suspension(ensure):
    scaler = Scaler()
    ensure(scaler.client, "suspended")
    assert scaler.client.writes == ["tag_resource", "register_scalable_target"]
    assert scaler.client.sent("register_scalable_target") == [{**NAME, "SuspendedState": ALL}]


def test_what_somebody_else_suspended_stays_so(ensure):
    scaler = Scaler(ALL)
    assert not ensure(scaler.client, "resumed").is_changed
    assert scaler.client.writes == []


def test_check_mode_writes_nothing(ensure):
    scaler = Scaler()
    assert ensure(scaler.client, "suspended", check_mode=True).is_changed
    noted = Scaler(ALL, {suspension.TAG: "nothing"})
    assert ensure(noted.client, "resumed", check_mode=True).is_changed
    assert scaler.client.writes == noted.client.writes == []


def test_a_service_that_does_not_scale_is_passed_over(ensure):
    client = FakeClient("application-autoscaling", describe_scalable_targets={"ScalableTargets": []})
    outcome = ensure(client, "suspended")
    assert not outcome.is_changed
    assert outcome.result["scalable_targets"] == {}


@pytest.mark.parametrize(
    "tags, purge_tags, left",
    [({"Project": "portkey"}, True, NONE), ({"Project": "portkey"}, False, ALL), (None, True, ALL)],
)
def test_what_a_killed_run_left_is_put_right_with_the_tags(monkeypatch, tags, purge_tags, left):
    """The role sets all tags of the target. Who sets none leaves the suspension to the run that is at work."""
    scaler = Scaler(ALL, {suspension.TAG: "nothing", "Project": "portkey"})
    spec = argument_spec("application_autoscaling_target", monkeypatch)
    options = {"resource_id": RESOURCE, "min_capacity": 1, "purge_tags": purge_tags}
    options |= {} if tags is None else {"tags": tags}
    module = FakeModule(spec, {"application-autoscaling": scaler.client}, **options)
    outcome = target.ensure(module, FakeTime().clock)
    assert scaler.state == left
    assert outcome.is_changed is (left == NONE)
