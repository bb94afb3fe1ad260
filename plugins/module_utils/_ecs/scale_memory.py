# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What a service was before it was scaled down, kept in tags of the service itself.

There it needs no other service and no other permission, goes with the service when that is deleted, and is found by
whoever scales it up again, on whatever day and machine. A tag's value is short, so the memory goes packed into as many
numbered tags as it takes; the first tag says in words what a reader of the console wants to know.
"""

from __future__ import annotations

import base64
import json
import typing as t
import zlib

from ..tags import SCALED_DOWN as KEY
from ..tags import Tags

_LONGEST_VALUE = 256
# The first words of the tag: whether scaling down came to its end.
BEGUN, DONE = "begun", "done"

Memory = dict[str, t.Any]


def is_own(key: str) -> bool:
    return key == KEY or key.startswith(f"{KEY}.")


def phase(tags: t.Mapping[str, str]) -> str:
    """How far scaling down came: BEGUN, DONE, or nothing of the kind."""
    return tags.get(KEY, "").partition(":")[0]


def packed(memory: Memory) -> Tags:
    """The tags for a service that is about to be scaled down."""
    text = json.dumps(memory, sort_keys=True, separators=(",", ":"))
    code = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()
    parts = [code[start : start + _LONGEST_VALUE] for start in range(0, len(code), _LONGEST_VALUE)]
    return {KEY: words(memory, BEGUN), **{f"{KEY}.{number}": part for number, part in enumerate(parts, 1)}}


def words(memory: Memory, reached: str) -> str:
    limits = (memory.get("autoscaling") or {}).get("target")
    scaling = f" min {limits['MinCapacity']} max {limits['MaxCapacity']}" if limits else ""
    return f"{reached}: it was desired {memory['desired_count']}{scaling}"


def unpacked(tags: t.Mapping[str, str]) -> Memory | None:
    """What the tags remember; None if nothing, or if somebody has damaged them."""
    parts: list[str] = []
    while f"{KEY}.{len(parts) + 1}" in tags:
        parts.append(tags[f"{KEY}.{len(parts) + 1}"])
    if not parts:
        return None
    try:
        return json.loads(zlib.decompress(base64.urlsafe_b64decode("".join(parts))))
    except (ValueError, zlib.error):
        return None
