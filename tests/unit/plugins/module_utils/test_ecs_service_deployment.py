from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service_deployment
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
)
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.ecs_answers import (
    CLUSTER,
    DEPLOYMENT,
    deployment,
    rollout,
    service,
)


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("ecs_service_deployment", monkeypatch)

    def ensure_(client, check_mode=False, **options):
        options = {"cluster": CLUSTER, "services": ["gateway"], **options}
        module = FakeModule(spec, {"ecs": client}, check_mode, **options)
        return service_deployment.ensure(module, FakeTime().clock)

    return ensure_


def scripted(*statuses, stage=None):
    return FakeClient(
        "ecs",
        describe_services={"services": [service()]},
        describe_service_deployments=[
            {"serviceDeployments": [deployment(status, lifecycleStage=stage or "SCALE_UP")]} for status in statuses
        ],
        list_tasks={"taskArns": []},
    )


def test_it_waits_for_the_end_and_changes_nothing(ensure):
    client = scripted("PENDING", "IN_PROGRESS", "SUCCESSFUL")
    outcome = ensure(client)
    assert not outcome.is_changed
    assert client.writes == []
    found = outcome.result["deployments"][0]
    assert (found["service"], found["status"]) == ("gateway", "SUCCESSFUL")
    assert found["deployment"]["service_deployment_arn"] == f"{DEPLOYMENT}/1"


def test_it_waits_for_a_stage(ensure):
    outcome = ensure(scripted("IN_PROGRESS", stage="BAKE_TIME"), wait_until="POST_TEST_TRAFFIC_SHIFT")
    assert outcome.result["deployments"][0]["stage"] == "BAKE_TIME"


def test_a_deployment_that_had_failed_before_fails(ensure):
    with pytest.raises(WaitFailed, match="service gateway failed"):
        ensure(scripted("ROLLBACK_SUCCESSFUL"))


def test_names_are_looked_at_once(ensure):
    client = scripted("SUCCESSFUL")
    assert len(ensure(client, services=["gateway", "gateway"]).result["deployments"]) == 1


def test_check_mode_waits_for_nothing(ensure):
    client = scripted("IN_PROGRESS")
    outcome = ensure(client, check_mode=True, services=["gateway", "new-one", KNOWN_AFTER_APPLY])
    assert [found["status"] for found in outcome.result["deployments"]] == ["IN_PROGRESS"]
    assert client.sent("describe_services")[0]["services"] == ["gateway", "new-one"]
    assert ensure(FakeClient("ecs"), check_mode=True, cluster=KNOWN_AFTER_APPLY).result["deployments"] == []


@pytest.fixture
def info(monkeypatch):
    spec = argument_spec("ecs_service_deployment_info", monkeypatch)

    def info_(client, **options):
        options = {"cluster": CLUSTER, "service": "gateway", **options}
        return service_deployment.info(FakeModule(spec, {"ecs": client}, False, **options)).result

    return info_


@pytest.mark.parametrize(
    "options, numbers",
    [
        ({}, [3, 2, 1]),
        ({"limit": 1}, [3]),
        ({"status": ["SUCCESSFUL"]}, [3, 1]),
        ({"status": ["PENDING"]}, []),
    ],
)
def test_info(info, options, numbers):
    every = [
        deployment(number=1, created=1),
        deployment("ROLLBACK_SUCCESSFUL", number=2, created=2),
        deployment(number=3, created=3),
    ]
    client = FakeClient(
        "ecs",
        list_service_deployments={"serviceDeployments": every},
        describe_service_deployments=lambda serviceDeploymentArns: {
            "serviceDeployments": [item for item in every if item["serviceDeploymentArn"] in serviceDeploymentArns]
        },
    )
    found = info(client, **options)
    assert [int(item["service_deployment_arn"][-1]) for item in found["service_deployments"]] == numbers
    assert "service_revisions" not in found


def test_info_with_revisions(info):
    client = FakeClient(
        "ecs",
        list_service_deployments={"serviceDeployments": [deployment(number=1), deployment(number=2)]},
        describe_service_deployments={"serviceDeployments": [deployment(number=1), deployment(number=2)]},
        describe_service_revisions={"serviceRevisions": [{"serviceRevisionArn": "revision", "taskDefinition": "t:1"}]},
    )
    found = info(client, include_revisions=True)
    assert found["service_revisions"] == [{"service_revision_arn": "revision", "task_definition": "t:1"}]
    assert client.sent("describe_service_revisions") == [{"serviceRevisionArns": ["revision"]}]


def test_a_service_that_is_starting(ensure):
    client = FakeClient(
        "ecs",
        describe_services=[
            {"services": [service(deployments=[rollout("IN_PROGRESS", running=0)], currentServiceDeployment=None)]},
            {"services": [service()]},
        ],
        list_service_deployments={"serviceDeployments": []},
        describe_service_deployments={"serviceDeployments": [deployment()]},
    )
    assert ensure(client).result["deployments"][0]["status"] == "SUCCESSFUL"
