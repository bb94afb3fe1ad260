"""The playbooks that operate a stack, on the dev stack: what each calls, says and leaves; with --check not one write.

The tests follow each other on one stack.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
from http.server import BaseHTTPRequestHandler

import pytest
import stacks
from ansible_run import Ansible, Run
from listening import listening
from permitted import assert_verb_permitted
from stacks import begin_with

from emulator.testing import Running

CLUSTER = "portkey-gateway-dev-cluster"
IMAGE = "portkeyai/gateway_enterprise"
SCALING = {"enable_autoscaling": True, "autoscaling_min_capacity": 1, "autoscaling_max_capacity": 3}
ENTERED = {"desired_task_count": 1, "cpu": 256, "memory": 1024, "enable_execute_command": True}
STACK = {"portkey_gateway_autoscaling": SCALING, "portkey_gateway_config": ENTERED}
TARGET = {"ServiceNamespace": "ecs", "ResourceIds": [f"service/{CLUSTER}/gateway"]}


@pytest.fixture(scope="module")
def live(ansible: Ansible, emulator: Running):
    """The dev stack with autoscaling and execute command."""
    begin_with(ansible, emulator, **STACK)


@pytest.fixture
def verb(live, ansible: Ansible, emulator: Running):
    """A verb by its playbook's path, on a record that is empty."""

    def run(name: str, *arguments: str, **variables) -> Run:
        emulator.post("reset", only="calls")
        ran = ansible.play(f"playbooks/{name}.yml", *arguments, **{**STACK, **variables})
        named = {key: value for key, value in variables.items() if key == "portkey_environment"}
        assert_verb_permitted(name, emulator.calls(), **STACK, **named)
        return ran

    return run


def writes(emulator: Running) -> list[str]:
    return [call["operation"] for call in stacks.writes(emulator)]


def service(emulator: Running, name: str = "gateway") -> dict:
    (found,) = emulator.client("ecs").describe_services(cluster=CLUSTER, services=[name])["services"]
    return found


def image(emulator: Running) -> str:
    definition = emulator.client("ecs").describe_task_definition(taskDefinition=service(emulator)["taskDefinition"])
    return definition["taskDefinition"]["containerDefinitions"][0]["image"]


def scalable(emulator: Running) -> dict:
    (target,) = emulator.client("application-autoscaling").describe_scalable_targets(**TARGET)["ScalableTargets"]
    return target


CHECKED = {
    "deploy": {"portkey_deploy_tag": "2.17.0"},
    "promote": {},
    "rollback": {},
    "status": {},
    "scale": {"portkey_scale_min": 2},
    "refresh": {},
    "logs": {},
    "exec": {"portkey_exec_run": True, "portkey_exec_command": "node --version"},
    "run": {"portkey_run_command": "node --version"},
    "verify": {},
}
WOULD_CHANGE = {"deploy": 2, "scale": 3, "refresh": 1, "run": 1}


@pytest.mark.parametrize("name", CHECKED)
def test_check_tells_and_writes_nothing(name: str, live, ansible: Ansible, emulator: Running):
    """Each by its full name, as an installed collection is used."""
    emulator.post("reset", only="calls")
    run = ansible.play(f"portkey.gateway.{name}", "--check", "--diff", **STACK, **CHECKED[name]).ok()
    assert writes(emulator) == []
    assert run.changed == WOULD_CHANGE.get(name, 0), run.changed_tasks()
    assert emulator.calls(operation="DescribeServices")


def test_a_stack_that_is_not_there_is_refused(verb, emulator: Running):
    run = verb("refresh", portkey_environment="nowhere")
    assert run.returncode == 2
    assert "There is no stack portkey-gateway-nowhere in us-east-1 of account" in " ".join(run.output.split())
    assert writes(emulator) == []


def test_keys_of_the_inventory_win_over_a_profile_of_the_environment(live, ansible: Ansible, tmp_path: pathlib.Path):
    """As whoever works with AWS has one. The stock modules refuse both at once."""
    (tmp_path / "config").write_text("[profile other]\nregion = eu-west-1\n")
    foreign = {"AWS_PROFILE": "other", "AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_SESSION_TOKEN": "of-another"}
    run = dataclasses.replace(ansible, environment=foreign).play("playbooks/status.yml", **STACK).unchanged()
    assert "healthy" in run.output


def test_status_is_a_table_and_json(verb, emulator: Running, tmp_path: pathlib.Path):
    run = verb("status", portkey_status_file=str(tmp_path / "status.json")).unchanged()
    lines = [line.split() for line in run.output.splitlines()]
    assert ["redis", "healthy", "1/1", "-", "-", "1", "redis:7.2-alpine", "100", "%", "-"] in lines
    assert ["gateway", "healthy", "1/1", "1/1", "1", "to", "3", "1", f"{IMAGE}:2.16.0", "100", "%", "-"] in lines
    told = json.loads((tmp_path / "status.json").read_text())
    assert told["healthy"] is True
    assert [one["name"] for one in told["services"]] == ["redis", "gateway"]
    assert writes(emulator) == []


