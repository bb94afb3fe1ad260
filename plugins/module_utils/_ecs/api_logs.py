# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The one call to CloudWatch Logs: what a container wrote last."""

from __future__ import annotations

import typing as t

from ..module import BOTO_ERRORS


def last_lines(client: t.Any, group: str, stream: str, limit: int) -> list[str]:
    """Nothing where the log cannot be read: it is evidence that is good to have, and no reason to fail."""
    try:
        answer = client.get_log_events(logGroupName=group, logStreamName=stream, limit=limit, startFromHead=False)
    except BOTO_ERRORS:
        return []
    return [event["message"] for event in answer["events"]]
