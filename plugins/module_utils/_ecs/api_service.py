# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""One call each: services, their deployments and revisions, their tasks."""

from __future__ import annotations

import typing as t

from ..api import call, call_unless

# The most that one call takes.
SERVICES_AT_ONCE = 10
DEPLOYMENTS_AT_ONCE = 20
TASKS_AT_ONCE = 100

# Where there is no cluster, there is no service either.
MISSING = ("ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException")
# A deployment that has just come to its end by itself.
ENDED = ("ConflictException", "ServiceDeploymentNotFoundException")

Resource = dict[str, t.Any]


def describe_services(client: t.Any, cluster: str, names: list[str]) -> dict[str, Resource]:
    """The services by name. Those that do not exist are left out; a cluster that does not exist has none."""
    found: list[Resource] = []
    for start in range(0, len(names), SERVICES_AT_ONCE):
        part = names[start : start + SERVICES_AT_ONCE]
        doing = f"describe {', '.join(part)} of cluster {cluster}"
        answer = call_unless(
            MISSING, client, "describe_services", doing, cluster=cluster, services=part, include=["TAGS"]
        )
        found += (answer or {}).get("services", [])
    return {service["serviceName"]: service for service in found}


def create_service(client: t.Any, name: str, parameters: Resource) -> Resource:
    return call(client, "create_service", f"create service {name}", serviceName=name, **parameters)["service"]


def update_service(client: t.Any, cluster: str, name: str, parameters: Resource) -> Resource:
    doing = f"update service {name}"
    return call(client, "update_service", doing, cluster=cluster, service=name, **parameters)["service"]


def delete_service(client: t.Any, cluster: str, name: str) -> None:
    doing = f"delete service {name}"
    call_unless(MISSING, client, "delete_service", doing, cluster=cluster, service=name, force=True)


def list_service_deployments(client: t.Any, cluster: str, name: str) -> list[Resource]:
    """The most recent ones, the newest first."""
    doing = f"list the deployments of service {name}"
    answer = call(client, "list_service_deployments", doing, cluster=cluster, service=name)
    return sorted(answer["serviceDeployments"], key=lambda brief: brief["createdAt"], reverse=True)


def describe_service_deployments(client: t.Any, arns: list[str]) -> dict[str, Resource]:
    found: list[Resource] = []
    for start in range(0, len(arns), DEPLOYMENTS_AT_ONCE):
        part = arns[start : start + DEPLOYMENTS_AT_ONCE]
        doing = f"describe service deployments {', '.join(part)}"
        found += call(client, "describe_service_deployments", doing, serviceDeploymentArns=part)["serviceDeployments"]
    return {deployment["serviceDeploymentArn"]: deployment for deployment in found}


def stop_service_deployment(client: t.Any, arn: str) -> None:
    """Nothing happens to a deployment that has ended in the meantime."""
    doing = f"stop service deployment {arn}"
    call_unless(ENDED, client, "stop_service_deployment", doing, serviceDeploymentArn=arn, stopType="ROLLBACK")


def continue_service_deployment(client: t.Any, arn: str, hook_id: str, action: str) -> None:
    doing = f"answer hook {hook_id} of service deployment {arn} with {action}"
    call(client, "continue_service_deployment", doing, serviceDeploymentArn=arn, hookId=hook_id, action=action)


def describe_service_revisions(client: t.Any, arns: list[str]) -> list[Resource]:
    doing = f"describe service revisions {', '.join(arns)}"
    arns = arns[:DEPLOYMENTS_AT_ONCE]
    return call(client, "describe_service_revisions", doing, serviceRevisionArns=arns)["serviceRevisions"]


def list_tasks(client: t.Any, cluster: str, name: str, desired_status: str) -> list[str]:
    doing = f"list the tasks of service {name}"
    answer = call_unless(
        MISSING, client, "list_tasks", doing, cluster=cluster, serviceName=name, desiredStatus=desired_status
    )
    return (answer or {}).get("taskArns", [])


def describe_tasks(client: t.Any, cluster: str, arns: list[str]) -> list[Resource]:
    if not arns:
        return []
    tasks = arns[:TASKS_AT_ONCE]
    answer = call_unless(MISSING, client, "describe_tasks", "describe the tasks", cluster=cluster, tasks=tasks)
    return (answer or {}).get("tasks", [])
