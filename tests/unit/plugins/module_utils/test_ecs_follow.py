from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import follow as following
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.watch import Watch, Watched, observe
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed, WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeTime,
    client_error,
)
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.ecs_answers import (
    CLUSTER,
    DEPLOYMENT,
    at,
    deployment,
    rollout,
    service,
    task,
)

STARTING = service(deployments=[rollout("IN_PROGRESS", running=0)])
NO_TASKS = {"list_tasks": {"taskArns": []}}


def services(*items):
    return {"services": list(items)}


def deployments(*items):
    return {"serviceDeployments": list(items)}


class Module:
    def __init__(self, wait_timeout=600, **clients):
        self.params = {"cluster": CLUSTER, "wait_timeout": wait_timeout}
        self.clients = clients

    def client(self, name):
        return self.clients[name]


def follow(client, *watched, wait_until="stable", wait_timeout=600, **clients):
    time = FakeTime()
    module = Module(wait_timeout, **clients)
    try:
        return following.follow(module, client, list(watched) or [Watched("gateway")], wait_until, time.clock)
    finally:
        client.seconds = time.seconds


def test_in_between_only_the_deployment_is_described():
    client = FakeClient(
        "ecs",
        describe_services=[services(STARTING), services(service())],
        describe_service_deployments=[
            deployments(deployment("PENDING")),
            deployments(deployment("IN_PROGRESS")),
            deployments(deployment("IN_PROGRESS")),
            deployments(deployment("SUCCESSFUL")),
        ],
    )
    seen = follow(client)["gateway"]
    assert seen.deployment["status"] == "SUCCESSFUL"
    assert len(client.sent("describe_services")) == 2
    assert client.writes == []


def test_less_than_a_call_per_second_and_an_end_is_noticed_in_time():
    client = FakeClient(
        "ecs", describe_services=services(STARTING),
        describe_service_deployments=deployments(deployment("IN_PROGRESS")), **NO_TASKS,
    )  # fmt: skip
    with pytest.raises(WaitTimedOut):
        follow(client)
    assert len(client.calls) < client.seconds
    assert following.BACKOFF.most <= 3


def test_all_services_are_looked_at_together():
    arns = {"redis": f"{DEPLOYMENT}/redis", "gateway": f"{DEPLOYMENT}/gateway"}
    rounds = {
        "redis": iter(["IN_PROGRESS", "SUCCESSFUL", "SUCCESSFUL"]),
        "gateway": iter(["PENDING"] * 5 + ["SUCCESSFUL"]),
    }

    def describe(serviceDeploymentArns):
        named = {arn: name for name, arn in arns.items()}
        return deployments(
            *(
                deployment(next(rounds[named[arn]], "SUCCESSFUL"), serviceDeploymentArn=arn)
                for arn in serviceDeploymentArns
            )
        )

    client = FakeClient(
        "ecs",
        describe_services=lambda services, **_rest: {
            "services": [service(name, currentServiceDeployment=arns[name]) for name in services]
        },
        describe_service_deployments=describe,
    )
    seen = follow(client, Watched("redis"), Watched("gateway"))
    assert set(seen) == {"redis", "gateway"}
    assert client.sent("describe_services")[0]["services"] == ["redis", "gateway"]
    assert len(client.sent("describe_service_deployments")[0]["serviceDeploymentArns"]) == 2


def failing(status="ROLLBACK_SUCCESSFUL", **script):
    return FakeClient(
        "ecs",
        describe_services=services(
            service(events=[{"id": "1", "createdAt": at(1), "message": "(service) unable to x"}])
        ),
        describe_service_deployments=deployments(deployment(status, statusReason="the threshold was exceeded")),
        **script,
    )


PULL = "CannotPullContainerError: manifest for portkeyai/gateway_enterprise:9.9.9 not found"


