"""ecs_scale_down against the emulator: real clients, and where time matters AWS's durations on a clock that we push."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import scale_down
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import SYSTEM_CLOCK, Clock, WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeModule, argument_spec

from emulator.testing import Running, running
from emulator.tests.codedeploy_stack import Delivery
from emulator.tests.ecs_stack import NAME, PORT, Stack

TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": f"service/{NAME}/gateway",
    "ScalableDimension": "ecs:service:DesiredCount",
}
TRACKING = {
    "TargetValue": 50.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
    "ScaleInCooldown": 300,
    "ScaleOutCooldown": 60,
    "DisableScaleIn": False,
}
NIGHT = {
    "ScheduledActionName": "night",
    "Schedule": "cron(0 20 * * ? *)",
    "ScalableTargetAction": {"MinCapacity": 1},
}


class Clients:
    def __init__(self, emulator: Running) -> None:
        self._emulator = emulator

    def __getitem__(self, service: str):
        return self._emulator.client(service)


class Bench:
    """A stack with a service, and the module at work on it."""

    def __init__(self, emulator: Running, monkeypatch: pytest.MonkeyPatch) -> None:
        emulator.post("reset")
        self.emulator = emulator
        self.stack = Stack(emulator, most=3)
        self.scaling = emulator.client("application-autoscaling")
        self._spec = argument_spec("ecs_scale_down", monkeypatch)

    def run(self, check_mode: bool = False, clock: Clock = SYSTEM_CLOCK, **options):
        wanted = {"cluster": NAME, "wait_timeout": 20, **options}
        self.emulator.post("reset", only="calls")
        return scale_down.ensure(FakeModule(self._spec, Clients(self.emulator), check_mode, **wanted), clock)

    def autoscale(self) -> None:
        self.scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=3, Tags={"Project": "portkey"})
        self.scaling.put_scaling_policy(
            **TARGET,
            PolicyName="cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=TRACKING,
        )
        self.scaling.put_scheduled_action(**TARGET, **NIGHT)

    @property
    def autoscaling(self) -> tuple[list, list, list]:
        """What the autoscaler has: limits, policies, scheduled actions."""
        targets = self.scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
        policies = self.scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
        actions = self.scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]
        return (
            [(one["MinCapacity"], one["MaxCapacity"]) for one in targets],
            [(one["PolicyName"], one["TargetTrackingScalingPolicyConfiguration"]) for one in policies],
            [{key: one[key] for key in NIGHT} for one in actions],
        )

    @property
    def notes(self) -> dict[str, str]:
        (found,) = self.stack.ecs.describe_services(cluster=NAME, services=["gateway"], include=["TAGS"])["services"]
        tags = {tag["key"]: tag["value"] for tag in found.get("tags", [])}
        return {key: value for key, value in tags.items() if key.startswith("portkey:")}

    @property
    def writes(self) -> list[str]:
        return [call["operation"] for call in self.emulator.calls(mutating=True)]

    def counts(self, name: str = "gateway") -> tuple[int, int]:
        found = self.stack.service(name)
        return found["desiredCount"], found["runningCount"]

    @property
    def clock(self) -> Clock:
        """The emulator's own time: sleeping pushes it."""
        return Clock(now=lambda: self.emulator.get("health")["now"], sleep=self.emulator.advance, spread=lambda: 0.0)


