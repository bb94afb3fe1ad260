"""The acts of a rehearsal. Each is a playbook as a person would run it, and what must then be so."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable
from typing import Any

from ansible_run import Ansible, Run
from timeline import Timeline

from emulator.testing import Running

GATEWAY = "gateway"
# Long enough for every deployment at the rehearsal's speed; one that never ends shall not keep it.
WAIT = {"portkey_wait_timeout": 600}
_BROKEN = "rehearsal-cannot-be-pulled"
_GOOD = "rehearsal-next"
_PLAN = re.compile(r"^(Plan: .+|No changes\..*)$", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Stack:
    """``id`` is <project>-<environment>; ``host`` what the inventory calls it."""

    inventory: str
    host: str
    id: str
    region: str
    cluster: str
    pauses: bool


class Unexpected(Exception):
    """What should be so after an act, and is not."""


@dataclasses.dataclass
class Done:
    """What came of an act. ``seconds`` are this machine's; ``traffic`` has AWS's own time."""

    name: str
    ok: bool
    told: str
    seconds: float = 0.0
    calls: int = 0
    writes: int = 0
    traffic: str = ""
    output: str = ""


class Rehearsal:
    """One stack on one emulator. ``variables`` go with every run."""

    def __init__(self, emulator: Running, ansible: Ansible, stack: Stack, variables: dict[str, Any]) -> None:
        self._emulator = emulator
        self._ansible = ansible
        self._stack = stack
        self._variables = {**variables, **WAIT}
        self._runs: list[Run] = []

    @property
    def acts(self) -> dict[str, Callable[[], str]]:
        return {
            "plan": self.plan,
            "create": self.create,
            "again": self.again,
            "new image": self.new_image,
            "bad image": self.bad_image,
            "roll back": self.roll_back,
            "scale down": self.scale_down,
            "scale up": self.scale_up,
            "uninstall": self.uninstall,
        }

    def play(self, name: str) -> Done:
        """An act with what it took. One that does not end as it should is told, and does not raise."""
        self._runs.clear()
        timeline = Timeline(self._emulator, self._stack.region)
        self._emulator.post("reset", only="calls")
        start = time.monotonic()
        try:
            told, ok = self.acts[name](), True
        except Unexpected as unexpected:
            told, ok = str(unexpected), False
        calls, seconds = self._emulator.calls(), time.monotonic() - start
        return Done(
            name,
            ok,
            told,
            seconds,
            len(calls),
            sum(call["mutating"] for call in calls),
            timeline.text(),
            "\n".join(run.output for run in self._runs),
        )

    def plan(self) -> str:
        run = self._run("plan")
        self._writes_nothing()
        return _planned(run)

    def create(self) -> str:
        run = self._run("site")
        return f"{run.changed} tasks changed something{self._promote()}"

    def again(self) -> str:
        run = self._run("site")
        if run.changed:
            raise Unexpected(f"changed again: {', '.join(run.changed_tasks())}")
        return "nothing to change"

    def new_image(self) -> str:
        self._run("deploy", portkey_deploy_tag=_GOOD)
        promoted = self._promote()
        self._runs_image(_GOOD)
        return f"deployed{promoted}"

    def bad_image(self) -> str:
        """Its tasks cannot start."""
        self._emulator.post("tasks", service=GATEWAY, fail="image", image=_BROKEN)
        run = self._start("deploy", portkey_deploy_tag=_BROKEN)
        if run.returncode == 0:
            raise Unexpected("the deployment of an image that does not exist succeeded")
        if "CannotPullContainerError" not in run.output:
            raise Unexpected(f"the run does not name the cause: {_fault(run)}")
        self._runs_image(_GOOD)
        return "rolled back by itself, and the run says why"

    def roll_back(self) -> str:
        self._run("rollback", portkey_rollback_to="previous")
        promoted = self._promote()
        image = self._image()
        if image.endswith((_GOOD, _BROKEN)):
            raise Unexpected(f"the gateway still runs {image}")
        return f"back at {image}{promoted}"

    def scale_down(self) -> str:
        self._run("scale_down")
        running = {service["serviceName"]: service["runningCount"] for service in self._services()}
        if any(running.values()):
            raise Unexpected(f"tasks still run: {running}")
        return f"{len(running)} services at rest"

    def scale_up(self) -> str:
        self._run("scale_up")
        services = {service["serviceName"]: service for service in self._services()}
        short = [name for name, one in services.items() if one["runningCount"] < one["desiredCount"]]
        if short or not services[GATEWAY]["desiredCount"]:
            raise Unexpected(f"does not run again: {', '.join(short) or GATEWAY}")
        return ", ".join(f"{name} {service['runningCount']}" for name, service in services.items())

    def uninstall(self) -> str:
        self._run("uninstall", portkey_uninstall_confirm=self._stack.id)
        if self._services():
            raise Unexpected("services are left")
        return "the audit found nothing left"

    def _run(self, verb: str, **variables: Any) -> Run:
        run = self._start(verb, **variables)
        if run.returncode:
            raise Unexpected(_fault(run))
        return run

    def _start(self, verb: str, **variables: Any) -> Run:
        options = {**self._variables, **variables}
        limit = ("--limit", self._stack.host)
        run = self._ansible.play(f"playbooks/{verb}.yml", *limit, inventory=self._stack.inventory, **options)
        self._runs.append(run)
        return run

    def _writes_nothing(self) -> None:
        writes = [call["operation"] for call in self._emulator.calls(mutating=True)]
        if writes:
            raise Unexpected(f"it wrote: {', '.join(writes)}")

    def _services(self) -> list[dict[str, Any]]:
        ecs = self._emulator.client("ecs", self._stack.region)
        try:
            arns = ecs.list_services(cluster=self._stack.cluster)["serviceArns"]
        except ecs.exceptions.ClusterNotFoundException:
            return []
        return ecs.describe_services(cluster=self._stack.cluster, services=arns)["services"] if arns else []

    def _gateway(self) -> dict[str, Any]:
        (found,) = [service for service in self._services() if service["serviceName"] == GATEWAY]
        return found

    def _image(self) -> str:
        """That of the gateway's running tasks: the only one, once a deployment has come to its end."""
        ecs = self._emulator.client("ecs", self._stack.region)
        arns = ecs.list_tasks(cluster=self._stack.cluster, serviceName=GATEWAY)["taskArns"]
        tasks = ecs.describe_tasks(cluster=self._stack.cluster, tasks=arns)["tasks"] if arns else []
        return " and ".join(sorted({one["image"] for task in tasks for one in task["containers"]}))

    def _runs_image(self, tag: str) -> None:
        image = self._image()
        if not image.endswith(f":{tag}") or " and " in image:
            raise Unexpected(f"the gateway runs {image or 'nothing'}, not {tag}")

    def _promote(self) -> str:
        """Let a deployment go on at every pause that it makes."""
        pauses = 0
        while self._stack.pauses and "Nothing waits" not in self._run("promote").output:
            pauses += 1
        return f", promoted at {pauses} pauses" if pauses else ""


def _planned(run: Run) -> str:
    found = _PLAN.search(run.output)
    if found is None:
        raise Unexpected("no summary of the plan")
    return found[1]


def _fault(run: Run) -> str:
    """The first failure of a run, as it tells it."""
    found = re.search(r"^(?:fatal: .*?|\[ERROR\]: )(.+?)(?=\n\n|\nPLAY RECAP|\Z)", run.output, re.MULTILINE | re.DOTALL)
    return " ".join((found[1] if found else run.output[-1000:]).split())[:600]
