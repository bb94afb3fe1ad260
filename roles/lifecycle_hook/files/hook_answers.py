# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How a hook's function answers whoever called it: ECS by what it returns, CodeDeploy by a call."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

SUCCEEDED, FAILED, IN_PROGRESS = "SUCCEEDED", "FAILED", "IN_PROGRESS"
LONGEST_REASON = 1000

Event = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Verdict:
    """``IN_PROGRESS`` asks to be called again after some seconds."""

    status: str
    reason: str
    again_after_seconds: int = 15
    evidence: list[dict[str, Any]] = dataclasses.field(default_factory=list)


def is_code_deploy(event: Event) -> bool:
    return "LifecycleEventHookExecutionId" in event


def answer(event: Event, verdict: Verdict, codedeploy: Any = None) -> dict[str, Any]:
    """Write the verdict to the log, its reason last, and tell it to the caller."""
    for line in verdict.evidence:
        print(json.dumps(line))
    reason = verdict.reason[:LONGEST_REASON]
    print(f"{verdict.status}: {reason}", flush=True)
    if is_code_deploy(event):
        _tell_code_deploy(event, verdict, codedeploy)
    result: dict[str, Any] = {"hookStatus": verdict.status, "reason": reason}
    if verdict.status == IN_PROGRESS:
        result["callBackDelay"] = verdict.again_after_seconds
    return result


def _tell_code_deploy(event: Event, verdict: Verdict, codedeploy: Any) -> None:
    """CodeDeploy calls once and does not ask again, so what is not ready by then has failed."""
    if codedeploy is None:
        import boto3  # Lambda's runtime has it.

        codedeploy = boto3.client("codedeploy")
    codedeploy.put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="Succeeded" if verdict.status == SUCCEEDED else "Failed",
    )
