from __future__ import annotations

import json

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy import (
    api,
    appspec,
    config,
    deployment,
    follow,
    group,
    live,
)
from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy.seen import Seen
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition/gateway:2"
PARAMS = {
    "container_name": "gateway",
    "container_port": 8787,
    "platform_version": None,
    "network_configuration": {"subnets": ["b", "a"], "security_groups": ["sg"], "assign_public_ip": False},
    "capacity_provider_strategy": [{"capacity_provider": "cp", "weight": 1, "base": None}],
}
TASK_SET = {
    "status": "PRIMARY",
    "taskDefinition": ARN,
    "loadBalancers": [{"targetGroupArn": "tg", "containerName": "gateway", "containerPort": 8787}],
    "networkConfiguration": {
        "awsvpcConfiguration": {"subnets": ["a", "b"], "securityGroups": ["sg"], "assignPublicIp": "DISABLED"}
    },
    "capacityProviderStrategy": [{"capacityProvider": "cp", "weight": 1, "base": 0}],
}


def test_a_task_set_that_is_as_wanted_differs_in_nothing():
    spec = appspec.wanted(PARAMS, ARN)
    assert appspec.differs(appspec.of_task_set(TASK_SET), spec) == []
    other = appspec.wanted({**PARAMS, "container_port": 8788}, ARN.replace(":2", ":3"))
    assert appspec.differs(appspec.of_task_set(TASK_SET), other) == ["task_definition", "container_port"]
    # What is not asked for stays as it is.
    bare = appspec.wanted({**PARAMS, "network_configuration": None, "capacity_provider_strategy": None}, ARN)
    assert appspec.differs(appspec.of_task_set(TASK_SET), bare) == []


def test_the_order_of_capacity_providers_says_nothing():
    items = [{"capacity_provider": name, "weight": 1, "base": None} for name in ("FARGATE_SPOT", "FARGATE")]
    wanted = appspec.wanted({**PARAMS, "capacity_provider_strategy": items}, ARN)
    live = [{"capacityProvider": name, "weight": 1, "base": 0} for name in ("FARGATE", "FARGATE_SPOT")]
    assert appspec.differs(appspec.of_task_set({**TASK_SET, "capacityProviderStrategy": live}), wanted) == []


def test_the_document():
    spec = appspec.wanted({**PARAMS, "platform_version": "1.4.0"}, ARN)
    document = json.loads(appspec.content(spec, {"AfterAllowTraffic": "b", "BeforeInstall": "a"}))
    (resource,) = document["Resources"]
    assert document["version"] == 0.0
    assert document["Hooks"] == [{"BeforeInstall": "a"}, {"AfterAllowTraffic": "b"}]
    assert resource["TargetService"] == {
        "Type": "AWS::ECS::Service",
        "Properties": {
            "TaskDefinition": ARN,
            "LoadBalancerInfo": {"ContainerName": "gateway", "ContainerPort": 8787},
            "PlatformVersion": "1.4.0",
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {"Subnets": ["a", "b"], "SecurityGroups": ["sg"], "AssignPublicIp": "DISABLED"}
            },
            "CapacityProviderStrategy": [{"CapacityProvider": "cp", "Weight": 1, "Base": 0}],
        },
    }
    made = {"revision": appspec.revision(json.dumps(document))}
    assert appspec.task_definition_of(made) == ARN
    assert appspec.task_definition_of({"revision": {"revisionType": "S3"}}) is None


@pytest.mark.parametrize(
    "change, hooks, message",
    [
        ({}, {"Install": "x"}, "no hook for Install"),
        ({"network_configuration": {"subnets": []}}, {}, "at least one subnet"),
        ({"task_definition": "gateway"}, {}, "no active task definition gateway"),
    ],
)
def test_what_codedeploy_would_refuse_later(change, hooks, message):
    with pytest.raises(GatewayError, match=message):
        appspec.check({**appspec.wanted(PARAMS, ARN), **change}, hooks)


def test_the_events_are_those_that_are_hookable_and_three_more():
    assert set(appspec.EVENTS) - set(appspec.HOOK_EVENTS) == {"Install", "AllowTestTraffic", "AllowTraffic"}


@pytest.mark.parametrize(
    "routing",
    [
        {"type": "all_at_once"},
        {"type": "canary", "percentage": 10, "interval": 5},
        {"type": "linear", "percentage": 25, "interval": 1},
    ],
)
def test_routings_there_and_back(routing):
    assert config.from_api({"trafficRoutingConfig": config.to_api(routing)}) == routing


def test_names_of_aws_are_not_made(monkeypatch):
    spec = argument_spec("codedeploy_deployment_config", monkeypatch)
    module = FakeModule(spec, {"codedeploy": None}, name="CodeDeployDefault.Mine", type="all_at_once")
    with pytest.raises(GatewayError, match="belongs to AWS"):
        config.ensure(module)


