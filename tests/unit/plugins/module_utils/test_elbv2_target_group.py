from __future__ import annotations

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.target_group import ensure_absent, ensure_present
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeTime,
    client_error,
)
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.elbv2_fakes import (
    BLUE,
    OWN_TAGS,
    group,
    not_found,
    params,
    tags_answer,
)

NAME = "portkey-dev-default-blue"
HEALTH_CHECK = {
    "protocol": "TCP",
    "port": "traffic-port",
    "interval_seconds": 30,
    "timeout_seconds": 10,
    "healthy_threshold_count": 2,
    "unhealthy_threshold_count": 3,
}
SAME = {
    "name": NAME,
    "target_type": "ip",
    "protocol": "TCP",
    "port": 8787,
    "vpc_id": "vpc-1",
    "health_check": HEALTH_CHECK,
    "attributes": {"deregistration_delay.timeout_seconds": 60},
    "tags": OWN_TAGS,
}
DONE = dict.fromkeys(["modify_target_group", "modify_target_group_attributes", "add_tags", "delete_target_group"], {})


def client(*described, **script):
    answers = [{"TargetGroups": [item]} if item else not_found("TargetGroup") for item in described]
    attributes = [
        {"Key": "deregistration_delay.timeout_seconds", "Value": "60"},
        {"Key": "stickiness.enabled", "Value": "false"},
    ]
    return FakeClient(
        "elbv2",
        **{
            "describe_target_groups": answers,
            "describe_target_group_attributes": {"Attributes": attributes},
            "describe_tags": tags_answer(),
            "create_target_group": {"TargetGroups": [group()]},
            **DONE,
            **script,
        },
    )


def present(monkeypatch, aws, check_mode=False, **options):
    return ensure_present(aws, params(monkeypatch, "elbv2_target_group", **options), check_mode)


@pytest.mark.parametrize("options", [SAME, {"name": NAME}, {**SAME, "health_check": {"protocol": "TCP"}}])
def test_what_is_right_is_left_alone(monkeypatch, options):
    aws = client(group())
    outcome = present(monkeypatch, aws, **options)
    assert (outcome.is_changed, aws.writes) == (False, [])
    assert outcome.result["target_group"]["target_group_arn"] == BLUE


CHANGES = [
    (
        {"health_check": {**HEALTH_CHECK, "interval_seconds": 10, "timeout_seconds": 5}},
        "modify_target_group",
        {"HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 5},
    ),
    (
        {"health_check": {"protocol": "HTTP", "path": "/v1/health", "matcher": "200"}},
        "modify_target_group",
        {"HealthCheckProtocol": "HTTP", "HealthCheckPath": "/v1/health", "Matcher": {"HttpCode": "200"}},
    ),
    (
        {"attributes": {"deregistration_delay.timeout_seconds": "30", "stickiness.enabled": False}},
        "modify_target_group_attributes",
        {"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]},
    ),
]


@pytest.mark.parametrize("option, call, sent", CHANGES)
def test_only_what_differs_is_sent(monkeypatch, option, call, sent):
    aws = client(group())
    assert present(monkeypatch, aws, **{**SAME, **option}).is_changed
    assert aws.writes == [call]
    assert aws.sent(call) == [{"TargetGroupArn": BLUE, **sent}]


@pytest.mark.parametrize("option, _call, _sent", CHANGES)
def test_check_mode_shows_the_same_change_and_writes_nothing(monkeypatch, option, _call, _sent):
    planned = present(monkeypatch, aws := client(group()), check_mode=True, **{**SAME, **option})
    done = present(monkeypatch, client(group()), **{**SAME, **option})
    assert aws.writes == []
    assert (planned.before, planned.after) == (done.before, done.after)


def test_creation(monkeypatch):
    aws = client(None, group())
    outcome = present(monkeypatch, aws, **SAME)
    assert aws.writes == ["create_target_group", "modify_target_group_attributes"]
    sent = aws.sent("create_target_group")[0]
    assert (sent["Name"], sent["TargetType"], sent["Protocol"], sent["Port"]) == (NAME, "ip", "TCP", 8787)
    assert (sent["HealthCheckProtocol"], sent["HealthCheckTimeoutSeconds"]) == ("TCP", 10)
    assert outcome.before is None


def test_creation_in_check_mode(monkeypatch):
    aws = client(None)
    outcome = present(monkeypatch, aws, check_mode=True, **{**SAME, "vpc_id": KNOWN_AFTER_APPLY})
    assert (outcome.is_changed, aws.writes) == (True, [])
    assert outcome.result["target_group"]["target_group_arn"] == KNOWN_AFTER_APPLY


def test_what_creation_needs(monkeypatch):
    with pytest.raises(GatewayError, match="without protocol, port, vpc_id"):
        present(monkeypatch, client(None), name=NAME)


@pytest.mark.parametrize(
    "option", [{"protocol": "HTTP"}, {"port": 9000}, {"vpc_id": "vpc-2"}, {"target_type": "instance"}]
)
def test_what_aws_never_changes_is_refused(monkeypatch, option):
    aws = client(group())
    with pytest.raises(GatewayError, match=next(iter(option))):
        present(monkeypatch, aws, **{**SAME, **option})
    assert aws.writes == []


def test_a_vpc_that_is_not_there_yet_is_not_refused_in_check_mode(monkeypatch):
    outcome = present(monkeypatch, client(group()), check_mode=True, **{**SAME, "vpc_id": KNOWN_AFTER_APPLY})
    assert outcome.after["vpc_id"] == KNOWN_AFTER_APPLY


def test_the_port_is_ecs_business_after_the_creation(monkeypatch):
    aws = client(group())
    outcome = present(monkeypatch, aws, **{**SAME, "port": 9000, "port_owner": "ecs"})
    assert (outcome.is_changed, aws.writes) == (False, [])


def test_names_are_checked(monkeypatch):
    with pytest.raises(GatewayError, match="33 characters; AWS allows 32"):
        present(monkeypatch, client(None), **{**SAME, "name": "a" * 33})


def absent(monkeypatch, aws, check_mode=False, time=None, **options):
    options = params(monkeypatch, "elbv2_target_group", name=NAME, state="absent", **options)
    return ensure_absent(aws, options, check_mode, (time or FakeTime()).clock)


@pytest.mark.parametrize(
    "described, check_mode, changed, writes",
    [
        (None, False, False, []),
        (group(), True, True, []),
        (group(), False, True, ["delete_target_group"]),
    ],
)
def test_deletion(monkeypatch, described, check_mode, changed, writes):
    aws = client(described)
    assert (absent(monkeypatch, aws, check_mode).is_changed, aws.writes) == (changed, writes)


IN_USE = client_error("ResourceInUse", "Target group 'x' is currently in use by a listener or a rule")


def test_deletion_waits_for_a_listener_that_is_going(monkeypatch):
    time = FakeTime()
    absent(monkeypatch, client(group(), delete_target_group=[IN_USE, IN_USE, {}]), time=time)
    assert 0 < time.seconds < 5


def test_deletion_gives_up_and_says_why(monkeypatch):
    with pytest.raises(WaitTimedOut, match="currently in use"):
        absent(monkeypatch, client(group(), delete_target_group=IN_USE), wait_timeout=5)


def test_deletion_without_waiting_fails_at_once(monkeypatch):
    time = FakeTime()
    with pytest.raises(AnsibleAWSError, match="currently in use"):
        absent(monkeypatch, client(group(), delete_target_group=IN_USE), time=time, wait=False)
    assert time.seconds == 0
