# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How far deployments are, for somebody who watches: the facts of each, told when they change.

A module writes them as lines of JSON into a file that its action plugin reads while the module runs.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import typing as t
from collections.abc import Callable

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from . import api_service as api
from . import strategy
from .deployment import Observation, is_under_way, waiting_hooks
from .service_fields import primary_deployment

Facts = dict[str, t.Any]

# Looking at the health of tasks takes two calls; at this pace all calls together stay below one per second.
HEALTH_SECONDS = 10
# The minutes left of a bake time at which it is worth a line; beyond the last one, every hour.
TOLD_MINUTES = (1, 2, 5, 10, 15, 30, 60)


def facts(seen: Observation) -> Facts:
    """What of a deployment is told, without what changes by itself."""
    deployment, service = seen.deployment or {}, seen.service
    primary = primary_deployment(service) or {}
    target = deployment.get("targetServiceRevision") or {}
    sources = deployment.get("sourceServiceRevisions") or []
    found = {
        "service": service.get("serviceName"),
        "deployment": deployment.get("serviceDeploymentArn"),
        "status": deployment.get("status") or primary.get("rolloutState"),
        "stage": deployment.get("lifecycleStage"),
        "reason": deployment.get("statusReason"),
        "production": _weights(target, sources, "requestedProductionTrafficWeight"),
        "test": _weights(target, sources, "requestedTestTrafficWeight"),
        "new": _tasks(target) if target else _tasks(primary, "Count"),
        "old": _sum([_tasks(source) for source in sources]),
        "hooks": [_hook(hook) for hook in waiting_hooks(deployment, seen.answered)],
    }
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def _weights(target: Facts, sources: list[Facts], name: str) -> Facts | None:
    if name not in target:
        return None
    return {"new": target[name], "old": sum(source.get(name, 0) for source in sources)}


def _tasks(revision: Facts, suffix: str = "TaskCount") -> Facts:
    desired = "requested" if suffix == "TaskCount" else "desired"
    names = {"desired": desired, "running": "running", "pending": "pending"}
    return {name: revision[f"{key}{suffix}"] for name, key in names.items() if f"{key}{suffix}" in revision}


def _sum(counts: list[Facts]) -> Facts:
    return {name: sum(count.get(name, 0) for count in counts) for name in ("running",)} if counts else {}


def _hook(hook: Facts) -> Facts:
    expires = hook.get("expiresAt")
    shown = {
        "id": hook.get("hookId"),
        "expires_at": expires.isoformat(timespec="seconds") if isinstance(expires, datetime.datetime) else None,
        "then": hook.get("timeoutAction"),
    }
    return {name: value for name, value in shown.items() if value is not None}


def bake_minutes(deployment: Facts) -> float:
    """How long the deployment stays as it is now before it goes on by itself."""
    configuration = deployment.get("deploymentConfiguration") or {}
    stage = deployment.get("lifecycleStage")
    if stage == "BAKE_TIME":
        return configuration.get("bakeTimeInMinutes") or 0
    share = (deployment.get("targetServiceRevision") or {}).get("requestedProductionTrafficWeight", 0)
    if stage != "PRODUCTION_TRAFFIC_SHIFT" or not 0 < share < 100:
        return 0
    if strategy.of(configuration) == "CANARY":
        return (configuration.get("canaryConfiguration") or {}).get("canaryBakeTimeInMinutes") or 0
    return (configuration.get("linearConfiguration") or {}).get("stepBakeTimeInMinutes") or 0


@dataclasses.dataclass
class _Told:
    """What was said of a service last, and since when it has been so."""

    facts: Facts = dataclasses.field(default_factory=dict)
    bakes: t.Any = None
    since: float = 0.0
    milestone: int | None = None


class Progress:
    """Tells what has changed since it was told last. Where nothing was ever under way, nothing is told."""

    def __init__(self, tell: Callable[[Facts], None], now: Callable[[], float]) -> None:
        self._tell = tell
        self._now = now
        self._told: dict[str, _Told] = {}

    def show(self, observations: dict[str, Observation], health: dict[str, int]) -> None:
        for name, seen in observations.items():
            if name in self._told or is_under_way(seen):
                self._show(name, seen, health.get(name))

    def _show(self, name: str, seen: Observation, healthy: int | None) -> None:
        told = self._told.setdefault(name, _Told())
        now = facts(seen)
        if healthy is not None and "new" in now:
            now["new"]["healthy"] = healthy
        left = self._minutes_left(told, seen)
        reached = milestone(left)
        if now == told.facts and (reached is None or reached == told.milestone):
            return
        told.facts, told.milestone = now, reached
        self._tell({**now, **({"bake_minutes_left": left} if left else {})})

    def _minutes_left(self, told: _Told, seen: Observation) -> int:
        """Counted from when the stage or step was first seen: ECS does not say when it began."""
        deployment = seen.deployment or {}
        minutes = bake_minutes(deployment) if is_under_way(seen) else 0
        share = (deployment.get("targetServiceRevision") or {}).get("requestedProductionTrafficWeight")
        step = (deployment.get("serviceDeploymentArn"), deployment.get("lifecycleStage"), share)
        if step != told.bakes:
            told.bakes, told.since = step, self._now()
        return max(0, -int((self._now() - told.since - minutes * 60) // 60))


def milestone(minutes: int) -> int | None:
    """The figure at or above the minutes left that is worth a line: 7 minutes are still told as 10."""
    if minutes <= 0:
        return None
    above = [figure for figure in TOLD_MINUTES if figure >= minutes]
    return above[0] if above else -(-minutes // 60) * 60


class Health:
    """How many tasks of the running deployments are healthy, looked at one service at a time."""

    def __init__(self, client: t.Any, cluster: str, now: Callable[[], float]) -> None:
        self._client = client
        self._cluster = cluster
        self._now = now
        self._next = 0.0
        self._turn = 0
        self.counts: dict[str, int] = {}

    def look(self, observations: dict[str, Observation]) -> dict[str, int]:
        names = [name for name, seen in observations.items() if is_under_way(seen) and seen.deployment]
        if names and self._now() >= self._next:
            self._next = self._now() + HEALTH_SECONDS
            self._turn += 1
            name = names[self._turn % len(names)]
            count = self._healthy(name, (observations[name].deployment or {})["createdAt"])
            if count is not None:
                self.counts[name] = count
        return self.counts

    def _healthy(self, name: str, since: t.Any) -> int | None:
        """Of the tasks that the deployment started. None where no task has a health check, or we may not look."""
        try:
            arns = api.list_tasks(self._client, self._cluster, name, "RUNNING")
            tasks = api.describe_tasks(self._client, self._cluster, arns)
        except AnsibleAWSError:
            return None
        own = [task for task in tasks if task.get("createdAt") and task["createdAt"] >= since]
        checked = [task for task in own if task.get("healthStatus", "UNKNOWN") != "UNKNOWN"]
        return sum(task["healthStatus"] == "HEALTHY" for task in checked) if checked else None


class Lines:
    """The file that the action plugin reads. Where it cannot be written, as on another machine, nothing is told."""

    def __init__(self, path: str | None) -> None:
        self._path = path if path and os.access(path, os.W_OK) else None

    @property
    def are_read(self) -> bool:
        return self._path is not None

    def write(self, **line: t.Any) -> None:
        if self._path is None:
            return
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
