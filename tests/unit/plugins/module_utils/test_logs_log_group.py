from __future__ import annotations

import re

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._logs import log_group
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    SESSION,
    FakeClient,
    FakeModule,
    argument_spec,
)

NAME = "/ecs/portkey/dev/gateway"
ARN = f"arn:aws:logs:us-east-1:123456789012:log-group:{NAME}"
LIVE = {"logGroupName": NAME, "arn": f"{ARN}:*", "logGroupArn": ARN, "retentionInDays": 14, "creationTime": 1}
# AWS finds groups by the beginning of their name.
OTHER = {"logGroupName": f"{NAME}-old", "arn": f"{ARN}-old:*"}


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("logs_log_group", monkeypatch)

    def ensure_(client, check_mode=False, **options):
        return log_group.ensure(FakeModule(spec, {"logs": client}, check_mode, name=NAME, **options))

    return ensure_


def logs(*groups, tags=None, **script):
    return FakeClient(
        "logs", describe_log_groups={"logGroups": list(groups)}, list_tags_for_resource={"tags": tags or {}}, **script
    )


def test_a_new_group(ensure):
    answers = [{"logGroups": [OTHER]}, {"logGroups": [OTHER, LIVE]}]
    client = FakeClient("logs", describe_log_groups=answers, create_log_group={}, put_retention_policy={})
    outcome = ensure(client, retention_in_days=14, tags={"a": 1})
    assert client.sent("create_log_group") == [{"logGroupName": NAME, "tags": {"a": "1"}}]
    assert client.sent("put_retention_policy") == [{"logGroupName": NAME, "retentionInDays": 14}]
    assert outcome.is_changed and outcome.before is None
    assert outcome.after == {"name": NAME, "retention_in_days": 14, "kms_key_id": "", "tags": {"a": "1"}}
    assert outcome.result["log_group"]["arn"] == ARN


def test_a_new_group_in_check_mode(ensure):
    client = logs()
    outcome = ensure(client, check_mode=True, retention_in_days=14)
    assert (outcome.is_changed, client.writes) == (True, [])
    assert outcome.result["log_group"]["arn"] == KNOWN_AFTER_APPLY


def test_nothing_to_do(ensure):
    client = logs(LIVE, tags={"a": "1"})
    assert not ensure(client, retention_in_days=14, tags={"a": "1"}).is_changed
    assert not ensure(client).is_changed
    assert client.writes == []
    assert client.sent("list_tags_for_resource")[0] == {"resourceArn": ARN}


@pytest.mark.parametrize(
    "live, options, call, parameters",
    [
        ({}, {"retention_in_days": 7}, "put_retention_policy", {"logGroupName": NAME, "retentionInDays": 7}),
        ({}, {"retention_in_days": 0}, "delete_retention_policy", {"logGroupName": NAME}),
        ({}, {"kms_key_id": "arn:key"}, "associate_kms_key", {"logGroupName": NAME, "kmsKeyId": "arn:key"}),
        ({"kmsKeyId": "arn:key"}, {"kms_key_id": ""}, "disassociate_kms_key", {"logGroupName": NAME}),
        ({}, {"tags": {"b": "2"}, "purge_tags": False}, "tag_resource", {"resourceArn": ARN, "tags": {"b": "2"}}),
        ({}, {"tags": {}}, "untag_resource", {"resourceArn": ARN, "tagKeys": ["a"]}),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_a_change_writes_what_differs_and_in_check_mode_nothing(ensure, live, options, call, parameters, check_mode):
    client = logs({**LIVE, **live}, tags={"a": "1"}, **{call: {}})
    outcome = ensure(client, check_mode=check_mode, **options)
    assert outcome.is_changed
    assert client.writes == ([] if check_mode else [call])
    assert client.sent(call) == ([] if check_mode else [parameters])


@pytest.mark.parametrize("check_mode", [True, False])
def test_removal(ensure, check_mode):
    client = logs(LIVE, delete_log_group={})
    outcome = ensure(client, check_mode=check_mode, state="absent")
    assert (outcome.is_changed, outcome.after) == (True, None)
    assert client.sent("delete_log_group") == ([] if check_mode else [{"logGroupName": NAME}])
    assert not ensure(logs(OTHER), state="absent").is_changed


def test_the_days_are_those_that_aws_takes():
    shape = SESSION.get_service_model("logs").operation_model("PutRetentionPolicy").input_shape
    named = {int(number) for number in re.findall(r"\d+", shape.members["retentionInDays"].documentation)}
    assert set(log_group.RETENTION_DAYS[1:]) <= named
