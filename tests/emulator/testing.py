"""A running emulator for tests: its address, boto3 clients, its admin API."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

from . import server
from .profiles import profile

# Long on purpose: Ansible masks the values of credentials wherever they occur.
CREDENTIALS = {
    "aws_access_key_id": "AKIAEMULATOREXAMPLE0",
    "aws_secret_access_key": "emulator-secret-access-key-000000",
}


@dataclasses.dataclass
class Running:
    url: str
    app: server.Emulator
    _clients: dict[tuple[str, str], Any] = dataclasses.field(default_factory=dict)

    def client(self, service: str, region: str = "us-east-1", **options: Any) -> Any:
        """A boto3 client; one without options of its own is made once."""
        make: Any = boto3.client
        if options:
            return make(service, region_name=region, endpoint_url=self.url, **{**CREDENTIALS, **options})
        if (service, region) not in self._clients:
            self._clients[service, region] = make(service, region_name=region, endpoint_url=self.url, **CREDENTIALS)
        return self._clients[service, region]

    def get(self, name: str) -> Any:
        return self._request(name, None)

    def post(self, name: str, **body: Any) -> Any:
        return self._request(name, json.dumps(body).encode())

    def calls(self, **fields: Any) -> list[dict[str, Any]]:
        """The recorded calls in which the given fields have the given values."""
        every = self.get("calls")["calls"]
        return [call for call in every if all(call[key] == value for key, value in fields.items())]

    def advance(self, seconds: float) -> None:
        """Push the clock, and let happen what is due by then."""
        self.post("clock", advance=seconds)

    def _request(self, name: str, data: bytes | None) -> Any:
        try:
            with urllib.request.urlopen(f"{self.url}/_emulator/{name}", data) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from error


@contextlib.contextmanager
def running(profile_name: str, speed: float = 60.0) -> Iterator[Running]:
    httpd: Any = server.make(profile(profile_name, speed), 0)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield Running(f"http://{server.HOST}:{httpd.server_port}", httpd.app)
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


@contextlib.contextmanager
def refused(code: str, message: str = "") -> Iterator[None]:
    """What is done within must be refused by AWS, with this code, and with this as a part of its message."""
    try:
        yield
    except ClientError as error:
        actual = error.response["Error"]
        assert actual["Code"] == code, f"refused with {actual}, not with {code}"
        assert message in actual["Message"], f"{message!r} is not in {actual['Message']!r}"
    else:
        raise AssertionError(f"not refused with {code}")
