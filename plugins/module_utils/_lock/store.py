# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Where a lock is kept. Every change of it is a compare-and-swap: it takes effect only on what was seen."""

from __future__ import annotations

import email.utils
import typing as t
from collections.abc import Mapping

from .entry import Seen, Value


class Store(t.Protocol):
    def read(self) -> Seen | None:
        """The lock as it stands; None where there is none."""

    def create(self, value: Value) -> bool:
        """Write it where none is; False when there is one after all."""

    def replace(self, seen: Seen, value: Value) -> bool:
        """Write it in the place of what was seen; False when that is no longer what stands there."""

    def remove(self, seen: Seen) -> None:
        """Take it away. Only for who holds it."""


def age(answer: Mapping[str, t.Any], modified: t.Any) -> float:
    """Seconds from then to now, both by AWS's clock."""
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    now = email.utils.parsedate_to_datetime(date).timestamp()
    return float(max(0.0, now - modified.timestamp()))
