"""The status of services: read with few calls, judged, and told as a table."""

from __future__ import annotations

import json

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._status import gather
from ansible_collections.portkey.gateway.plugins.module_utils._status.lines import lines
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils import ecs_answers as ecs
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    argument_spec,
)

ARN = "arn:aws:ecs:us-east-1:123456789012"
BLUE, GREEN = (
    f"arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/portkey-{colour}/1"
    for colour in ("blue", "green")
)
OLD, NEW = (f"{ARN}:service-revision/dev/gateway/{number}" for number in (1, 2))


def task(number=1, health="HEALTHY", definition=1, **fields):
    return {
        "taskArn": f"{ARN}:task/dev/{number:032}",
        "lastStatus": "RUNNING",
        "healthStatus": health,
        "taskDefinitionArn": f"{ARN}:task-definition/portkey-gateway:{definition}",
        "availabilityZone": "us-east-1a",
        "createdAt": ecs.at(number),
        "startedAt": ecs.at(number),
        "containers": [{"name": "gateway", "image": "gateway:1"}],
        "attachments": [{"details": [{"name": "privateIPv4Address", "value": "10.0.0.7"}]}],
        **fields,
    }


def target(state="healthy", **health):
    return {"Target": {"Id": "10.0.0.7", "Port": 8787}, "TargetHealth": {"State": state, **health}}


def revision(arn, number):
    definition = f"{ARN}:task-definition/portkey-gateway:{number}"
    images = [{"containerName": "gateway", "image": f"gateway:{number}"}]
    return {"serviceRevisionArn": arn, "taskDefinition": definition, "containerImages": images}


def at_work(arn, running=1):
    return {"arn": arn, "requestedTaskCount": 1, "runningTaskCount": running, "pendingTaskCount": 0}


CANARY = {
    "serviceDeploymentArn": f"{ARN}:service-deployment/dev/gateway/abc",
    "status": "IN_PROGRESS",
    "lifecycleStage": "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "createdAt": ecs.at(5),
    "lifecycleHookDetails": [{"hookId": "ecs-pause-1", "targetType": "PAUSE", "status": "AWAITING_ACTION"}],
    "targetServiceRevision": {
        "arn": NEW,
        "requestedProductionTrafficWeight": 10.0,
        "requestedTestTrafficWeight": 100.0,
    },
    "sourceServiceRevisions": [
        {"arn": OLD, "requestedProductionTrafficWeight": 90.0, "requestedTestTrafficWeight": 0.0}
    ],
}


@pytest.fixture
def status(monkeypatch):
    spec = argument_spec("ecs_service_status_info", monkeypatch)

    def read(service, tasks=(), deployments=(), blue=(), green=(), scaling=(), codedeploy=None):
        client = FakeClient(
            "ecs",
            describe_services={"services": [service] if service else []},
            list_tasks={"taskArns": [one["taskArn"] for one in tasks]},
            describe_tasks={"tasks": list(tasks)},
            list_service_deployments={"serviceDeployments": list(deployments)},
            describe_service_deployments={"serviceDeployments": list(deployments)},
            describe_service_revisions={"serviceRevisions": [revision(OLD, 1), revision(NEW, 2)]},
            describe_task_definition=lambda taskDefinition, **_more: {
                "taskDefinition": {
                    "taskDefinitionArn": taskDefinition,
                    "containerDefinitions": [{"name": "gateway", "image": f"gateway:{taskDefinition[-1]}"}],
                }
            },
        )
        health = {BLUE: list(blue), GREEN: list(green)}
        balancing = FakeClient(
            "elbv2",
            describe_target_health=lambda TargetGroupArn: {"TargetHealthDescriptions": health[TargetGroupArn]},
        )
        auto = FakeClient("application-autoscaling", describe_scalable_targets={"ScalableTargets": list(scaling)})
        clients = {"ecs": client, "elbv2": balancing, "application-autoscaling": auto}
        place = {}
        if codedeploy:
            clients["codedeploy"] = codedeploy
            place = {"codedeploy_application": "portkey-dev", "codedeploy_deployment_group": "gateway"}
        outcome = gather.info(FakeModule(spec, clients, cluster="dev", services=["gateway"], **place))
        assert not outcome.is_changed
        assert client.writes == balancing.writes == auto.writes == []
        (facts,) = outcome.result["services"]
        assert outcome.result["healthy"] is facts["healthy"] is not bool(facts["problems"])
        return facts

    return read


