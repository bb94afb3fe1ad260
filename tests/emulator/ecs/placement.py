"""Where a task can run: capacity that is registered, fits, and has room."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from . import network
from .clusters import Cluster
from .container_instances import ContainerInstance, instances_of, provider_of
from .state import Ecs
from .task import Task

TROUBLESHOOTING = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."
UNPLACEABLE = "was unable to place a task because no container instance met all of its requirements."
ATTRIBUTE_EXPRESSION = re.compile(r"attribute:([\w.-]+)\s*(==|!=|in|not_in|not_equals|equals)\s*(.+)")


@dataclasses.dataclass(frozen=True)
class Place:
    instance: ContainerInstance
    subnet_id: str | None


@dataclasses.dataclass(frozen=True)
class Refusal:
    """Why there is no place: for the service's events, and as the code of RunTask's failures."""

    event: str
    code: str
    arn: str | None = None


def _refusal(message: str, code: str, arn: str | None = None) -> Refusal:
    return Refusal(f"{UNPLACEABLE} {message} {TROUBLESHOOTING}", code, arn)


NO_FARGATE_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
FARGATE_REFUSAL = Refusal(
    f"was unable to place a task. Reason: {NO_FARGATE_CAPACITY}. {TROUBLESHOOTING}", NO_FARGATE_CAPACITY
)


# From the instance that is nearest to being enough to the one that is farthest from it.
NEARNESS = ("RESOURCE:ENI", "RESOURCE:CPU", "RESOURCE:MEMORY", "RESOURCE:PORTS", "ATTRIBUTE")
MESSAGES = {
    "RESOURCE:CPU": "has insufficient CPU units available.",
    "RESOURCE:MEMORY": "has insufficient memory available.",
    "RESOURCE:ENI": 'encountered error "RESOURCE:ENI".',
    "RESOURCE:PORTS": "is already using a port required by your task.",
    "ATTRIBUTE": "is missing an attribute required by your task.",
}


def find_place(ecs: Ecs, task: Task) -> Place | Refusal:
    """A container instance (and a subnet in its zone) for a task, or what is wrong with the closest one."""
    candidates = [
        instance
        for instance in instances_of(ecs, task.cluster)
        if instance.status == "ACTIVE" and _of_provider(ecs, instance, task.provider)
    ]
    if not candidates or task.fails("capacity"):
        where = "capacity provider" if task.provider else "cluster"
        return _refusal(f"Reason: No Container Instances were found in your {where}.", "RESOURCE")
    problems: dict[str, ContainerInstance] = {}
    fitting = []
    for instance in candidates:
        problem = _problem(ecs, task, instance)
        if problem is None:
            fitting.append(instance)
        else:
            problems.setdefault(problem, instance)
    if fitting:
        best = min(fitting, key=lambda instance: _load(ecs, task, instance))
        return Place(best, _subnet_in(ecs, task, best.zone))
    code = min(problems, key=NEARNESS.index)
    closest = problems[code]
    return _refusal(f"The closest matching (container-instance {closest.id}) {MESSAGES[code]}", code, closest.arn)


def place_waiting(ecs: Ecs, cluster: Cluster) -> None:
    """There may be room now: for the tasks that wait, in their order, and for the services that gave up."""
    from .lifecycle import try_to_place

    for task in ecs.tasks_of(cluster):
        if task.waits_for_capacity:
            try_to_place(ecs, task)
    for service in ecs.services.values():
        if service.cluster is cluster:
            service.wake()


def _of_provider(ecs: Ecs, instance: ContainerInstance, wanted: str | None) -> bool:
    if wanted is None:
        return True
    provider = provider_of(ecs, instance)
    return provider is not None and provider.name == wanted


def _problem(ecs: Ecs, task: Task, instance: ContainerInstance) -> str | None:
    architecture = task.definition.architecture
    if architecture not in (None, instance.capacity.architecture) or not _constraints_hold(ecs, task, instance):
        return "ATTRIBUTE"
    if task.uses_interface and _subnet_in(ecs, task, instance.zone) is None:
        return "ATTRIBUTE"
    tasks = instance.tasks(ecs)
    if sum(other.memory for other in tasks) + task.memory > instance.capacity.memory:
        return "RESOURCE:MEMORY"
    if sum(other.cpu for other in tasks) + task.cpu > instance.capacity.cpu:
        return "RESOURCE:CPU"
    if _host_ports(task) & {port for other in tasks for port in _host_ports(other)}:
        return "RESOURCE:PORTS"
    interfaces = sum(other.uses_interface for other in tasks)
    if task.fails("eni") or (task.uses_interface and interfaces >= instance.capacity.task_interfaces):
        return "RESOURCE:ENI"
    return None


def _host_ports(task: Task) -> set[int]:
    """The ports of the host that it takes; a task with an interface of its own takes none."""
    if task.uses_interface:
        return set()
    mappings = [mapping for one in task.definition.containers for mapping in one["portMappings"]]
    return {mapping["hostPort"] for mapping in mappings if mapping.get("hostPort")}


def _subnet_in(ecs: Ecs, task: Task, zone: str) -> str | None:
    for subnet_id in (task.network or {}).get("subnets") or []:
        subnet = network.find_subnet(ecs, subnet_id)
        if subnet is not None and subnet.availability_zone == zone:
            return str(subnet_id)
    return None


def _load(ecs: Ecs, task: Task, instance: ContainerInstance) -> tuple[int, int, str]:
    """Spread a group over zones, then over instances."""
    siblings = [other for other in ecs.tasks_of(task.cluster) if other.group == task.group and other.is_active]
    in_zone = sum(other.instance is not None and other.instance.zone == instance.zone for other in siblings)
    return in_zone, len(instance.tasks(ecs)), instance.id


def _constraints_hold(ecs: Ecs, task: Task, instance: ContainerInstance) -> bool:
    return all(
        _constraint_holds(ecs, task, instance, constraint)
        for constraint in [*task.placement_constraints, *task.definition.data["placementConstraints"]]
    )


def _constraint_holds(ecs: Ecs, task: Task, instance: ContainerInstance, constraint: dict[str, Any]) -> bool:
    if constraint.get("type") == "distinctInstance":
        return not any(other.group == task.group for other in instance.tasks(ecs))
    found = ATTRIBUTE_EXPRESSION.fullmatch((constraint.get("expression") or "").strip())
    if found is None:
        return False
    values = {
        "ecs.instance-type": instance.type,
        "ecs.availability-zone": instance.zone,
        "ecs.cpu-architecture": instance.capacity.architecture.lower(),
        "ecs.os-type": "linux",
        **instance.attributes,
    }
    wanted = [value.strip(" \"'") for value in found[3].strip("[]").split(",")]
    holds = any(
        re.fullmatch(value.replace(".", r"\.").replace("*", ".*"), values.get(found[1], "")) for value in wanted
    )
    return not holds if found[2].startswith(("!", "not")) else holds
