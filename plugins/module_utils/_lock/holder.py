# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Who holds a lock: a process on a machine. On its own machine it can be told whether it still lives."""

from __future__ import annotations

import getpass
import os
import pathlib
import socket
import typing as t
from collections.abc import Mapping

_PROC = pathlib.Path("/proc")
_START_TIME = 19  # The field of /proc/<pid>/stat, counted after the name of the program.


def _read(path: pathlib.Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def place() -> str:
    """Where process ids mean the same: this boot of this machine, in this container."""
    try:
        namespace = os.readlink(_PROC / "self/ns/pid")
    except OSError:
        namespace = ""
    return " ".join((socket.gethostname(), _read(_PROC / "sys/kernel/random/boot_id"), namespace)).strip()


def started(pid: int) -> str:
    """When a process began, as far as the system tells: an id that is used again is another process."""
    after_name = _read(_PROC / str(pid) / "stat").rpartition(")")[2].split()
    return after_name[_START_TIME] if len(after_name) > _START_TIME else ""


def is_alive(pid: int, began: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # It is there, and somebody else's.
    state = _read(_PROC / str(pid) / "stat").rpartition(")")[2].split()[:1]
    return state != ["Z"] and (not began or started(pid) == began)


def describe(pid: int, job: str | None) -> dict[str, t.Any]:
    return {
        "who": _user(),
        "host": socket.gethostname(),
        "pid": pid,
        "pid_started": started(pid),
        "place": place(),
        "job": job or None,
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())  # A container's user may have no name.


def is_known_dead(value: Mapping[str, t.Any]) -> bool:
    """Whether the holder ran here, and does no more. Of other machines nothing is known."""
    pid = value.get("pid")
    if not isinstance(pid, int) or value.get("place") != place():
        return False
    return not is_alive(pid, str(value.get("pid_started") or ""))
