"""A command in a task of its own."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import task
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils import ecs_answers as ecs
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
)

ARN = f"arn:aws:ecs:{ecs.ACCOUNT}:task/{ecs.CLUSTER}/0123456789abcdef"
NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}}
PROVIDERS = [{"capacityProvider": "capacity", "weight": 1}]
LOGGING = {
    "logDriver": "awslogs",
    "options": {"awslogs-group": "/ecs/gateway", "awslogs-stream-prefix": "gateway-service"},
}
DEFINITION = {
    "taskDefinitionArn": f"{ecs.DEFINITION}:1",
    "containerDefinitions": [
        {"name": "sidecar", "essential": False},
        {"name": "gateway", "logConfiguration": LOGGING},
    ],
}


def stopped(exit_code=0, **fields):
    container = {"name": "gateway", **({} if exit_code is None else {"exitCode": exit_code})}
    given = {"taskArn": ARN, "lastStatus": "STOPPED", "startedAt": ecs.at(1), "containers": [container]}
    return {"tasks": [{**given, **fields}], "failures": []}


@pytest.fixture
def run(monkeypatch):
    spec = argument_spec("ecs_task", monkeypatch)

    def run_(*looks, check_mode=False, started=None, service=None, log=(), **options):
        service = service or ecs.service(networkConfiguration=NETWORK, capacityProviderStrategy=PROVIDERS)
        client = FakeClient(
            "ecs",
            describe_services={"services": [service]},
            describe_task_definition={"taskDefinition": DEFINITION, "tags": []},
            run_task=started or {"tasks": [{"taskArn": ARN}], "failures": []},
            describe_tasks=list(looks) or [stopped()],
        )
        logs = FakeClient("logs", get_log_events={"events": [{"message": line} for line in log]})
        wanted = {"cluster": ecs.CLUSTER, "service": "gateway", "command": ["true"], **options}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        module = FakeModule(spec, {"ecs": client, "logs": logs}, check_mode, **wanted)
        return client, lambda: task.ensure(module, FakeTime().clock)

    return run_


def test_it_is_like_those_of_the_service(run):
    client, act = run(
        {"tasks": [], "failures": [{"reason": "MISSING"}]},
        {"tasks": [{"lastStatus": "RUNNING"}]},
        stopped(),
        log=["hello", "token: hunter2"],
        tags={"Project": "portkey"},
        environment={"DEBUG": 1},
    )
    outcome = act()
    (sent,) = client.sent("run_task")
    assert sent.pop("clientToken")
    assert sent == {
        "cluster": ecs.CLUSTER,
        "taskDefinition": f"{ecs.DEFINITION}:1",
        "networkConfiguration": NETWORK,
        "capacityProviderStrategy": PROVIDERS,
        "overrides": {
            "containerOverrides": [
                {"name": "gateway", "command": ["true"], "environment": [{"name": "DEBUG", "value": "1"}]}
            ]
        },
        "startedBy": "portkey.gateway",
        "enableECSManagedTags": True,
        "tags": [{"key": "Project", "value": "portkey"}],
    }
    assert outcome.is_changed
    assert outcome.result["exit_code"] == 0
    assert outcome.result["log"] == ["hello", "token: ********"]


def test_a_service_without_capacity_providers(run):
    client, act = run(service=ecs.service(networkConfiguration=NETWORK, launchType="FARGATE"))
    act()
    assert client.sent("run_task")[0]["launchType"] == "FARGATE"


def test_a_command_line_is_taken_apart_as_a_shell_would(run):
    client, act = run(command=None, command_line="node -e 'console.log(1)'", container="sidecar")
    with pytest.raises(GatewayError):
        act()
    override = client.sent("run_task")[0]["overrides"]["containerOverrides"][0]
    assert override == {"name": "sidecar", "command": ["node", "-e", "console.log(1)"]}


def test_a_command_that_fails(run):
    reason = "Essential container in task exited"
    _client, act = run(stopped(3, stoppedReason=reason), log=["no REDIS_URL"])
    with pytest.raises(GatewayError, match="container gateway exited with code 3") as caught:
        act()
    details = caught.value.details
    assert (details["exit_code"], details["log"], details["changed"]) == (3, ["no REDIS_URL"], True)


def test_a_task_that_does_not_start_has_no_exit_code_and_no_log(run):
    reason = "CannotPullContainerError: not found"
    _client, act = run(stopped(None, stoppedReason=reason, startedAt=None), log=["not read"])
    with pytest.raises(GatewayError, match="CannotPullContainerError") as caught:
        act()
    assert (caught.value.details["exit_code"], caught.value.details["log"]) == (None, [])


def test_a_task_that_ecs_does_not_take(run):
    _client, act = run(started={"tasks": [], "failures": [{"reason": "RESOURCE:MEMORY"}]})
    with pytest.raises(GatewayError, match="RESOURCE:MEMORY"):
        act()


def test_a_task_that_does_not_end_in_time(run):
    _client, act = run({"tasks": [{"taskArn": ARN, "lastStatus": "RUNNING"}]}, wait_timeout=30)
    with pytest.raises(WaitTimedOut, match="RUNNING, and goes on") as caught:
        act()
    assert caught.value.details["task_arn"] == ARN


def test_check_mode_starts_nothing(run):
    client, act = run(check_mode=True)
    outcome = act()
    assert outcome.is_changed
    assert outcome.result["task_arn"] == KNOWN_AFTER_APPLY
    assert client.writes == []


@pytest.mark.parametrize(
    "options, message",
    [
        ({"container": "other"}, "no container other"),
        ({"service": ecs.service(status="INACTIVE")}, "no active service"),
    ],
)
def test_what_is_not_there(run, options, message):
    client, act = run(**options)
    with pytest.raises(GatewayError, match=message):
        act()
    assert client.writes == []
