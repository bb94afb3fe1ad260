"""The emulator's seconds as the points in time that AWS answers."""

from __future__ import annotations

import datetime


def moment(seconds: float) -> datetime.datetime:
    """Seconds since the epoch as an aware time in UTC, without fractions, as most services answer it."""
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)
