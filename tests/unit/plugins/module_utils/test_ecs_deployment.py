from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.deployment import (
    DEPLOYED,
    DEPLOYED_OR_PAUSED,
    PAUSED,
    STABLE,
    STEADY,
    Observation,
    evaluate,
    is_under_way,
    summary,
)
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.ecs_answers import (
    at,
    deployment,
    rollout,
    service,
)

WAITING_HOOK = {"hookId": "ecs-pause-1", "targetType": "PAUSE", "status": "AWAITING_ACTION"}
CANARY = {"strategy": "CANARY"}
STARTING = service(deployments=[rollout("IN_PROGRESS", running=0)])

RUNNING, DONE, FAILED = "running", "done", "failed"


def verdict(seen, wait_until):
    found = evaluate(seen, wait_until)
    assert not (found.done and found.failed)
    return DONE if found.done else FAILED if found.failed else RUNNING


@pytest.mark.parametrize(
    "the_service, the_deployment, wait_until, expected",
    [
        # The end of a deployment.
        (service(), deployment(), STABLE, DONE),
        (STARTING, deployment("PENDING"), STABLE, RUNNING),
        (STARTING, deployment("IN_PROGRESS"), STABLE, RUNNING),
        (service(), deployment("STOPPED"), STABLE, FAILED),
        (service(), deployment("ROLLBACK_SUCCESSFUL"), STABLE, FAILED),
        (service(), deployment("ROLLBACK_FAILED"), STABLE, FAILED),
        (service(), deployment("ROLLBACK_SUCCESSFUL"), DEPLOYED, FAILED),
        (service(), deployment("STATUS_OF_TOMORROW"), STABLE, RUNNING),
        # On the way back: it will fail, but has not ended.
        (service(), deployment("STOP_REQUESTED"), STABLE, RUNNING),
        (service(), deployment("ROLLBACK_REQUESTED"), STABLE, RUNNING),
        (service(), deployment("ROLLBACK_IN_PROGRESS", lifecycleStage="BAKE_TIME"), DEPLOYED, RUNNING),
        # Successful is not yet stable.
        (service(deployments=[rollout(running=0)]), deployment(), STABLE, RUNNING),
        (service(deployments=[rollout("IN_PROGRESS")]), deployment(), STABLE, RUNNING),
        (service(desiredCount=2), deployment(), STABLE, RUNNING),
        (service(deployments=[]), deployment(), STABLE, RUNNING),
        (service(deployments=[rollout(running=0)]), deployment(), DEPLOYED, DONE),
        # Stages of a deployment that shifts traffic.
        (STARTING, deployment("IN_PROGRESS", lifecycleStage="SCALE_UP"), "POST_SCALE_UP", RUNNING),
        (STARTING, deployment("IN_PROGRESS", lifecycleStage="BAKE_TIME"), "POST_SCALE_UP", DONE),
        (service(), deployment(), "POST_SCALE_UP", DONE),
        (
            STARTING,
            deployment("IN_PROGRESS", lifecycleStage="BAKE_TIME", deploymentConfiguration=CANARY),
            DEPLOYED,
            DONE,
        ),
        (
            STARTING,
            deployment("IN_PROGRESS", lifecycleStage="PRODUCTION_TRAFFIC_SHIFT", deploymentConfiguration=CANARY),
            DEPLOYED,
            RUNNING,
        ),
        (STARTING, deployment("IN_PROGRESS", lifecycleStage="CLEAN_UP"), DEPLOYED, RUNNING),
        # Pauses.
        (STARTING, deployment("IN_PROGRESS"), PAUSED, RUNNING),
        (STARTING, deployment("IN_PROGRESS", lifecycleHookDetails=[WAITING_HOOK]), PAUSED, DONE),
        (STARTING, deployment("IN_PROGRESS", lifecycleHookDetails=[WAITING_HOOK]), STABLE, RUNNING),
        (STARTING, deployment("IN_PROGRESS", lifecycleHookDetails=[{"status": "SUCCEEDED"}]), PAUSED, RUNNING),
        (service(), deployment(), PAUSED, DONE),
        (STARTING, deployment("IN_PROGRESS"), DEPLOYED_OR_PAUSED, RUNNING),
        (STARTING, deployment("IN_PROGRESS", lifecycleHookDetails=[WAITING_HOOK]), DEPLOYED_OR_PAUSED, DONE),
        (service(), deployment("ROLLBACK_SUCCESSFUL"), DEPLOYED_OR_PAUSED, FAILED),
        # Where ECS keeps no service deployment, the rollout state says it.
        (service(), None, STABLE, DONE),
        (STARTING, None, STABLE, RUNNING),
        (service(deployments=[rollout("FAILED")]), None, STABLE, FAILED),
        (service(deployments=[rollout(rolloutState="COMPLETED", running=0)]), None, STABLE, RUNNING),
        # A deployment of the past says nothing of the one that began after it.
        (
            service(deployments=[rollout("IN_PROGRESS", created=20)]),
            deployment("ROLLBACK_SUCCESSFUL", finishedAt=at(10)),
            STABLE,
            RUNNING,
        ),
        (
            service(deployments=[rollout(created=5)]),
            deployment("ROLLBACK_SUCCESSFUL", finishedAt=at(10)),
            STABLE,
            FAILED,
        ),
        # All tasks run, whatever became of the last deployment.
        (service(), deployment("ROLLBACK_SUCCESSFUL"), STEADY, DONE),
        (service(desiredCount=3), deployment("ROLLBACK_SUCCESSFUL"), STEADY, RUNNING),
        # No service at all.
        (service(status="DRAINING"), deployment(), STABLE, FAILED),
        ({}, None, STABLE, FAILED),
    ],
)
def test_evaluate(the_service, the_deployment, wait_until, expected):
    assert verdict(Observation(the_service, the_deployment), wait_until) == expected