def gateway(**fields):
    balancers = [{"targetGroupArn": BLUE, "advancedConfiguration": {"alternateTargetGroupArn": GREEN}}]
    definition = f"{ARN}:task-definition/portkey-gateway:1"
    given = {"taskDefinition": definition, "loadBalancers": balancers, "currentServiceRevisions": [at_work(OLD)]}
    return ecs.service(**{**given, **fields})


def test_a_service_at_work(status):
    facts = status(gateway(), [task()], blue=[target()])
    assert facts["healthy"]
    assert (facts["running"], facts["desired"], facts["images"]) == (1, 1, ["gateway:1"])
    assert facts["revisions"][0]["production_traffic"] == 100
    assert facts["tasks"][0]["address"] == "10.0.0.7"
    assert [group["healthy"] for group in facts["target_groups"]] == [1, 0]
    assert facts["deployment"] is None


def test_a_service_that_is_not_there(status):
    facts = status(None)
    assert facts["problems"] == ["the service does not exist"]
    assert lines([facts])[1].split() == ["gateway", "missing", "0/0", "-", "-", "-", "-", "-", "-"]


@pytest.mark.parametrize(
    "service, tasks, targets, problem",
    [
        (gateway(runningCount=1, desiredCount=2), [task()], [target()], "1 of 2 tasks are running"),
        (gateway(), [task(health="UNHEALTHY")], [target()], f"task {1:032} is unhealthy"),
        (gateway(), [task()], [target("initial")], "no target of portkey-blue or portkey-green is healthy"),
        (
            gateway(),
            [task()],
            [target(), target("unhealthy", Reason="Target.Timeout", Description="Request timed out")],
            "target 10.0.0.7:8787 of portkey-blue is unhealthy: Request timed out",
        ),
        (gateway(status="DRAINING"), [], [], "the service is DRAINING"),
    ],
)
def test_what_is_wrong_is_said(status, service, tasks, targets, problem):
    assert status(service, tasks, blue=targets)["problems"] == [problem]


@pytest.mark.parametrize("state", ["initial", "draining"])
def test_a_target_on_its_way_is_no_problem_beside_one_that_serves(status, state):
    assert status(gateway(), [task()], blue=[target(), target(state)])["healthy"]


def test_a_service_without_tasks_needs_no_target(status):
    assert status(gateway(desiredCount=0, runningCount=0))["healthy"]


def test_a_canary_that_waits(status):
    service = gateway(currentServiceRevisions=[at_work(OLD), at_work(NEW)])
    facts = status(service, [task(), task(2, definition=2)], [CANARY], [target()], [target()])
    assert [one["production_traffic"] for one in facts["revisions"]] == [90.0, 10.0]
    assert facts["deployment"]["waiting_hooks"] == ["ecs-pause-1"]
    told = lines([facts])
    assert told[1].split() == ["gateway", "healthy", "1/1", "2/2", "-", "1", "gateway:1", "90", "%", "0", "%"]
    assert told[2].split() == ["2", "gateway:2", "10", "%", "100", "%"]
    assert "Under way: gateway: IN_PROGRESS at PRE_PRODUCTION_TRAFFIC_SHIFT, waits for promote or rollback" in told


def test_autoscaling_and_what_of_it_is_suspended(status):
    target_ = {"ResourceId": "service/dev/gateway", "MinCapacity": 1, "MaxCapacity": 3}
    facts = status(gateway(), [task()], blue=[target()], scaling=[target_])
    assert facts["autoscaling"] == {"min_capacity": 1, "max_capacity": 3, "suspended": []}
    suspended = {**target_, "SuspendedState": {"DynamicScalingInSuspended": True, "DynamicScalingOutSuspended": False}}
    facts = status(gateway(), [task()], blue=[target()], scaling=[suspended])
    assert facts["autoscaling"]["suspended"] == ["scale in"]
    assert "1 to 3 suspended" in lines([facts])[1]


