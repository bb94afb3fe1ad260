"""Deployments stopped, continued and rolled back by ecs_service_deployment, on AWS's durations."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed
from deployment_bench import Benches, DeploymentBench

PAUSE = {"target_type": "PAUSE", "lifecycle_stages": ["POST_TEST_TRAFFIC_SHIFT"]}


@pytest.fixture
def bench(benches: Benches, monkeypatch: pytest.MonkeyPatch) -> DeploymentBench:
    """A canary service that runs its first revision."""
    return benches.deployed(monkeypatch, "application", "gateway", "CANARY")


def status(outcome) -> str:
    (found,) = outcome.result["deployments"]
    return found["status"]


def start(bench: DeploymentBench, tag: str = "2", **options) -> str:
    definition = bench.revision(tag)
    bench.deploy(definition, wait=False, **options)
    bench.forget()
    return definition


def test_stop_takes_the_running_deployment_back_and_is_safe_to_repeat(bench: DeploymentBench):
    assert not bench.steer("stop").is_changed
    start(bench)
    bench.until_production_share(10.0)
    foreseen = bench.steer("stop", check_mode=True)
    assert foreseen.is_changed
    assert bench.writes == []
    stopped = bench.steer("stop")
    assert (stopped.is_changed, status(stopped)) == (True, "ROLLBACK_SUCCESSFUL")
    assert (stopped.before, stopped.after) == (foreseen.before, foreseen.after)
    assert bench.writes == ["StopServiceDeployment"]
    assert bench.stack.service()["taskDefinition"] == bench.first
    again = bench.steer("stop")
    assert not again.is_changed
    assert bench.writes == ["StopServiceDeployment"]


def test_a_rollback_that_is_under_way_is_joined(bench: DeploymentBench):
    start(bench)
    bench.until_production_share(10.0)
    assert bench.steer("stop", wait=False).is_changed
    joined = bench.steer("rollback")
    assert (joined.is_changed, status(joined)) == (False, "ROLLBACK_SUCCESSFUL")
    assert bench.writes == ["StopServiceDeployment"]


def test_who_waits_for_a_deployment_that_somebody_stops_hears_of_it(bench: DeploymentBench):
    start(bench)
    bench.until_production_share(10.0)
    bench.steer("stop", wait=False)
    with pytest.raises(WaitFailed) as caught:
        bench.steer("wait")
    assert caught.value.details["cause"]["category"] == "stopped_by_request"


def test_a_first_deployment_has_nothing_to_go_back_to(benches: Benches, monkeypatch: pytest.MonkeyPatch):
    bench = benches.empty(monkeypatch, "application", "gateway", "CANARY")
    bench.deploy(bench.revision("1"), wait=False)
    bench.until(lifecycleStage="SCALE_UP")
    with pytest.raises(WaitFailed, match="No rollback candidate"):
        bench.steer("stop")


def test_continue_answers_what_waits(bench: DeploymentBench):
    start(bench, configuration={"lifecycle_hooks": [PAUSE]})
    assert not bench.steer("continue", wait_until="paused").is_changed
    (waiting,) = bench.steer("wait", wait_until="paused").result["deployments"][0]["waiting_hooks"]
    with pytest.raises(GatewayError, match="has no hook ecs-pause-other. Waiting: ecs-pause-"):
        bench.steer("continue", hook_id="ecs-pause-other")
    assert bench.steer("continue", check_mode=True).is_changed
    assert bench.writes == []
    done = bench.steer("continue", hook_id=waiting)
    assert (done.is_changed, status(done)) == (True, "SUCCESSFUL")
    assert not bench.steer("continue", hook_id=waiting).is_changed
    assert bench.writes == ["ContinueServiceDeployment"]


def test_continue_goes_on_to_the_next_pause(bench: DeploymentBench):
    hook = {**PAUSE, "lifecycle_stages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"]}
    start(bench, configuration={"lifecycle_hooks": [hook]})
    first = bench.steer("wait", wait_until="paused").result["deployments"][0]["waiting_hooks"]
    second = bench.steer("continue", wait_until="paused").result["deployments"][0]["waiting_hooks"]
    assert first != second
    assert status(bench.steer("continue", wait_until="paused")) == "SUCCESSFUL"


def test_a_hook_is_answered_with_a_rollback(bench: DeploymentBench):
    start(bench, configuration={"lifecycle_hooks": [PAUSE]})
    bench.steer("wait", wait_until="paused")
    back = bench.steer("continue", hook_action="rollback")
    assert (back.is_changed, status(back)) == (True, "ROLLBACK_SUCCESSFUL")
    assert not bench.steer("continue", hook_action="rollback").is_changed
    assert bench.writes == ["ContinueServiceDeployment"]


def test_rollback_to_previous_goes_back_by_one_and_no_further(bench: DeploymentBench):
    with pytest.raises(GatewayError, match="no earlier revision"):
        bench.steer("rollback", to="previous")
    second = bench.revision("2")
    bench.deploy(second)
    bench.deploy(bench.revision("3"))
    bench.forget()
    assert bench.steer("rollback", to="previous", check_mode=True).is_changed
    assert bench.writes == []
    started = bench.steer("rollback", to="previous", wait=False)
    assert started.after["gateway"]["task_definition"] == second
    joined = bench.steer("rollback", to="previous")
    assert (joined.is_changed, status(joined)) == (False, "SUCCESSFUL")
    assert not bench.steer("rollback", to="previous").is_changed
    assert bench.writes == ["UpdateService"]
    assert bench.stack.service()["taskDefinition"] == second
    # The way back is a canary as well.
    assert set(map(tuple, bench.shares(bench.stack.deployment()).values())) == {(10, 100)}


def test_rollback_to_previous_while_a_deployment_is_under_way_stops_it(bench: DeploymentBench):
    start(bench)
    bench.until_production_share(10.0)
    back = bench.steer("rollback", to="previous")
    assert status(back) == "ROLLBACK_SUCCESSFUL"
    assert bench.writes == ["StopServiceDeployment"]
    assert bench.stack.service()["taskDefinition"] == bench.first


def test_rollback_to_a_revision(bench: DeploymentBench):
    revision = bench.stack.deployment()["targetServiceRevision"]["arn"]
    bench.deploy(bench.revision("2"))
    start(bench, "3")
    bench.until_production_share(10.0)
    # What is under way is taken back first.
    back = bench.steer("rollback", to=revision)
    assert (back.is_changed, status(back)) == (True, "SUCCESSFUL")
    assert bench.writes == ["StopServiceDeployment", "UpdateService"]
    assert bench.stack.service()["taskDefinition"] == bench.first
    assert not bench.steer("rollback", to=revision).is_changed
    with pytest.raises(GatewayError, match="has no revision"):
        bench.steer("rollback", to=revision.rpartition("/")[0] + "/0")


def test_a_service_that_is_not_there(bench: DeploymentBench):
    with pytest.raises(GatewayError, match="no service other in cluster"):
        bench.steer("stop", services=["other"])
    assert bench.steer("stop", services=["other"], check_mode=True).result["deployments"] == []