def test_status_says_what_is_wrong(verb, emulator: Running):
    (task,) = emulator.client("ecs").list_tasks(cluster=CLUSTER, serviceName="redis")["taskArns"]
    emulator.post("tasks", cluster=CLUSTER, service="redis", fail="capacity")
    emulator.client("ecs").stop_task(cluster=CLUSTER, task=task)
    assert "Problem: redis: 0 of 1 tasks are running" in verb("status").unchanged().output
    run = verb("verify", portkey_verify_timeout=1)
    assert run.returncode == 2
    assert "Not healthy after 1 s: redis: 0 of 1 tasks are running" in run.output
    emulator.post("tasks", clear=True)
    emulator.advance(300)


def test_deploy_changes_the_image_and_nothing_else(verb, emulator: Running):
    redis = service(emulator, "redis")["taskDefinition"]
    run = verb("deploy", portkey_deploy_tag="2.17.0").ok()
    assert sorted(writes(emulator)) == ["RegisterTaskDefinition", "UpdateService"]
    assert image(emulator) == f"{IMAGE}:2.17.0"
    assert service(emulator)["runningCount"] == 1
    assert service(emulator, "redis")["taskDefinition"] == redis
    assert f"Deployed {IMAGE}:2.17.0, before {IMAGE}:2.16.0" in run.output
    assert f"The configuration still says {IMAGE}:2.16.0." in run.output
    verb("deploy", portkey_deploy_tag="2.17.0").unchanged()
    assert writes(emulator) == []


def test_the_configured_image_is_deployed_by_default(verb, emulator: Running):
    digest = f"sha256:{'0' * 64}"
    verb("deploy", portkey_gateway_image={"image": IMAGE, "tag": digest}).ok()
    assert sorted(writes(emulator)) == ["RegisterTaskDefinition", "UpdateService"]
    assert image(emulator) == f"{IMAGE}@{digest}"


def test_a_bad_image_is_rolled_back_and_the_cause_is_named(verb, emulator: Running):
    before = service(emulator)["taskDefinition"]
    emulator.post("tasks", cluster=CLUSTER, service="gateway", fail="image", times=20)
    run = verb("deploy", portkey_deploy_tag="0.0.0-missing")
    emulator.post("tasks", clear=True)
    assert run.returncode == 2
    assert "CannotPullContainerError" in run.output
    assert "rolled back" in run.output
    assert service(emulator)["taskDefinition"] == before
    assert service(emulator)["runningCount"] == 1


def test_rollback_to_the_previous_image(verb, emulator: Running):
    run = verb("rollback", portkey_rollback_to="previous").ok()
    assert writes(emulator) == ["UpdateService"]
    assert image(emulator) == f"{IMAGE}:2.17.0"
    assert f"The gateway has {IMAGE}:2.17.0." in run.output
    verb("rollback", portkey_rollback_to="previous").unchanged()
    assert "No deployment is under way." in verb("rollback").unchanged().output
    assert writes(emulator) == []


def test_promote_with_nothing_that_waits(verb, emulator: Running):
    assert "Nothing waits for a promotion." in verb("promote").unchanged().output
    assert writes(emulator) == []


def test_refresh_replaces_the_tasks(verb, emulator: Running):
    ecs = emulator.client("ecs")
    before = ecs.list_tasks(cluster=CLUSTER, serviceName="redis")["taskArns"]
    verb("refresh", portkey_service="redis").ok()
    assert writes(emulator) == ["UpdateService"]
    after = ecs.list_tasks(cluster=CLUSTER, serviceName="redis")["taskArns"]
    assert len(after) == 1
    assert not set(before) & set(after)


def test_scale_a_service_without_autoscaling(verb, emulator: Running):
    assert "redis: 1 tasks before, 2 now." in verb("scale", portkey_service="redis", portkey_scale_count=2).ok().output
    assert writes(emulator) == ["UpdateService"]
    assert service(emulator, "redis")["runningCount"] == 2
    verb("scale", portkey_service="redis", portkey_scale_count=2).unchanged()
    # What the configuration says.
    verb("scale", portkey_service="redis").ok()
    assert service(emulator, "redis")["desiredCount"] == 1
    run = verb("scale", portkey_service="redis", portkey_scale_max=2)
    assert run.returncode == 2
    assert "does not scale by itself" in run.output


def test_scale_a_service_with_autoscaling(verb, emulator: Running):
    before = scalable(emulator)["SuspendedState"]
    verb("scale", portkey_scale_min=2, portkey_scale_max=4).ok()
    calls = [call for call in writes(emulator) if call != "RegisterScalableTarget"]
    assert calls == ["TagResource", "UpdateService", "UntagResource"]
    target = scalable(emulator)
    assert (target["MinCapacity"], target["MaxCapacity"], target["SuspendedState"]) == (2, 4, before)
    assert service(emulator)["runningCount"] == 2
    run = verb("scale", portkey_scale_count=9)
    assert run.returncode == 2
    assert "would undo 9" in " ".join(run.output.split())
    assert writes(emulator) == []


