"""The ECS modules against the emulator's API: real clients, real waiting, no Ansible in between."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service as ecs_service
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service_deployment
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed, WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeModule, argument_spec

from emulator.testing import Running
from emulator.tests.ecs_stack import HEALTH_CHECK, NAME, Stack

SERVICE = "gateway"


class Clients:
    def __init__(self, emulator: Running) -> None:
        self._emulator = emulator

    def __getitem__(self, service: str):
        return self._emulator.client(service)


class Bench:
    """A stack, and the modules at work on its one service."""

    def __init__(self, emulator: Running, monkeypatch: pytest.MonkeyPatch) -> None:
        self.emulator = emulator
        self.stack = Stack(emulator)
        self._specs = {name: argument_spec(name, monkeypatch) for name in ("ecs_service", "ecs_service_deployment")}
        self.definition = self.revision("2.16.0")

    def revision(self, tag: str) -> str:
        container = self.stack.container(image=f"portkeyai/gateway_enterprise:{tag}", healthCheck=HEALTH_CHECK)
        return self.stack.task_definition(container)

    def ensure(self, check_mode: bool = False, **options):
        wanted = {
            "cluster": NAME,
            "name": SERVICE,
            "task_definition": self.definition,
            "desired_count": 1,
            "capacity_provider_strategy": [{"capacity_provider": "capacity", "weight": 1}],
            "network_configuration": {"subnets": self.stack.subnets, "security_groups": [self.stack.task_group]},
            "deployment_configuration": {"deployment_circuit_breaker": {"enable": True, "rollback": True}},
            "propagate_tags": "SERVICE",
            "enable_ecs_managed_tags": True,
            "tags": {"Project": "portkey"},
            "wait_timeout": 60,
            **options,
        }
        return ecs_service.ensure(FakeModule(self._specs["ecs_service"], Clients(self.emulator), check_mode, **wanted))

    def wait(self, **options):
        wanted = {"cluster": NAME, "services": [SERVICE], "wait_timeout": 60, **options}
        return service_deployment.ensure(
            FakeModule(self._specs["ecs_service_deployment"], Clients(self.emulator), **wanted)
        )

    def fail(self, kind: str | None) -> None:
        self.emulator.post("tasks", **({"service": SERVICE, "fail": kind} if kind else {"clear": True}))

    @property
    def writes(self) -> list[str]:
        return [call["operation"] for call in self.emulator.calls(mutating=True)]

    def forget_calls(self) -> None:
        self.emulator.post("reset", only="calls")


@pytest.fixture
def bench(emulator: Running, monkeypatch: pytest.MonkeyPatch) -> Bench:
    emulator.post("reset")
    made = Bench(emulator, monkeypatch)
    made.forget_calls()
    return made


def test_create_repeat_change_remove(bench: Bench):
    created = bench.ensure()
    assert created.result["deployment"]["status"] == "SUCCESSFUL"
    assert created.result["service"]["running_count"] == 1
    assert bench.writes == ["CreateService"]

    assert not bench.ensure().is_changed
    assert not bench.ensure(check_mode=True).is_changed

    bench.definition = bench.revision("2.17.0")
    bench.forget_calls()
    assert bench.ensure(check_mode=True).is_changed
    assert bench.writes == []
    assert bench.ensure().result["service"]["task_definition"] == bench.definition
    assert bench.writes == ["UpdateService"]
    assert not bench.ensure().is_changed

    assert bench.ensure(desired_count=2).result["service"]["running_count"] == 2
    assert bench.ensure(tags={"Project": "other"}).result["service"]["tags"] == {"Project": "other"}
    assert bench.ensure(force_new_deployment=True, desired_count=2, tags=None).result["new_deployment"]

    assert bench.ensure(state="absent").is_changed
    assert not bench.ensure(state="absent").is_changed


@pytest.mark.parametrize(
    "kind, category",
    [
        ("image", "image_pull"),
        ("health", "health_check"),
        ("secret", "secret_denied"),
        ("memory", "out_of_memory"),
        ("exit", "container_exit"),
    ],
)
def test_a_failing_deployment_is_rolled_back_named_and_started_again(bench: Bench, kind: str, category: str):
    bench.ensure()
    before = bench.definition
    bench.definition = bench.revision("2.17.0")
    bench.fail(kind)
    with pytest.raises(WaitFailed) as caught:
        bench.ensure()
    assert caught.value.details["cause"]["category"] == category
    assert caught.value.details["changed"] is True
    assert bench.stack.service()["taskDefinition"] == before
    with pytest.raises(WaitFailed, match=category):
        bench.wait()

    bench.fail(None)
    assert bench.ensure().result["service"]["task_definition"] == bench.definition
    assert bench.wait().result["deployments"][0]["status"] == "SUCCESSFUL"


def test_a_first_deployment_that_fails_is_started_again(bench: Bench):
    bench.fail("image")
    with pytest.raises(WaitFailed, match="image_pull"):
        bench.ensure()
    bench.fail(None)
    assert bench.ensure().result["new_deployment"]
    assert not bench.ensure().is_changed


@pytest.mark.parametrize("kind, category", [("image", "image_pull"), ("capacity", "no_capacity"), ("eni", "eni_limit")])
def test_without_a_circuit_breaker_the_time_runs_out_and_the_cause_is_named(bench: Bench, kind: str, category: str):
    bench.fail(kind)
    endless = {"deployment_circuit_breaker": {"enable": False, "rollback": False}}
    with pytest.raises(WaitTimedOut) as caught:
        bench.ensure(deployment_configuration=endless, wait_timeout=3)
    assert caught.value.details["cause"]["category"] == category
    # It goes on by itself, and the next run joins it.
    bench.fail(None)
    bench.forget_calls()
    assert not bench.ensure(deployment_configuration=endless).is_changed
    assert bench.writes == []


def test_a_deployment_is_waited_for_by_somebody_else(bench: Bench):
    bench.ensure(wait=False)
    found = bench.wait().result["deployments"][0]
    assert (found["service"], found["status"], found["running"]) == (SERVICE, "SUCCESSFUL", 1)
