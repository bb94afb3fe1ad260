"""Runs that die: at chosen calls, of a machine that goes down with all its processes."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from ansible_run import Ansible, Run

from emulator.testing import Running

MARK = "GATEWAY_TEST_RUN"
LONGEST = 1800
Fault = dict[str, Any]


def play_or_die(
    ansible: Ansible, emulator: Running, at: int, playbook: str = "site.yml", **variables: Any
) -> Run | None:
    """A run to its end, or None: killed when its ``at``-th write had taken effect and nobody had answered it yet.

    What the lock writes is not counted: each run begins with it, and tests of its own kill there.
    """
    stop = {"kind": "stop", "mutating": True, "except_service": "ssm", "at": at, "after": True}
    emulator.post("faults", faults=[stop])
    mark = uuid.uuid4().hex
    # Fewer processes per task, as there are hundreds of runs.
    environment = {**ansible.environment, "ANSIBLE_PIPELINING": "1", MARK: mark}
    marked = Ansible(ansible.endpoint, ansible.folder, environment)
    with tempfile.TemporaryFile("w+") as output:
        process = marked.start(playbook, output=output, **variables)
        end = time.monotonic() + LONGEST
        while process.poll() is None and not _has_stopped(emulator):
            assert time.monotonic() < end, f"{playbook} neither ended nor came to its write number {at}"
            time.sleep(0.05)
        died = _has_stopped(emulator)
        if died:
            kill_all(process, mark)
        output.seek(0)
        return None if died else Run(process.returncode, output.read())


def _has_stopped(emulator: Running) -> bool:
    return any(one["kind"] == "stop" and one["struck"] for one in emulator.get("faults")["faults"])


def kill_all(process: subprocess.Popen[str], mark: str) -> None:
    """SIGKILL to the run's process group, and to what it has put into the background."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    while left := _marked(mark):
        for number in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def _marked(mark: str) -> list[int]:
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


def die_again_and_again(
    ansible: Ansible,
    emulator: Running,
    step: int,
    after_each: Callable[[int], None],
    faults: Sequence[Fault] = (),
    most: int = 400,
    **play: Any,
) -> tuple[int, int]:
    """Run, die at the ``step``-th write, run again, and so on to the end: how often it died, and what else struck.

    With steps of 1 that is once at every write that it takes, and the last run finds nothing left to do.
    """
    deaths = struck = 0
    while True:
        emulator.post("reset", only="faults")
        emulator.post("faults", faults=list(faults))
        run = play_or_die(ansible, emulator, step, **play)
        struck += sum(one["struck"] for one in emulator.get("faults")["faults"] if one["kind"] != "stop")
        emulator.post("reset", only="faults")
        if run is not None:
            run.ok()
            return deaths, struck
        deaths += 1
        assert deaths < most, f"it comes to no end: after {deaths} deaths there is still something left to write"
        after_each(deaths)
