# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Looking at the deployments of some services of a cluster, with as few calls as it takes."""

from __future__ import annotations

import dataclasses
import typing as t

from ..module import GatewayError
from . import api_service as api
from .deployment import IN_PROGRESS, ROLLING_BACK, Observation, controller

# How long ECS may take to list a deployment that it has been told to start.
EXPECTED_SECONDS = 60


@dataclasses.dataclass
class Watched:
    """One service. ``arn`` is the deployment looked at; ``not_these`` are known to be older than the one expected.

    One that is ``expected`` and found stays the one that is looked at, whatever else begins.
    """

    name: str
    arn: str | None = None
    not_these: frozenset[str] = frozenset()
    expected: bool = False
    answered: frozenset[str] = frozenset()
    service: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    deployment: dict[str, t.Any] | None = None

    @property
    def under_way(self) -> bool:
        return self.deployment is not None and self.deployment["status"] in IN_PROGRESS + ROLLING_BACK


class Watch:
    """The services themselves are described at first and when a deployment has ended; in between the deployments do."""

    def __init__(self, client: t.Any, cluster: str, watched: list[Watched], now: t.Callable[[], float]) -> None:
        self._client = client
        self._cluster = cluster
        self._watched = watched
        self._now = now
        self._since = now()

    def look(self) -> dict[str, Observation]:
        self._read_deployments([item for item in self._watched if item.under_way])
        settled = [item for item in self._watched if not item.under_way]
        if settled:
            self._read_services(settled)
            self._read_deployments([item for item in settled if item.arn])
        waits = self._now() - self._since < EXPECTED_SECONDS
        return {
            item.name: Observation(
                item.service, item.deployment, item.expected and item.arn is None and waits, item.answered
            )
            for item in self._watched
        }

    def _read_services(self, watched: list[Watched]) -> None:
        services = api.describe_services(self._client, self._cluster, [item.name for item in watched])
        for item in watched:
            if item.name not in services:
                raise GatewayError(f"Service {item.name} does not exist in cluster {self._cluster}")
            item.service = services[item.name]
            if controller(item.service) == "ECS":
                self._find_deployment(item)

    def _find_deployment(self, item: Watched) -> None:
        """The service's present deployment."""
        if item.expected and item.arn:
            return
        present = present_deployment(self._client, self._cluster, item.service)
        if present is not None and present not in item.not_these and present != item.arn:
            item.arn, item.deployment = present, None

    def _read_deployments(self, watched: list[Watched]) -> None:
        arns = [item.arn for item in watched if item.arn]
        if not arns:
            return
        deployments = api.describe_service_deployments(self._client, arns)
        for item in watched:
            item.deployment = deployments.get(str(item.arn), item.deployment)


def present_deployment(client: t.Any, cluster: str, service: dict[str, t.Any]) -> str | None:
    """The ARN of the service's running or else its last deployment. ECS need not name one that has ended."""
    if service.get("currentServiceDeployment"):
        return service["currentServiceDeployment"]
    briefs = api.list_service_deployments(client, cluster, service["serviceName"])
    return briefs[0]["serviceDeploymentArn"] if briefs else None


def observe(client: t.Any, cluster: str, service: dict[str, t.Any]) -> Observation:
    """A described service together with its present deployment."""
    arn = present_deployment(client, cluster, service) if controller(service) == "ECS" else None
    deployments = api.describe_service_deployments(client, [arn]) if arn else {}
    return Observation(service, deployments.get(str(arn)))
