"""What the tasks run on: Fargate from the beginning, Spot and its interruptions, from instances to Fargate and back."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_run import Ansible, Run
from permitted import assert_permitted
from readback import Stack, mutations
from removal import audit, inventory, uninstall, without_kept
from stacks import begin_with, calls_of_creation

from emulator.testing import Running

ON_DEMAND, SPOT = "FARGATE", "FARGATE_SPOT"
FARGATE: dict[str, Any] = {
    "portkey_capacity": {"type": "fargate", "fargate_base": 1, "fargate_weight": 0, "fargate_spot_weight": 1},
    "portkey_gateway_config": {"desired_task_count": 3},
    "portkey_dataservice_config": {"enable_dataservice": True},
}
X86: dict[str, Any] = {
    **FARGATE,
    "portkey_capacity": {"type": "fargate", "architecture": "x86_64", "fargate_weight": 3},
}
# The same services on instances, of which each has room for two tasks.
EC2 = {
    **{key: value for key, value in FARGATE.items() if key != "portkey_capacity"},
    "portkey_max_asg_size": 3,
    "portkey_desired_asg_size": 3,
}
# What only instances have.
OF_INSTANCES = ("autoscaling_group", "ec2_launch_template", "ecs_capacity_provider", "iam_instance_profile")


@pytest.fixture(scope="module")
def stack(emulator: Running) -> Stack:
    return Stack(emulator)


def strategy_of(stack: Stack, service: str) -> dict[str, tuple[int, int]]:
    items = stack.service(service)["capacityProviderStrategy"]
    return {one["capacityProvider"]: (one["base"], one["weight"]) for one in items}


def tasks(stack: Stack, service: str, status: str = "RUNNING") -> list[dict[str, Any]]:
    ecs = stack.aws("ecs")
    arns = ecs.list_tasks(cluster=stack.cluster, serviceName=service, desiredStatus=status)["taskArns"]
    return ecs.describe_tasks(cluster=stack.cluster, tasks=arns)["tasks"] if arns else []


def providers_of_tasks(stack: Stack, service: str) -> list[str]:
    return sorted(task["capacityProviderName"] for task in tasks(stack, service))


def definition(stack: Stack, service: str) -> dict[str, Any]:
    arn = stack.service(service)["taskDefinition"]
    return stack.aws("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]


def providers_of_cluster(stack: Stack) -> list[str]:
    return sorted(stack.aws("ecs").describe_clusters(clusters=[stack.cluster])["clusters"][0]["capacityProviders"])


@pytest.mark.long
def test_a_plan_of_nothing_yet_has_no_instances(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    planned = ansible.play("site.yml", "--check", "--diff", **FARGATE).ok()
    assert "+ ecs_cluster_capacity_providers portkey-gateway-dev-cluster" in planned.output
    assert not [kind for kind in OF_INSTANCES if f"+ {kind} " in planned.output]
    assert mutations(emulator) == []
    assert_permitted(emulator.calls(), "read", **FARGATE)


@pytest.fixture(scope="module")
def made(ansible: Ansible, emulator: Running) -> list[dict[str, Any]]:
    return calls_of_creation(ansible, emulator, **FARGATE)


def test_whoever_may_create_may_do_that(made):
    assert_permitted(made, "create", **FARGATE)


def test_there_are_no_instances_and_nothing_of_them(made, stack: Stack, emulator: Running):
    found = inventory(emulator)
    ours = ("describe_launch_templates", "describe_auto_scaling_groups", "list_instance_profiles", "instances")
    assert [found[kind] for kind in ours] == [0, 0, 0, 0]
    settings = stack.aws("ecs").list_account_settings(name="awsvpcTrunking")["settings"]
    assert settings == []
    assert providers_of_cluster(stack) == [ON_DEMAND, SPOT]


def test_the_tasks_run_on_fargate_and_redis_off_spot(made, stack: Stack):
    assert strategy_of(stack, "gateway") == {ON_DEMAND: (1, 0), SPOT: (0, 1)}
    assert strategy_of(stack, "redis") == {ON_DEMAND: (0, 1)}
    assert providers_of_tasks(stack, "gateway") == [ON_DEMAND, SPOT, SPOT]
    assert providers_of_tasks(stack, "redis") == [ON_DEMAND]
    for service in ("gateway", "data-service", "redis"):
        graviton = {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}
        assert definition(stack, service)["runtimePlatform"] == graviton
        assert {task["launchType"] for task in tasks(stack, service)} == {"FARGATE"}


def test_what_spot_takes_back_is_replaced(made, stack: Stack, emulator: Running):
    before = {task["taskArn"] for task in tasks(stack, "gateway")}
    interrupted = set(emulator.post("spot", service="gateway")["interrupted"])
    assert len(interrupted) == 2
    after = {task["taskArn"] for task in tasks(stack, "gateway")}
    assert before - after == interrupted and len(after) == 3
    stopped = [task for task in tasks(stack, "gateway", "STOPPED") if task["taskArn"] in interrupted]
    assert {(task["stopCode"], task["stoppedReason"]) for task in stopped} == {
        ("SpotInterruption", "Your Spot Task was interrupted.")
    }


@pytest.fixture(scope="module")
def reweighted(made, ansible: Ansible, emulator: Running) -> list[str]:
    """Other weights, and another processor."""
    begin_with(ansible, emulator, **FARGATE)
    ansible.play(**X86).ok()
    return mutations(emulator)


@pytest.mark.long
def test_another_processor_and_other_weights_are_one_deployment_of_each_service(reweighted, stack: Stack):
    services = 3
    # Of an older revision the module of task definitions takes leave.
    assert [one for one in reweighted if "DeregisterTaskDefinition" not in one] == [
        # The cluster's default.
        "ecs:PutClusterCapacityProviders",
        *["ecs:RegisterTaskDefinition"] * services,
        *["ecs:UpdateService"] * services,
    ]
    assert strategy_of(stack, "gateway") == {ON_DEMAND: (1, 3)}
    assert strategy_of(stack, "redis") == {ON_DEMAND: (0, 1)}
    assert providers_of_tasks(stack, "gateway") == [ON_DEMAND] * 3
    assert definition(stack, "gateway")["runtimePlatform"]["cpuArchitecture"] == "X86_64"


@pytest.mark.long
def test_then_there_is_nothing_to_change(reweighted, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**X86).unchanged()
    assert mutations(emulator) == []


def test_uninstall_leaves_nothing(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    before = inventory(emulator)
    begin_with(ansible, emulator, **FARGATE)
    uninstall(emulator)
    assert audit(emulator) == []
    assert without_kept(inventory(emulator)) == without_kept(before)


@pytest.fixture(scope="module")
def on_instances(ansible: Ansible, emulator: Running) -> dict[str, int]:
    begin_with(ansible, emulator, **EC2)
    return inventory(emulator)


@pytest.fixture(scope="module")
def planned(on_instances, ansible: Ansible, emulator: Running) -> Run:
    return ansible.play("site.yml", "--check", "--diff", **FARGATE).ok()


@pytest.mark.long
def test_the_way_to_fargate_is_planned(planned, emulator: Running):
    assert mutations(emulator) == []
    for kind in OF_INSTANCES:
        assert f"- {kind} portkey-gateway-dev" in planned.output
    assert "~ ecs_service gateway" in planned.output


@pytest.fixture(scope="module")
def moved(on_instances, ansible: Ansible, emulator: Running) -> Run:
    """The first run is refused an Auto Scaling group's end; the next goes on."""
    refusal = {"kind": "error", "service": "autoscaling", "operation": "DeleteAutoScalingGroup", "code": "AccessDenied"}
    emulator.post("faults", faults=[{**refusal, "status": 403, "times": 1}])
    assert ansible.play(**FARGATE).returncode == 2
    emulator.post("reset", only="faults")
    emulator.post("reset", only="calls")
    return ansible.play(**FARGATE).ok()


