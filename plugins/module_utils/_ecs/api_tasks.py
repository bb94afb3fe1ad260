# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""One call each: what is needed to bring running things of a service to an end."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..api import call, call_unless
from ..aws import error_code
from . import api_service

Resource = dict[str, t.Any]

NO_TASK = ("InvalidParameterException", "ClusterNotFoundException")
NO_TARGET_GROUP = ("TargetGroupNotFound", "TargetGroupNotFoundException")


def list_services(client: t.Any, cluster: str) -> list[str]:
    """The names of the cluster's active services; a cluster that does not exist has none."""
    doing = f"list the services of cluster {cluster}"
    answer = call_unless(api_service.MISSING, client, "list_services", doing, cluster=cluster)
    return sorted(arn.rpartition("/")[2] for arn in (answer or {}).get("serviceArns", []))


def live_tasks(client: t.Any, cluster: str, service: str) -> list[Resource]:
    """The tasks of a service that have not come to their end: also those that ECS is stopping."""
    arns: list[str] = []
    for status in ("RUNNING", "STOPPED"):
        arns += api_service.list_tasks(client, cluster, service, status)
    found: list[Resource] = []
    for start in range(0, len(arns), api_service.TASKS_AT_ONCE):
        found += api_service.describe_tasks(client, cluster, arns[start : start + api_service.TASKS_AT_ONCE])
    return [task for task in found if task.get("lastStatus") != "STOPPED"]


def stop_task(client: t.Any, cluster: str, arn: str) -> None:
    doing = f"stop task {arn}"
    try:
        call(client, "stop_task", doing, cluster=cluster, task=arn, reason="Scaled down by portkey.gateway, with force")
    except AnsibleAWSError as error:
        if error_code(error) not in NO_TASK:
            raise


def targets(client: t.Any, group_arn: str) -> list[Resource]:
    """The targets of a target group with their health; one that does not exist has none."""
    doing = f"look at the targets of {group_arn}"
    answer = call_unless(NO_TARGET_GROUP, client, "describe_target_health", doing, TargetGroupArn=group_arn)
    return (answer or {}).get("TargetHealthDescriptions", [])
