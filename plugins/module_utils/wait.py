# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Waiting without fixed sleeps, and telling what can no longer happen from what has not happened in time.

The clock is a parameter, so that tests need no time and a test of a timeout does not take one.
"""

from __future__ import annotations

import dataclasses
import random
import time
import typing as t
from collections.abc import Callable

from .module import GatewayError

State = t.TypeVar("State")


class WaitFailed(GatewayError):
    """What was waited for can no longer happen."""


class WaitTimedOut(GatewayError):
    """What was waited for may still happen, but has not in the time allowed. ``last_state`` is what was seen last."""

    def __init__(self, message: str, last_state: t.Any, **details: t.Any) -> None:
        super().__init__(message, timed_out=True, last_state=last_state, **details)
        self.last_state = last_state


@dataclasses.dataclass(frozen=True)
class Clock:
    """Where time comes from. ``spread`` gives a number in 0..1, for the jitter."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    spread: Callable[[], float] = random.random


SYSTEM_CLOCK = Clock()


@dataclasses.dataclass(frozen=True)
class Backoff:
    """Seconds between two looks: from ``first``, growing by ``factor``, to ``most``; shortened by up to ``jitter``."""

    first: float = 0.5
    factor: float = 1.5
    most: float = 5.0
    jitter: float = 0.2

    def delay(self, attempt: int, clock: Clock) -> float:
        # The exponent is capped, because a long wait would overflow the power long before it ends.
        grown = min(self.most, self.first * self.factor ** min(attempt, 64))
        return grown * (1 - self.jitter * clock.spread())


def poll(
    look: Callable[[], State],
    done: Callable[[State], bool],
    *,
    what: str,
    timeout: float,
    backoff: Backoff = Backoff(),
    clock: Clock = SYSTEM_CLOCK,
    show: Callable[[State], t.Any] = lambda state: state,
    remark: Callable[[State], str] = lambda state: "",
) -> State:
    """Look until ``done`` says so, and return what was seen. ``done`` raises WaitFailed when it never will be.

    There is a look at the very end of the time allowed, so that a result is not missed by one pause. Of what was seen
    last, ``show`` makes the last state that a timeout carries, and ``remark`` what it says beside the time.
    """
    start = clock.now()
    attempt = 0
    while True:
        state = look()
        if done(state):
            return state
        left = timeout - (clock.now() - start)
        if left <= 0:
            message = f"Timed out after {timeout:g} s waiting for {what}{remark(state)}"
            raise WaitTimedOut(message, show(state))
        clock.sleep(min(backoff.delay(attempt, clock), left))
        attempt += 1


def keep_trying(
    act: Callable[[], State],
    may_pass: Callable[[Exception], bool],
    *,
    what: str,
    timeout: float,
    backoff: Backoff = Backoff(),
    clock: Clock = SYSTEM_CLOCK,
) -> State:
    """Do something that AWS refuses for a while. An error that ``may_pass`` does not know fails at once."""

    def attempt() -> tuple[bool, t.Any]:
        try:
            return True, act()
        except Exception as error:
            if not may_pass(error):
                raise
            return False, error

    return poll(
        attempt,
        lambda tried: tried[0],
        what=what,
        timeout=timeout,
        backoff=backoff,
        clock=clock,
        show=lambda tried: str(tried[1]),
        remark=lambda tried: f". AWS still says: {tried[1]}",
    )[1]
