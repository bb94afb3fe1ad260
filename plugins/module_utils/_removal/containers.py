# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Services, task definitions, capacity providers and clusters; and what scales and deploys services."""

from __future__ import annotations

from .. import wait
from .._applicationautoscaling import api as scaling
from .._audit.resource import Resource
from .._ecs import api_cluster, api_service, api_tasks, task_definition
from .._ecs import capacity_provider as provider
from .._ecs.service_errors import DELETE_PASSING, Patience
from ..shape import snake
from .work import BACKOFF, Removal, Work, call_if_there

# A cluster empties a little after its instances are gone.
_CLUSTER_EMPTYING = (
    "ClusterContainsContainerInstancesException",
    "ClusterContainsServicesException",
    "ClusterContainsTasksException",
    "ClusterContainsCapacityProviderException",
    "UpdateInProgressException",
)
_PROVIDER_BUSY = ("ResourceInUseException", "UpdateInProgressException")


def scalable_target(work: Work, resource: Resource) -> None:
    scaling.deregister_scalable_target(work.client("application-autoscaling"), dict(resource.more))


def service(work: Work, resource: Resource) -> None:
    client, cluster = work.client("ecs"), resource.more["cluster"]
    if not resource.is_leaving:
        wait.keep_trying(
            lambda: api_service.delete_service(client, cluster, resource.name),
            Patience(work.clock, DELETE_PASSING),
            what=f"the running deployment of service {resource.name} to end",
            timeout=work.timeout,
            backoff=BACKOFF,
            clock=work.clock,
        )
    work.poll(
        lambda: api_service.describe_services(client, cluster, [resource.name]).get(resource.name),
        lambda found: found is None or found["status"] == "INACTIVE",
        f"service {resource.name} to drain",
        lambda found: found and {key: found.get(key) for key in ("status", "runningCount", "pendingCount")},
    )


def family(work: Work, resource: Resource) -> None:
    task_definition.delete_family(work.client("ecs"), resource.name)


def attachment(work: Work, resource: Resource) -> None:
    """Take the stack's capacity providers from the cluster; others, which somebody has attached, stay until it goes."""
    client, cluster = work.client("ecs"), resource.more["cluster"]
    own = resource.more["providers"]
    kept = [one for one in cluster.get("capacityProviders", []) if one not in own]
    strategy = [one for one in cluster.get("defaultCapacityProviderStrategy", []) if one["capacityProvider"] in kept]
    work.insist(
        lambda: api_cluster.put_cluster_capacity_providers(client, resource.name, kept, strategy),
        _PROVIDER_BUSY,
        f"cluster {resource.name} to let go of its capacity providers",
    )
    work.poll(
        lambda: api_cluster.describe_cluster(client, resource.name) or {},
        lambda found: found.get("attachmentsStatus") != "UPDATE_IN_PROGRESS",
        f"cluster {resource.name} to detach its capacity providers",
        lambda found: found.get("attachmentsStatus"),
    )


def capacity_provider(work: Work, resource: Resource) -> None:
    provider.delete(work.client("ecs"), resource.name, resource.is_leaving, work.timeout, work.clock)


def cluster(work: Work, resource: Resource) -> None:
    client, name = work.client("ecs"), resource.name

    def strangers() -> list[str]:
        return [
            f"service {service}" for service in api_tasks.list_services(client, name) if service not in work.removed_ids
        ]

    def holders() -> list[str]:
        found = api_cluster.describe_cluster(client, name) or {}
        counts = ("activeServicesCount", "runningTasksCount", "pendingTasksCount", "registeredContainerInstancesCount")
        return [f"{found[key]} {snake({key: 0}).popitem()[0]}" for key in counts if found.get(key)]

    work.insist(
        lambda: api_cluster.delete_cluster(client, name),
        _CLUSTER_EMPTYING,
        f"cluster {name} to become empty",
        holders,
        strangers,
    )
    # One to which somebody has attached another capacity provider takes a moment to let go of that.
    work.poll(
        lambda: (api_cluster.describe_cluster(client, name) or {}).get("status", "INACTIVE"),
        lambda status: status == "INACTIVE",
        f"cluster {name} to be deleted",
    )


def deployment_group(work: Work, resource: Resource) -> None:
    application = resource.more["application"]
    call_if_there(
        work.client("codedeploy"),
        "delete_deployment_group",
        f"delete deployment group {resource.name}",
        applicationName=application,
        deploymentGroupName=resource.id,
    )


def application(work: Work, resource: Resource) -> None:
    doing = f"delete CodeDeploy application {resource.name}"
    call_if_there(work.client("codedeploy"), "delete_application", doing, applicationName=resource.name)


def deployment_config(work: Work, resource: Resource) -> None:
    doing = f"delete deployment configuration {resource.name}"
    call_if_there(work.client("codedeploy"), "delete_deployment_config", doing, deploymentConfigName=resource.name)


SERVICES_GONE = ("ecs_service",)

REMOVALS = {
    "application_autoscaling_target": Removal(scalable_target),
    "codedeploy_deployment_group": Removal(deployment_group),
    "codedeploy_application": Removal(application, ("codedeploy_deployment_group",)),
    "codedeploy_deployment_config": Removal(deployment_config, ("codedeploy_deployment_group",)),
    "ecs_service": Removal(service, ("application_autoscaling_target", "codedeploy_deployment_group")),
    "ecs_task_definition": Removal(family, SERVICES_GONE),
    "ecs_cluster_capacity_providers": Removal(attachment, SERVICES_GONE),
    "ecs_capacity_provider": Removal(
        capacity_provider, (*SERVICES_GONE, "ecs_cluster_capacity_providers", "autoscaling_group")
    ),
    "ecs_cluster": Removal(
        cluster,
        (
            *SERVICES_GONE,
            "ecs_cluster_capacity_providers",
            "ecs_capacity_provider",
            "autoscaling_group",
            "ec2_instance",
        ),
    ),
}
