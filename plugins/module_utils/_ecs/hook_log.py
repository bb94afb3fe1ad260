# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the function of a failed hook wrote: ECS itself says no more of a hook than that it failed."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..masking import masked
from . import api_logs
from .causes import HOOK, Cause

LINES = 20
FUNCTION = re.compile(r":lambda:[^:]*:[^:]*:function:([^:]+)")
# Lambda's own lines around those of the function.
PLATFORM = re.compile(r"^(START|END|REPORT|INIT_START) ")

Resource = dict[str, t.Any]


def last_words(logs_client: t.Callable[[], t.Any], deployment: Resource | None) -> list[str]:
    """The last lines of the first failed function whose log says anything."""
    for hook in (deployment or {}).get("lifecycleHookDetails", []):
        named = FUNCTION.search(hook.get("targetArn") or "")
        if named and hook.get("status") in ("FAILED", "TIMED_OUT"):
            lines = api_logs.newest_lines(logs_client(), f"/aws/lambda/{named[1]}", LINES)
            own = [masked(line.rstrip()) for line in lines if line.strip() and not PLATFORM.match(line)]
            if own:
                return own
    return []


def with_words(cause: Cause, words: list[str]) -> Cause:
    """The cause with the verdict, which a function writes last."""
    if cause.category != HOOK.category or not words:
        return cause
    return dataclasses.replace(cause, evidence=f"{cause.evidence.rstrip('.')}. The function wrote: {words[-1]}")