def test_autoscaling_is_resumed_when_the_work_fails(verb, emulator: Running):
    before = scalable(emulator)["SuspendedState"]
    fault = {"kind": "error", "service": "ecs", "operation": "UpdateService", "code": "InvalidParameterException"}
    emulator.post("faults", faults=[fault])
    run = verb("scale", portkey_scale_min=1, portkey_scale_count=1)
    emulator.post("reset", only="faults")
    assert run.returncode == 2
    registered = [
        call["parameters"]["SuspendedState"]["DynamicScalingOutSuspended"]
        for call in emulator.calls(operation="RegisterScalableTarget")
    ]
    assert registered == [True, False]
    assert scalable(emulator)["SuspendedState"] == before


def test_logs_are_the_last_lines_without_secrets(verb, emulator: Running):
    logs, group = emulator.client("logs"), "/ecs/portkey-gateway/dev/gateway"
    now = emulator.get("health")["now"]
    (task, *_others) = emulator.client("ecs").list_tasks(cluster=CLUSTER, serviceName="gateway")["taskArns"]
    stream = f"gateway-service/gateway/{task.rpartition('/')[2]}"
    lines = [
        {"timestamp": int(now * 1000) + number, "message": f"line {number} api_key=hunter2"} for number in range(5)
    ]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=lines)
    run = verb("logs", portkey_logs_lines=3, portkey_logs_since="1d").unchanged()
    assert [f"line {number}" in run.output for number in range(5)] == [False, False, True, True, True]
    assert "hunter2" not in run.output
    assert writes(emulator) == []


def test_exec_says_how_to_enter(verb, emulator: Running):
    output = " ".join(verb("exec").unchanged().output.split())
    assert f"aws ecs execute-command --region us-east-1 --endpoint-url {emulator.url} --cluster {CLUSTER}" in output
    assert "--container gateway --interactive --command /bin/sh" in output
    run = verb("exec", portkey_service="redis")
    assert run.returncode == 2
    assert "portkey_redis_configuration" in " ".join(run.output.split())


def test_exec_runs_a_command_where_the_plugin_is_installed(verb, ansible: Ansible, tmp_path: pathlib.Path, monkeypatch):
    script = '#!/bin/sh\ntest "$1" = --version && exit\ntest -t 0 && echo "as $AWS_ACCESS_KEY_ID: $*"\n'
    for name in ("aws", "session-manager-plugin"):
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    missing = verb("exec", portkey_exec_run=True, portkey_exec_command="node --version").unchanged()
    assert "session-manager plugin is not installed" in missing.output
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    run = verb("exec", portkey_exec_run=True, portkey_exec_command="node --version").ok()
    assert "as AKIAEMULATEDACCOUNT0: ecs execute-command" in run.output
    assert "--command node --version" in run.output


def test_run_shows_the_log_and_the_exit_code(verb, emulator: Running):
    run = verb("run", portkey_run_command="node --version").ok()
    assert writes(emulator) == ["RunTask"]
    assert "gateway started" in run.output
    assert "Exit code 0" in run.output


def test_run_fails_when_the_command_does(verb, emulator: Running):
    family = "portkey-gateway-dev-gateway"
    emulator.post("tasks", service=family, fail="exit", exit_code=3, times=1, log=["no table users, password=hunter2"])
    run = verb("run", portkey_run_command="node migrate.js")
    emulator.post("tasks", clear=True)
    assert run.returncode == 2
    assert "exited with code 3" in run.output
    assert "no table users" in run.output
    assert "hunter2" not in run.output


class Gateway(BaseHTTPRequestHandler):
    """Answers as the gateway does to a key that is none; ``answer`` is what it says to a chat completion."""

    answer = (401, {"status": "failure", "message": "Invalid API Key"})

    def do_GET(self) -> None:
        self._say(200 if self.path == "/v1/health" else 404, {})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        is_asked = self.path == "/v1/chat/completions" and self.headers["x-portkey-api-key"] == "not-a-key"
        self._say(*(self.answer if is_asked else (404, {})))

    def _say(self, status: int, body: dict) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_arguments) -> None:
        pass


@pytest.fixture
def gateway():
    with listening(Gateway) as url:
        yield url


def test_verify_says_why_it_does_not_ask_an_internal_load_balancer(verb, emulator: Running):
    output = " ".join(verb("verify").unchanged().output.split())
    assert "The services are healthy." in output
    assert "is internal, and answers inside of the VPC only" in output
    assert writes(emulator) == []


def test_verify_asks_the_gateway(verb, gateway: str):
    assert "The gateway on the production listener answers." in verb("verify", portkey_verify_url=gateway).ok().output


def test_verify_fails_without_the_control_plane(verb, gateway: str, monkeypatch):
    monkeypatch.setattr(Gateway, "answer", (500, {"status": "failure", "message": "fetch failed"}))
    run = verb("verify", portkey_verify_url=gateway)
    assert run.returncode == 2
    assert "Does the gateway reach its control plane" in run.output
