"""The AI smoke gate's function against the vendor's open-source gateway, which runs on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import real_gateway
from ansible_run import ROOT

FILES = ROOT / "roles" / "lifecycle_hook" / "files"
CALL = """
import json, sys, types
import smoke_gate
context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: 300000)
print(json.dumps(smoke_gate.handler({"lifecycleStage": "POST_TEST_TRAFFIC_SHIFT"}, context)))
"""
# Stands in for Secrets Manager: the user's own credentials.
BOTO3 = """
import json, types
secret = types.SimpleNamespace(get_secret_value=lambda SecretId: {"SecretString": json.dumps(HEADERS)})
client = {"secretsmanager": secret}.get
"""
SETTINGS = {
    "attempts": 3,
    "allowed_failures": 0,
    "max_latency_ms": 5000,
    "request_timeout_seconds": 10,
    # The open-source gateway answers for its health at its root.
    "health_path": "/",
    "chat_path": "/v1/chat/completions",
    "mcp_path": "/mcp",
    "provider": "openai",
    "model": "gpt-4o-mini",
    "headers": {},
    "credentials_secret_arn": "",
    "verify_tls": True,
    "gateway": {"host": "", "path": ""},
}


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    with real_gateway.running() as url:
        yield url


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with real_gateway.provider() as url:
        yield url


def gate(url: str, folder: Any = None, **changes: Any) -> dict[str, Any]:
    """The function's answer, from a process of its own as in Lambda. A folder holds modules of its runtime."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(FILES), *([str(folder)] if folder else [])]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SMOKE_GATE_SETTINGS": json.dumps({**SETTINGS, "url": url, **changes}),
    }
    done = subprocess.run([sys.executable, "-c", CALL], env=environment, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_a_dummy_key_comes_back_through_the_gateway(gateway: str, provider: str):
    answer = gate(gateway, headers={"x-portkey-custom-host": provider})
    assert answer["hookStatus"] == "SUCCEEDED", answer
    assert "streamed chat completion: 3 of 3 attempts good" in answer["reason"]


def test_what_the_gateway_refuses_itself_is_its_own_error_too(gateway: str):
    assert gate(gateway, provider="no-such-provider")["hookStatus"] == "SUCCEEDED"


def test_with_credentials_the_gateway_completes_and_streams(gateway: str, provider: str, tmp_path: Any):
    headers = {"Authorization": "Bearer good"}
    (tmp_path / "boto3.py").write_text(f"HEADERS = {headers!r}\n{BOTO3}", encoding="utf-8")
    changes = {"headers": {"x-portkey-custom-host": provider}, "credentials_secret_arn": "arn:secret"}
    answer = gate(gateway, tmp_path, **changes)
    assert answer["hookStatus"] == "SUCCEEDED", answer
    (tmp_path / "boto3.py").write_text(f"HEADERS = {headers!r}\n{BOTO3}".replace("good", "bad"), encoding="utf-8")
    answer = gate(gateway, tmp_path, **changes)
    assert answer["hookStatus"] == "FAILED"
    assert "not a chat completion: openai error: Incorrect API key provided" in answer["reason"]


def test_a_gateway_that_reaches_no_provider_fails(gateway: str):
    answer = gate(gateway, headers={"x-portkey-custom-host": "http://127.0.0.1:9/v1"})
    assert answer["hookStatus"] == "FAILED"
    assert "chat completion: 1 of 1 attempts failed, the last with HTTP 500" in answer["reason"]


def test_an_open_source_gateway_has_no_mcp_server(gateway: str, provider: str):
    answer = gate(gateway, headers={"x-portkey-custom-host": provider}, mcp={"host": "", "path": ""})
    assert answer["hookStatus"] == "FAILED"
    assert (
        "MCP initialize: 1 of 1 attempts failed, the last with HTTP 404, not an answer of an MCP server"
        in answer["reason"]
    )


def test_a_path_that_is_not_there(gateway: str):
    answer = gate(gateway, health_path="/nowhere")
    assert answer["hookStatus"] == "FAILED"
    assert "health of gateway: 1 of 1 attempts failed" in answer["reason"]
