# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Waiting that ends when the run is interrupted, and not in the middle of a call to AWS."""

from __future__ import annotations

import os
import select
import signal
import typing as t

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(Exception):
    """Somebody wants the run to end."""


class Interruptible:
    """While it is entered, a signal to end is noted, and ``sleep`` then ends at once with ``Interrupted``."""

    def __init__(self) -> None:
        self._noted = False
        self._before: dict[int, t.Any] = {}
        self._reader, self._writer, self._wakeup = -1, -1, -1

    def __enter__(self) -> Interruptible:
        self._reader, self._writer = os.pipe()
        for end in (self._reader, self._writer):
            os.set_blocking(end, False)
        self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        # A sleep that is just beginning ends as well.
        self._wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        return self

    def __exit__(self, *_error: object) -> None:
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)

    def _note(self, _number: int, _frame: t.Any) -> None:
        self._noted = True

    def sleep(self, seconds: float) -> None:
        woken, _writable, _failed = select.select([self._reader], [], [], seconds)
        if self._noted:
            raise Interrupted
        if woken:
            # Another signal, which is for somebody else.
            os.read(self._reader, 64)
