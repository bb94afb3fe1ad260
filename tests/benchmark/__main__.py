"""make bench: what a run costs, as ratios that can be compared between machines.

No-op and create are measured on the instant emulator, beside a lower bound taken in the same minute on the same
machine: the no-op's own AWS calls, made again by plain boto3, all at once. Then a create with AWS's real durations
(the clock runs faster by a stated factor) is compared with the longest chain of those durations, which no tool can
beat.

At the end, the waiting for deployments: how long after its end one is noticed, and what that costs in calls.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import pathlib
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("", "integration")]

# It lets the collection be imported by its full name.
importlib.import_module("conftest")

from ansible_run import Ansible, Run  # noqa: E402
from botocore import xform_name  # noqa: E402
from deployments import measure  # noqa: E402

from emulator.testing import Running, running  # noqa: E402

# Deployments take a quarter of an hour, and are looked at for a good while even so.
DEPLOYMENTS_SPEED = 30


def timed(ansible: Ansible) -> tuple[float, Run]:
    start = time.perf_counter()
    run = ansible.play().ok()
    return time.perf_counter() - start, run


def replay(emulator: Running, calls: list[dict[str, Any]]) -> float:
    """Seconds that plain boto3 takes for the same calls, made concurrently."""
    start = time.perf_counter()
    clients = {name: emulator.client(name) for name in {call["service"] for call in calls}}

    def again(call: dict[str, Any]) -> None:
        client = clients[call["service"]]
        # The run, too, asked for things that are not there.
        with contextlib.suppress(client.exceptions.ClientError):
            getattr(client, xform_name(call["operation"]))(**call["parameters"])

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(again, calls))
    return time.perf_counter() - start


def row(name: str, *values: object) -> None:
    print(f"{name:<34}" + "".join(f"{value!s:>12}" for value in values), flush=True)


def report(name: str, seconds: float, run: Run, calls: list[dict[str, Any]], bound: float) -> None:
    writes = sum(call["mutating"] for call in calls)
    row(name, f"{seconds:.1f}", run.tasks, len(calls), writes, f"{seconds / bound:.1f} x", f"{seconds / run.tasks:.2f}")


def instant() -> None:
    with running("instant") as emulator:
        ansible = Ansible(emulator.url)
        create_seconds, create = timed(ansible)
        create_calls = emulator.calls()
        emulator.post("reset", only="calls")
        again_seconds, again = timed(ansible)
        again.unchanged()
        again_calls = emulator.calls()
        bound = replay(emulator, again_calls)
    print("\nDev stack on the instant emulator. Bound: the no-op's calls by plain boto3, concurrently.")
    row("", "seconds", "tasks", "calls", "writes", "to bound", "s per task")
    row("plain boto3", f"{bound:.1f}", "", len(again_calls), 0, "1.0 x")
    report("create", create_seconds, create, create_calls, bound)
    report("no-op", again_seconds, again, again_calls, bound)


def real_durations(speed: float) -> None:
    with running("scaled", speed) as emulator:
        emulator.post("reset")  # moto keeps its state for the whole process
        start = emulator.get("health")["now"]
        timed(Ansible(emulator.url))
        took = emulator.get("health")["now"] - start
        path = emulator.get("critical_path")
    print(f"\nCreate with AWS's durations, clock at {speed:g} x. The critical path: {' > '.join(path['steps'])}")
    row("", "AWS seconds", "to path")
    row("critical path", f"{path['seconds']:.0f}", "1.00 x")
    row("create", f"{took:.0f}", f"{took / path['seconds']:.2f} x")


def deployments(speed: float) -> None:
    print(f"\nDeployments waited for, clock at {speed:g} x. At most 3 s late, and 1 call per second.")
    row("", "late, s", "calls per s")
    for strategy, late, calls in measure(speed):
        row(strategy, f"{late:.1f}", f"{calls:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmark")
    parser.add_argument("--speed", type=float, default=4.0, help="how much faster than real the emulator's clock runs")
    arguments = parser.parse_args()
    instant()
    real_durations(arguments.speed)
    deployments(DEPLOYMENTS_SPEED)


if __name__ == "__main__":
    main()
