"""Killed, throttled, cut off: whatever happens to runs, the last one ends with the stack of an undisturbed run.

`make test-faults` kills create, change and uninstall at every single write, which takes hours. Every other run of the
tests does so at some of them.
"""

from __future__ import annotations

import dataclasses
import logging
from typing import Any

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.stages import STAGES
from ansible_run import Ansible
from deployment_bench import PACE, SERVICE, Benches, DeploymentBench
from killing import die_again_and_again
from removal import KEEP, audit, inventory, uninstall, without_kept
from stacks import Preparation, begin_with
from worlds import BALANCED, FEATURES, counterparts

from emulator.testing import Running
from emulator.tests.ecs_stack import NAME

LOG = logging.getLogger(__name__)
UNINSTALL = {"playbook": "playbooks/uninstall.yml", "portkey_uninstall_confirm": "portkey-gateway-dev"}
# Of everything something: the network, the instances, tags on all, another revision, and what follows them.
CHANGED = {
    "portkey_gateway_image": {"image": "portkeyai/gateway_enterprise", "tag": "2.17.0"},
    "portkey_single_nat_gateway": False,
    "portkey_instance_type": "t4g.large",
    "portkey_tags": {"Team": "gateway"},
    "portkey_gateway_autoscaling": {"enable_autoscaling": True},
}


@dataclasses.dataclass(frozen=True)
class Job:
    """What is run, and the stack from which it starts; without one in an account where nobody has deployed anything."""

    play: dict[str, Any]
    before: dict[str, Any] | None
    prepare: Preparation | None = None


JOBS = {
    "create": Job({}, None),
    "change": Job(CHANGED, {}),
    "uninstall": Job(UNINSTALL, {}),
    "features": Job(FEATURES, BALANCED, counterparts),
    "no features": Job(BALANCED, FEATURES, counterparts),
    "uninstall features": Job(UNINSTALL, FEATURES, counterparts),
}
# Not the buckets, so that nothing is left.
KEPT = [kind for kind in KEEP if kind != "s3_bucket"]
# What the lock writes is left out: its own signs of life are no job's.
LOST = {"kind": "reset", "mutating": True, "except_service": "ssm", "after": True, "once_per_operation": True}
# More often than botocore tries by itself, of a stock module's call: the play gives it more tries.
STUBBORN = {"kind": "reset", "operation": "CreateSubnet", "times": 3}


def often(rate: float) -> list[dict[str, Any]]:
    """On every call, reads too. Which calls it strikes is the same every time."""
    return [{"kind": kind, "rate": rate} for kind in ("throttle", "500", "reset")]


@dataclasses.dataclass
class Disturbed:
    """A job that is disturbed, and how the account looks after an undisturbed one."""

    ansible: Ansible
    emulator: Running
    name: str
    orphans: int = 0
    # A chain of deaths takes an hour: it tells all that it finds, at its end.
    findings: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        self.job = JOBS[self.name]
        self.emulator.post("reset")
        if self.job.prepare:
            self.job.prepare(self.emulator)
        self.nothing = inventory(self.emulator)

    def begin(self) -> None:
        if self.job.before is None:
            self.emulator.post("reset")
        else:
            begin_with(self.ansible, self.emulator, prepare=self.job.prepare, **self.job.before)

    @property
    def undisturbed(self) -> dict[str, int]:
        if self.name == "uninstall":
            return without_kept(self.nothing)
        self.begin()
        self.ansible.play(**self.job.play).ok()
        return without_kept(inventory(self.emulator))

    def run(self, faults: list[dict[str, Any]], step: int, state: str = "") -> tuple[int, int]:
        """Died, and struck. Wherever it dies, what is there by then could be removed without a rest."""

        def can_be_removed(death: int) -> None:
            if not state:
                return
            self.emulator.post("state", save=state)
            uninstall(self.emulator, keep=KEPT)
            left, nothing = without_kept(inventory(self.emulator)), without_kept(self.nothing)
            self.findings += [
                f"after death {death} uninstall leaves {left[kind] - nothing[kind]} of {kind}"
                for kind in left
                if left[kind] != nothing[kind]
            ]
            self.emulator.post("state", load=state)
            LOG.info("%s: death %d, %d findings", self.name, death, len(self.findings))

        return die_again_and_again(self.ansible, self.emulator, step, can_be_removed, faults, **self.job.play)

    def end(self) -> dict[str, int]:
        assert self.findings == []
        if self.job.play is UNINSTALL:
            left = audit(self.emulator)
            self.orphans = len(left)
            assert left == []
        return without_kept(inventory(self.emulator))


