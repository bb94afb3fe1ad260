# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the smoke gate asks a new version of the gateway, and which answers content it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from gate_client import Answer, Client

DUMMY_KEY = "portkey-smoke-gate"
# What a load balancer answers while it has no healthy target.
NOT_READY = (502, 503, 504)
REFUSED = range(400, 500)
# What waiting does not mend.
DISTRUSTED = "SSLCertVerificationError"
LONGEST_QUOTE = 200
MCP_PROTOCOL = "2025-06-18"

Settings = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Result:
    """One attempt. ``is_ready`` is false when the answer came from no gateway."""

    ok: bool
    milliseconds: int
    found: str
    is_ready: bool = True


@dataclasses.dataclass(frozen=True)
class Check:
    name: str
    attempt: Callable[[], Result]


def checks(settings: Settings, client: Client, credentials: Mapping[str, str]) -> list[Check]:
    """In the order in which they are made: health first, since it tells whether there is anybody to ask."""
    ways = [way for way in ("gateway", "mcp") if settings.get(way)]
    found = [Check(f"health of {way}", _health(settings, client, settings[way])) for way in ways]
    if "gateway" in ways:
        found += [
            Check("chat completion", _chat(settings, client, credentials, stream=False)),
            Check("streamed chat completion", _chat(settings, client, credentials, stream=True)),
        ]
    if "mcp" in ways:
        found.append(Check("MCP initialize", _initialize(settings, client, credentials)))
    return found


def _health(settings: Settings, client: Client, way: Mapping[str, str]) -> Callable[[], Result]:
    def attempt() -> Result:
        answer = client.ask("GET", way["path"] + settings["health_path"], way["host"])
        is_ready = answer.status not in NOT_READY and (not answer.error or answer.error.startswith(DISTRUSTED))
        return _result(settings, answer, answer.status == 200, "", is_ready)

    return attempt


def _keys(settings: Settings, credentials: Mapping[str, str]) -> dict[str, str]:
    dummy = {"Authorization": f"Bearer {DUMMY_KEY}", "x-portkey-api-key": DUMMY_KEY}
    return {"x-portkey-provider": settings["provider"], **settings["headers"], **(credentials or dummy)}


def _chat(settings: Settings, client: Client, credentials: Mapping[str, str], stream: bool) -> Callable[[], Result]:
    way, is_content = settings["gateway"], _completes if credentials else _is_refused
    question = {"role": "user", "content": "Reply with the word ok."}
    body = {"model": settings["model"], "max_tokens": 16, "messages": [question], "stream": stream}

    def attempt() -> Result:
        keys = _keys(settings, credentials)
        answer = client.ask("POST", way["path"] + settings["chat_path"], way["host"], keys, body)
        why_not = _streams(answer) if answer.is_stream and stream else is_content(answer, stream)
        return _result(settings, answer, not why_not, why_not)

    return attempt


def own_error(body: Any) -> str:
    """The message of an error in one of the gateway's own shapes, and nothing of any other answer.

    It refuses a request itself with a status and a message; what a provider refuses it wraps, with the provider's name.
    """
    if not isinstance(body, dict):
        return ""
    if body.get("status") == "failure" and body.get("message"):
        return str(body["message"])
    error = body.get("error")
    if isinstance(error, dict) and error.get("message") and body.get("provider"):
        return str(error["message"])
    return ""


def _is_refused(answer: Answer, stream: bool) -> str:
    """With a dummy key: why this is not the refusal that a working gateway gives."""
    if not own_error(answer.json):
        return "not in the gateway's own error shape"
    return "" if answer.status in REFUSED else "an error of the gateway itself"


def _completes(answer: Answer, stream: bool) -> str:
    """With real credentials: why this is no completion."""
    if stream:
        return "it is not streamed"
    choices = answer.json.get("choices") if isinstance(answer.json, dict) else None
    return "" if answer.status == 200 and choices else "not a chat completion"


def _streams(answer: Answer) -> str:
    if answer.status != 200 or not answer.events:
        return "the stream has no event"
    return "" if answer.events[-1] == "[DONE]" else "the stream did not come to its end"


def _initialize(settings: Settings, client: Client, credentials: Mapping[str, str]) -> Callable[[], Result]:
    way = settings["mcp"]
    client_info = {"name": "portkey-smoke-gate", "version": "1"}
    parameters = {"protocolVersion": MCP_PROTOCOL, "capabilities": {}, "clientInfo": client_info}
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": parameters}

    def attempt() -> Result:
        headers = {"Accept": "application/json, text/event-stream", **_keys(settings, credentials)}
        answer = client.ask("POST", way["path"] + settings["mcp_path"], way["host"], headers, body)
        why_not = _speaks_mcp(answer, bool(credentials))
        return _result(settings, answer, not why_not, why_not)

    return attempt


def _speaks_mcp(answer: Answer, has_credentials: bool) -> str:
    """Why this is no answer of an MCP server. Without credentials it may ask for some."""
    message = _first_message(answer)
    if isinstance(message, dict) and message.get("jsonrpc") == "2.0" and ("result" in message or "error" in message):
        return "it refused to initialize" if has_credentials and "error" in message else ""
    asks = answer.status in (401, 403) and ("www-authenticate" in answer.headers or own_error(answer.json))
    return "" if asks and not has_credentials else "not an answer of an MCP server"


def _first_message(answer: Answer) -> Any:
    if not answer.is_stream:
        return answer.json
    return Answer(body=answer.events[0]).json if answer.events else None


def _result(settings: Settings, answer: Answer, ok: bool, why_not: str, is_ready: bool = True) -> Result:
    milliseconds = round(answer.seconds * 1000)
    if answer.error:
        return Result(False, milliseconds, answer.error, is_ready)
    found = f"HTTP {answer.status}" + (f", {why_not}" if why_not else "") + _quote(answer, ok)
    if ok and milliseconds > settings["max_latency_ms"]:
        return Result(False, milliseconds, f"{found}, after {milliseconds} ms", is_ready)
    return Result(ok, milliseconds, found, is_ready)


def _quote(answer: Answer, ok: bool) -> str:
    message = own_error(answer.json)
    text = " ".join((message or ("" if ok else answer.body)).split())
    return f": {text[:LONGEST_QUOTE]}" if text else ""
