# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The namespaces with their services, and what keeps data: log groups and secrets."""

from __future__ import annotations

import typing as t

from .. import wait
from .._audit.resource import Resource
from .._servicediscovery import api as cloud_map
from ..api import call
from .work import Removal, Work, call_if_there

# ECS marks so what it registers for Service Connect. It stays when the ECS service goes.
_OF_ECS = {"Key": "AmazonECSManaged", "Value": "true"}


def discovery_service(work: Work, resource: Resource) -> None:
    client = work.client("servicediscovery")
    work.insist(
        lambda: call_if_there(client, "delete_service", f"delete {resource}", Id=resource.id),
        ("ResourceInUse",),
        f"{resource} to have no instances",
    )


def namespace(work: Work, resource: Resource) -> None:
    client = work.client("servicediscovery")
    for service in _services(client, resource.id):
        tags = call_if_there(
            client, "list_tags_for_resource", f"read the tags of {service['Name']}", ResourceARN=service["Arn"]
        )
        if _OF_ECS in tags.get("Tags", []):
            work.insist(
                lambda service=service: call_if_there(  # type: ignore[misc]
                    client, "delete_service", f"delete service {service['Name']} of {resource}", Id=service["Id"]
                ),
                ("ResourceInUse",),
                f"service {service['Name']} of namespace {resource.name} to have no instances",
            )
    started: list[str | None] = []

    def strangers() -> list[str]:
        return [f"Cloud Map service {service['Name']}" for service in _services(client, resource.id)]

    work.insist(
        lambda: started.append(cloud_map.delete_namespace(client, resource.id)),
        ("ResourceInUse", "DuplicateRequest"),
        f"namespace {resource.name} to be empty",
        strangers=strangers,
    )
    if started and started[-1]:
        _follow(work, client, resource.name, started[-1])


def _services(client: t.Any, namespace_id: str) -> list[dict[str, t.Any]]:
    filters = [{"Name": "NAMESPACE_ID", "Values": [namespace_id], "Condition": "EQ"}]
    return call(client, "list_services", f"list the services of namespace {namespace_id}", Filters=filters)["Services"]


def _follow(work: Work, client: t.Any, name: str, operation_id: str) -> None:
    def ended(operation: dict[str, t.Any]) -> bool:
        if operation["Status"] == "FAIL":
            raise wait.WaitFailed(f"Cloud Map could not delete namespace {name}: {operation.get('ErrorMessage', '')}")
        return operation["Status"] == "SUCCESS"

    work.poll(
        lambda: cloud_map.get_operation(client, operation_id),
        ended,
        f"namespace {name} to be deleted",
        lambda operation: operation["Status"],
    )


def log_group(work: Work, resource: Resource) -> None:
    call_if_there(work.client("logs"), "delete_log_group", f"delete {resource}", logGroupName=resource.name)


def secret(work: Work, resource: Resource) -> None:
    """One that is leaving already goes on its day, unless its end is wanted at once."""
    at_once = work.recovery_days == 0
    if resource.is_leaving and not at_once:
        return
    how = {"ForceDeleteWithoutRecovery": True} if at_once else {"RecoveryWindowInDays": work.recovery_days}
    call_if_there(work.client("secretsmanager"), "delete_secret", f"delete {resource}", SecretId=resource.id, **how)


REMOVALS = {
    "servicediscovery_service": Removal(discovery_service, ("ecs_service",)),
    "servicediscovery_namespace": Removal(namespace, ("ecs_service", "ecs_cluster", "servicediscovery_service")),
    "logs_log_group": Removal(log_group, ("ecs_service", "ecs_cluster", "lambda")),
    "secretsmanager_secret": Removal(secret, ("ecs_service",)),
}