@pytest.fixture
def bench(emulator: Running, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(emulator, monkeypatch)


@pytest.fixture(scope="module")
def _aws() -> Iterator[Running]:
    with running("aws") as started:
        yield started


@pytest.fixture
def slow(_aws: Running, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(_aws, monkeypatch)


def test_down_and_up_again_with_the_autoscaling_as_it_was(bench: Bench):
    bench.stack.create_service(desiredCount=2)
    bench.stack.create_service("redis")
    bench.stack.service()
    bench.autoscale()
    before = bench.autoscaling

    plan = bench.run(check_mode=True)
    assert plan.is_changed and bench.writes == []
    assert plan.before["gateway"] == {
        "desired_count": 2,
        "autoscaling": {"min_capacity": 1, "max_capacity": 3, "policies": ["cpu"], "scheduled_actions": ["night"]},
        "scaled_down": None,
    }

    done = bench.run()
    assert (done.before, done.after) == (plan.before, plan.after)
    assert done.result["services"] == ["gateway", "redis"]
    assert bench.counts() == bench.counts("redis") == (0, 0)
    assert bench.autoscaling == ([], [], [])
    of_gateway = [call for call in bench.emulator.calls(mutating=True) if "redis" not in str(call["parameters"])]
    assert [call["operation"] for call in of_gateway] == [
        "TagResource",
        "DeregisterScalableTarget",
        "UpdateService",
        "TagResource",
    ]
    assert bench.notes["portkey:scaled-down"] == "done: it was desired 2 min 1 max 3"

    assert not bench.run().is_changed
    assert bench.writes == []

    up = bench.run(state="restored", check_mode=True)
    assert up.is_changed and bench.writes == []
    restored = bench.run(state="restored")
    assert (restored.before, restored.after) == (up.before, up.after)
    assert restored.result["previous"] == done.result["previous"]
    assert bench.counts() == (2, 2) and bench.counts("redis") == (1, 1)
    assert bench.autoscaling == before
    assert bench.notes == {}
    assert not bench.run(state="restored").is_changed
    assert bench.writes == []


def test_only_the_named_services(bench: Bench):
    bench.stack.create_service()
    bench.stack.create_service("redis")
    assert bench.run(services=["gateway", "never-was"]).result["services"] == ["gateway"]
    assert bench.counts() == (0, 0) and bench.counts("redis") == (1, 1)


def test_without_the_tags_what_was_returned_puts_it_back(bench: Bench):
    arn = bench.stack.create_service()["serviceArn"]
    bench.stack.service()
    bench.autoscale()
    before = bench.autoscaling
    previous = bench.run().result["previous"]
    bench.stack.ecs.untag_resource(resourceArn=arn, tagKeys=[key for key in bench.notes if key.endswith(".1")])
    with pytest.raises(GatewayError, match="Give it as previous"):
        bench.run(state="restored")
    bench.stack.ecs.untag_resource(resourceArn=arn, tagKeys=list(bench.notes))
    assert not bench.run(state="restored").is_changed
    bench.run(state="restored", previous=previous)
    assert bench.counts() == (1, 1)
    assert bench.autoscaling == before


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_a_run_that_was_killed_is_simply_run_again(bench: Bench, calls: int):
    """Its tags remember what only it knew, wherever it came to its end."""
    bench.stack.create_service()
    bench.stack.service()
    bench.autoscale()
    before = bench.autoscaling
    operation = ("DeregisterScalableTarget", "UpdateService", "TagResource")[calls - 1]
    fault = {"kind": "error", "code": "AccessDeniedException", "operation": operation, "times": 1}
    if operation == "TagResource":
        fault["after"] = 1
    bench.emulator.post("faults", faults=[fault])
    with contextlib.suppress(Exception):
        bench.run()
        pytest.fail("the fault did not strike")
    bench.emulator.post("reset", only="faults")
    assert bench.notes["portkey:scaled-down"].startswith("begun")
    bench.run()
    # What the tags say already is not written again: that it is done is all that is new.
    assert bench.writes.count("TagResource") == 1
    assert bench.counts() == (0, 0)
    bench.run(state="restored")
    assert bench.counts() == (1, 1)
    assert bench.autoscaling == before
    assert bench.notes == {}


def test_what_was_started_meanwhile_stays_and_is_what_comes_back_next_time(bench: Bench):
    bench.stack.create_service()
    bench.run()
    bench.stack.ecs.update_service(cluster=NAME, service="gateway", desiredCount=3)
    bench.run(state="restored")
    assert bench.stack.service()["desiredCount"] == 3
    bench.run()
    bench.stack.ecs.update_service(cluster=NAME, service="gateway", desiredCount=2)
    assert bench.run().result["previous"][0]["desired_count"] == 2


def test_a_running_deployment_is_stopped(slow: Bench):
    slow.stack.create_service(deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}})
    slow.stack.pass_time(300)
    slow.stack.ecs.update_service(cluster=NAME, service="gateway", taskDefinition=slow.stack.task_definition())
    slow.stack.pass_time(10)
    assert slow.stack.deployment()["status"] == "IN_PROGRESS"
    slow.run(clock=slow.clock, wait_timeout=900)
    assert "StopServiceDeployment" in slow.writes
    assert slow.counts() == (0, 0)
    assert slow.stack.deployment()["status"].startswith("ROLLBACK_")
    slow.run(clock=slow.clock, wait_timeout=900, state="restored")
    assert slow.counts() == (1, 1)


