"""The emulator's time: it may run faster than the wall's, and tests may push it forward."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Seconds since the epoch, at ``speed`` times the real pace, plus whatever was advanced by hand."""

    def __init__(self, speed: float = 1.0, real: Callable[[], float] = time.time) -> None:
        self._real = real
        self._speed = speed
        self._origin = real()
        self._advanced = 0.0

    def now(self) -> float:
        return self._origin + (self._real() - self._origin) * self._speed + self._advanced

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError(f"time does not run backwards: {seconds} s")
        self._advanced += seconds
