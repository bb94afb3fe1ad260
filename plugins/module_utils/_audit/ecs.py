# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Clusters, capacity providers, services and task definitions."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from .._ecs import api_cluster, api_service, api_task_definition, api_tasks
from ..api import call
from ..tags import from_list
from .resource import Resource, Stack


def read(client: t.Any, stack: Stack) -> Iterator[Resource]:
    yield from _cluster(client, stack)
    yield from _services(client, stack)
    yield from _task_definitions(client, stack)


def _cluster(client: t.Any, stack: Stack) -> Iterator[Resource]:
    name = stack.names["cluster"]
    cluster = api_cluster.describe_cluster(client, name)
    own = set()
    for provider in _providers(client, stack):
        own.add(provider.name)
        yield provider
    if cluster is None or cluster["status"] == "INACTIVE":
        return
    found = Resource("ecs_cluster", name, name, from_list(cluster.get("tags")), more=cluster)
    yield found
    attached = [one for one in cluster.get("capacityProviders", []) if one in own]
    if attached:
        more = {"cluster": cluster, "providers": attached}
        yield Resource("ecs_cluster_capacity_providers", name, name, found.tags, more=more)


def _providers(client: t.Any, stack: Stack) -> Iterator[Resource]:
    doing = "look for capacity providers"
    for provider in call(client, "describe_capacity_providers", doing, include=["TAGS"])["capacityProviders"]:
        if provider["status"] == "INACTIVE" or provider.get("updateStatus") == "DELETE_COMPLETE":
            continue
        leaving = provider.get("updateStatus") == "DELETE_IN_PROGRESS"
        name, tags = provider["name"], from_list(provider.get("tags"))
        yield Resource("ecs_capacity_provider", name, name, tags, is_leaving=leaving)


def _services(client: t.Any, stack: Stack) -> Iterator[Resource]:
    """Also those that drain, which ECS does not list."""
    cluster = stack.names["cluster"]
    names = sorted({*api_tasks.list_services(client, cluster), *stack.service_names})
    for name, service in api_service.describe_services(client, cluster, names).items():
        if service["status"] != "INACTIVE":
            tags, leaving = from_list(service.get("tags")), service["status"] == "DRAINING"
            more = {"cluster": cluster, "service": service}
            yield Resource("ecs_service", name, name, tags, is_leaving=leaving, more=more)


def _task_definitions(client: t.Any, stack: Stack) -> Iterator[Resource]:
    """One for each family. Its revisions carry the tags."""
    for service in stack.names["services"].values():
        family = service["family"]
        arns = [
            arn
            for status in ("ACTIVE", "INACTIVE")
            for arn in api_task_definition.list_task_definitions(client, family, status)
        ]
        latest = api_task_definition.describe_task_definition(client, arns[-1]) if arns else None
        if latest is not None:
            yield Resource("ecs_task_definition", family, family, from_list(latest["tags"]), more={"revisions": arns})