@pytest.mark.long
def test_it_may_be_done_by_whoever_creates_and_uninstalls(moved, emulator: Running):
    assert_permitted(emulator.calls(), "create", "uninstall", **FARGATE)


@pytest.mark.long
def test_new_tasks_run_before_old_ones_stop(moved, stack: Stack):
    for service in ("gateway", "data-service", "redis"):
        old = [task for task in tasks(stack, service, "STOPPED") if task["launchType"] == "EC2"]
        new = tasks(stack, service)
        assert old and {task["launchType"] for task in new} == {"FARGATE"}
        first = min(task["startedAt"] for task in new)
        assert all(task["stoppingAt"] >= first for task in old)
        # The first one, and the one that has moved it.
        assert len(stack.deployments(service)) == 2


@pytest.mark.long
def test_the_instances_are_gone(moved, stack: Stack, emulator: Running):
    assert providers_of_cluster(stack) == [ON_DEMAND, SPOT]
    found = inventory(emulator)
    ours = ("describe_launch_templates", "describe_auto_scaling_groups", "list_instance_profiles", "instances")
    assert [found[kind] for kind in ours] == [0, 0, 0, 0]
    left = [one for one in audit(emulator) if one.startswith(OF_INSTANCES) or "instance" in one]
    assert left == []


@pytest.mark.long
def test_on_fargate_there_is_nothing_more_to_do(moved, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**FARGATE).unchanged()
    assert mutations(emulator) == []


@pytest.fixture(scope="module")
def back(moved, ansible: Ansible, emulator: Running) -> Run:
    return ansible.play(**EC2).ok()


@pytest.mark.long
def test_back_on_instances_everything_is_as_before(back, on_instances, stack: Stack, emulator: Running):
    provider = f"{stack.id}-capacity-provider"
    assert providers_of_cluster(stack) == [provider]
    assert providers_of_tasks(stack, "gateway") == [provider] * 3
    assert "runtimePlatform" not in definition(stack, "gateway")
    found = inventory(emulator)
    # Revisions of task definitions stay, as the history to go back in.
    assert {**found, "definitions": 0} == {**on_instances, "definitions": 0}


@pytest.mark.long
def test_back_on_instances_there_is_nothing_to_change(back, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**EC2).unchanged()
    assert mutations(emulator) == []