def test_a_rollback_fails_with_one_cause_and_its_evidence():
    tasks = [
        task(1, created=-5, reason="CannotPullContainerError: of an earlier deployment"),
        task(2, created=1, reason=PULL),
        task(3, created=2, reason=PULL, containers=[{"name": "gateway", "exitCode": 1}]),
        task(4, created=3, reason="Scaling activity initiated by (deployment ecs-svc/2)"),
    ]
    client = failing(list_tasks={"taskArns": ["t"]}, describe_tasks={"tasks": tasks})
    with pytest.raises(WaitFailed) as caught:
        follow(client)
    error = caught.value
    assert "service gateway failed (ROLLBACK_SUCCESSFUL)" in error.message
    assert "image_pull" in error.message
    assert "the threshold was exceeded" in error.message
    assert error.details["cause"]["category"] == "image_pull"
    assert [stopped["task"] for stopped in error.details["stopped_tasks"]] == ["3", "2"]
    assert error.details["stopped_tasks"][0]["exit_codes"] == {"gateway": 1}
    assert error.details["events"] == ["(service) unable to x"]
    assert error.details["deployment"]["status"] == "ROLLBACK_SUCCESSFUL"
    assert error.details["last_state"]["status"] == "ROLLBACK_SUCCESSFUL"
    assert "timed_out" not in error.details


def test_the_end_of_the_log_is_evidence_with_its_secrets_masked():
    definition = {
        "containerDefinitions": [
            {
                "name": "gateway",
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": "/ecs/g", "awslogs-stream-prefix": "gateway-service"},
                },
            },
            {"name": "sidecar"},
        ]
    }
    stopped = task(7, containers=[{"name": "gateway", "exitCode": 1, "runtimeId": "abc"}])
    client = failing(
        list_tasks={"taskArns": ["t"]},
        describe_tasks={"tasks": [stopped]},
        describe_task_definition={"taskDefinition": definition},
    )
    logs = FakeClient("logs", get_log_events={"events": [{"message": "REDIS_PASSWORD=hunter2"}, {"message": "bye"}]})
    with pytest.raises(WaitFailed) as caught:
        follow(client, logs=logs)
    assert caught.value.details["log"] == ["REDIS_PASSWORD=********", "bye"]
    sent = logs.sent("get_log_events")[0]
    assert (sent["logGroupName"], sent["logStreamName"]) == ("/ecs/g", "gateway-service/gateway/7")


def test_a_log_that_cannot_be_read_is_no_evidence():
    stopped = task(7, containers=[{"name": "gateway", "exitCode": 1, "runtimeId": "abc"}])
    client = failing(
        list_tasks={"taskArns": ["t"]},
        describe_tasks={"tasks": [stopped]},
        describe_task_definition=client_error("AccessDeniedException"),
    )
    with pytest.raises(WaitFailed) as caught:
        follow(client)
    assert caught.value.details["log"] == []


def test_without_a_circuit_breaker_the_timeout_names_the_cause():
    client = FakeClient(
        "ecs",
        describe_services=services(STARTING),
        describe_service_deployments=deployments(deployment("IN_PROGRESS")),
        list_tasks={"taskArns": ["t"]},
        describe_tasks={"tasks": [task(reason=PULL)]},
    )
    with pytest.raises(WaitTimedOut) as caught:
        follow(client, wait_timeout=30)
    error = caught.value
    assert client.seconds == 30
    assert error.message.startswith(
        "Timed out after 30 s waiting for gateway to be stable. The deployment may still go on"
    )
    assert "image_pull" in error.message
    assert error.details["timed_out"] is True
    assert error.details["last_state"]["status"] == "IN_PROGRESS"


def test_tasks_that_never_get_an_instance_are_found_without_any_event():
    client = FakeClient(
        "ecs",
        describe_services=services(STARTING),
        describe_service_deployments=deployments(deployment("IN_PROGRESS")),
        list_tasks=lambda desiredStatus, **_rest: {"taskArns": ["t"] if desiredStatus == "RUNNING" else []},
        describe_tasks={"tasks": [task(lastStatus="PROVISIONING")]},
    )
    with pytest.raises(WaitTimedOut) as caught:
        follow(client, wait_timeout=5)
    assert caught.value.details["cause"]["category"] == "no_capacity"


