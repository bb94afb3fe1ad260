"""Stacks to begin a test with. Each is made by a real run once; the tests after the first go back to its state.

States are kept below .cache under a name that stands for everything they depend on, so a change of the collection or of
the emulator makes them anew.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import pathlib
import sys
from collections.abc import Callable
from typing import Any

from ansible_run import ROOT, Ansible

from emulator.testing import Running

CACHE = ROOT / ".cache" / "stacks"
DEPENDED_ON = ("inventories", "playbooks", "plugins", "roles", "tests/emulator")


Preparation = Callable[[Running], dict[str, Any]]


def begin_with(
    ansible: Ansible,
    emulator: Running,
    inventory: str = "inventories/local",
    prepare: Preparation | None = None,
    **variables: Any,
) -> dict[str, Any]:
    """The emulator has the stack that site.yml makes of these extra vars, an empty record, and no faults.

    ``prepare`` makes in the account what is the user's own, and answers with the variables that name it. All variables
    are returned, for the runs that go on from there.
    """
    state = _state(inventory, prepare, variables)
    answered = state.with_suffix(".json")
    if state.exists():
        emulator.post("state", load=str(state))
        variables |= json.loads(answered.read_text())
    else:
        emulator.post("reset")
        more = prepare(emulator) if prepare else {}
        variables |= more
        emulator.post("reset", only="calls")
        ansible.play(inventory=inventory, **variables).ok()
        CACHE.mkdir(parents=True, exist_ok=True)
        answered.write_text(json.dumps(more))
        _calls_of(state).write_text(json.dumps(emulator.calls()))
        emulator.post("state", save=str(state))
    emulator.post("reset", only="calls")
    return variables


def calls_of_creation(
    ansible: Ansible, emulator: Running, prepare: Preparation | None = None, **variables: Any
) -> list[dict[str, Any]]:
    """What the run that made the stack of ``begin_with`` asked of AWS. The emulator has the stack afterwards."""
    begin_with(ansible, emulator, prepare=prepare, **variables)
    found: list[dict[str, Any]] = json.loads(_calls_of(_state("inventories/local", prepare, variables)).read_text())
    return found


def _state(inventory: str, prepare: Preparation | None, variables: dict[str, Any]) -> pathlib.Path:
    source = _module_of(prepare) if prepare else ""
    options = json.dumps([_sources(), _content(inventory), sys.version, inventory, source, variables], sort_keys=True)
    return CACHE / hashlib.sha256(options.encode()).hexdigest()[:24]


def _calls_of(state: pathlib.Path) -> pathlib.Path:
    return state.with_suffix(".calls.json")


def _module_of(prepare: Preparation) -> str:
    """The source of the module, as the function may use what stands beside it."""
    return inspect.getsource(sys.modules[prepare.__module__]) + prepare.__qualname__


def _content(inventory: str) -> str:
    """The inventories of the tests lie outside of what every run reads."""
    files = sorted(path for path in (ROOT / inventory).rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def writes(emulator: Running) -> list[dict[str, Any]]:
    """The calls that wrote something of the stack. Its lock is nothing of it."""
    return [call for call in emulator.calls(mutating=True) if not is_of_the_lock(call)]


def lock_states(emulator: Running) -> list[str]:
    """What runs wrote to the lock, signs of life left out."""
    calls = [call for call in emulator.calls(operation="PutParameter") if is_of_the_lock(call)]
    states = [json.loads(call["parameters"]["Value"])["state"] for call in calls]
    return [state for number, state in enumerate(states) if number == 0 or state != states[number - 1]]


def is_of_the_lock(call: dict[str, Any]) -> bool:
    name = str(call["parameters"].get("Name", ""))
    return (
        call["operation"] in ("GetParameter", "PutParameter", "DeleteParameter")
        and name.startswith("/portkey-gateway/")
        and name.endswith("/lock")
    )


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
