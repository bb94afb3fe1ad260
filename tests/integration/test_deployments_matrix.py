"""Every strategy behind either load balancer, in modes gateway and all: it goes green, or red for each reason."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed, WaitTimedOut
from deployment_bench import FIRST_SHARE, STRATEGIES, Benches, DeploymentBench

from emulator.tests.ecs_stack import NAME

STEPS = {"BLUE_GREEN": [100], "CANARY": [10, 100], "LINEAR": [50, 100]}
PAUSE = {"target_type": "PAUSE", "lifecycle_stages": ["POST_TEST_TRAFFIC_SHIFT"]}


@pytest.fixture(params=["application", "network"])
def kind(request) -> str:
    return request.param


@pytest.fixture(params=["gateway", "all"])
def mode(request) -> str:
    return request.param


@pytest.fixture(params=list(STRATEGIES))
def strategy(request) -> str:
    return request.param


@pytest.fixture
def bench(benches: Benches, monkeypatch: pytest.MonkeyPatch, kind: str, mode: str, strategy: str) -> DeploymentBench:
    return benches.deployed(monkeypatch, kind, mode, strategy)


def goes_red(bench: DeploymentBench, most: int, category: str, act) -> WaitFailed:
    """The deployment that ``act`` follows is rolled back for one reason, and production never had more than it may."""
    with pytest.raises(WaitFailed) as caught:
        act()
    deployment = bench.stack.deployment()
    assert deployment["status"] == "ROLLBACK_SUCCESSFUL"
    assert bench.stack.service()["taskDefinition"] == bench.first
    details = caught.value.details
    assert details["cause"]["category"] == category
    assert details["cause"]["evidence"]
    assert "ROLLBACK_SUCCESSFUL" in caught.value.message
    shares = bench.shares(deployment)
    assert len(shares) == (len(bench.stack.pairs) if most else 0)
    for written in shares.values():
        assert written == [most, 0]
    # The first deployment left blue serving, and the broken one never changed that for good.
    assert bench.weights() == [{"blue": 100, "green": 0} for _pair in bench.stack.pairs]
    return caught.value


def test_green_step_by_step_and_a_second_run_joins_in_the_middle(bench: DeploymentBench, strategy: str):
    definition = bench.revision("2")
    bench.deploy(definition, wait=False)
    bench.until_production_share(FIRST_SHARE[strategy])
    bench.forget()
    joined = bench.deploy(definition)
    assert not joined.is_changed
    assert bench.writes == []
    deployment = bench.stack.deployment()
    assert (deployment["status"], joined.result["deployment"]["status"]) == ("SUCCESSFUL", "SUCCESSFUL")
    assert len(bench.stack.ecs.list_service_deployments(cluster=NAME, service="gateway")["serviceDeployments"]) == 2
    shares = bench.shares(deployment)
    assert list(shares.values()) == [STEPS[strategy]] * len(bench.stack.pairs)
    assert bench.weights() == [{"blue": 0, "green": 100} for _pair in bench.stack.pairs]
    assert bench.stack.service()["taskDefinition"] == definition


def test_red_by_failing_tasks(bench: DeploymentBench):
    definition = bench.revision("2")
    bench.fail("image", revision=definition.rpartition(":")[2])
    goes_red(bench, 0, "image_pull", lambda: bench.deploy(definition))


def test_red_by_a_failing_hook(bench: DeploymentBench):
    hooks = [bench.hook("FAILED", "POST_TEST_TRAFFIC_SHIFT")]
    failure = goes_red(
        bench, 0, "hook_failed", lambda: bench.deploy(bench.revision("2"), configuration={"lifecycle_hooks": hooks})
    )
    assert hooks[0]["hook_target_arn"] in failure.message


def test_red_by_an_alarm(bench: DeploymentBench, strategy: str):
    bench.deploy(bench.revision("2"), wait=False, configuration={"alarms": bench.alarm()})
    bench.until_production_share(FIRST_SHARE[strategy])
    bench.ring()
    goes_red(bench, FIRST_SHARE[strategy], "alarm", bench.steer)


def test_red_by_an_operator(bench: DeploymentBench, strategy: str):
    bench.deploy(bench.revision("2"), wait=False)
    bench.until_production_share(FIRST_SHARE[strategy])
    bench.steer("stop", wait=False)
    goes_red(bench, FIRST_SHARE[strategy], "stopped_by_request", bench.steer)


# What a failure is put down to, whatever the strategy: one of each.


@pytest.fixture
def canary(benches: Benches, monkeypatch: pytest.MonkeyPatch) -> DeploymentBench:
    return benches.deployed(monkeypatch, "application", "gateway", "CANARY")


@pytest.mark.parametrize(
    "fault, category",
    [
        ("secret", "secret_denied"),
        ("memory", "out_of_memory"),
        ("exit", "container_exit"),
        ("health", "health_check"),
        ("target_health", "health_check"),
    ],
)
def test_the_circuit_breaker_is_put_down_to_what_the_tasks_died_of(canary: DeploymentBench, fault, category):
    definition = canary.revision("2")
    canary.fail(fault, revision=definition.rpartition(":")[2])
    failure = goes_red(canary, 0, category, lambda: canary.deploy(definition))
    assert "circuit breaker threshold was exceeded" in failure.message
    assert failure.details["stopped_tasks"]


@pytest.mark.parametrize("fault, category", [("capacity", "no_capacity"), ("eni", "eni_limit")])
def test_tasks_that_find_no_place(canary: DeploymentBench, fault, category):
    definition = canary.revision("2")
    canary.fail(fault, revision=definition.rpartition(":")[2])
    # While the group may grow, ECS waits for instances without a word.
    canary.emulator.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=NAME, MaxSize=1)
    with pytest.raises(WaitTimedOut) as caught:
        canary.deploy(definition, wait_timeout=300)
    assert caught.value.details["cause"]["category"] == category
    assert caught.value.details["last_state"]["stage"] == "SCALE_UP"


def test_a_pause_that_nobody_answers(canary: DeploymentBench):
    timeout = {"timeout_in_minutes": 30, "action": "ROLLBACK"}
    hooks = [{**PAUSE, "timeout_configuration": timeout}]
    goes_red(
        canary,
        0,
        "pause_timeout",
        lambda: canary.deploy(canary.revision("2"), configuration={"lifecycle_hooks": hooks}),
    )


def test_a_pause_that_is_answered_with_a_rollback(canary: DeploymentBench):
    canary.deploy(canary.revision("2"), wait=False, configuration={"lifecycle_hooks": [PAUSE]})
    canary.steer(wait_until="paused")
    canary.steer("continue", hook_action="rollback", wait=False)
    goes_red(canary, 0, "stopped_by_request", canary.steer)


def test_a_pause_is_no_failure_but_named_when_the_time_is_over(canary: DeploymentBench):
    with pytest.raises(WaitTimedOut) as caught:
        canary.deploy(canary.revision("2"), wait_timeout=600, configuration={"lifecycle_hooks": [PAUSE]})
    assert caught.value.details["cause"]["category"] == "paused"
    assert "ecs-pause-" in caught.value.message


def test_an_alarm_while_a_pause_waits_is_not_taken_for_the_pause(canary: DeploymentBench):
    configuration = {"lifecycle_hooks": [PAUSE], "alarms": canary.alarm()}
    canary.deploy(canary.revision("2"), wait=False, configuration=configuration)
    canary.steer(wait_until="paused")
    canary.ring()
    goes_red(canary, 0, "alarm", canary.steer)