def test_a_service_that_is_not_there_ends_the_waiting():
    client = FakeClient("ecs", describe_services=services())
    with pytest.raises(GatewayError, match=f"Service gateway does not exist in cluster {CLUSTER}"):
        follow(client)


def test_the_first_failure_among_several_services_is_named():
    def describe(services, **_rest):
        return {"services": [service(name, currentServiceDeployment=f"{DEPLOYMENT}/{name}") for name in services]}

    def describe_deployments(serviceDeploymentArns):
        status = {f"{DEPLOYMENT}/redis": "SUCCESSFUL", f"{DEPLOYMENT}/gateway": "ROLLBACK_FAILED"}
        return deployments(*(deployment(status[arn], serviceDeploymentArn=arn) for arn in serviceDeploymentArns))

    client = FakeClient(
        "ecs", describe_services=describe, describe_service_deployments=describe_deployments, **NO_TASKS
    )
    with pytest.raises(WaitFailed, match="service gateway failed"):
        follow(client, Watched("redis"), Watched("gateway"))


def looks(client, watched, times):
    clock = FakeTime()
    watch = Watch(client, CLUSTER, [watched], lambda: clock.seconds)
    seen = []
    for _look in range(times):
        seen.append(watch.look()[watched.name])
        clock.seconds += 10
    return seen


def test_an_own_deployment_is_not_mistaken_for_the_one_before():
    """Right after UpdateService, ECS may still name the deployment before as the present one."""
    client = FakeClient(
        "ecs",
        describe_services=[
            services(service()),
            services(service(currentServiceDeployment=f"{DEPLOYMENT}/2")),
        ],
        describe_service_deployments=lambda serviceDeploymentArns: deployments(
            *(deployment(serviceDeploymentArn=arn) for arn in serviceDeploymentArns)
        ),
    )
    watched = Watched("gateway", not_these=frozenset([f"{DEPLOYMENT}/1"]), expected=True)
    first, second = looks(client, watched, 2)
    assert (first.deployment, first.expected) == (None, True)
    assert second.deployment["serviceDeploymentArn"] == f"{DEPLOYMENT}/2"
    assert not second.expected


def test_a_deployment_that_ecs_never_lists_is_not_expected_for_ever():
    client = FakeClient(
        "ecs",
        describe_services=services(service(currentServiceDeployment=None)),
        list_service_deployments=deployments(),
    )
    seen = looks(client, Watched("gateway", expected=True), 8)
    assert [observation.expected for observation in seen] == [True] * 6 + [False] * 2


def test_a_service_that_names_no_deployment_has_its_newest():
    briefs = deployments(
        deployment(number=1, created=1), deployment(number=3, created=3), deployment(number=2, created=2)
    )
    client = FakeClient(
        "ecs",
        list_service_deployments=briefs,
        describe_service_deployments=deployments(deployment(number=3)),
    )
    seen = observe(client, CLUSTER, service(currentServiceDeployment=None))
    assert seen.deployment["serviceDeploymentArn"] == f"{DEPLOYMENT}/3"


def test_a_newer_deployment_is_followed_when_it_is_not_our_own():
    client = FakeClient(
        "ecs",
        describe_services=[services(STARTING), services(service(currentServiceDeployment=f"{DEPLOYMENT}/2"))],
        describe_service_deployments=lambda serviceDeploymentArns: deployments(
            *(
                deployment("STOPPED" if arn.endswith("1") else "SUCCESSFUL", serviceDeploymentArn=arn)
                for arn in serviceDeploymentArns
            )
        ),
    )
    seen = looks(client, Watched("gateway"), 2)
    assert [observation.deployment["status"] for observation in seen] == ["STOPPED", "SUCCESSFUL"]


def test_a_service_of_codedeploy_has_no_service_deployment():
    client = FakeClient("ecs")
    assert observe(client, CLUSTER, service(deploymentController={"type": "CODE_DEPLOY"})).deployment is None
