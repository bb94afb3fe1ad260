"""Stacks to begin a test with. Each is made by a real run once; the tests after the first go back to its state.

States are kept below .cache under a name that stands for everything they depend on, so a change of the collection or of
the emulator makes them anew.
"""

from __future__ import annotations

import functools
import hashlib
import json
import pathlib
import sys
from typing import Any

from ansible_run import ROOT, Ansible

from emulator.testing import Running

CACHE = ROOT / ".cache" / "stacks"
DEPENDED_ON = ("inventories", "playbooks", "plugins", "roles", "tests/emulator")


def begin_with(ansible: Ansible, emulator: Running, inventory: str = "inventories/local", **variables: Any) -> None:
    """The emulator has the stack that site.yml makes of these extra vars, an empty record, and no faults."""
    options = json.dumps([_sources(), sys.version, inventory, variables], sort_keys=True)
    state = CACHE / hashlib.sha256(options.encode()).hexdigest()[:24]
    if state.exists():
        emulator.post("state", load=str(state))
    else:
        emulator.post("reset")
        ansible.play(inventory=inventory, **variables).ok()
        emulator.post("state", save=str(state))
    emulator.post("reset", only="calls")


@functools.cache
def _sources() -> str:
    """A digest of every file that a run reads, and of the emulator that answers it."""
    digest = hashlib.sha256((ROOT / "constraints.txt").read_bytes())
    for path in sorted(path for folder in DEPENDED_ON for path in (ROOT / folder).rglob("*")):
        if path.is_file() and _counts(path.relative_to(ROOT)):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _counts(path: pathlib.Path) -> bool:
    return "__pycache__" not in path.parts and path.parts[:3] != ("tests", "emulator", "tests")
