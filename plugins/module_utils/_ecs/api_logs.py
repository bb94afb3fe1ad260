# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Calls to CloudWatch Logs: what a container or a function wrote last."""

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


def newest_lines(client: t.Any, group: str, limit: int) -> list[str]:
    """The end of the stream of a group that was written to last."""
    try:
        answer = client.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True, limit=1)
    except BOTO_ERRORS:
        return []
    streams = answer["logStreams"]
    return last_lines(client, group, streams[0]["logStreamName"], limit) if streams else []
