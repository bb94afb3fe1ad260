# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""One call each: CodeDeploy's applications, configurations, groups and deployments."""

from __future__ import annotations

import typing as t

from ..api import call, call_unless
from ..tags import Tags, from_list, to_list

Resource = dict[str, t.Any]

NO_APPLICATION = "ApplicationDoesNotExistException"
NO_CONFIG = "DeploymentConfigDoesNotExistException"
NO_GROUP = "DeploymentGroupDoesNotExistException"
NO_DEPLOYMENT = "DeploymentDoesNotExistException"
# It ended between our look and our word: no failure.
ENDED = "DeploymentAlreadyCompletedException"
AT_ONCE = 25
GROUPS_AT_ONCE = 100
# As ARNs call them.
APPLICATION, GROUP = "application", "deploymentgroup"
# What has no tags, such as an application that is gone.
UNTAGGED = ("ArnNotSupportedException", "InvalidArnException", NO_APPLICATION)


def get_application(client: t.Any, name: str) -> Resource | None:
    doing = f"read application {name}"
    answer = call_unless((NO_APPLICATION,), client, "get_application", doing, applicationName=name)
    return answer["application"] if answer else None


def list_applications(client: t.Any) -> list[str]:
    return call(client, "list_applications", "list the applications")["applications"]


def create_application(client: t.Any, name: str, tags: Tags) -> str:
    answer = call(
        client,
        "create_application",
        f"create application {name}",
        applicationName=name,
        computePlatform="ECS",
        tags=to_list(tags) or None,
    )
    return answer["applicationId"]


def delete_application(client: t.Any, name: str) -> None:
    call(client, "delete_application", f"delete application {name}", applicationName=name)


def get_config(client: t.Any, name: str) -> Resource | None:
    doing = f"read deployment configuration {name}"
    answer = call_unless((NO_CONFIG,), client, "get_deployment_config", doing, deploymentConfigName=name)
    return answer["deploymentConfigInfo"] if answer else None


def list_configs(client: t.Any) -> list[str]:
    return call(client, "list_deployment_configs", "list the deployment configurations")["deploymentConfigsList"]


def create_config(client: t.Any, name: str, routing: Resource) -> str:
    answer = call(
        client,
        "create_deployment_config",
        f"create deployment configuration {name}",
        deploymentConfigName=name,
        computePlatform="ECS",
        trafficRoutingConfig=routing,
    )
    return answer["deploymentConfigId"]


def delete_config(client: t.Any, name: str) -> None:
    call(client, "delete_deployment_config", f"delete deployment configuration {name}", deploymentConfigName=name)


def get_group(client: t.Any, application: str, name: str) -> Resource | None:
    answer = call_unless(
        (NO_APPLICATION, NO_GROUP),
        client,
        "get_deployment_group",
        f"read deployment group {name}",
        applicationName=application,
        deploymentGroupName=name,
    )
    return answer["deploymentGroupInfo"] if answer else None


def list_groups(client: t.Any, application: str) -> list[str]:
    doing = f"list the deployment groups of {application}"
    parameters = {"applicationName": application}
    answer = call_unless((NO_APPLICATION,), client, "list_deployment_groups", doing, **parameters)
    return answer["deploymentGroups"] if answer else []


def get_groups(client: t.Any, application: str, names: list[str]) -> list[Resource]:
    doing = f"read the deployment groups of {application}"
    found: list[Resource] = []
    for start in range(0, len(names), GROUPS_AT_ONCE):
        some = {"applicationName": application, "deploymentGroupNames": names[start : start + GROUPS_AT_ONCE]}
        answer = call_unless((NO_APPLICATION,), client, "batch_get_deployment_groups", doing, **some)
        found += (answer or {}).get("deploymentGroupsInfo", [])
    return found


def create_group(client: t.Any, application: str, name: str, parameters: Resource) -> str:
    answer = call(
        client,
        "create_deployment_group",
        f"create deployment group {name}",
        applicationName=application,
        deploymentGroupName=name,
        **parameters,
    )
    return answer["deploymentGroupId"]


