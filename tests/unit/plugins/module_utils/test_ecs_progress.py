from __future__ import annotations

import json
import os
import signal
import threading
import time

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import progress
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.deployment import Observation
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.interrupt import Interrupted, Interruptible
from ansible_collections.portkey.gateway.plugins.plugin_utils import progress_text
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


def shifting(stage="PRODUCTION_TRAFFIC_SHIFT", share=10.0, running=2, status="IN_PROGRESS", **fields):
    return Observation(
        service(deployments=[rollout("IN_PROGRESS")]),
        deployment(
            status,
            lifecycleStage=stage,
            targetServiceRevision={
                "arn": "new",
                "requestedTaskCount": 2,
                "runningTaskCount": running,
                "pendingTaskCount": 2 - running,
                "requestedProductionTrafficWeight": share,
                "requestedTestTrafficWeight": 100.0,
            },
            sourceServiceRevisions=[
                {
                    "runningTaskCount": 2,
                    "requestedProductionTrafficWeight": 100 - share,
                    "requestedTestTrafficWeight": 0.0,
                }
            ],
            deploymentConfiguration={
                "strategy": "CANARY",
                "bakeTimeInMinutes": 5,
                "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 10},
            },
            **fields,
        ),
    )


PAUSE = {"hookId": "ecs-pause-1", "status": "AWAITING_ACTION", "expiresAt": at(60), "timeoutAction": "ROLLBACK"}


class Told:
    def __init__(self):
        self.time = FakeTime()
        self.facts = []
        self.progress = progress.Progress(self.facts.append, self.time.clock.now)

    def show(self, seen, **health):
        before = len(self.facts)
        self.progress.show({"gateway": seen}, health)
        return [progress_text.line(fact) for fact in self.facts[before:]]

    def later(self, minutes):
        self.time.seconds += minutes * 60


def test_a_line_has_stage_weights_tasks_and_bake_time():
    assert Told().show(shifting(), gateway=1) == [
        "gateway: PRODUCTION_TRAFFIC_SHIFT | production 10 % new, 90 % old | test 100 % new, 0 % old | "
        "new tasks 2 of 2 running, 1 healthy, 0 pending | old tasks 2 running | bakes 10 min more"
    ]


def test_only_changes_are_told():
    told = Told()
    assert len(told.show(shifting(running=1))) == 1
    assert told.show(shifting(running=1)) == []
    assert len(told.show(shifting(running=2))) == 1
    assert len(told.show(shifting(running=2), gateway=2)) == 1
    assert told.show(shifting(running=2), gateway=2) == []
    assert len(told.show(shifting("BAKE_TIME", 100.0), gateway=2)) == 1
    ended = told.show(shifting("CLEAN_UP", 100.0, status="SUCCESSFUL"), gateway=2)
    assert [line.split(" | ")[0] for line in ended] == ["gateway: SUCCESSFUL"]


def test_of_a_quiet_service_nothing_is_told():
    assert Told().show(Observation(service(), deployment())) == []


def test_the_bake_time_left_is_told_at_a_few_moments():
    told = Told()
    left = [line.rpartition(" | ")[2] for line in told.show(shifting())]
    for _minute in range(9):
        told.later(1)
        left += [line.rpartition(" | ")[2] for line in told.show(shifting())]
    assert left == [f"bakes {minutes} min more" for minutes in (10, 5, 2, 1)]
    # A further step bakes anew.
    assert told.show(shifting(share=50.0))[0].endswith("bakes 10 min more")


@pytest.mark.parametrize(
    "minutes, told", [(0, None), (-1, None), (1, 1), (3, 5), (15, 15), (16, 30), (61, 120), (1440, 1440)]
)
def test_milestones(minutes, told):
    assert progress.milestone(minutes) == told


def test_a_rolling_deployment_has_no_weights():
    seen = Observation(service(), deployment("IN_PROGRESS"))
    assert Told().show(seen) == ["gateway: IN_PROGRESS | new tasks 1 of 1 running, 0 pending"]


def test_a_rollback_says_why():
    told = Told()
    told.show(shifting())
    (line,) = told.show(shifting(status="ROLLBACK_IN_PROGRESS", statusReason="an alarm"))
    assert line.startswith("gateway: ROLLBACK_IN_PROGRESS: an alarm | ")


def test_a_hook_that_waits_comes_with_what_to_do():
    told = Told()
    told.show(shifting("POST_TEST_TRAFFIC_SHIFT", 0.0, lifecycleHookDetails=[PAUSE]))
    (facts,) = told.facts
    assert progress_text.hook_line(facts, facts["hooks"][0], "ansible-playbook portkey.gateway.promote -l dev") == (
        "gateway: ecs-pause-1 waits at POST_TEST_TRAFFIC_SHIFT until 2026-01-01T01:00:00+00:00, then ROLLBACK. "
        "To go on: ansible-playbook portkey.gateway.promote -l dev, or aws ecs continue-service-deployment "
        f"--service-deployment-arn {DEPLOYMENT}/1 --hook-id ecs-pause-1"
    )


def health(client, **observations):
    now = FakeTime()
    return progress.Health(client, CLUSTER, now.clock.now), now


def test_health_is_that_of_the_deployments_own_tasks_and_looked_at_now_and_then():
    tasks = [
        task(1, created=-5, healthStatus="HEALTHY"),
        task(2, created=1, healthStatus="HEALTHY"),
        task(3, created=1, healthStatus="UNHEALTHY"),
        task(4, created=1, healthStatus="UNKNOWN"),
    ]
    client = FakeClient("ecs", list_tasks={"taskArns": ["t"]}, describe_tasks={"tasks": tasks})
    looked, now = health(client)
    for _look in range(4):
        assert looked.look({"gateway": shifting(), "quiet": Observation(service(), deployment())}) == {"gateway": 1}
        now.seconds += 4
    assert len(client.calls) == 4


def test_health_that_may_not_be_seen_is_left_out():
    looked, _now = health(FakeClient("ecs", list_tasks=client_error("AccessDeniedException")))
    assert looked.look({"gateway": shifting()}) == {}


def test_the_lines_go_into_the_file_and_nowhere_if_it_cannot_be_written(tmp_path):
    path = tmp_path / "progress"
    missing = progress.Lines(str(path))
    missing.write(pid=1)
    assert not missing.are_read
    assert not path.exists()
    path.touch()
    lines = progress.Lines(str(path))
    lines.write(pid=1)
    lines.write(facts={"service": "gateway"})
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"pid": 1},
        {"facts": {"service": "gateway"}},
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_sleep_and_nothing_else(number):
    before = signal.getsignal(number)
    started = time.monotonic()
    with pytest.raises(Interrupted), Interruptible() as interruptible:
        threading.Timer(0.05, os.kill, [os.getpid(), number]).start()
        interruptible.sleep(20)
    assert time.monotonic() - started < 10
    with pytest.raises(Interrupted), Interruptible() as interruptible:
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        time.sleep(0.01)
        interruptible.sleep(20)
    assert signal.getsignal(number) is before