GROUP = {
    **group.DEFAULTS,
    "service_role_arn": "arn:aws:iam::123456789012:role/codedeploy",
    "cluster": "c",
    "service": "gateway",
    "target_groups": ["blue", "green"],
    "production_listener_arn": "listener",
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"test_listener_arn": "test", "termination_wait_minutes": 5, "ready_wait_minutes": 60},
        {"auto_rollback_events": [], "alarms": ["a", "b"], "ignore_poll_alarm_failure": True},
    ],
)
def test_groups_there_and_back(changes):
    fields = {**GROUP, **changes}
    assert group.view(group.to_api(fields)) == fields


@pytest.mark.parametrize(
    "info, events, wait_until, expected",
    [
        ({"status": "Succeeded"}, {}, "stable", True),
        ({"status": "Failed"}, {}, "AfterAllowTraffic", True),
        ({"status": "InProgress"}, {}, "stable", False),
        ({"status": "InProgress", "instanceTerminationWaitTimeStarted": True}, {}, "stable", False),
        ({"status": "InProgress", "instanceTerminationWaitTimeStarted": True}, {}, "deployed", True),
        ({"status": "InProgress", "instanceTerminationWaitTimeStarted": True}, {}, "paused", True),
        ({"status": "Ready"}, {}, "paused", True),
        ({"status": "Ready"}, {}, "deployed", False),
        ({"status": "InProgress"}, {"AllowTraffic": "Pending"}, "AllowTraffic", False),
        ({"status": "InProgress"}, {"AllowTraffic": "InProgress"}, "AllowTraffic", True),
        ({"status": "InProgress"}, {"AllowTraffic": "Succeeded"}, "AllowTraffic", True),
    ],
)
def test_where_a_deployment_has_come(info, events, wait_until, expected):
    target = {"lifecycleEvents": [{"lifecycleEventName": name, "status": status} for name, status in events.items()]}
    assert follow.is_there(Seen(info, target), wait_until) is expected


def test_a_deployment_that_ends_before_our_word_is_no_failure():
    client = FakeClient(
        "codedeploy", stop_deployment=client_error(api.ENDED), continue_deployment=client_error(api.ENDED)
    )
    api.stop_deployment(client, "d-1", True)
    api.continue_deployment(client, "d-1", "READY_WAIT")
    assert client.writes == ["stop_deployment", "continue_deployment"]


def test_the_plan_of_a_stack_that_is_not_there_yet(monkeypatch):
    """The service will begin with what is wanted, so there is nothing to deploy."""
    client = FakeClient("codedeploy", get_deployment_group=client_error(api.NO_APPLICATION))
    spec = argument_spec("codedeploy_deployment", monkeypatch)
    module = FakeModule(
        spec,
        {"codedeploy": client},
        True,
        application="a",
        deployment_group="g",
        task_definition=KNOWN_AFTER_APPLY,
        container_name="gateway",
        container_port=8787,
    )
    outcome = deployment.ensure(module)
    assert isinstance(outcome, Outcome)
    assert not outcome.is_changed
    assert client.writes == []


def test_how_far_a_deployment_is_told():
    sets = [
        {
            "taskSetLabel": label,
            "trafficWeight": weight,
            "desiredCount": 2,
            "runningCount": 2,
            "pendingCount": 0,
        }
        for label, weight in (("Blue", 90.0), ("Green", 10.0))
    ]
    events = [{"lifecycleEventName": "AllowTraffic", "status": "InProgress"}]
    target = {"targetId": "c:gateway", "lifecycleEvents": events, "taskSetsInfo": sets}
    assert live.facts(Seen({"deploymentId": "d-1", "status": "InProgress"}, target)) == {
        "service": "gateway",
        "deployment": "d-1",
        "status": "IN_PROGRESS",
        "stage": "AllowTraffic",
        "production": {"new": 10.0, "old": 90.0},
        "new": {"desired": 2, "running": 2, "pending": 0},
        "old": {"running": 2},
    }
    created = {"deploymentId": "d-1", "status": "Created", "deploymentGroupName": "gateway"}
    assert live.facts(Seen(created)) == {"service": "gateway", "deployment": "d-1", "status": "Created"}


def test_the_lines_are_written_once_each(tmp_path):
    path = tmp_path / "progress"
    path.touch()
    module = type("Module", (), {"params": {"progress_file": str(path)}})()
    with live.watched(module, "d-1", FakeTime().clock) as (clock, tell):
        for status in ("Created", "Created", "Succeeded"):
            tell(Seen({"deploymentId": "d-1", "status": status, "deploymentGroupName": "gateway"}))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["facts"]["status"] for line in lines if "facts" in line] == ["Created", "Succeeded"]
    assert "pid" in lines[0]
