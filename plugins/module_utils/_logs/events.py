# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The last lines of a log group, over all its streams."""

from __future__ import annotations

import datetime
import re
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..api import call_for_first_page
from ..aws import error_code
from ..masking import masked
from ..module import GatewayError, Outcome

MOST_EVENTS_AT_ONCE = 10000
# A stream is a container of a task; the newest of them are enough for the last lines.
STREAMS_AT_ONCE = 20

_SPAN = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

Event = dict[str, t.Any]


def info(module: AnsibleAWSModule) -> Outcome:
    client = module.client("logs")
    group, most = module.params["log_group"], module.params["lines"]
    since = start_of(module.params["since"], datetime.datetime.now(datetime.UTC))
    events: list[Event] = []
    for stream in dict.fromkeys([*module.params["log_streams"], *_newest_streams(client, group, since)]):
        events += _events(client, group, stream, since, most)
    last = sorted(events, key=lambda event: event["timestamp"])[-most:]
    shown = [_shown(event) for event in last]
    return Outcome({"events": shown, "lines": [_line(event) for event in shown]}, changed=False)


def start_of(since: str | None, now: datetime.datetime) -> int | None:
    """The moment from which on lines count, in milliseconds as CloudWatch has them."""
    if not since:
        return None
    span = _SPAN.fullmatch(since)
    then = now - datetime.timedelta(seconds=int(span[1]) * _SECONDS[span[2]]) if span else _moment(since)
    return int(then.timestamp() * 1000)


def _moment(text: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise GatewayError(f"since is {text}: write a span like 15m, or a time like 2026-01-31T12:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _newest_streams(client: t.Any, group: str, since: int | None) -> list[str]:
    parameters = {"logGroupName": group, "orderBy": "LastEventTime", "descending": True, "limit": STREAMS_AT_ONCE}
    answer = _unless_gone(client, "describe_log_streams", f"list the newest streams of {group}", parameters)
    if answer is None:
        raise GatewayError(f"There is no log group {group}")
    # CloudWatch is late with the time of a stream's last event, so only one that it knows can be too old.
    return [
        stream["logStreamName"]
        for stream in answer["logStreams"]
        if since is None or stream.get("lastEventTimestamp", since) >= since
    ]


def _events(client: t.Any, group: str, stream: str, since: int | None, most: int) -> list[Event]:
    """A task that is about to start has no stream yet."""
    parameters = {
        "logGroupName": group,
        "logStreamName": stream,
        "startTime": since,
        "limit": min(most, MOST_EVENTS_AT_ONCE),
        "startFromHead": False,
    }
    answer = _unless_gone(client, "get_log_events", f"read {stream} of {group}", parameters)
    return [{**event, "stream": stream} for event in (answer or {}).get("events", [])]


def _unless_gone(client: t.Any, operation: str, doing: str, parameters: dict[str, t.Any]) -> dict[str, t.Any] | None:
    try:
        return call_for_first_page(client, operation, doing, **parameters)
    except AnsibleAWSError as error:
        if error_code(error) == "ResourceNotFoundException":
            return None
        raise


def _shown(event: Event) -> Event:
    then = datetime.datetime.fromtimestamp(event["timestamp"] / 1000, datetime.UTC)
    return {
        "time": then.strftime("%Y-%m-%d %H:%M:%S.") + f"{then.microsecond // 1000:03}Z",
        "stream": event["stream"],
        "message": masked(event["message"].rstrip()),
    }


def _line(event: Event) -> str:
    """The stream's last part is the task's id, of which the beginning is enough to tell tasks apart."""
    return f"{event['time']}  {event['stream'].rpartition('/')[2][:8]}  {event['message']}"
