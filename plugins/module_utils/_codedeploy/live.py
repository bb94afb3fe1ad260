# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A deployment that somebody watches: told by the same lines as ECS's own, and an interruption says what goes on."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import typing as t
from collections.abc import Callable, Iterator

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import wait
from .._ecs.interrupt import Interrupted, Interruptible
from .._ecs.live import RunInterrupted
from .._ecs.progress import Lines

Facts = dict[str, t.Any]


def facts(deployment: Facts, target: Facts | None) -> Facts:
    """In the words in which ECS's own deployments are told."""
    events = {one["lifecycleEventName"]: one["status"] for one in (target or {}).get("lifecycleEvents") or []}
    sets = {one["taskSetLabel"]: one for one in (target or {}).get("taskSetsInfo") or []}
    found: Facts = {
        "service": (target or {}).get("targetId", ":").partition(":")[2] or deployment.get("deploymentGroupName"),
        "deployment": deployment["deploymentId"],
        "status": "IN_PROGRESS" if deployment["status"] == "InProgress" else deployment["status"],
        "stage": _stage(deployment, events),
        "reason": (deployment.get("errorInformation") or {}).get("message"),
    }
    if "Green" in sets:
        shares = {colour: sets.get(colour, {}).get("trafficWeight", 0.0) for colour in ("Green", "Blue")}
        found["production"] = {"new": shares["Green"], "old": shares["Blue"]}
        counts = {"desired": "desiredCount", "running": "runningCount", "pending": "pendingCount"}
        found["new"] = {name: sets["Green"][key] for name, key in counts.items()}
    if "Blue" in sets:
        found["old"] = {"running": sets["Blue"]["runningCount"]}
    return {name: value for name, value in found.items() if value is not None}


def _stage(deployment: Facts, events: dict[str, str]) -> str | None:
    running = next((name for name, status in events.items() if status == "InProgress"), None)
    if running is None and deployment.get("instanceTerminationWaitTimeStarted"):
        return "waits to stop the old tasks"
    return running


@contextlib.contextmanager
def watched(
    module: AnsibleAWSModule, deployment_id: str, clock: wait.Clock
) -> Iterator[tuple[wait.Clock, Callable[[Facts, Facts | None], None]]]:
    """The clock to wait by, and whom to tell. Without an action plugin that reads along it is an ordinary wait."""
    lines = Lines(module.params.get("progress_file"))
    if not lines.are_read:
        yield clock, lambda deployment, target: None
        return
    told: list[Facts] = []

    def tell(deployment: Facts, target: Facts | None) -> None:
        now = facts(deployment, target)
        if told[-1:] != [now]:
            told.append(now)
            lines.write(facts=now)

    with Interruptible() as interruptible:
        lines.write(pid=os.getpid())
        try:
            yield dataclasses.replace(clock, sleep=interruptible.sleep), tell
        except Interrupted as error:
            command = f"aws deploy stop-deployment --deployment-id {deployment_id} --auto-rollback-enabled"
            message = f"Interrupted. Deployment {deployment_id} goes on in AWS. To stop it with a rollback: {command}"
            raise RunInterrupted(message, interrupted=True, goes_on=[deployment_id]) from error
