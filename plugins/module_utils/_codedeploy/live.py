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
from .seen import TERMINATION, Seen

Facts = dict[str, t.Any]


def facts(seen: Seen) -> Facts:
    """In the words in which ECS's own deployments are told."""
    sets = seen.task_sets
    found: Facts = {
        "service": seen.place[1] or seen.deployment.get("deploymentGroupName"),
        "deployment": seen.id,
        "status": "IN_PROGRESS" if seen.status == "InProgress" else seen.status,
        "stage": seen.event or ("waits to stop the old tasks" if seen.waits_for == TERMINATION else None),
        "reason": seen.error.get("message"),
    }
    if "Green" in sets:
        shares = {colour: sets.get(colour, {}).get("trafficWeight", 0.0) for colour in ("Green", "Blue")}
        found["production"] = {"new": shares["Green"], "old": shares["Blue"]}
        counts = {"desired": "desiredCount", "running": "runningCount", "pending": "pendingCount"}
        found["new"] = {name: sets["Green"][key] for name, key in counts.items()}
    if "Blue" in sets:
        found["old"] = {"running": sets["Blue"]["runningCount"]}
    return {name: value for name, value in found.items() if value is not None}


@contextlib.contextmanager
def watched(
    module: AnsibleAWSModule, deployment_id: str, clock: wait.Clock
) -> Iterator[tuple[wait.Clock, Callable[[Seen], None]]]:
    """The clock to wait by, and whom to tell. Without an action plugin that reads along it is an ordinary wait."""
    lines = Lines(module.params.get("progress_file"))
    if not lines.are_read:
        yield clock, lambda seen: None
        return
    told: list[Facts] = []

    def tell(seen: Seen) -> None:
        now = facts(seen)
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
