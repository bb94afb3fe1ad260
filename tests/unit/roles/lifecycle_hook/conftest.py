"""Lets the functions' files import one another, as in Lambda."""

from __future__ import annotations

import http.server
import pathlib
import sys
import threading

import pytest
from ansible_collections.portkey.gateway.tests.unit.roles.lifecycle_hook.hook_listener import GREETING, REFUSAL, Handler

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "roles" / "lifecycle_hook" / "files"))


@pytest.fixture
def listener():
    """``answers`` by path, and what it has ``seen``."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.answers = {"/v1/health": (200, {}, "ok"), "/v1/chat/completions": REFUSAL, "/mcp": (200, {}, GREETING)}
    server.seen = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(listener):
    """Those of a gateway without routing."""
    return {
        "url": listener.url,
        "attempts": 3,
        "allowed_failures": 0,
        "max_latency_ms": 5000,
        "request_timeout_seconds": 5,
        "health_path": "/v1/health",
        "chat_path": "/v1/chat/completions",
        "mcp_path": "/mcp",
        "provider": "openai",
        "model": "gpt-4o-mini",
        "headers": {},
        "credentials_secret_arn": "",
        "verify_tls": True,
        "gateway": {"host": "", "path": ""},
    }
