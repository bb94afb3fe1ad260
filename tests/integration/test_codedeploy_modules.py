"""The CodeDeploy modules against the emulator's API: real clients, real waiting, no Ansible in between."""

from __future__ import annotations

import io
import json
import zipfile
from http.server import BaseHTTPRequestHandler

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy import application, config, deployment, group
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed, WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeModule, argument_spec
from ansible_run import ROOT
from listening import listening
from test_smoke_gate import SETTINGS

from emulator.testing import Running
from emulator.tests.codedeploy_stack import Delivery
from emulator.tests.ecs_stack import HEALTH_CHECK, NAME, PORT, Stack
from emulator.tests.test_codedeploy import _function, allow

CANARY = "CodeDeployDefault.ECSCanary10Percent5Minutes"
LINEAR = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"
STEPS = {CANARY: [10, 100], LINEAR: [*range(10, 101, 10)]}
ACTS = {
    "codedeploy_application": application.ensure,
    "codedeploy_deployment_config": config.ensure,
    "codedeploy_deployment_group": group.ensure,
    "codedeploy_deployment": deployment.ensure,
    "codedeploy_application_info": application.info,
    "codedeploy_deployment_config_info": config.info,
    "codedeploy_deployment_group_info": group.info,
    "codedeploy_deployment_info": deployment.info,
}


class Clients:
    def __init__(self, emulator: Running) -> None:
        self._emulator = emulator

    def __getitem__(self, service: str):
        return self._emulator.client(service)


class Bench:
    """A CODE_DEPLOY service that runs, and the modules at work on it."""

    def __init__(self, emulator: Running, monkeypatch: pytest.MonkeyPatch) -> None:
        self.emulator = emulator
        self.stack = Stack(emulator)
        self.delivery = Delivery(self.stack)
        self._specs = {name: argument_spec(name, monkeypatch) for name in ACTS}
        self.delivery.create_service(taskDefinition=self.revision("2.16.0"))
        self.definition = self.revision("2.17.0")

    def revision(self, tag: str) -> str:
        container = self.stack.container(image=f"portkeyai/gateway_enterprise:{tag}", healthCheck=HEALTH_CHECK)
        return self.stack.task_definition(container)

    def act(self, of: str, checking: bool = False, /, **options):
        return ACTS[of](FakeModule(self._specs[of], Clients(self.emulator), checking, **options))

    def group(self, check_mode: bool = False, **options):
        wanted = {
            "application": "gateway",
            "name": "gateway",
            "service_role_arn": self.delivery.role,
            "cluster": NAME,
            "service": "gateway",
            "target_groups": ["green", "blue"],
            "production_listener_arn": self.delivery.balanced["listener"],
            "test_listener_arn": self.delivery.test_listener,
            "tags": {"Project": "demo"},
            **options,
        }
        return self.act("codedeploy_deployment_group", check_mode, **wanted)

    def prepare(self, **options) -> None:
        self.act("codedeploy_application", name="gateway", tags={"Project": "demo"})
        self.group(**options)
        self.emulator.post("reset", only="calls")

    def deploy(self, check_mode: bool = False, **options):
        wanted = {
            "task_definition": self.definition,
            "container_name": "gateway",
            "container_port": PORT,
            "wait_timeout": 40,
            **options,
        }
        return self.steer("deploy", check_mode, **wanted)

    def steer(self, action: str, check_mode: bool = False, **options):
        place = {"application": "gateway", "deployment_group": "gateway", "action": action}
        return self.act("codedeploy_deployment", check_mode, **place, **options)

    @property
    def running(self) -> str:
        """The task definition of the tasks that serve."""
        (primary,) = (one for one in self.stack.service()["taskSets"] if one["status"] == "PRIMARY")
        return primary["taskDefinition"]

    @property
    def writes(self) -> list[str]:
        return [call["operation"] for call in self.emulator.calls(mutating=True)]


@pytest.fixture
def bench(emulator: Running, monkeypatch: pytest.MonkeyPatch) -> Bench:
    emulator.post("reset")
    made = Bench(emulator, monkeypatch)
    emulator.post("reset", only="calls")
    return made


