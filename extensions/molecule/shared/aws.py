"""The AWS of a scenario: aws.py start emulator|localstack|licensed FOLDER, aws.py stop FOLDER.

start leaves FOLDER/aws.json: the endpoint and the process, or the reason why the scenario has to be skipped.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ROOT = pathlib.Path(__file__).resolve().parents[3]
LOCALSTACK = ROOT / ".venv-localstack" / "bin" / "python"
# What tools/localstack says where Python is too old.
NO_PYTHON = 3
LOCALSTACK_IMAGE = "localstack/localstack-pro:4.14.0"
START_SECONDS = 300
# LocalStack loads a service when it is first asked, which may take a busy machine longer than a module waits.
COMMUNITY = {
    "ec2": "describe_vpcs",
    "iam": "list_roles",
    "logs": "describe_log_groups",
    "secretsmanager": "list_secrets",
    "sts": "get_caller_identity",
}
# One call for each service that the whole site needs and that only a licensed LocalStack has.
LICENSED = {
    "ecs": "list_clusters",
    "elbv2": "describe_load_balancers",
    "autoscaling": "describe_auto_scaling_groups",
    "servicediscovery": "list_namespaces",
}


def emulator(folder: pathlib.Path) -> dict[str, Any]:
    """It chooses a free port itself, and says which."""
    process, log = _run([sys.executable, "-m", "emulator", "--port", "0"], folder, {"PYTHONPATH": str(ROOT / "tests")})
    announced = _wait(process, log, lambda: re.search(r"AWS_ENDPOINT_URL=(\S+)", log.read_text()))
    return {"kind": "emulator", "endpoint": announced[1], "pid": process.pid}


def localstack(folder: pathlib.Path) -> dict[str, Any]:
    """LocalStack Community, a plain process from .venv-localstack."""
    setup = subprocess.run([ROOT / "tools" / "localstack"], capture_output=True, text=True, check=False)
    if setup.returncode == NO_PYTHON:
        return {"skipped": setup.stderr.strip()}
    if setup.returncode:
        raise SystemExit(setup.stderr)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    endpoint = f"http://{address}"
    process, log = _run(
        [str(LOCALSTACK), str(ROOT / "tests" / "localstack" / "start.py")],
        folder,
        {"GATEWAY_LISTEN": address, "DISABLE_EVENTS": "1", "SKIP_SSL_CERT_DOWNLOAD": "1"},
    )
    _wait(process, log, lambda: _healthy(endpoint))
    for service, operation in COMMUNITY.items():
        getattr(_client(service, endpoint, START_SECONDS), operation)()
    return {"kind": "localstack", "endpoint": endpoint, "pid": process.pid}


def licensed(folder: pathlib.Path) -> dict[str, Any]:
    """A LocalStack that has ECS: the user's, or one started with the user's token."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    if endpoint:
        lacking = _lacking(endpoint)
        if lacking:
            return {"skipped": f"{endpoint} (AWS_ENDPOINT_URL) does not serve {', '.join(lacking)}"}
        return {"kind": "localstack", "endpoint": endpoint}
    if os.environ.get("LOCALSTACK_AUTH_TOKEN"):
        return _container(folder)
    return {"skipped": "neither LOCALSTACK_AUTH_TOKEN nor AWS_ENDPOINT_URL of a licensed LocalStack is set"}


def _container(folder: pathlib.Path) -> dict[str, Any]:
    """LocalStack's own way to run its licensed edition, which starts the tasks of ECS in containers."""
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        return {"skipped": "LOCALSTACK_AUTH_TOKEN is set, but the licensed LocalStack needs Docker, and none answers"}
    command = ["docker", "run", "--rm", "--detach", "--publish", "127.0.0.1::4566", "--env", "LOCALSTACK_AUTH_TOKEN"]
    command += ["--volume", "/var/run/docker.sock:/var/run/docker.sock", LOCALSTACK_IMAGE]
    container = _output(command)
    (folder / "aws.json").write_text(json.dumps({"container": container}))
    endpoint = f"http://{_output(['docker', 'port', container, '4566/tcp'])}"
    deadline = time.monotonic() + START_SECONDS
    while not _healthy(endpoint):
        if time.monotonic() > deadline:
            raise SystemExit(f"{LOCALSTACK_IMAGE} did not answer within {START_SECONDS} seconds")
        time.sleep(1)
    return {"kind": "localstack", "endpoint": endpoint, "container": container}


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[0]


def _client(service: str, endpoint: str, timeout: int) -> Any:
    """A client that asks once. The keys are no account's."""
    keys = {"aws_access_key_id": "AKIAMOLECULEEXAMPLE0", "aws_secret_access_key": "of-no-account"}
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=timeout)
    make: Any = boto3.client
    return make(service, region_name="us-east-1", endpoint_url=endpoint, config=config, **keys)


def _lacking(endpoint: str) -> list[str]:
    """The services that this endpoint does not answer for."""
    lacking = []
    for service, operation in LICENSED.items():
        try:
            getattr(_client(service, endpoint, 60), operation)()
        except (BotoCoreError, ClientError):
            lacking.append(service)
    return lacking


def _run(
    command: list[str], folder: pathlib.Path, environment: dict[str, str]
) -> tuple[subprocess.Popen[bytes], pathlib.Path]:
    """Start it in a session of its own, so that it outlives this command and stops as a whole."""
    log = folder / "aws.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    (folder / "aws.json").write_text(json.dumps({"pid": process.pid}))
    return process, log


def _wait(process: subprocess.Popen[bytes], log: pathlib.Path, ready: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + START_SECONDS
    while not (answer := ready()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"It did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)
    return answer


def _healthy(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/_localstack/health", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start(kind: str, folder: pathlib.Path) -> None:
    stop(folder)
    try:
        server = {"emulator": emulator, "localstack": localstack, "licensed": licensed}[kind](folder)
    except BaseException:
        stop(folder)
        raise
    (folder / "aws.json").write_text(json.dumps(server))
    print(server.get("endpoint") or f"Skipped: {server['skipped']}")


def stop(folder: pathlib.Path) -> None:
    """Stop what start has started, if it is still there."""
    described = folder / "aws.json"
    server = json.loads(described.read_text()) if described.exists() else {}
    if "container" in server:
        subprocess.run(["docker", "stop", server["container"]], capture_output=True, check=False)
    if "pid" in server:
        _end(server["pid"])
    described.unlink(missing_ok=True)


def _end(pid: int) -> None:
    deadline = time.monotonic() + 10
    while _is_ours(pid):
        os.killpg(pid, signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(0.3)


def _is_ours(pid: int) -> bool:
    """Whether the process still runs, and is the one that was started: process ids are used again."""
    command = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return "emulator" in command or "localstack" in command


if __name__ == "__main__":
    if sys.argv[1] == "start":
        start(sys.argv[2], pathlib.Path(sys.argv[3]))
    else:
        stop(pathlib.Path(sys.argv[2]))