def test_an_expected_deployment_is_waited_for():
    assert evaluate(Observation(service(), None, expected=True)) == evaluate(Observation(STARTING, None))


@pytest.mark.parametrize(
    "controller, task_sets, expected",
    [
        ("CODE_DEPLOY", [], RUNNING),
        ("CODE_DEPLOY", [{"status": "PRIMARY", "stabilityStatus": "STABILIZING"}], RUNNING),
        ("CODE_DEPLOY", [{"status": "ACTIVE", "stabilityStatus": "STEADY_STATE"}], RUNNING),
        ("CODE_DEPLOY", [{"status": "PRIMARY", "stabilityStatus": "STEADY_STATE"}], DONE),
        ("EXTERNAL", [], DONE),
        ("EXTERNAL", [{"status": "PRIMARY", "stabilityStatus": "STABILIZING"}], RUNNING),
    ],
)
def test_other_controllers_deploy_by_task_sets(controller, task_sets, expected):
    the_service = service(deploymentController={"type": controller}, taskSets=task_sets, deployments=[])
    assert verdict(Observation(the_service), STABLE) == expected


@pytest.mark.parametrize(
    "the_deployment, reason",
    [
        (deployment("STOPPED", statusReason="why", rollback={"reason": "other"}), "why"),
        (deployment("STOPPED", rollback={"reason": "other"}), "other"),
        (deployment("STOPPED"), "STOPPED"),
    ],
)
def test_a_failure_says_why(the_deployment, reason):
    assert evaluate(Observation(service(), the_deployment)).reason == reason


@pytest.mark.parametrize(
    "the_service, the_deployment, under_way",
    [
        (service(), deployment(), False),
        (service(), deployment("IN_PROGRESS"), True),
        (service(), deployment("ROLLBACK_IN_PROGRESS"), True),
        (service(), deployment("ROLLBACK_SUCCESSFUL"), False),
        (service(), None, False),
        (STARTING, None, True),
        (service(deployments=[rollout("IN_PROGRESS", created=20)]), deployment(finishedAt=at(10)), True),
    ],
)
def test_is_under_way(the_service, the_deployment, under_way):
    assert is_under_way(Observation(the_service, the_deployment)) is under_way


def test_summary_names_what_is_there():
    seen = Observation(
        service(desiredCount=2),
        deployment(
            "IN_PROGRESS",
            lifecycleStage="BAKE_TIME",
            lifecycleHookDetails=[WAITING_HOOK],
            targetServiceRevision={"runningTaskCount": 1, "pendingTaskCount": 1},
        ),
    )
    assert summary(seen) == {
        "service": "gateway",
        "status": "IN_PROGRESS",
        "stage": "BAKE_TIME",
        "reason": "ECS deployment ecs-svc/1 COMPLETED.",
        "desired": 2,
        "running": 1,
        "pending": 1,
        "failed_tasks": 0,
        "waiting_hooks": ["ecs-pause-1"],
    }
