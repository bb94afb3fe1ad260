"""Lifecycle hooks that are Lambda functions: the function's own code runs, in a process of its own."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any

from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.core.exceptions import JsonRESTError, ServiceException

from ..services import lambda_functions
from . import function_logs, permissions
from .endpoints import endpoints
from .service import Hook, ServiceDeployment
from .state import Ecs

ECS = "ecs.amazonaws.com"
CALL_AGAIN_AFTER = 30.0
# Loads the handler as Lambda does, gives it the event, and prints the answer as the last line.
RUNNER = """
import fnmatch, importlib, json, os, socket, sys, types
endpoints, resolve = json.loads(os.environ.pop("EMULATOR_ENDPOINTS")), socket.getaddrinfo
def found(host, port, *rest, **named):
    here = next((its for name, its in endpoints.items() if fnmatch.fnmatch(f"{host}:{port}", name)), None)
    return resolve(*(("127.0.0.1", here) if here else (host, port)), *rest, **named)
socket.getaddrinfo = found
module, _, name = sys.argv[1].rpartition(".")
sys.path.insert(0, sys.argv[2])
handler = getattr(importlib.import_module(module.replace("/", ".")), name)
context = types.SimpleNamespace(
    function_name=sys.argv[3], invoked_function_arn=sys.argv[4], aws_request_id=sys.argv[5], memory_limit_in_mb=128,
    get_remaining_time_in_millis=lambda: int(float(sys.argv[6]) * 1000),
)
print("\\n" + json.dumps(handler(json.load(sys.stdin), context)))
"""


@dataclasses.dataclass
class Run:
    """A function that runs; its thread writes the answer, or that there is none."""

    answer: dict[str, Any] | None = None
    failed: bool = False
    lines: list[str] = dataclasses.field(default_factory=list)


def invoke(ecs: Ecs, deployment: ServiceDeployment, hook: Hook) -> None:
    """Ask a hook's function, and look now and then whether it has answered."""
    arn = hook.settings["hookTargetArn"]
    role = hook.settings["roleArn"]
    function = find_function(ecs, arn)
    may = permissions.can_be_assumed(ecs, role, ECS, deployment.service.arn) and permissions.allows(
        ecs, role, "lambda:InvokeFunction", arn
    )
    if function is None or not may or not _is_active(ecs, function):
        _fail(deployment, hook)
        return
    run = start(ecs, function, _event(ecs, deployment, hook))
    ecs.world.after("task_restart_backoff", lambda: _look(ecs, deployment, hook, run, function))


def _is_active(ecs: Ecs, function: LambdaFunction) -> bool:
    return lambda_functions.is_active(ecs.world, ecs.account, function.region, function.function_name)


def start(ecs: Ecs, function: LambdaFunction, event: dict[str, Any], **variables: str) -> Run:
    """Run a function's code with an event, beside everything else."""
    run = Run()
    environment = _environment(ecs, function) | variables
    arguments = (run, bytes(function.code_bytes), str(function.handler), environment, function, json.dumps(event))
    threading.Thread(target=_run, args=arguments, daemon=True).start()
    return run


def find_function(ecs: Ecs, arn: str) -> LambdaFunction | None:
    try:
        backend: Any = lambda_backends[ecs.account][arn.split(":")[3]]
        found: LambdaFunction = backend.get_function(arn)
    except (ServiceException, JsonRESTError, IndexError):
        return None
    return found


def _event(ecs: Ecs, deployment: ServiceDeployment, hook: Hook) -> dict[str, Any]:
    details = {
        "testTrafficWeights": dict(deployment.test_weights),
        "productionTrafficWeights": dict(deployment.production_weights),
        "serviceArn": deployment.service.arn,
        "targetServiceRevisionArn": deployment.target.revision.arn,
    }
    event: dict[str, Any] = {
        "executionDetails": details,
        "executionId": ecs.uuid(),
        "lifecycleStage": hook.stage,
        "resourceArn": deployment.arn,
    }
    if hook.settings.get("hookDetails"):
        event["hookDetails"] = hook.settings["hookDetails"]
    return event


def _environment(ecs: Ecs, function: LambdaFunction) -> dict[str, str]:
    variables = {name: os.environ[name] for name in ("PATH", "AWS_ENDPOINT_URL") if name in os.environ}
    own = {str(name): str(value) for name, value in (function.environment_vars or {}).items()}
    ours = {"EMULATOR_ENDPOINTS": json.dumps(endpoints(ecs.world))}
    return {**variables, "AWS_REGION": ecs.region, "AWS_DEFAULT_REGION": ecs.region, **own, **ours}


def _run(
    run: Run, code: bytes, handler: str, environment: dict[str, str], function: LambdaFunction, event: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "runner.py")
        script.write_text(RUNNER, encoding="utf-8")
        task = Path(folder, "task")
        try:
            zipfile.ZipFile(io.BytesIO(code)).extractall(task)
            arguments = [handler, str(task), function.function_name, function.function_arn, "request", function.timeout]
            done = subprocess.run(
                [sys.executable, str(script), *map(str, arguments)],
                input=event,
                capture_output=True,
                text=True,
                env=environment,
                timeout=float(function.timeout),
                check=False,
            )
            run.lines = [line for line in (done.stdout + done.stderr).splitlines() if line]
            done.check_returncode()
            *printed, last = done.stdout.strip().splitlines()
            answer = json.loads(last)
            run.lines = [line for line in printed if line]
        except (subprocess.SubprocessError, ValueError, IndexError, OSError, zipfile.BadZipFile):
            # An exception, a timeout, an answer that is none: the hook has failed.
            answer, run.failed = {}, True
    run.answer = answer if isinstance(answer, dict) else {}


def _look(ecs: Ecs, deployment: ServiceDeployment, hook: Hook, run: Run, function: LambdaFunction) -> None:
    if run.answer is None:
        ecs.world.after("task_restart_backoff", lambda: _look(ecs, deployment, hook, run, function))
        return
    function_logs.write(ecs, function, ecs.uuid(), run.lines)
    if hook.status != "IN_PROGRESS":
        return
    status = run.answer.get("hookStatus")
    if status == "IN_PROGRESS":
        asked = run.answer.get("callBackDelay", run.answer.get("callBackDelaySeconds", CALL_AGAIN_AFTER))
        ecs.world.in_seconds(float(asked), lambda: _again(ecs, deployment, hook))
    elif status == "SUCCEEDED":
        hook.status = status
        deployment.service.wake()
    else:
        _fail(deployment, hook)


def _again(ecs: Ecs, deployment: ServiceDeployment, hook: Hook) -> None:
    if hook.status == "IN_PROGRESS":
        invoke(ecs, deployment, hook)


def _fail(deployment: ServiceDeployment, hook: Hook) -> None:
    hook.status = "FAILED"
    target = hook.settings["hookTargetArn"]
    hook.reason = f"{hook.stage} lifecycle hook(s) failed. Lifecycle hook target {target} returned FAILED status"
    deployment.service.wake()
