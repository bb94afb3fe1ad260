# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A deployment as it is found, and what follows from its status and its events."""

from __future__ import annotations

import dataclasses
import typing as t

Resource = dict[str, t.Any]

RUNNING = ("Created", "Queued", "InProgress", "Baking", "Ready")
ENDED_BADLY = ("Failed", "Stopped")
SUCCEEDED = "Succeeded"
ROLLED_BACK_BY = "codeDeployRollback"
# The words that a deployment may wait for.
READY, TERMINATION = "READY_WAIT", "TERMINATION_WAIT"


@dataclasses.dataclass(frozen=True)
class Seen:
    """A deployment and its target. The target is None as long as the deployment has not started."""

    deployment: Resource
    target: Resource | None = None

    @property
    def id(self) -> str:
        return str(self.deployment["deploymentId"])

    @property
    def status(self) -> str:
        return self.deployment["status"]

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def is_rollback(self) -> bool:
        """Whether CodeDeploy has made it because of another, and not somebody."""
        return self.deployment.get("creator") == ROLLED_BACK_BY

    @property
    def error(self) -> Resource:
        return self.deployment.get("errorInformation") or {}

    @property
    def events(self) -> dict[str, str]:
        events = (self.target or {}).get("lifecycleEvents") or []
        return {event["lifecycleEventName"]: event["status"] for event in events}

    @property
    def event(self) -> str | None:
        """The one that it is at."""
        return next((name for name, status in self.events.items() if status == "InProgress"), None)

    @property
    def task_sets(self) -> dict[str, Resource]:
        """By their labels: Green is what comes, Blue what was."""
        return {one["taskSetLabel"]: one for one in (self.target or {}).get("taskSetsInfo") or []}

    @property
    def place(self) -> tuple[str, str]:
        """Cluster and service, both empty as long as there is no target."""
        cluster, _unused, service = (self.target or {}).get("targetId", ":").partition(":")
        return cluster, service

    @property
    def rollback_id(self) -> str | None:
        return (self.deployment.get("rollbackInfo") or {}).get("rollbackDeploymentId")

    @property
    def waits_for(self) -> str | None:
        """The word that it waits for."""
        if self.status == "Ready":
            return READY
        if self.is_running and self.deployment.get("instanceTerminationWaitTimeStarted"):
            return TERMINATION
        return None
