"""How soon the end of a deployment is noticed, and how many calls the waiting costs: in real time, progress told."""

from __future__ import annotations

import pathlib
import tempfile
import time
from typing import Any

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service_deployment
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeModule, argument_spec
from deployment_bench import NAME, SERVICE, STRATEGIES, Benches, Clients

from emulator.testing import running


def waited(bench: Any, monkeypatch: pytest.MonkeyPatch, progress: pathlib.Path, speed: float) -> tuple[float, float]:
    """Real seconds from the deployment's end to the module's, and calls per second of waiting."""
    bench.deploy(bench.revision("2"), wait=False)
    bench.forget()
    options = {"cluster": NAME, "services": [SERVICE], "progress_file": str(progress)}
    module = FakeModule(
        argument_spec("ecs_service_deployment", monkeypatch), Clients(bench.emulator), wait_timeout=3600, **options
    )
    start = time.perf_counter()
    service_deployment.ensure(module)
    took = time.perf_counter() - start
    now = bench.emulator.get("health")["now"]
    calls = len(bench.emulator.calls())
    late = (now - bench.stack.deployment()["finishedAt"].timestamp()) / speed
    return late, calls / took


def measure(speed: float) -> list[tuple[str, float, float]]:
    """Per strategy: how late, and how many calls per second."""
    folder = pathlib.Path(tempfile.mkdtemp())
    progress = folder / "progress"
    progress.touch()
    found = []
    with running("scaled", speed) as emulator, pytest.MonkeyPatch.context() as monkeypatch:
        benches = Benches(emulator, folder)
        for strategy in STRATEGIES:
            bench = benches.deployed(monkeypatch, "application", "gateway", strategy)
            found.append((strategy, *waited(bench, monkeypatch, progress, speed)))
    return found