def test_a_running_deployment_of_codedeploy_is_stopped(slow: Bench):
    delivery = Delivery(slow.stack)
    slow.stack.pass_time(300)
    delivery.create("CodeDeployDefault.ECSCanary10Percent15Minutes")
    slow.stack.pass_time(400)
    original = slow.stack.service()["taskSets"][0]["id"]
    deployment = delivery.deploy()
    slow.stack.pass_time(600)
    assert delivery.history() == [10]
    slow.run(clock=slow.clock, wait_timeout=1800)
    assert slow.writes == ["TagResource", "StopDeployment", "UpdateService", "TagResource"]
    assert delivery.deployment(deployment)["status"] == "Stopped"
    assert delivery.rolled_back(deployment)["status"] == "Succeeded"
    assert delivery.history() == [10, 0]
    assert slow.counts() == (0, 0)
    slow.run(clock=slow.clock, wait_timeout=1800, state="restored")
    assert slow.counts() == (1, 1)
    assert [one["id"] for one in slow.stack.service()["taskSets"]] == [original]


def test_it_waits_for_draining_targets_and_a_timeout_says_what_to_do(slow: Bench):
    group = slow.stack.balance()["group"]
    slow.emulator.client("elbv2").modify_target_group_attributes(
        TargetGroupArn=group, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "300"}]
    )
    slow.stack.pass_time(200)
    balancers = [{"targetGroupArn": group, "containerName": "gateway", "containerPort": PORT}]
    slow.stack.create_service(loadBalancers=balancers)
    slow.stack.pass_time(300)
    assert slow.counts() == (1, 1)
    with pytest.raises(WaitTimedOut, match="deregistration_delay") as caught:
        slow.run(clock=slow.clock, wait_timeout=60)
    assert group in str(caught.value)
    (target,) = caught.value.last_state["draining_targets"]
    assert target["target_group"] == group
    slow.run(clock=slow.clock, wait_timeout=600)
    assert slow.counts() == (0, 0)


def test_task_sets_follow_the_desired_count(bench: Bench):
    definition = bench.stack.task_definition()
    bench.stack.ecs.create_service(
        cluster=NAME, serviceName="gateway", desiredCount=2, deploymentController={"type": "EXTERNAL"}
    )
    bench.stack.ecs.create_task_set(
        cluster=NAME,
        service="gateway",
        taskDefinition=definition,
        networkConfiguration={
            "awsvpcConfiguration": {"subnets": bench.stack.subnets, "securityGroups": [bench.stack.task_group]}
        },
        scale={"unit": "PERCENT", "value": 100},
    )
    assert [one["runningCount"] for one in bench.stack.service()["taskSets"]] == [2]
    bench.run()
    assert [one["computedDesiredCount"] for one in bench.stack.service()["taskSets"]] == [0]
    assert bench.stack.tasks() == []


def test_force_stops_tasks_and_a_missing_cluster_has_no_services(slow: Bench):
    slow.stack.create_service()
    slow.stack.pass_time(300)
    slow.run(clock=slow.clock, force=True, wait_timeout=900)
    assert slow.counts() == (0, 0)
    assert slow.run(cluster="never-was").result == {"services": [], "previous": []}