def update_group(client: t.Any, application: str, name: str, parameters: Resource) -> None:
    call(
        client,
        "update_deployment_group",
        f"update deployment group {name}",
        applicationName=application,
        currentDeploymentGroupName=name,
        **parameters,
    )


def delete_group(client: t.Any, application: str, name: str) -> None:
    doing = f"delete deployment group {name}"
    call(client, "delete_deployment_group", doing, applicationName=application, deploymentGroupName=name)


def create_deployment(client: t.Any, parameters: Resource) -> str:
    doing = f"deploy to deployment group {parameters['deploymentGroupName']}"
    return call(client, "create_deployment", doing, **parameters)["deploymentId"]


def get_deployment(client: t.Any, deployment_id: str) -> Resource | None:
    doing = f"read deployment {deployment_id}"
    answer = call_unless((NO_DEPLOYMENT,), client, "get_deployment", doing, deploymentId=deployment_id)
    return answer["deploymentInfo"] if answer else None


def list_deployments(client: t.Any, application: str, group: str, statuses: list[str] | None = None) -> list[str]:
    """The ids, the newest first as far as CodeDeploy keeps to that."""
    answer = call_unless(
        (NO_APPLICATION, NO_GROUP),
        client,
        "list_deployments",
        f"list the deployments of deployment group {group}",
        applicationName=application,
        deploymentGroupName=group,
        includeOnlyStatuses=statuses or None,
    )
    return answer["deployments"] if answer else []


def get_deployments(client: t.Any, ids: list[str]) -> list[Resource]:
    found: list[Resource] = []
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        answer = call(client, "batch_get_deployments", f"read the deployments {', '.join(some)}", deploymentIds=some)
        found += answer["deploymentsInfo"]
    return sorted(found, key=lambda one: one["createTime"], reverse=True)


def get_target(client: t.Any, deployment_id: str) -> Resource | None:
    """The one target of an ECS deployment; none as long as it has not started."""
    not_yet = ("DeploymentNotStartedException", "DeploymentTargetDoesNotExistException")
    doing = f"read the target of deployment {deployment_id}"
    listed = call_unless(not_yet, client, "list_deployment_targets", doing, deploymentId=deployment_id)
    if not listed or not listed["targetIds"]:
        return None
    target_id = listed["targetIds"][0]
    answer = call_unless(
        not_yet, client, "get_deployment_target", doing, deploymentId=deployment_id, targetId=target_id
    )
    return answer["deploymentTarget"]["ecsTarget"] if answer else None


def stop_deployment(client: t.Any, deployment_id: str, rollback: bool) -> None:
    doing = f"stop deployment {deployment_id}"
    parameters = {"deploymentId": deployment_id, "autoRollbackEnabled": rollback}
    call_unless((ENDED,), client, "stop_deployment", doing, **parameters)


def continue_deployment(client: t.Any, deployment_id: str, wait_type: str) -> None:
    doing = f"continue deployment {deployment_id}"
    parameters = {"deploymentId": deployment_id, "deploymentWaitType": wait_type}
    call_unless((ENDED,), client, "continue_deployment", doing, **parameters)


def list_tags(client: t.Any, arn: str) -> Tags:
    answer = call_unless(UNTAGGED, client, "list_tags_for_resource", f"read the tags of {arn}", ResourceArn=arn)
    return from_list((answer or {}).get("Tags"))


def tag_resource(client: t.Any, arn: str, tags: Tags) -> None:
    call(client, "tag_resource", f"tag {arn}", ResourceArn=arn, Tags=to_list(tags))


def untag_resource(client: t.Any, arn: str, keys: list[str]) -> None:
    call(client, "untag_resource", f"remove tags from {arn}", ResourceArn=arn, TagKeys=keys)


def arn_start(clients: t.Any, client: t.Any) -> str:
    """CodeDeploy gives no ARNs, and wants them for tags. ``clients`` is a module, or a connection."""
    caller = call(clients.client("sts"), "get_caller_identity", "find out whose account this is")
    _unused, partition, _unused, _unused, account, _unused = caller["Arn"].split(":", 5)
    return f"arn:{partition}:codedeploy:{client.meta.region_name}:{account}"


def arn(start: str, kind: str, name: str) -> str:
    return f"{start}:{kind}:{name}"
