"""Install: the replacement task set is made in the target group that does not serve, and has to become stable."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..ecs import permissions, service_rules, task_definitions, task_sets
from ..ecs.service import Service
from ..ecs.state import Ecs
from ..ecs.task_sets import SETTINGS, WHOLE, TaskSet
from ..registry import AwsError
from . import appspec, balancing
from .state import Deployment

NOT_HEALTHY = (
    "The deployment timed out while waiting for the replacement task set to become healthy. "
    "This time out period is 60 minutes."
)
UNEXPECTED = "The ECS service cannot be updated due to an unexpected error: "
ACTIONS = ("ecs:DescribeServices", "ecs:CreateTaskSet", "ecs:UpdateServicePrimaryTaskSet", "ecs:DeleteTaskSet")
OF_A_SERVICE = ("healthCheckGracePeriodSeconds", "deploymentController", "schedulingStrategy", "enableExecuteCommand")


@dataclasses.dataclass(frozen=True)
class Failure:
    """Why a deployment ends, and which event of the automatic rollback that is."""

    code: str
    message: str
    status: str = "Failed"
    cause: str | None = "DEPLOYMENT_FAILURE"


def no_permission(deployment: Deployment, service: str) -> Failure:
    return Failure(
        "IAM_ROLE_PERMISSIONS",
        f"The IAM role {deployment.role} does not give you permission to perform operations in the following AWS "
        f"service: {service}. Contact your AWS administrator if you need help. If you are an AWS administrator, you "
        "can grant permissions to your users or groups by creating IAM policies.",
    )


def begin(ecs: Ecs, deployment: Deployment) -> Failure | None:
    service = ecs.services[deployment.group.target]
    blue = primary_of(service)
    if blue is None:
        return Failure("INVALID_ECS_SERVICE", "The ECS service has no primary task set.")
    if not all(permissions.allows(ecs, deployment.role, action, service.arn) for action in ACTIONS):
        return no_permission(deployment, "AmazonECS")
    used = balancing.target_group(blue)
    why = balancing.problem(ecs, deployment, used)
    if why is not None:
        message = f"The ELB could not be updated due to the following error: {why}"
        return Failure("ELASTIC_LOAD_BALANCING_INVALID", message)
    try:
        settings = _settings(ecs, deployment, service, blue)
        _check_roles(ecs, deployment, settings["taskDefinition"])
    except AwsError as error:
        return Failure("ECS_UPDATE_ERROR", f"{UNEXPECTED}{error.message}")
    # What an abandoned deployment has left is in the way.
    for old in service.task_sets:
        if old is not blue and old.status != "DRAINING":
            task_sets.remove(old)
    deployment.blue = blue
    deployment.green = task_sets.add(ecs, service, settings, dict(WHOLE), {}, started_by="CODE_DEPLOY")
    deployment.green.external_id = deployment.id
    ecs.world.at(ecs.now + ecs.world.profile.seconds("codedeploy_replacement"), deployment.wake)
    return None


def primary_of(service: Service) -> TaskSet | None:
    return next((one for one in service.task_sets if one.status == "PRIMARY"), None)


def _settings(ecs: Ecs, deployment: Deployment, service: Service, blue: TaskSet) -> dict[str, Any]:
    """The original's settings, with what the AppSpec says."""
    free = balancing.other_group(ecs, deployment, balancing.target_group(blue))
    inherited = {key: service.settings[key] for key in OF_A_SERVICE if key in service.settings}
    asked = {**inherited, "deploymentConfiguration": {}, **blue.settings, **appspec.settings(deployment.spec, free)}
    if "capacityProviderStrategy" in asked:
        asked.pop("launchType", None)
    checked = service_rules.check(ecs, service.cluster, asked)
    return {key: checked[key] for key in SETTINGS if checked.get(key)}


def _check_roles(ecs: Ecs, deployment: Deployment, definition_arn: str) -> None:
    definition = task_definitions.usable(ecs, definition_arn)
    for key in ("taskRoleArn", "executionRoleArn"):
        role = definition.data.get(key)
        if role and not permissions.allows(ecs, deployment.role, "iam:PassRole", role):
            name = deployment.role.rsplit("/", 1)[-1]
            raise AwsError(
                "AccessDeniedException",
                f"User: arn:{ecs.partition}:sts::{ecs.account}:assumed-role/{name}/CodeDeploy is not authorized to "
                f"perform: iam:PassRole on resource: {role}",
            )


def is_done(ecs: Ecs, deployment: Deployment) -> bool | Failure:
    if deployment.green is not None and deployment.green.stable_since is not None:
        return True
    if ecs.now >= deployment.entered_at + ecs.world.profile.seconds("codedeploy_replacement"):
        return Failure("TIMEOUT", NOT_HEALTHY)
    return False
