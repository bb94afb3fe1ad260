# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The process that gives signs of life for a run, however long it waits, and gives the lock back when the run dies.

It belongs to no task: it lives as long as the run, notices its end within a second, and ends then, or when the lock is
no longer the run's. Where it is killed together with the run, as in a container, the lock expires.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from ..wait import SYSTEM_CLOCK, Clock
from . import protocol
from .store import Store

# Of a lock's lifetime, so that a few signs may be lost.
SIGNS_PER_LIFETIME = 5
_LOOK_EVERY = 1.0
_HIGHEST_DESCRIPTOR = 4096


def keep(store: Store, claim: str, lifetime: float, is_alive: Callable[[], bool], clock: Clock = SYSTEM_CLOCK) -> None:
    """Renew the lock while the run lives; give it back once it does not."""
    between = lifetime / SIGNS_PER_LIFETIME
    due = clock.now() + between
    while is_alive():
        clock.sleep(min(_LOOK_EVERY, between))
        if clock.now() < due:
            continue
        if _is_lost(store, claim):
            return
        due = clock.now() + between
    protocol.release(store, claim)


def _is_lost(store: Store, claim: str) -> bool:
    try:
        return not protocol.renew(store, claim)
    except Exception:
        return False  # AWS cannot be reached at the moment; the next sign may come through.


def start(make_store: Callable[[], Store], claim: str, lifetime: float, is_alive: Callable[[], bool]) -> None:
    """Begin to keep the lock, in a process of its own that the run neither waits for nor takes with it."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork() == 0:
            _detach()
            keep(make_store(), claim, lifetime, is_alive)
    except Exception:
        pass  # Nobody is there to be told; the lock expires.
    finally:
        # Not by the way of the module, whose end the parent makes.
        os._exit(0)


def _detach() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.chdir("/")
    # The run's pipes, which would seem never to end, and connections that are the parent's.
    os.closerange(0, _HIGHEST_DESCRIPTOR)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(null, descriptor)
