# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""HTTP requests to one listener, whatever host they are meant for, and how long each took."""

from __future__ import annotations

import dataclasses
import http.client
import json
import socket
import ssl
import time
import urllib.parse
from collections.abc import Mapping
from typing import Any

MOST_BYTES = 262_144
MOST_LINES = 2_000


@dataclasses.dataclass(frozen=True)
class Answer:
    """``seconds`` is the time to the first byte of the body. ``error`` is set when no answer came at all."""

    status: int = 0
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    body: str = ""
    seconds: float = 0.0
    error: str = ""

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def is_stream(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/event-stream")

    @property
    def events(self) -> list[str]:
        """The data of the events of a stream."""
        return [line[5:].strip() for line in self.body.splitlines() if line.startswith("data:")]


class Client:
    def __init__(self, url: str, verify_tls: bool, timeout: float) -> None:
        self.parts = urllib.parse.urlsplit(url)
        self.verify_tls = verify_tls
        self.timeout = timeout

    def ask(
        self, method: str, path: str, host: str = "", headers: Mapping[str, str] | None = None, body: Any = None
    ) -> Answer:
        """One request. ``host`` is the name by which the load balancer routes, and that of its certificate."""
        started = time.monotonic()
        connection = self._connection(host)
        try:
            data = None if body is None else json.dumps(body).encode()
            sent = {"User-Agent": "portkey-smoke-gate", "Connection": "close", **(headers or {})}
            if data is not None:
                sent["Content-Type"] = "application/json"
            if host:
                sent["Host"] = host
            connection.request(method, path, data, sent)
            return self._read(connection.getresponse(), started)
        except (OSError, http.client.HTTPException) as error:
            text = str(error) or type(error).__name__
            return Answer(seconds=time.monotonic() - started, error=f"{type(error).__name__}: {text}")
        finally:
            connection.close()

    def _read(self, response: http.client.HTTPResponse, started: float) -> Answer:
        """Line by line, so that the first part of a stream is told from its end."""
        deadline = started + self.timeout
        first: float | None = None
        lines: list[bytes] = []
        size = 0
        while size < MOST_BYTES and len(lines) < MOST_LINES:
            line = response.readline(MOST_BYTES)
            first = time.monotonic() - started if first is None else first
            if not line or time.monotonic() > deadline:
                break
            lines.append(line)
            size += len(line)
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, b"".join(lines).decode(errors="replace"), first or 0.0)

    def _connection(self, host: str) -> http.client.HTTPConnection:
        address, port = str(self.parts.hostname), self.parts.port
        if self.parts.scheme != "https":
            return http.client.HTTPConnection(address, port, timeout=self.timeout)
        return _NamedHTTPSConnection(address, port, host, self._context(host), self.timeout)

    def _context(self, host: str) -> ssl.SSLContext:
        context = ssl.create_default_context()
        # The load balancer's own DNS name is never that of its certificate.
        context.check_hostname = bool(host) and self.verify_tls
        if not self.verify_tls:
            context.verify_mode = ssl.CERT_NONE
        return context


class _NamedHTTPSConnection(http.client.HTTPSConnection):
    """Connects to one name, and asks for the certificate of another."""

    def __init__(self, address: str, port: int | None, host: str, context: ssl.SSLContext, timeout: float) -> None:
        super().__init__(address, port, timeout=timeout, context=context)
        self._named, self._tls = host or address, context

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self._named)
