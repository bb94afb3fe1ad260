"""What a person sees of a deployment while a playbook waits for it, and what an interruption does: real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import pytest
from ansible_run import Ansible
from deployment_bench import SERVICE, Benches, DeploymentBench

from emulator.testing import CREDENTIALS, running
from emulator.tests.ecs_stack import NAME

SPEED = 120
PAUSE = {"target_type": "PAUSE", "lifecycle_stages": ["POST_TEST_TRAFFIC_SHIFT"]}


@pytest.fixture(scope="module")
def fast_benches(tmp_path_factory: pytest.TempPathFactory):
    with running("scaled", SPEED) as started:
        yield Benches(started, tmp_path_factory.mktemp("benches"))


@pytest.fixture
def bench(fast_benches: Benches, monkeypatch: pytest.MonkeyPatch) -> DeploymentBench:
    return fast_benches.deployed(monkeypatch, "application", "gateway", "CANARY")


@pytest.fixture
def wait_for(bench: DeploymentBench, tmp_path):
    """Start a playbook with one task that waits for the service."""

    def start(*arguments: str, module: str = "ecs_service_deployment", **options) -> subprocess.Popen:
        connection = {
            "region": "us-east-1",
            "access_key": CREDENTIALS["aws_access_key_id"],
            "secret_key": CREDENTIALS["aws_secret_access_key"],
        }
        task = {f"portkey.gateway.{module}": {"cluster": NAME, **options}, "name": "Wait"}
        play = {
            "hosts": "all",
            "gather_facts": False,
            "vars": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            "module_defaults": {"group/portkey.gateway.aws": connection},
            "tasks": [task],
        }
        path = tmp_path / "play.yml"
        path.write_text(json.dumps([play]))
        return Ansible(bench.emulator.url).start(str(path), *arguments, inventory="dev,")

    return start


def told(output: str) -> list[str]:
    return [line.removeprefix("[dev] ") for line in output.splitlines() if line.startswith("[dev] ")]


def until_line(process: subprocess.Popen, text: str) -> str:
    lines = []
    while text not in (line := process.stdout.readline()):
        assert line, "".join(lines)
        lines.append(line)
    return line


def test_progress_is_told_line_by_line_with_weights_tasks_bake_time_and_hooks(bench: DeploymentBench, wait_for):
    bench.deploy(bench.revision("2"), wait=False, configuration={"lifecycle_hooks": [PAUSE]})
    process = wait_for(service=SERVICE)
    hook = until_line(process, "ecs-pause-")
    assert "To go on: ansible-playbook portkey.gateway.promote -i dev, -l dev, or aws ecs continue-service-dep" in hook
    assert "then ROLLBACK" in hook
    bench.steer("continue", wait=False)
    output, _nothing = process.communicate()
    assert process.returncode == 0, output
    lines = told(output)
    canary = next(line for line in lines if "PRODUCTION_TRAFFIC_SHIFT" in line)
    assert "production 10 % new, 90 % old | test 100 % new, 0 % old | new tasks 1 of 1 running, 1 healthy" in canary
    assert "old tasks 1 running | bakes 10 min more" in canary
    assert lines[-1].startswith("gateway: SUCCESSFUL")
    # What does not change is not said again.
    assert len(lines) == len(set(lines))


def test_a_quiet_run_and_check_mode_tell_nothing(bench: DeploymentBench, wait_for):
    output, _nothing = wait_for(service=SERVICE).communicate()
    assert "ok=1" in output
    assert told(output) == []
    bench.deploy(bench.revision("2"), wait=False, configuration={"lifecycle_hooks": [PAUSE]})
    output, _nothing = wait_for("--check", service=SERVICE).communicate()
    assert "ok=1" in output
    assert told(output) == []


def test_ecs_service_tells_its_progress_too(bench: DeploymentBench, wait_for):
    definition = bench.revision("2")
    output, _nothing = wait_for(module="ecs_service", name=SERVICE, task_definition=definition).communicate()
    assert "changed=1" in output, output
    assert told(output)[-1].startswith("gateway: SUCCESSFUL")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("stops", [False, True], ids=["goes on", "rolls back"])
def test_an_interruption_says_what_becomes_of_the_deployment(bench: DeploymentBench, wait_for, number, stops):
    bench.deploy(bench.revision("2"), wait=False, configuration={"lifecycle_hooks": [PAUSE]})
    process = wait_for(service=SERVICE, rollback_on_interrupt=stops)
    until_line(process, "POST_TEST_TRAFFIC_SHIFT")
    os.kill(process.pid, number)
    output, _nothing = process.communicate()
    assert process.returncode != 0
    (said,) = [line for line in told(output) if "Interrupted" in line]
    deployment = bench.stack.deployment()
    if stops:
        assert "The deployment of service gateway was stopped, and ECS rolls it back." in said
        assert "stop-service-deployment" not in said
        assert deployment["status"].startswith("ROLLBACK_")
    else:
        arn = deployment["serviceDeploymentArn"]
        assert "The deployment of service gateway goes on in AWS." in said
        assert f"aws ecs stop-service-deployment --service-deployment-arn {arn} --stop-type ROLLBACK" in said
        assert "ansible-playbook portkey.gateway.rollback -i dev, -l dev" in said
        assert deployment["status"] == "IN_PROGRESS"
