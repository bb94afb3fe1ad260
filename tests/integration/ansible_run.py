"""Runs playbooks the way a person does: the command, its output, its recap."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
from typing import Any

from warm_python import warm_python

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RECAP = re.compile(r"^\S+\s*: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)
# What would let the tests' machine speak in: a person's own settings and credentials.
FOREIGN = re.compile(r"^(AWS_|ANSIBLE_|PORTKEY_|BOTO_)")


@dataclasses.dataclass(frozen=True)
class Run:
    """A finished run. Counts are summed over the hosts."""

    returncode: int
    output: str

    @property
    def changed(self) -> int:
        return sum(int(changed) for ok, changed, unreachable, failed in RECAP.findall(self.output))

    @property
    def tasks(self) -> int:
        return len(re.findall(r"^TASK \[", self.output, re.MULTILINE))

    def changed_tasks(self) -> list[str]:
        """The names of the tasks that changed something, for a failure that explains itself."""
        names = []
        current = ""
        for line in self.output.splitlines():
            if line.startswith("TASK ["):
                current = line.removeprefix("TASK [").split("]")[0]
            elif line.startswith("changed: [") and (not names or names[-1] != current):
                names.append(current)
        return names

    def ok(self) -> Run:
        """Itself, when it succeeded."""
        assert self.returncode == 0, self.output[-6000:]
        return self

    def unchanged(self) -> Run:
        """Itself, when it succeeded and changed nothing."""
        self.ok()
        assert self.changed == 0, f"changed: {self.changed_tasks()}\n{self.output[-4000:]}"
        return self


@dataclasses.dataclass(frozen=True)
class Ansible:
    """Ansible against one endpoint, in one folder.

    ``quick`` halves the time by an interpreter that is warm already; not where runs are killed or watched from outside.
    """

    endpoint: str
    folder: pathlib.Path = ROOT
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    quick: bool = False

    def play(
        self, playbook: str = "site.yml", *arguments: str, inventory: str = "inventories/local", **variables: Any
    ) -> Run:
        """Run a playbook to its end. ``variables`` are extra vars."""
        process = self.start(playbook, *arguments, inventory=inventory, **variables)
        output, nothing = process.communicate()
        return Run(process.returncode, output)

    def start(
        self,
        playbook: str = "site.yml",
        *arguments: str,
        inventory: str = "inventories/local",
        output: Any = subprocess.PIPE,
        **variables: Any,
    ) -> subprocess.Popen[str]:
        """Start a playbook, in a process group of its own, so that all of it can be killed."""
        command = [str(pathlib.Path(sys.executable).parent / "ansible-playbook"), playbook, "-i", inventory, *arguments]
        if self.quick:
            variables = {"ansible_python_interpreter": warm_python(), **variables}
        if variables:
            command += ["-e", json.dumps(variables)]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
        return {**kept, "AWS_ENDPOINT_URL": self.endpoint, "ANSIBLE_NOCOLOR": "1", **self.environment}


def kill(process: subprocess.Popen[str]) -> str:
    """SIGKILL to the whole run, as when a machine dies; returns what it had printed."""
    os.killpg(process.pid, signal.SIGKILL)
    output, nothing = process.communicate()
    return output
