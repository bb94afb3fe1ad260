"""What can go wrong when a task starts: its roles, secrets, logs and images, looked up for real."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

from moto.ecr.models import ecr_backends
from moto.logs.models import logs_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends

from ..services import ecr
from . import images, network, permissions
from .state import Ecs
from .task import Container, Task

TASKS = "ecs-tasks.amazonaws.com"
ECR_IMAGE = re.compile(r"(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com(?:\.cn)?/([^:@]+)(?::([^@]+))?(?:@(.+))?")
SECRET_VALUE = re.compile(r"(arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[^:]+)(?::([^:]*):([^:]*):([^:]*))?")
UNABLE_TO_PULL = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
    "unable to retrieve secret from asm: service call has been retried 1 time(s): "
)


@dataclasses.dataclass(frozen=True)
class Problem:
    """Why a task cannot start: for the task, and for the container at fault (None: it concerns the whole task)."""

    reason: str
    container: Container | None = None


def unusable_role(ecs: Ecs, task: Task) -> str | None:
    """The role of a task that ECS cannot assume."""
    for key in ("taskRoleArn", "executionRoleArn"):
        role = task.overrides.get(key) or task.definition.data.get(key)
        if role and not permissions.can_be_assumed(ecs, role, TASKS, task.arn):
            return str(role)
    return None


def cannot_assume(role: str) -> str:
    return (
        f"ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the role "
        "being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass "
        "this role."
    )


def first_problem(ecs: Ecs, task: Task) -> Problem | None:
    """In the order in which the agent comes across them."""
    for container in task.containers:
        problem = _secrets_problem(ecs, task, container)
        if problem is not None:
            return Problem(problem)
    for container in task.containers:
        problem = _image_problem(ecs, task, container) or _log_problem(ecs, task, container)
        if problem is not None:
            return Problem(problem, container)
    return None


def _execution_role(task: Task) -> str:
    return str(task.overrides.get("executionRoleArn") or task.definition.data.get("executionRoleArn") or "")


def _secrets_problem(ecs: Ecs, task: Task, container: Container) -> str | None:
    definition = container.definition
    if task.fails("secret"):
        named = [secret["valueFrom"] for secret in definition.get("secrets") or []]
        message = task.failure.message if task.failure else None
        return message or UNABLE_TO_PULL + _denied(ecs, task, SECRET_VALUE, named[0] if named else "the secret")
    credentials = (definition.get("repositoryCredentials") or {}).get("credentialsParameter")
    if credentials:
        problem = _secret_problem(ecs, task, credentials, ("username", "password"))
        if problem is not None:
            return UNABLE_TO_PULL + problem
    for secret in definition.get("secrets") or []:
        problem = _value_problem(ecs, task, secret["valueFrom"])
        if problem is not None:
            return UNABLE_TO_PULL + problem
    return None


def _value_problem(ecs: Ecs, task: Task, value_from: str) -> str | None:
    found = SECRET_VALUE.fullmatch(value_from)
    if found is None:
        return _parameter_problem(ecs, task, value_from)
    return _secret_problem(ecs, task, found[1], (found[2],) if found[2] else ())


def _denied(ecs: Ecs, task: Task, pattern: Any, resource: str) -> str:
    role = _execution_role(task).rsplit("/", 1)[-1]
    found = pattern.fullmatch(resource)
    arn = found[1] if found else resource
    user = f"arn:{ecs.partition}:sts::{ecs.account}:assumed-role/{role}/{task.id}"
    action = "secretsmanager:GetSecretValue"
    return (
        f"failed to fetch secret {arn} from secrets manager: AccessDeniedException: User: {user} is not authorized to "
        f"perform: {action} on resource: {arn} because no identity-based policy allows the {action} action"
    )


def _secret_problem(ecs: Ecs, task: Task, arn: str, keys: tuple[str, ...]) -> str | None:
    if not permissions.allows(ecs, _execution_role(task), "secretsmanager:GetSecretValue", arn):
        return _denied(ecs, task, SECRET_VALUE, arn)
    region = arn.split(":")[3] if arn.startswith("arn:") else ecs.region
    secret = secretsmanager_backends[ecs.account][region].secrets.get(arn)
    missing = f"failed to fetch secret {arn} from secrets manager: "
    if secret is None:
        return f"{missing}ResourceNotFoundException: Secrets Manager can't find the specified secret."
    if secret.is_deleted():
        return (
            f"{missing}InvalidRequestException: You can't perform this operation on the secret because it was marked "
            "for deletion."
        )
    version = secret.versions.get(secret.default_version_id) if secret.default_version_id else None
    text = (version or {}).get("secret_string")
    if text is None:
        return (
            f"{missing}ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging "
            "label: AWSCURRENT"
        )
    if not keys:
        return None
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        return "invalid JSON in the secret: unable to unmarshal secret value"
    for key in keys:
        if key not in value:
            return f"retrieved secret from Secrets Manager did not contain json key {key}"
    return None


def _parameter_problem(ecs: Ecs, task: Task, name_or_arn: str) -> str | None:
    name = name_or_arn.split(":parameter", 1)[-1] if name_or_arn.startswith("arn:") else name_or_arn
    arn = f"arn:{ecs.partition}:ssm:{ecs.region}:{ecs.account}:parameter/{name.lstrip('/')}"
    if not permissions.allows(ecs, _execution_role(task), "ssm:GetParameters", arn):
        return f"AccessDeniedException: not authorized to perform: ssm:GetParameters on resource: {arn}"
    known = ssm_backends[ecs.account][ecs.region]
    if not any(known.get_parameters([candidate]) for candidate in (name, name.lstrip("/"))):
        return f"invalid parameters: {name_or_arn}"
    return None


def _image_problem(ecs: Ecs, task: Task, container: Container) -> str | None:
    image = str(container.definition["image"])
    if task.fails("image"):
        message = task.failure.message if task.failure else None
        return message or (
            f"CannotPullContainerError: Error response from daemon: manifest for {image} not found: manifest unknown: "
            "manifest unknown"
        )
    public = ((task.network or {}).get("assignPublicIp") or "DISABLED") == "ENABLED"
    subnet = task.subnet_id if task.launch_type == "FARGATE" else task.instance.subnet_id if task.instance else None
    if subnet and not network.reaches_internet(ecs, subnet, public or _has_public_ip(ecs, task)):
        first = image.split("/", maxsplit=1)[0]
        host = first if "." in first else "registry-1.docker.io"
        return (
            f'CannotPullContainerError: Error response from daemon: Get "https://{host}/v2/": net/http: request '
            "canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)"
        )
    found = ECR_IMAGE.fullmatch(image)
    problem = _ecr_problem(ecs, task, image, found) if found else None
    return problem or images.missing_platform(ecs.world, task, image)


def _has_public_ip(ecs: Ecs, task: Task) -> bool:
    host = network.backend(ecs).get_instance_by_id(task.instance.ec2_id) if task.instance else None
    return bool(host is not None and host.public_ip)


PULLS = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")


def _not_allowed(ecs: Ecs, task: Task, image: str, action: str, arn: str) -> str:
    role = _execution_role(task).rsplit("/", 1)[-1]
    user = f"arn:{ecs.partition}:sts::{ecs.account}:assumed-role/{role}/{task.id}"
    return (
        f"CannotPullContainerError: Error response from daemon: pull access denied for {image.split(':')[0]}, "
        f"repository does not exist or may require 'docker login': denied: User: {user} is not authorized to perform: "
        f"{action} on resource: {arn} because no identity-based policy allows the {action} action"
    )


def _ecr_problem(ecs: Ecs, task: Task, image: str, found: Any) -> str | None:
    account, region, repository, tag, digest = found.groups()
    arn = f"arn:{ecs.partition}:ecr:{region}:{account}:repository/{repository}"
    wanted, role = digest or tag or "latest", _execution_role(task)
    # Without an execution role, an instance pulls with its own.
    if role:
        for action, resource in (("ecr:GetAuthorizationToken", "*"), *((one, arn) for one in PULLS)):
            if not permissions.allows(ecs, role, action, resource):
                return _not_allowed(ecs, task, image, action, resource)
    rule = ecr.rule_for(ecs.world, account, region, repository)
    if rule is not None and not ecr.has_image(account, region, repository, wanted):
        exists = repository in ecr_backends[account][region].repositories
        for action in ("ecr:BatchImportUpstreamImage", *(() if exists else ("ecr:CreateRepository",))):
            if not permissions.allows(ecs, role, action, arn):
                return _not_allowed(ecs, task, image, action, arn)
        problem = ecr.credentials_problem(account, region, rule.credential) if rule.credential else None
        if problem is not None:
            return (
                f"CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref "
                f"{image}: unexpected status code 400: {problem.code}: {problem.message}"
            )
        ecr.import_image(account, region, repository, wanted)
    return _kept_problem(image, account, region, repository, wanted)


def _kept_problem(image: str, account: str, region: str, repository: str, wanted: str) -> str | None:
    repositories = ecr_backends[account][region].repositories
    if repository not in repositories:
        return (
            f"CannotPullContainerError: Error response from daemon: pull access denied for {image.split(':')[0]}, "
            "repository does not exist or may require 'docker login'"
        )
    if not ecr.has_image(account, region, repository, wanted):
        return (
            f"CannotPullContainerError: Error response from daemon: manifest for {image} not found: manifest unknown: "
            "Requested image not found"
        )
    return None


def _log_problem(ecs: Ecs, task: Task, container: Container) -> str | None:
    logging = container.definition.get("logConfiguration") or {}
    options = logging.get("options") or {}
    if logging.get("logDriver") != "awslogs":
        return None
    group, region = options.get("awslogs-group"), options.get("awslogs-region") or ecs.region
    failed = "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: "
    arn = f"arn:{ecs.partition}:logs:{region}:{ecs.account}:log-group:{group}:log-stream:any"
    creates = options.get("awslogs-create-group") == "true"
    # Without an execution role it is the instance's role that writes, which may.
    actions = ["logs:CreateLogStream", *(["logs:CreateLogGroup"] if creates else [])] if _execution_role(task) else []
    for action in actions:
        if not permissions.allows(ecs, _execution_role(task), action, arn):
            return f"{failed}failed to create Cloudwatch log stream: AccessDeniedException: {action} is not allowed"
    groups = logs_backends[ecs.account][region].groups
    if group not in groups and creates:
        logs_backends[ecs.account][region].create_log_group(str(group), {})
    if group not in groups:
        return (
            f"{failed}failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does "
            "not exist."
        )
    return None