@pytest.fixture
def disturbed(ansible: Ansible, emulator: Running, request) -> Disturbed:
    return Disturbed(ansible, emulator, request.param)


def tell(record_property, deaths: int = 0, struck: int = 0, orphans: int = 0) -> None:
    for name, number in (("kill points tried", deaths), ("faults injected", struck), ("orphans found", orphans)):
        record_property(name, number)


@pytest.mark.faults
@pytest.mark.parametrize("disturbed", JOBS, indirect=True)
def test_killed_at_every_write(disturbed: Disturbed, record_property, tmp_path):
    wanted = disturbed.undisturbed
    disturbed.begin()
    deaths, struck = disturbed.run([], 1, str(tmp_path / "state"))
    assert disturbed.end() == wanted
    tell(record_property, deaths, struck, disturbed.orphans)
    assert deaths > 30


@pytest.mark.faults
@pytest.mark.parametrize("faults", [often(0.05), [LOST]], ids=["often", "lost answers"])
@pytest.mark.parametrize("disturbed", JOBS, indirect=True)
def test_every_call_may_fail(disturbed: Disturbed, faults, record_property):
    wanted = disturbed.undisturbed
    disturbed.begin()
    deaths, struck = disturbed.run(faults, 10_000)
    assert disturbed.end() == wanted
    tell(record_property, deaths, struck, disturbed.orphans)
    assert struck >= 20


@pytest.mark.parametrize(
    "disturbed, step, deaths",
    [("create", 30, 2), pytest.param("uninstall", 25, 1, marks=pytest.mark.faults)],
    indirect=["disturbed"],
)
def test_a_sample_of_all_that(disturbed: Disturbed, step, deaths, record_property, tmp_path):
    """Few deaths, spread over the job, with answers lost and calls failing in between."""
    wanted = disturbed.undisturbed
    disturbed.begin()
    died, struck = disturbed.run([LOST, STUBBORN, *often(0.01)], step, str(tmp_path / "state"))
    assert disturbed.end() == wanted
    tell(record_property, died, struck, disturbed.orphans)
    assert died >= deaths and struck > 20


@pytest.mark.parametrize("disturbed", ["uninstall", "uninstall features"], indirect=True)
def test_a_removal_whose_answers_are_lost(disturbed: Disturbed, record_property):
    """Of every kind of deletion one; all of them by botocore's second try, which finds nothing any more."""
    disturbed.begin()
    emulator = disturbed.emulator
    emulator.post("faults", faults=[LOST])
    uninstall(emulator, keep=KEPT)
    (lost,) = emulator.get("faults")["faults"]
    emulator.post("reset", only="faults")
    assert without_kept(inventory(emulator)) == without_kept(disturbed.nothing)
    tell(record_property, struck=lost["struck"], orphans=len(audit(emulator)))
    assert lost["struck"] > 20


class Died(BaseException):
    """As no handler of the product's would catch it."""


# The first stage is over as soon as it has begun.
@pytest.mark.parametrize(
    "stage",
    [
        pytest.param(stage, marks=[] if stage in ("TEST_TRAFFIC_SHIFT", "BAKE_TIME") else pytest.mark.faults)
        for stage in (*STAGES[1:], "SUCCESSFUL")
    ],
)
def test_a_run_that_died_in_a_stage_of_a_deployment_is_joined(
    stage: str, benches: Benches, monkeypatch: pytest.MonkeyPatch, record_property
):
    bench = benches.deployed(monkeypatch, "application", "gateway", "CANARY")
    definition = bench.revision("2")
    with pytest.raises(Died):
        die_in(bench, stage, lambda: bench.deploy(definition))
    bench.forget()
    again = bench.deploy(definition)
    assert not again.is_changed and bench.writes == []
    deployments = bench.stack.ecs.list_service_deployments(cluster=NAME, service=SERVICE)["serviceDeployments"]
    assert [one["status"] for one in deployments] == ["SUCCESSFUL"] * 2
    assert bench.stack.service()["taskDefinition"] == definition
    tell(record_property, deaths=1)


def die_in(bench: DeploymentBench, stage: str, act) -> None:
    """The process ends at its first look at this stage."""
    sleep = bench._sleep

    def die(seconds: float) -> None:
        deployment = bench.stack.deployment()
        if stage in (deployment.get("lifecycleStage"), deployment["status"]):
            raise Died
        # Slowly, so that short stages are seen as well.
        sleep(seconds / PACE / 4)

    bench._sleep = die  # type: ignore[method-assign]
    try:
        act()
        if stage == "SUCCESSFUL":
            raise Died
    finally:
        bench._sleep = sleep  # type: ignore[method-assign]
