# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What a lock says: who holds it, since when, and for how long without a sign of life.

The age of what it says is told by AWS's clock alone, so that no two machines have to agree about the time.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t
import uuid
from collections.abc import Mapping

HELD, FREE = "held", "free"

# How long a lock lasts that does not say it itself, because something else has written it.
DEFAULT_LIFETIME = 300

Value = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Seen:
    """A lock as it was seen. ``version`` is the store's own; ``age`` are the seconds since it was written."""

    value: Value
    version: t.Any
    age: float

    @property
    def is_free(self) -> bool:
        return self.value.get("state") == FREE

    @property
    def is_expired(self) -> bool:
        return self.age > self.lifetime

    @property
    def lifetime(self) -> float:
        lifetime = self.value.get("lifetime")
        return lifetime if isinstance(lifetime, (int, float)) else DEFAULT_LIFETIME

    def is_of(self, claim: str | None) -> bool:
        return not self.is_free and claim is not None and self.value.get("claim") == claim


def written(value: Mapping[str, t.Any], **changes: t.Any) -> Value:
    """A new text of the lock. No two are alike, so that each can be told from the one before."""
    return {**value, **changes, "write": uuid.uuid4().hex}


def text(value: Mapping[str, t.Any]) -> str:
    return json.dumps(value, sort_keys=True)


def parsed(content: str) -> Value:
    """What is no lock's text says nothing."""
    try:
        value = json.loads(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def holder(seen: Seen) -> dict[str, t.Any]:
    """What a person wants to know of who holds it."""
    return {
        **{key: seen.value.get(key) for key in ("who", "host", "pid", "job", "since")},
        "seconds_since_sign_of_life": round(seen.age),
        "expires_in": max(0, round(seen.lifetime - seen.age)),
    }


def sentence(seen: Seen) -> str:
    told = holder(seen)
    job = f", job {told['job']}" if told["job"] else ""
    return (
        f"{told['who'] or 'somebody'} on {told['host'] or 'an unknown host'} (process {told['pid'] or 'unknown'}{job}) "
        f"holds it since {told['since'] or 'an unknown time'}; last sign of life "
        f"{told['seconds_since_sign_of_life']} s ago, without another it expires in {told['expires_in']} s"
    )