def task_set(number, status, balanced):
    return {
        "id": f"ecs-svc/{number}",
        "taskSetArn": f"{ARN}:task-set/dev/gateway/ecs-svc/{number}",
        "status": status,
        "taskDefinition": f"{ARN}:task-definition/portkey-gateway:{number}",
        "computedDesiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "createdAt": ecs.at(number),
        "loadBalancers": [{"targetGroupArn": balanced}],
    }


def by_codedeploy(number, status, **fields):
    definition = f"{ARN}:task-definition/portkey-gateway:{number}"
    document = {"Resources": [{"TargetService": {"Properties": {"TaskDefinition": definition}}}]}
    return {
        "deploymentId": f"d-{number}",
        "status": status,
        "createTime": ecs.at(number),
        "revision": {"appSpecContent": {"content": json.dumps(document)}},
        **fields,
    }


def test_task_sets_and_deployments_of_codedeploy_are_told_as_ecs_tells_its_own(status):
    sets = [task_set(1, "PRIMARY", BLUE), task_set(2, "ACTIVE", GREEN)]
    infos = [
        {"identifer": one["id"], "taskSetLabel": label, "trafficWeight": weight}
        for one, label, weight in zip(sets, ("Blue", "Green"), (90.0, 10.0), strict=True)
    ]
    events = [{"lifecycleEventName": "AllowTestTraffic", "status": "Succeeded"}]
    stopped = {"errorInformation": {"message": "stopped by somebody"}, "completeTime": ecs.at(3)}
    client = FakeClient(
        "codedeploy",
        list_deployments={"deployments": ["d-1", "d-2"]},
        batch_get_deployments={"deploymentsInfo": [by_codedeploy(1, "Stopped", **stopped), by_codedeploy(2, "Ready")]},
        list_deployment_targets={"targetIds": ["dev:gateway"]},
        get_deployment_target={"deploymentTarget": {"ecsTarget": {"taskSetsInfo": infos, "lifecycleEvents": events}}},
    )
    found = gateway(deploymentController={"type": "CODE_DEPLOY"}, taskSets=sets, loadBalancers=[])
    facts = status(found, [task()], blue=[target()], green=[target()], codedeploy=client)
    assert [name for name in client.writes if not name.startswith("batch_get")] == []
    assert [(one["task_definition"], one["production_traffic"], one["test_traffic"]) for one in facts["revisions"]] == [
        ("portkey-gateway:2", 10, 100),
        ("portkey-gateway:1", 90, 0),
    ]
    # The one that is coming is what the service is to have.
    assert facts["images"] == ["gateway:2"]
    assert [(one["id"], one["status"], one["images"]) for one in facts["deployments"]] == [
        ("d-2", "IN_PROGRESS", ["gateway:2"]),
        ("d-1", "STOPPED", ["gateway:1"]),
    ]
    told = lines([facts])
    assert "Under way: gateway: IN_PROGRESS at READY_WAIT, waits for promote or rollback" in told
    assert len(facts["target_groups"]) == 2


def test_a_service_of_codedeploy_whose_group_is_not_named(status):
    found = gateway(deploymentController={"type": "CODE_DEPLOY"}, taskSets=[task_set(1, "PRIMARY", BLUE)])
    facts = status(found, [task()], [CANARY], [target()])
    assert facts["deployments"] == []
    assert (facts["images"], facts["revisions"][0]["production_traffic"]) == (["gateway:1"], 100)


def test_the_columns_are_aligned(status):
    told = lines([status(gateway(), [task()], [{**CANARY, "finishedAt": ecs.at(9)}], [target()])])
    for head, row in zip(told, told[1:], strict=False):
        if head.startswith(("SERVICE ", "TASK ", "DEPLOYMENT ")):
            starts = [place for place, letter in enumerate(head) if letter != " " and head[place - 2 : place] == "  "]
            assert all(row[place - 1] == " " != row[place] for place in starts)
    assert "2026-01-01 00:05:00Z  2026-01-01 00:09:00Z" in told[-1]
