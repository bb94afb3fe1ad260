"""Tasks on Fargate and Fargate Spot: where they run, what AWS refuses, the way there from instances and back."""

from __future__ import annotations

import pytest

from emulator.testing import refused

from .ecs_stack import NAME, Stack

ON_FARGATE = [{"capacityProvider": "FARGATE", "weight": 1}]
ON_INSTANCES = [{"capacityProvider": "capacity", "weight": 1}]
MIXED = [{"capacityProvider": "FARGATE", "base": 1, "weight": 1}, {"capacityProvider": "FARGATE_SPOT", "weight": 3}]


@pytest.fixture
def stack(emulator):
    stack = Stack(emulator)
    attach(stack, "capacity", "FARGATE", "FARGATE_SPOT")
    return stack


def attach(stack: Stack, *providers: str) -> None:
    stack.ecs.put_cluster_capacity_providers(
        cluster=NAME, capacityProviders=list(providers), defaultCapacityProviderStrategy=[]
    )


def move(stack: Stack, strategy: list[dict], **changes) -> None:
    stack.ecs.update_service(
        cluster=NAME, service="gateway", capacityProviderStrategy=strategy, forceNewDeployment=True, **changes
    )


def providers(stack: Stack) -> list[str]:
    return sorted(task["capacityProviderName"] for task in stack.tasks())


def test_base_and_weight_say_how_many_tasks_are_where(stack):
    stack.create_service(desiredCount=5, capacityProviderStrategy=MIXED)
    assert providers(stack) == ["FARGATE", "FARGATE", "FARGATE_SPOT", "FARGATE_SPOT", "FARGATE_SPOT"]
    assert {(task["launchType"], task["platformVersion"]) for task in stack.tasks()} == {("FARGATE", "1.4.0")}
    assert not [task for task in stack.tasks() if "containerInstanceArn" in task]


def test_fargate_and_instances_do_not_mix(stack):
    with refused("InvalidParameterException", "cannot contain a mix of capacity providers using Auto Scaling groups"):
        stack.create_service(capacityProviderStrategy=[*ON_FARGATE, *ON_INSTANCES])


@pytest.mark.parametrize(
    "sizes, message",
    [
        ({"memory": "3072"}, "No Fargate configuration exists for given values: 256 CPU, 3072 memory."),
        ({"cpu": "384"}, "No Fargate configuration exists for given values: 384 CPU, 512 memory."),
    ],
)
def test_fargate_has_sizes_of_its_own(stack, sizes, message):
    with refused("ClientException", message):
        stack.task_definition(**sizes)


def test_a_task_definition_for_instances_alone_does_not_run_on_fargate(stack):
    definition = stack.task_definition(requiresCompatibilities=["EC2"], memory="3072")
    network = {"awsvpcConfiguration": {"subnets": stack.subnets, "securityGroups": [stack.task_group]}}
    with refused("InvalidParameterException", "Task definition does not support launch_type FARGATE."):
        stack.create_service(taskDefinition=definition, capacityProviderStrategy=ON_FARGATE)
    with refused("InvalidParameterException", "Task definition does not support launch_type FARGATE."):
        stack.ecs.run_task(
            cluster=NAME,
            taskDefinition=definition,
            capacityProviderStrategy=ON_FARGATE,
            networkConfiguration=network,
        )


def test_a_service_moves_there_and_back_task_by_task(stack):
    stack.create_service(desiredCount=2, capacityProviderStrategy=ON_INSTANCES)
    assert providers(stack) == ["capacity", "capacity"]
    with refused("InvalidParameterException", "you must force a new deployment"):
        stack.ecs.update_service(cluster=NAME, service="gateway", capacityProviderStrategy=ON_FARGATE)
    move(stack, ON_FARGATE)
    assert (providers(stack), stack.service()["platformFamily"]) == (["FARGATE", "FARGATE"], "Linux")
    old = stack.tasks(status="STOPPED")
    assert min(task["stoppingAt"] for task in old) >= min(task["startedAt"] for task in stack.tasks())
    move(stack, ON_INSTANCES)
    assert providers(stack) == ["capacity", "capacity"]
    assert "platformVersion" not in stack.service()


def test_a_deployment_that_is_rolled_back_runs_where_it_ran(stack):
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    stack.create_service(capacityProviderStrategy=ON_INSTANCES, deploymentConfiguration=breaker)
    stack.emulator.post("tasks", service="gateway", fail="exit", revision=2)
    move(stack, ON_FARGATE, taskDefinition=stack.task_definition())
    stack.pass_time(60)
    assert stack.deployment()["status"] == "ROLLBACK_SUCCESSFUL"
    assert providers(stack) == ["capacity"]
    assert stack.service()["capacityProviderStrategy"] == [{"capacityProvider": "capacity", "weight": 1, "base": 0}]


def test_a_provider_stays_while_tasks_use_it(slow):
    stack = Stack(slow)
    stack.pass_time(200)
    attach(stack, "capacity", "FARGATE")
    stack.pass_time(60)
    stack.create_service(capacityProviderStrategy=ON_INSTANCES)
    stack.pass_time(300)
    move(stack, ON_FARGATE)
    with refused("ResourceInUseException", "The specified capacity provider is in use and cannot be removed."):
        attach(stack, "FARGATE")
    stack.pass_time(600)
    assert providers(stack) == ["FARGATE"]
    attach(stack, "FARGATE")


def test_spot_that_is_taken_back_is_replaced(stack):
    stack.create_service(desiredCount=2, capacityProviderStrategy=MIXED)
    (taken,) = stack.emulator.post("spot", service="gateway")["interrupted"]
    assert len(stack.tasks()) == 2
    assert taken not in [task["taskArn"] for task in stack.tasks()]
    (stopped,) = stack.tasks(status="STOPPED")
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("SpotInterruption", "Your Spot Task was interrupted.")


def test_where_there_is_no_spot_capacity_the_service_waits(stack):
    stack.emulator.post("tasks", service="gateway", fail="capacity", times=1)
    stack.create_service(capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}])
    assert any("Capacity is unavailable at this time" in event for event in stack.events())
    stack.pass_time(30)
    assert providers(stack) == ["FARGATE_SPOT"]


@pytest.mark.parametrize(
    "strategy, reason",
    [
        (ON_FARGATE, "image Manifest does not contain descriptor matching platform 'linux/arm64'"),
        (ON_INSTANCES, "no matching manifest for linux/arm64/v8 in the manifest list entries"),
    ],
)
def test_an_image_for_another_processor_does_not_start(stack, strategy, reason):
    stack.emulator.post("images", image="portkeyai/", architectures=["X86_64"])
    stack.create_service(capacityProviderStrategy=strategy)
    task = stack.tasks(status="STOPPED")[0]
    said = [task["stoppedReason"], *(container.get("reason", "") for container in task["containers"])]
    assert task["stopCode"] == "TaskFailedToStart"
    assert any(reason in one for one in said)
    stack.emulator.post("images", clear=True)
    stack.pass_time(60)
    assert len(stack.tasks()) == 1