def test_application_config_and_group_are_made_changed_and_removed(bench: Bench):
    app = {"name": "gateway", "tags": {"Project": "demo"}}
    own = {"name": "own", "type": "canary", "percentage": 20, "interval": 7}
    assert bench.act("codedeploy_application", True, **app).is_changed
    assert bench.act("codedeploy_deployment_config", True, **own).is_changed
    assert bench.group(check_mode=True).is_changed
    assert bench.writes == []

    assert bench.act("codedeploy_application", **app).is_changed
    assert bench.act("codedeploy_deployment_config", **own).is_changed
    assert bench.group(deployment_config="own").is_changed
    bench.emulator.post("reset", only="calls")
    for check_mode in (True, False):
        assert not bench.act("codedeploy_application", check_mode, **app).is_changed
        assert not bench.act("codedeploy_deployment_config", check_mode, **own).is_changed
        assert not bench.group(check_mode, deployment_config="own", target_groups=["blue", "green"]).is_changed
    assert bench.writes == []

    with pytest.raises(GatewayError, match="cannot change it"):
        bench.act("codedeploy_deployment_config", **{**own, "interval": 8})
    changed = bench.group(termination_wait_minutes=5, alarms=["errors"], tags={"Project": "other"})
    assert changed.before["termination_wait_minutes"] == 0
    assert changed.after["alarms"] == ["errors"]
    assert changed.after["deployment_config"] == "own"
    assert bench.writes == ["UpdateDeploymentGroup", "TagResource"]
    assert not bench.group(termination_wait_minutes=5, alarms=["errors"], tags={"Project": "other"}).is_changed
    assert bench.act("codedeploy_application", name="gateway", tags={"a": "b"}).after["tags"] == {"a": "b"}

    (found,) = bench.act("codedeploy_application_info").result["applications"]
    assert (found["application_name"], found["deployment_groups"]) == ("gateway", ["gateway"])
    (found,) = bench.act("codedeploy_deployment_group_info", application="gateway").result["deployment_groups"]
    assert (found["termination_wait_minutes"], found["auto_rollback_events"]) == (
        5,
        ["failure", "stop_on_alarm", "stop_on_request"],
    )
    (found,) = bench.act("codedeploy_deployment_config_info", prefix="own").result["deployment_configs"]
    assert found["routing"] == {"type": "canary", "percentage": 20, "interval": 7}

    removals = {
        "codedeploy_deployment_group": {"application": "gateway", "name": "gateway"},
        "codedeploy_deployment_config": {"name": "own"},
        "codedeploy_application": {"name": "gateway"},
    }
    for name, options in removals.items():
        assert bench.act(name, True, state="absent", **options).is_changed
        assert bench.act(name, state="absent", **options).is_changed
        assert not bench.act(name, state="absent", **options).is_changed


def test_a_role_that_is_new_is_waited_for_and_a_wrong_one_named(bench: Bench):
    bench.act("codedeploy_application", name="gateway")
    with pytest.raises(WaitTimedOut, match="Cannot assume role provided"):
        bench.group(service_role_arn=bench.stack.task_role, wait_timeout=1)


@pytest.mark.parametrize("name", [CANARY, LINEAR])
def test_traffic_is_shifted_and_a_second_run_changes_nothing(bench: Bench, name: str):
    bench.prepare(deployment_config=name)
    planned = bench.deploy(check_mode=True)
    assert planned.is_changed
    assert planned.after["new_deployment_for"] == ["task_definition"]
    assert bench.writes == []
    done = bench.deploy()
    assert done.result["deployment"]["status"] == "Succeeded"
    assert bench.running == bench.definition
    assert bench.delivery.history() == STEPS[name]
    assert bench.writes == ["CreateDeployment"]
    for check_mode in (True, False):
        assert not bench.deploy(check_mode).is_changed
    assert bench.writes == ["CreateDeployment"]
    # The target groups have swapped, and the next deployment swaps them back.
    bench.definition = bench.revision("2.18.0")
    bench.deploy()
    assert bench.delivery.weights() == {"blue": 100, "green": 0}
    network = {"subnets": bench.stack.subnets[:1], "security_groups": [bench.stack.task_group]}
    assert bench.deploy(network_configuration=network).after["new_deployment_for"] == ["network_configuration"]
    assert not bench.deploy(network_configuration=network).is_changed
    found = bench.act("codedeploy_deployment_info", application="gateway", deployment_group="gateway", limit=2)
    assert [one["status"] for one in found.result["deployments"]] == ["Succeeded", "Succeeded"]


def test_failing_tasks_roll_back_and_the_cause_is_named(bench: Bench):
    bench.prepare(deployment_config=CANARY)
    before = bench.running
    bench.emulator.post("tasks", service="gateway", fail="image", revision=bench.definition.rsplit("/", 1)[-1])
    with pytest.raises(WaitFailed) as caught:
        bench.deploy()
    details = caught.value.details
    assert (details["cause"]["category"], details["changed"]) == ("image_pull", True)
    assert "It was rolled back by d-" in caught.value.message
    assert set(bench.delivery.history()) == {0}
    assert bench.running == before
    with pytest.raises(WaitFailed, match="image_pull"):
        bench.steer("wait")
    bench.emulator.post("tasks", clear=True)
    assert bench.deploy().is_changed
    assert not bench.deploy().is_changed


def test_a_failing_hook_rolls_back_and_is_named(bench: Bench):
    bench.prepare(deployment_config=CANARY)
    granted = allow("codedeploy:PutLifecycleEventHookExecutionStatus"), allow("logs:*")
    function = _function(bench.stack, "Failed", *granted)
    bench.emulator.client("logs").create_log_group(logGroupName="/aws/lambda/check")
    with pytest.raises(WaitFailed) as caught:
        bench.deploy(hooks={"AfterAllowTraffic": function, "BeforeInstall": None})
    assert caught.value.details["cause"]["category"] == "hook_failed"
    words = "the hook AfterAllowTraffic failed. The function wrote: The check says Failed"
    assert words in caught.value.details["cause"]["evidence"]
    assert bench.delivery.history() == [10, 100, 0]
    assert bench.delivery.weights() == {"blue": 100, "green": 0}


