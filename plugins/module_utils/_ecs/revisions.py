# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The revisions that a service has been through: which one came before, and what it takes to have it again."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterable

from ..module import GatewayError
from . import api_service as api
from .deployment import SUCCESSFUL
from .service_fields import primary_deployment

Resource = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class History:
    """The revisions that were deployed with success and not gone back from since, the oldest first."""

    revisions: tuple[Resource, ...] = ()
    # Whether the last of them came by going back to it.
    went_back: bool = False

    @property
    def task_definitions(self) -> list[str]:
        return [revision["taskDefinition"] for revision in self.revisions]


def read_history(client: t.Any, cluster: str, name: str) -> History:
    """From the last successful deployments, as many as one call describes."""
    briefs = api.list_service_deployments(client, cluster, name)
    arns = [brief["targetServiceRevisionArn"] for brief in briefs if brief["status"] == SUCCESSFUL]
    arns = list(dict.fromkeys(arns[: api.DEPLOYMENTS_AT_ONCE]))
    if not arns:
        return History()
    described = {item["serviceRevisionArn"]: item for item in api.describe_service_revisions(client, arns)}
    return history(described[arn] for arn in reversed(arns) if arn in described)


def history(deployed: Iterable[Resource]) -> History:
    """Of what was deployed one after the other. What runs a task definition that was there before goes back to it."""
    way: list[Resource] = []
    went_back = False
    for revision in deployed:
        known = [item["taskDefinition"] for item in way]
        definition = revision["taskDefinition"]
        # The same again is no step back.
        again = definition in known
        went_back = again and (known[-1] != definition or went_back)
        way = [*(way[: known.index(definition)] if again else way), revision]
    return History(tuple(way), went_back)


def read_revision(client: t.Any, service: Resource, arn: str) -> Resource:
    found = api.describe_service_revisions(client, [arn])
    if not found or found[0].get("serviceArn") != service["serviceArn"]:
        raise GatewayError(f"Service {service['serviceName']} has no revision {arn}")
    return found[0]


def request_for(service: Resource, revision: Resource) -> Resource:
    """What of the service must change for the revision's tasks to run: their definition, and what names its ports.

    The network and the load balancers stay: what an old revision knows of them may be long gone.
    """
    wanted: Resource = {"taskDefinition": revision["taskDefinition"]}
    primary = primary_deployment(service) or {}
    if revision.get("serviceConnectConfiguration"):
        wanted["serviceConnectConfiguration"] = revision["serviceConnectConfiguration"]
    if service.get("loadBalancers"):
        wanted["loadBalancers"] = _with_ports_of(service["loadBalancers"], revision.get("loadBalancers", []))
    present = {**service, "serviceConnectConfiguration": primary.get("serviceConnectConfiguration")}
    return {name: value for name, value in wanted.items() if present.get(name) != value}


def _with_ports_of(balancers: list[Resource], earlier: list[Resource]) -> list[Resource]:
    found = []
    for item in balancers:
        known = next((one for one in earlier if one.get("targetGroupArn") == item.get("targetGroupArn")), item)
        ports: Resource = {key: known[key] for key in ("containerName", "containerPort") if key in known}
        found.append({**item, **ports})
    return found
