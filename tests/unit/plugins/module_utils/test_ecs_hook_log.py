from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import hook_log
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.causes import Cause
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient, client_error

ARN = "arn:aws:lambda:us-east-1:123456789012:function:portkey-dev-smoke-gate:live"
FAILED = {"lifecycleHookDetails": [{"hookId": "ecs-lambda-1", "targetArn": ARN, "status": "FAILED"}]}
LINES = ("START RequestId: 1", "{}", "FAILED: chat completion: password=hunter2\n", "END RequestId: 1", "REPORT x")


def logs(lines=LINES, **changes):
    script = {
        "describe_log_streams": {"logStreams": [{"logStreamName": "2026/11/23/[$LATEST]1"}]},
        "get_log_events": {"events": [{"message": line} for line in lines]},
        **changes,
    }
    return FakeClient("logs", **script)


def test_the_functions_own_words_without_lambdas_and_masked():
    client = logs()
    words = hook_log.last_words(lambda: client, FAILED)
    assert words[0] == "{}" and words[-1].startswith("FAILED: chat completion") and "hunter2" not in words[-1]
    (asked,) = client.sent("describe_log_streams")
    assert asked["logGroupName"] == "/aws/lambda/portkey-dev-smoke-gate"


@pytest.mark.parametrize(
    "deployment",
    [
        None,
        {},
        {"lifecycleHookDetails": [{"targetArn": ARN, "status": "SUCCEEDED"}]},
        {"lifecycleHookDetails": [{"targetType": "PAUSE", "status": "FAILED"}]},
    ],
)
def test_there_is_nothing_to_read_without_a_failed_function(deployment):
    assert hook_log.last_words(lambda: pytest.fail("nothing is to be asked"), deployment) == []


def test_a_log_that_cannot_be_read_or_is_empty_says_nothing():
    refused = logs(describe_log_streams=client_error("AccessDeniedException"))
    empty = logs(describe_log_streams={"logStreams": []})
    for client in (refused, empty):
        assert hook_log.last_words(lambda client=client: client, FAILED) == []


def test_the_verdict_becomes_part_of_the_cause():
    cause = Cause("hook_failed", "It was rolled back.", "look")
    assert (
        hook_log.with_words(cause, ["a", "FAILED: b"]).evidence == "It was rolled back. The function wrote: FAILED: b"
    )
    assert hook_log.with_words(cause, []) == cause
    other = Cause("alarm", "x")
    assert hook_log.with_words(other, ["a"]) == other
