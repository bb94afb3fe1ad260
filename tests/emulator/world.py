"""Everything that is going on: the clock, the profile, and what will happen when its time has come."""

from __future__ import annotations

import heapq
import random
import sys
import traceback
from collections.abc import Callable
from typing import Any

from .clock import Clock
from .profiles import Profile

MOST_EVENTS_AT_ONCE = 20_000


class World:
    """State machines schedule their next step here; every request first lets all that is due happen, in order."""

    # Where requests reach the emulator: what functions that run here are told. The server knows it.
    endpoint = ""

    def __init__(self, profile: Profile, clock: Clock | None = None) -> None:
        self.profile = profile
        self.clock = clock or Clock(profile.speed)
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._scheduled = 0
        self._now: float | None = None
        self._stores: dict[tuple[str, str, str], Any] = {}
        self.random = random.Random(0)
        # Defects of the emulator itself; the health address shows them.
        self.problems: list[str] = []

    @property
    def now(self) -> float:
        """The time of the event that is happening, else the clock's."""
        return self.clock.now() if self._now is None else self._now

    def after(self, step: str, action: Callable[[], None]) -> None:
        """Do something when the named step of the profile has taken its time."""
        self.at(self.now + self.profile.seconds(step), action)

    def in_seconds(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something after a duration that a user configured (nothing in the instant profile)."""
        self.at(self.now + self.profile.scaled(seconds), action)

    def at(self, moment: float, action: Callable[[], None]) -> None:
        self._scheduled += 1
        heapq.heappush(self._queue, (moment, self._scheduled, action))

    def tick(self) -> None:
        """Let everything happen that is due by now."""
        limit = self.clock.now()
        for _unused in range(MOST_EVENTS_AT_ONCE):
            if not self._queue or self._queue[0][0] > limit:
                return
            self._now, _unused, action = heapq.heappop(self._queue)
            try:
                action()
            except Exception:
                # It is not the fault of the request that came just now.
                self.problem()
            finally:
                self._now = None
        raise RuntimeError(f"more than {MOST_EVENTS_AT_ONCE} events are due at once: a state machine never rests")

    def problem(self) -> None:
        """Keep and print the exception that is being handled."""
        self.problems.append(traceback.format_exc())
        print(self.problems[-1], file=sys.stderr, flush=True)

    def store(self, kind: Callable[[], Any], account: str, region: str) -> Any:
        """What one of our services keeps for an account and region; made at first use."""
        key = (f"{kind.__module__}.{kind.__qualname__}", account, region)
        if key not in self._stores:
            self._stores[key] = kind()
        return self._stores[key]
