"""Task definitions: families of numbered revisions."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from ..registry import Call, handles
from ..world import World
from . import container_definitions, errors, tags, task_sizes
from .account_settings import caller_arn
from .state import Ecs, ecs_for, last_part, page

FAMILY = re.compile(r"[A-Za-z0-9_-]{1,255}")
ROLE_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]+")
NETWORK_MODES = ("bridge", "host", "awsvpc", "none")
COMPATIBILITIES = ("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES")
ARCHITECTURES = ("X86_64", "ARM64")
DELETED_AT_ONCE = 10
OPTIONS = (
    "taskRoleArn",
    "executionRoleArn",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "inferenceAccelerators",
    "ephemeralStorage",
    "runtimePlatform",
    "enableFaultInjection",
)


@dataclasses.dataclass
class TaskDefinition:
    family: str
    revision: int
    arn: str
    data: dict[str, Any]
    tags: dict[str, str]
    status: str = "ACTIVE"

    @property
    def name(self) -> str:
        return f"{self.family}:{self.revision}"

    @property
    def containers(self) -> list[dict[str, Any]]:
        containers: list[dict[str, Any]] = self.data["containerDefinitions"]
        return containers

    @property
    def network_mode(self) -> str:
        return str(self.data.get("networkMode") or "bridge")

    @property
    def cpu(self) -> int:
        """What placement reserves."""
        return int(self.data.get("cpu") or sum(container["cpu"] for container in self.containers))

    @property
    def memory(self) -> int:
        own = self.data.get("memory")
        return int(own or sum(one.get("memoryReservation") or one.get("memory") or 0 for one in self.containers))

    @property
    def architecture(self) -> str | None:
        return (self.data.get("runtimePlatform") or {}).get("cpuArchitecture")

    def container(self, name: str) -> dict[str, Any] | None:
        return next((one for one in self.containers if one["name"] == name), None)


def find(ecs: Ecs, reference: str) -> TaskDefinition | None:
    """By ARN, family:revision, or family: then the latest active revision."""
    _purge(ecs)
    if reference.startswith("arn:"):
        found = _by_name(ecs, last_part(reference))
        return found if found and found.arn == reference else None
    return _by_name(ecs, reference)


def _by_name(ecs: Ecs, name: str) -> TaskDefinition | None:
    family, _unused, number = name.partition(":")
    revisions = [one for one in ecs.families.get(family, []) if one.status != "DELETED"]
    if not number:
        active = [one for one in revisions if one.status == "ACTIVE"]
        return active[-1] if active else None
    return next((one for one in revisions if str(one.revision) == number), None)


def usable(ecs: Ecs, reference: str) -> TaskDefinition:
    """The task definition that a service or task is to run."""
    definition = find(ecs, reference)
    if definition is None:
        raise errors.client("TaskDefinition not found.")
    if definition.status != "ACTIVE":
        raise errors.client("TaskDefinition is inactive")
    return definition


def _purge(ecs: Ecs) -> None:
    """What is to be deleted goes when nothing uses it any more; its number is never used again."""
    used = {task.definition.arn for task in ecs.tasks.values() if task.last_status != "STOPPED"}
    for service in ecs.services.values():
        if service.status != "INACTIVE":
            used |= service.task_definitions_in_use()
    for family in ecs.families.values():
        for definition in family:
            if definition.status == "DELETE_IN_PROGRESS" and definition.arn not in used:
                definition.status = "DELETED"


@handles("ecs", "RegisterTaskDefinition")
def register(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = {key: value for key, value in call.params.items() if value is not None}
    family = params.get("family") or ""
    if not family:
        raise errors.client("Family should not be null or empty.")
    if not FAMILY.fullmatch(family):
        raise errors.client("Family contains invalid characters.")
    task = {**params, "cpu": task_sizes.cpu(params.get("cpu")), "memory": task_sizes.memory(params.get("memory"))}
    _check_task(task)
    data: dict[str, Any] = {
        "containerDefinitions": container_definitions.check(params.get("containerDefinitions") or [], task),
        "family": family,
        "volumes": params.get("volumes") or [],
        "placementConstraints": params.get("placementConstraints") or [],
        "compatibilities": _compatibilities(task),
        "requiresAttributes": _attributes(task),
        "registeredAt": world.now,
        "registeredBy": caller_arn(call),
        **{key: params[key] for key in OPTIONS if params.get(key)},
        **{key: task[key] for key in ("cpu", "memory", "networkMode") if task.get(key)},
    }
    if params.get("requiresCompatibilities"):
        data["requiresCompatibilities"] = params["requiresCompatibilities"]
    _check_volumes(data)
    wanted_tags = tags.checked(params.get("tags"))
    revisions = ecs.families.setdefault(family, [])
    number = len(revisions) + 1
    definition = TaskDefinition(family, number, ecs.arn("task-definition", f"{family}:{number}"), data, wanted_tags)
    revisions.append(definition)
    return {"taskDefinition": describe(definition), "tags": tags.shown(definition.tags)}


def _check_task(task: dict[str, Any]) -> None:
    if task.get("networkMode") not in (None, *NETWORK_MODES):
        raise errors.client(f"Invalid network mode: {task['networkMode']}.")
    for role in ("taskRoleArn", "executionRoleArn"):
        if task.get(role) and ":" in task[role] and not ROLE_ARN.fullmatch(task[role]):
            raise errors.client("Role is not valid")
    compatibilities = task.get("requiresCompatibilities") or []
    if set(compatibilities) - set(COMPATIBILITIES):
        raise errors.client("requiresCompatibilities has an invalid value.")
    platform = task.get("runtimePlatform") or {}
    if platform.get("cpuArchitecture") not in (None, *ARCHITECTURES):
        raise errors.client("Invalid cpuArchitecture: it must be X86_64 or ARM64.")
    if "FARGATE" in compatibilities:
        if task.get("networkMode") != "awsvpc":
            raise errors.client("Fargate only supports network mode \u2018awsvpc\u2019.")
        task_sizes.check_fargate(task["cpu"], task["memory"])


def _compatibilities(task: dict[str, Any]) -> list[str]:
    found = ["EC2"]
    if task.get("networkMode") == "awsvpc" and task_sizes.fits_fargate(task["cpu"], task["memory"]):
        found.append("FARGATE")
    if task.get("networkMode") != "awsvpc":
        found.insert(0, "EXTERNAL")
    return found


def _attributes(task: dict[str, Any]) -> list[dict[str, str]]:
    """What the agent must be able to do."""
    containers = task.get("containerDefinitions") or []
    needed = {"com.amazonaws.ecs.capability.docker-remote-api.1.19"}
    if task.get("networkMode") == "awsvpc":
        needed.add("ecs.capability.task-eni")
    if task.get("taskRoleArn"):
        needed.add("com.amazonaws.ecs.capability.task-iam-role")
    for container in containers:
        if (container.get("logConfiguration") or {}).get("logDriver") == "awslogs":
            needed |= {
                "com.amazonaws.ecs.capability.logging-driver.awslogs",
                "ecs.capability.execution-role-awslogs",
            }
        if container.get("secrets"):
            needed.add("ecs.capability.secrets.asm.environment-variables")
        if container.get("healthCheck"):
            needed.add("ecs.capability.container-health-check")
        if container.get("repositoryCredentials"):
            needed.add("ecs.capability.private-registry-authentication.secretsmanager")
    return [{"name": name} for name in sorted(needed)]


def _check_volumes(data: dict[str, Any]) -> None:
    names = {volume.get("name") for volume in data["volumes"]}
    for container in data["containerDefinitions"]:
        for mount in container["mountPoints"]:
            if mount.get("sourceVolume") not in names:
                raise errors.client(f"Unknown volume '{mount.get('sourceVolume')}'.")


@handles("ecs", "DescribeTaskDefinition")
def describe_task_definition(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    definition = find(ecs, call.params["taskDefinition"])
    if definition is None:
        raise errors.client("Unable to describe task definition.")
    shown = {"taskDefinition": describe(definition)}
    if "TAGS" in (call.params.get("include") or []):
        shown["tags"] = tags.shown(definition.tags)  # type: ignore[assignment]
    return shown


@handles("ecs", "DeregisterTaskDefinition")
def deregister(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    reference = call.params["taskDefinition"]
    if ":" not in last_part(reference):
        raise errors.client("Revision is missing.")
    definition = find(ecs, reference)
    if definition is None:
        raise errors.client(
            "The specified task definition does not exist. Specify a valid account, family, revision and try again."
        )
    if definition.status == "ACTIVE":
        definition.status = "INACTIVE"
        definition.data["deregisteredAt"] = world.now
    return {"taskDefinition": describe(definition)}


@handles("ecs", "DeleteTaskDefinitions")
def delete(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    asked = call.params.get("taskDefinitions") or []
    if len(asked) > DELETED_AT_ONCE:
        raise errors.invalid_parameter("taskDefinitions cannot have more than 10 elements.")
    deleted, failures = [], []
    for reference in asked:
        definition = find(ecs, reference)
        if definition is None:
            reason = (
                "The specified task definition does not exist. Specify a valid account, family, revision and try again."
            )
            failures.append({"arn": reference, "reason": reason})
        elif definition.status == "ACTIVE":
            reason = (
                "The specified task definition is still in ACTIVE status. Please deregister the target and try again."
            )
            failures.append({"arn": definition.arn, "reason": reason})
        else:
            if definition.status == "INACTIVE":
                definition.status = "DELETE_IN_PROGRESS"
                definition.data["deleteRequestedAt"] = world.now
            deleted.append(describe(definition))
    return {"taskDefinitions": deleted, "failures": failures}


@handles("ecs", "ListTaskDefinitions")
def list_task_definitions(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    _purge(ecs)
    params = call.params
    status = params.get("status") or "ACTIVE"
    arns = [
        definition.arn
        for family in sorted(ecs.families)
        for definition in ecs.families[family]
        if definition.status == status and params.get("familyPrefix") in (None, family)
    ]
    if params.get("sort") == "DESC":
        arns.reverse()
    shown, token = page(arns, params, 100)
    return {"taskDefinitionArns": shown, "nextToken": token}


@handles("ecs", "ListTaskDefinitionFamilies")
def list_families(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    _purge(ecs)
    status = call.params.get("status") or "ALL"
    prefix = call.params.get("familyPrefix") or ""
    found = []
    for family, revisions in sorted(ecs.families.items()):
        alive = [one for one in revisions if one.status != "DELETED"]
        active = any(one.status == "ACTIVE" for one in alive)
        if family.startswith(prefix) and alive and status in ("ALL", "ACTIVE" if active else "INACTIVE"):
            found.append(family)
    shown, token = page(found, call.params, 100)
    return {"families": shown, "nextToken": token}


def describe(definition: TaskDefinition) -> dict[str, Any]:
    return {
        "taskDefinitionArn": definition.arn,
        "revision": definition.revision,
        "status": definition.status,
        **definition.data,
    }