class Refusing(BaseHTTPRequestHandler):
    """A test listener behind which there is something, but no gateway."""

    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()
        self.wfile.write(b"not here")

    do_POST = do_GET

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def listener():
    with listening(Refusing) as url:
        yield url


def test_the_smoke_gate_rolls_back_and_its_words_are_the_cause(bench: Bench, listener: str):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for path in (ROOT / "roles/lifecycle_hook/files").glob("*.py"):
            opened.write(path, path.name)
    granted = allow("codedeploy:PutLifecycleEventHookExecutionStatus"), allow("logs:*")
    own = {"url": listener, "attempts": 1, "request_timeout_seconds": 2, "health_path": "/v1/health"}
    made = bench.emulator.client("lambda").create_function(
        FunctionName="smoke-gate",
        Runtime="python3.13",
        Role=bench.stack.role("function", "lambda.amazonaws.com", *granted),
        Handler="smoke_gate.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"SMOKE_GATE_SETTINGS": json.dumps({**SETTINGS, **own})}},
        Timeout=60,
    )
    bench.emulator.client("logs").create_log_group(logGroupName="/aws/lambda/smoke-gate")
    bench.prepare(deployment_config=CANARY)
    before = bench.running
    with pytest.raises(WaitFailed) as caught:
        bench.deploy(hooks={"AfterAllowTestTraffic": made["FunctionArn"]}, wait_timeout=120)
    cause = caught.value.details["cause"]
    assert cause["category"] == "hook_failed"
    assert "the hook AfterAllowTestTraffic failed. The function wrote: FAILED: health of gateway" in cause["evidence"]
    assert bench.emulator.calls(operation="PutLifecycleEventHookExecutionStatus")
    # Not one request came to what the gate had refused.
    assert set(bench.delivery.history()) <= {0}
    assert bench.running == before


def test_an_alarm_rolls_back_and_is_named(bench: Bench):
    cloudwatch = bench.emulator.client("cloudwatch")
    alarm = {"MetricName": "Errors", "Namespace": "x", "Period": 60, "Threshold": 1.0, "EvaluationPeriods": 1}
    cloudwatch.put_metric_alarm(AlarmName="errors", ComparisonOperator="GreaterThanThreshold", Statistic="Sum", **alarm)
    bench.prepare(deployment_config=LINEAR, alarms=["errors"], ready_wait_minutes=10)
    assert bench.deploy(wait_until="paused").result["summary"]["waits_for"] == "READY_WAIT"
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    with pytest.raises(WaitFailed) as caught:
        bench.steer("wait")
    assert caught.value.details["cause"]["category"] == "alarm"
    assert "errors" in caught.value.message
    assert set(bench.delivery.history()) == {0}


def test_a_deployment_is_stopped_in_the_middle_of_its_traffic(bench: Bench):
    bench.prepare(deployment_config=CANARY)
    slow = _function(bench.stack, "Succeeded", delay=20)
    before = bench.running
    bench.deploy(hooks={"AfterAllowTraffic": slow}, wait_until="AfterAllowTraffic")
    assert bench.delivery.history() == [10, 100]
    assert bench.steer("stop", check_mode=True).is_changed
    stopped = bench.steer("stop")
    assert stopped.result["deployment"]["status"] == "Stopped"
    assert bench.delivery.history() == [10, 100, 0]
    assert bench.running == before
    assert not bench.steer("stop").is_changed
    assert not bench.steer("continue").is_changed


def test_a_deployment_waits_and_is_continued(bench: Bench):
    bench.prepare(deployment_config=LINEAR, ready_wait_minutes=10)
    seen = bench.deploy(wait_until="paused")
    assert seen.result["deployment"]["status"] == "Ready"
    # A second run of the same joins it, one that only looks is told the time.
    assert not bench.deploy(wait_until="paused").is_changed
    with pytest.raises(WaitTimedOut, match="goes on"):
        bench.steer("wait", wait_timeout=0)
    assert bench.steer("continue", check_mode=True).is_changed
    assert bench.delivery.history() == []
    assert bench.steer("continue").result["deployment"]["status"] == "Succeeded"
    assert bench.delivery.history() == STEPS[LINEAR]


def test_going_back_to_what_ran_before(bench: Bench):
    bench.prepare()
    first = bench.running
    bench.deploy()
    assert bench.steer("rollback", check_mode=True, to="previous").is_changed
    assert bench.steer("rollback", to="previous").is_changed
    assert bench.running == first
    assert not bench.steer("rollback", to="previous").is_changed
    assert not bench.steer("rollback").is_changed


def test_what_cannot_be_deployed(bench: Bench):
    with pytest.raises(GatewayError, match="no deployment group gateway"):
        bench.deploy()
    assert not bench.deploy(check_mode=True).is_changed
    bench.prepare()
    with pytest.raises(GatewayError, match="no hook for AllowTraffic"):
        bench.deploy(hooks={"AllowTraffic": "x"})
    with pytest.raises(GatewayError, match="no active task definition nobody"):
        bench.deploy(task_definition="nobody")
