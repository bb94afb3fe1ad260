# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The namespaces with their services, and what keeps data: log groups, buckets and secrets."""

from __future__ import annotations

from .._audit.resource import Resource
from .._s3 import contents
from .._servicediscovery import api, operation
from .work import Removal, Work, call_if_there

# ECS marks so what it registers for Service Connect. It stays when the ECS service goes.
_OF_ECS = "AmazonECSManaged"


def discovery_service(work: Work, resource: Resource) -> None:
    client = work.client("servicediscovery")
    work.insist(
        lambda: api.delete_service(client, resource.id),
        ("ResourceInUse",),
        f"{resource} to have no instances",
    )


def namespace(work: Work, resource: Resource) -> None:
    client = work.client("servicediscovery")
    for service in api.list_services(client, resource.id):
        if api.list_tags(client, service["Arn"]).get(_OF_ECS) == "true":
            work.insist(
                lambda service=service: api.delete_service(client, service["Id"]),  # type: ignore[misc]
                ("ResourceInUse",),
                f"service {service['Name']} of namespace {resource.name} to have no instances",
            )
    started: list[str | None] = []

    def strangers() -> list[str]:
        return [f"Cloud Map service {service['Name']}" for service in api.list_services(client, resource.id)]

    work.insist(
        lambda: started.append(api.delete_namespace(client, resource.id)),
        ("ResourceInUse", "DuplicateRequest"),
        f"namespace {resource.name} to be empty",
        strangers=strangers,
    )
    if started and started[-1]:
        operation.follow(client, started[-1], resource.name, work.timeout, work.clock)


def log_group(work: Work, resource: Resource) -> None:
    call_if_there(work.client("logs"), "delete_log_group", f"delete {resource}", logGroupName=resource.name)


def bucket(work: Work, resource: Resource) -> None:
    """With all versions. Load balancers deliver logs for some minutes after their end, which go as well."""
    client = work.client("s3")

    def act() -> None:
        contents.remove_contents(client, resource.name, work.timeout, work.clock)
        call_if_there(client, "delete_bucket", f"delete {resource}", Bucket=resource.name)

    work.insist(act, ("BucketNotEmpty", "OperationAborted"), f"bucket {resource.name} to be empty")


def secret(work: Work, resource: Resource) -> None:
    """One that is leaving already goes on its day, unless its end is wanted at once."""
    at_once = work.recovery_days == 0
    if resource.is_leaving and not at_once:
        return
    how = {"ForceDeleteWithoutRecovery": True} if at_once else {"RecoveryWindowInDays": work.recovery_days}
    call_if_there(work.client("secretsmanager"), "delete_secret", f"delete {resource}", SecretId=resource.id, **how)


def repository(work: Work, resource: Resource) -> None:
    """With its images, which are copies."""
    doing = f"delete {resource}"
    call_if_there(work.client("ecr"), "delete_repository", doing, repositoryName=resource.name, force=True)


def pull_through_cache_rule(work: Work, resource: Resource) -> None:
    client, doing = work.client("ecr"), f"delete {resource}"
    call_if_there(client, "delete_pull_through_cache_rule", doing, ecrRepositoryPrefix=resource.name)


REMOVALS = {
    "ecr_repository": Removal(repository, ("ecs_service",)),
    "ecr_pull_through_cache_rule": Removal(pull_through_cache_rule, ("ecr_repository",)),
    "servicediscovery_service": Removal(discovery_service, ("ecs_service",)),
    "servicediscovery_namespace": Removal(namespace, ("ecs_service", "ecs_cluster", "servicediscovery_service")),
    "logs_log_group": Removal(log_group, ("ecs_service", "ecs_cluster", "lambda")),
    "s3_bucket": Removal(bucket, ("ecs_service", "elbv2_load_balancer")),
    "secretsmanager_secret": Removal(secret, ("ecs_service", "elasticache_replication_group")),
}
