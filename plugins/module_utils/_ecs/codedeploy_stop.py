# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The running CodeDeploy deployment of an ECS service, stopped: its original task set serves again."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..api import call, call_unless

RUNNING = ["Created", "Queued", "InProgress", "Baking", "Ready"]
_GROUPS_AT_ONCE = 100


def stop(module: AnsibleAWSModule, cluster: str, service: str) -> None:
    client = module.client("codedeploy")
    for application, group in _groups_of(client, cluster.rpartition("/")[2], service):
        doing = f"list the deployments of {application}"
        deployments = call(
            client,
            "list_deployments",
            doing,
            applicationName=application,
            deploymentGroupName=group,
            includeOnlyStatuses=RUNNING,
        )["deployments"]
        for deployment in deployments:
            call_unless(
                ("DeploymentAlreadyCompletedException",),
                client,
                "stop_deployment",
                f"stop deployment {deployment}",
                deploymentId=deployment,
                autoRollbackEnabled=True,
            )


def _groups_of(client: t.Any, cluster: str, service: str) -> t.Iterator[tuple[str, str]]:
    """A service belongs to one deployment group at most, but only the groups tell to which."""
    wanted = {"clusterName": cluster, "serviceName": service}
    for application in call(client, "list_applications", "list the CodeDeploy applications")["applications"]:
        doing = f"list the deployment groups of {application}"
        names = call(client, "list_deployment_groups", doing, applicationName=application)["deploymentGroups"]
        for start in range(0, len(names), _GROUPS_AT_ONCE):
            part = names[start : start + _GROUPS_AT_ONCE]
            groups = call(
                client, "batch_get_deployment_groups", doing, applicationName=application, deploymentGroupNames=part
            )["deploymentGroupsInfo"]
            for found in groups:
                if wanted in found.get("ecsServices", []):
                    yield application, found["deploymentGroupName"]
