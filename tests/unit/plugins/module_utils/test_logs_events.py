from __future__ import annotations

import datetime

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._logs import events
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    argument_spec,
    client_error,
)

GROUP = "/ecs/portkey/dev/gateway"
NOW = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
STREAMS = {
    "gateway-service/gateway/aaaaaaaaaaaa": [(1000, "first"), (3000, "third, api_key=hunter2")],
    "gateway-service/gateway/bbbbbbbbbbbb": [(2000, "second\n")],
}


def read_stream(logStreamName, limit, startTime=0, **_rest):
    if logStreamName not in STREAMS:
        raise client_error("ResourceNotFoundException")
    found = [{"timestamp": time, "message": text} for time, text in STREAMS[logStreamName] if time >= startTime]
    return {"events": found[-limit:]}


@pytest.fixture
def read(monkeypatch):
    spec = argument_spec("logs_log_event_info", monkeypatch)

    def read_(client=None, **options):
        streams = [{"logStreamName": name, "lastEventTimestamp": lines[-1][0]} for name, lines in STREAMS.items()]
        client = client or FakeClient("logs", describe_log_streams={"logStreams": streams}, get_log_events=read_stream)
        outcome = events.info(FakeModule(spec, {"logs": client}, log_group=GROUP, **options))
        assert not outcome.is_changed
        return client, outcome.result

    return read_


def test_the_lines_of_all_streams_in_their_order_without_secrets(read):
    _client, result = read()
    assert result["lines"] == [
        "1970-01-01 00:00:01.000Z  aaaaaaaa  first",
        "1970-01-01 00:00:02.000Z  bbbbbbbb  second",
        "1970-01-01 00:00:03.000Z  aaaaaaaa  third, api_key=********",
    ]


def test_no_more_than_the_last(read):
    assert [event["message"] for event in read(lines=1)[1]["events"]] == ["third, api_key=********"]


def test_streams_that_are_too_old_are_not_read(read):
    client, result = read(since="1970-01-01T00:00:02.500Z")
    assert [call["logStreamName"] for call in client.sent("get_log_events")] == ["gateway-service/gateway/aaaaaaaaaaaa"]
    assert len(result["events"]) == 1


def test_the_streams_of_running_tasks_are_read_once_and_may_not_be_there_yet(read):
    client, result = read(log_streams=["gateway-service/gateway/bbbbbbbbbbbb", "gateway-service/gateway/new"])
    assert len(client.sent("get_log_events")) == 3
    assert len(result["events"]) == 3


def test_a_group_that_is_not_there(read):
    with pytest.raises(GatewayError, match=f"There is no log group {GROUP}"):
        read(FakeClient("logs", describe_log_streams=client_error("ResourceNotFoundException")))


@pytest.mark.parametrize(
    "since, start",
    [
        ("90s", NOW - datetime.timedelta(seconds=90)),
        ("15m", NOW - datetime.timedelta(minutes=15)),
        ("2h", NOW - datetime.timedelta(hours=2)),
        ("1d", NOW - datetime.timedelta(days=1)),
        ("2026-01-31", datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)),
        ("2026-01-31T11:00:00+01:00", NOW - datetime.timedelta(hours=2)),
    ],
)
def test_since_when(since, start):
    assert events.start_of(since, NOW) == int(start.timestamp() * 1000)


def test_from_the_beginning():
    assert events.start_of(None, NOW) is None


def test_a_time_that_is_none():
    with pytest.raises(GatewayError, match="2026-13-01"):
        events.start_of("2026-13-01", NOW)
