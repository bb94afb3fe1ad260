"""The open-source gateway of the vendor, on loopback: installed from npm by its lock file, once for each lock file.

The lock file has an older @hono/node-server: with the newest the gateway cannot stream (TypeError: immutable).
"""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from ansible_run import ROOT
from listening import listening

PACKAGE = ROOT / "tests" / "gateway"
FILES = ("package.json", "package-lock.json")
PROGRAM = pathlib.Path("node_modules", "@portkey-ai", "gateway", "build", "start-server.js")
START_SECONDS = 60


def installed() -> pathlib.Path:
    """The gateway's program."""
    npm = shutil.which("npm")
    assert npm, "npm is missing: install nodejs and npm (apt-get install nodejs npm)"
    version = hashlib.sha256(b"".join((PACKAGE / name).read_bytes() for name in FILES)).hexdigest()[:16]
    folder = ROOT / ".cache" / f"gateway-{version}"
    if not (folder / PROGRAM).exists():
        # Made beside and moved, so that a run that is killed leaves nothing that looks whole.
        unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
        unfinished.mkdir(parents=True)
        for name in FILES:
            shutil.copy(PACKAGE / name, unfinished)
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=unfinished, check=True)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    return folder / PROGRAM


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Its URL, once it answers."""
    port = _free_port()
    command = ["node", str(installed()), "--headless", f"--port={port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError("the gateway did not start")


class _Provider(http.server.BaseHTTPRequestHandler):
    """An AI provider that knows one key, and streams when it is asked to."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("Authorization") != "Bearer good":
            self._send(401, "application/json", json.dumps({"error": {"message": "Incorrect API key provided"}}))
        elif body.get("stream"):
            self._send(200, "text/event-stream", f"data: {json.dumps(_part('chunk', 'delta'))}\n\ndata: [DONE]\n\n")
        else:
            self._send(200, "application/json", json.dumps(_part("completion", "message")))

    def _send(self, status: int, kind: str, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments: object) -> None:
        pass


def _part(kind: str, key: str) -> dict[str, object]:
    choice = {"index": 0, key: {"role": "assistant", "content": "ok"}, "finish_reason": "stop"}
    return {"id": "1", "object": f"chat.completion.{kind}", "created": 1, "model": "m", "choices": [choice]}


@contextlib.contextmanager
def provider() -> Iterator[str]:
    """The URL of a provider on loopback."""
    with listening(_Provider) as url:
        yield f"{url}/v1"
