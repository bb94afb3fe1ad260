from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._lambda import archive, function
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

NAME = "portkey-dev-lifecycle-hook"
ARN = f"arn:aws:lambda:us-east-1:123456789012:function:{NAME}"
ROLE = "arn:aws:iam::123456789012:role/hook"
ABSENT = client_error("ResourceNotFoundException", f"Function not found: {ARN}")
NOT_ASSUMABLE = client_error(
    "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."
)
BUSY = client_error(
    "ResourceConflictException", "The operation cannot be performed at this time. An update is in progress"
)


@pytest.fixture
def sources(tmp_path):
    file = tmp_path / "hook.py"
    file.write_text("def handler(event, context):\n    return 1\n", encoding="utf-8")
    return [str(file)]


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("lambda_function", monkeypatch)
    clock = FakeTime().clock
    for name in ("poll", "keep_trying"):
        real = getattr(function, name)
        monkeypatch.setattr(function, name, lambda *args, _real=real, **named: _real(*args, clock=clock, **named))

    def ensure_(client, check_mode=False, **options):
        return function.ensure(FakeModule(spec, {"lambda": client}, check_mode, name=NAME, **options))

    return ensure_


def live(sources, state="Active", update="Successful", tags=None, **fields):
    configuration = {
        "FunctionName": NAME,
        "FunctionArn": ARN,
        "Role": ROLE,
        "Runtime": "python3.13",
        "Handler": "hook.handler",
        "Timeout": 30,
        "MemorySize": 128,
        "Description": "",
        "CodeSha256": archive.digest(archive.archive(sources)),
        "State": state,
        "LastUpdateStatus": update,
        **fields,
    }
    return {"Configuration": configuration, "Tags": tags or {}}


def wanted(sources, **options):
    return {"sources": sources, "role": ROLE, "runtime": "python3.13", "handler": "hook.handler", **options}


def test_a_new_function_is_tried_until_its_role_is_seen_and_waited_for(ensure, sources):
    answers = [ABSENT, live(sources, "Pending", "InProgress"), live(sources)]
    client = FakeClient("lambda", get_function=answers, create_function=[NOT_ASSUMABLE, {}])
    outcome = ensure(client, timeout=30, environment={"A": 1}, tags={"a": 1}, **wanted(sources))
    first, again = client.sent("create_function")
    assert first == again
    assert first["Code"] == {"ZipFile": archive.archive(sources)}
    assert (first["Environment"], first["Tags"]) == ({"Variables": {"A": "1"}}, {"a": "1"})
    assert outcome.is_changed and outcome.before is None
    assert outcome.after["code_sha256"] == archive.digest(archive.archive(sources))
    assert outcome.result["function"]["state"] == "Active"


def test_a_role_that_is_refused_for_another_reason_fails_at_once(ensure, sources):
    client = FakeClient(
        "lambda", get_function=ABSENT, create_function=client_error("InvalidParameterValueException", "no")
    )
    with pytest.raises(Exception, match="Failed to create the function"):
        ensure(client, **wanted(sources))
    assert len(client.sent("create_function")) == 1


def test_a_new_function_in_check_mode(ensure, sources):
    client = FakeClient("lambda", get_function=ABSENT)
    outcome = ensure(client, check_mode=True, **wanted(sources, role=KNOWN_AFTER_APPLY))
    assert (outcome.is_changed, client.writes) == (True, [])
    assert outcome.result["function"]["function_arn"] == KNOWN_AFTER_APPLY


def test_nothing_to_do(ensure, sources):
    client = FakeClient("lambda", get_function=live(sources, tags={"a": "1"}))
    assert not ensure(client, timeout=30, tags={"a": "1"}, **wanted(sources)).is_changed
    assert not ensure(client).is_changed
    assert not ensure(client, vpc_subnet_ids=[], vpc_security_group_ids=[], environment={}).is_changed
    assert client.writes == []


def test_only_what_differs_is_changed_and_lambda_is_given_time(ensure, sources):
    client = FakeClient(
        "lambda",
        get_function=live(sources, CodeSha256="old"),
        update_function_configuration=[BUSY, {}],
        update_function_code={},
    )
    outcome = ensure(client, timeout=60, memory_size=128, **wanted(sources))
    assert client.sent("update_function_configuration")[-1] == {"FunctionName": NAME, "Timeout": 60}
    assert client.sent("update_function_code") == [{"FunctionName": NAME, "ZipFile": archive.archive(sources)}]
    assert outcome.before["timeout"] == 30 and outcome.after["timeout"] == 60


def test_subnets_and_groups_are_sets_and_go_together(ensure, sources):
    vpc = {"SubnetIds": ["subnet-2", "subnet-1"], "SecurityGroupIds": ["sg-1"], "VpcId": "vpc-1"}
    client = FakeClient("lambda", get_function=live(sources, VpcConfig=vpc), update_function_configuration={})
    assert not ensure(client, vpc_subnet_ids=["subnet-1", "subnet-2"], vpc_security_group_ids=["sg-1"]).is_changed
    ensure(client, vpc_subnet_ids=["subnet-1", "subnet-2"], vpc_security_group_ids=["sg-2"])
    assert client.sent("update_function_configuration") == [
        {"FunctionName": NAME, "VpcConfig": {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-2"]}}
    ]


def test_changes_in_check_mode(ensure, sources):
    client = FakeClient("lambda", get_function=live(sources, CodeSha256="old"))
    assert ensure(client, check_mode=True, tags={"a": 1}, **wanted(sources)).is_changed
    assert client.writes == []


def test_a_function_that_failed_is_not_waited_for(ensure, sources):
    failed = live(sources, "Failed", StateReason="the subnet has no free address")
    client = FakeClient("lambda", get_function=failed)
    with pytest.raises(WaitFailed, match="no free address"):
        ensure(client)


def test_without_its_code_a_function_cannot_be_made(ensure):
    client = FakeClient("lambda", get_function=ABSENT)
    with pytest.raises(function.GatewayError, match="role, runtime, handler, sources"):
        ensure(client)


def test_absent(ensure, sources):
    client = FakeClient("lambda", get_function=[live(sources), live(sources), ABSENT], delete_function={})
    assert ensure(client, check_mode=True, state="absent").is_changed
    assert client.writes == []
    outcome = ensure(client, state="absent")
    assert client.sent("delete_function") == [{"FunctionName": NAME}]
    assert outcome.before["name"] == NAME and outcome.after is None
    assert not ensure(client, state="absent").is_changed
