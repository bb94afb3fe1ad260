"""Container instances: EC2 instances whose agent has joined a cluster."""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import Any

from moto.iam.models import iam_backends

from ..registry import Call, handles
from ..services import autoscaling, instance_events
from ..services.ec2 import instances as ec2_instances
from ..services.iam_propagation import is_visible
from ..world import World
from . import errors, network, permissions, tags
from .capacity_providers import CapacityProvider
from .clusters import Cluster, find
from .instance_types import Capacity, capacity
from .state import Ecs, ecs_for, ecs_of, last_part, page

CLUSTER_IN_USER_DATA = re.compile(r"\bECS_CLUSTER\s*=\s*[\"']?([A-Za-z0-9_-]+)")
TRUNKING_IN_USER_DATA = re.compile(r"put-account-setting\b(?=.*awsvpcTrunking)(?=.*\b(enabled|on)\b)")
DESCRIBED_AT_ONCE = 100
STATES = ("ACTIVE", "DRAINING")


@dataclasses.dataclass
class ContainerInstance:
    id: str
    arn: str
    ec2_id: str
    cluster: Cluster
    type: str
    capacity: Capacity
    trunking: bool
    zone: str
    subnet_id: str
    image_id: str
    registered_at: float
    tags: dict[str, str]
    status: str = "ACTIVE"
    version: int = 1
    # Since when it has had no task.
    idle_since: float | None = None
    # Those that users have put.
    attributes: dict[str, str] = dataclasses.field(default_factory=dict)

    def tasks(self, ecs: Ecs) -> list[Any]:
        """The tasks that hold some of its resources."""
        return [task for task in ecs.tasks.values() if task.instance is self and task.last_status != "STOPPED"]


def instances_of(ecs: Ecs, cluster: Cluster) -> list[ContainerInstance]:
    return [instance for instance in ecs.instances.values() if instance.cluster is cluster]


def provider_of(ecs: Ecs, instance: ContainerInstance) -> CapacityProvider | None:
    """The capacity provider whose Auto Scaling group the instance is in."""
    for name in instance.cluster.capacity_providers:
        provider = ecs.providers.get(name)
        if provider is None:
            continue
        group = autoscaling.find(ecs.world, ecs.account, ecs.region, provider.group_arn)
        if group is not None and instance.ec2_id in group.members:
            return provider
    return None


@instance_events.on_running
def _booted(world: World, account: str, region: str, ec2_id: str) -> None:
    """The agent on a new instance starts, and registers when it can."""
    ecs = ecs_of(world, account, region)
    launched = world.now - world.profile.seconds("instance_boot")
    world.after("container_instance_register", functools.partial(_try_to_register, ecs, ec2_id, launched))


def _try_to_register(ecs: Ecs, ec2_id: str, launched: float) -> None:
    host = _running_host(ecs, ec2_id)
    cluster_name = _cluster_name(host) if host is not None else None
    if host is None or cluster_name is None or any(one.ec2_id == ec2_id for one in ecs.instances.values()):
        return
    cluster = ecs.clusters.get(cluster_name)
    role = _role(ecs, host)
    if cluster is not None and cluster.status != "INACTIVE" and role and _may_and_can(ecs, host, cluster, role):
        _register(ecs, host, cluster, _trunking(ecs, host, role, launched))
        return
    # The agent tries again until it gets through.
    ecs.world.after("task_restart_backoff", functools.partial(_try_to_register, ecs, ec2_id, launched))


def _running_host(ecs: Ecs, ec2_id: str) -> Any | None:
    host = network.backend(ecs).get_instance_by_id(ec2_id)
    return host if host is not None and host.state == "running" else None


def _user_data(host: Any) -> str:
    return host.user_data.decode() if host.user_data else ""


def _cluster_name(host: Any) -> str | None:
    found = CLUSTER_IN_USER_DATA.search(_user_data(host))
    return found[1] if found else None


def _role(ecs: Ecs, host: Any) -> str | None:
    """The ARN of the role in the instance's profile, when both can be used."""
    profile = host.iam_instance_profile
    if not profile:
        return None
    name = profile.get("Name") or str(profile.get("Arn")).rsplit("/", 1)[-1] if isinstance(profile, dict) else profile
    for known in iam_backends[ecs.account][ecs.partition].instance_profiles.values():
        if last_part(str(name)) == known.name and known.roles and is_visible(ecs.world, ecs.account, known.arn):
            return str(known.roles[0].arn)
    return None


def _may_and_can(ecs: Ecs, host: Any, cluster: Cluster, role: str) -> bool:
    return permissions.allows(ecs, role, "ecs:RegisterContainerInstance", cluster.arn) and network.reaches_internet(
        ecs, host.subnet_id, bool(host.public_ip)
    )


def _trunking(ecs: Ecs, host: Any, role: str, launched: float) -> bool:
    """Trunking needs the setting of the instance's role (or the default) to be on before the instance starts."""
    if ecs.settings.is_on([role, ecs.root], "awsvpcTrunking", by=launched):
        return True
    by_itself = any(TRUNKING_IN_USER_DATA.search(line) for line in _user_data(host).splitlines())
    return by_itself and permissions.allows(ecs, role, "ecs:PutAccountSetting", "*")


def _register(ecs: Ecs, host: Any, cluster: Cluster, trunking: bool) -> None:
    from .placement import place_waiting

    instance_id = ecs.hex_id()
    arn = ecs.arn("container-instance", cluster.name, instance_id)
    ecs.instances[arn] = ContainerInstance(
        id=instance_id,
        arn=arn,
        ec2_id=host.id,
        cluster=cluster,
        type=host.instance_type,
        capacity=capacity(host.instance_type, trunking),
        trunking=trunking,
        zone=network.find_subnet(ecs, host.subnet_id).availability_zone,  # type: ignore[union-attr]
        subnet_id=host.subnet_id,
        image_id=host.image_id,
        registered_at=ecs.now,
        tags={},
    )
    place_waiting(ecs, cluster)
    idles(ecs, ecs.instances[arn])


@instance_events.on_terminating
def _terminating(world: World, account: str, region: str, ec2_id: str) -> bool:
    """Managed draining holds the termination until no task is left on the instance."""
    ecs = ecs_of(world, account, region)
    for instance in list(ecs.instances.values()):
        provider = provider_of(ecs, instance) if instance.ec2_id == ec2_id else None
        if provider is not None and provider.draining == "ENABLED":
            drain(ecs, instance)
            return bool(instance.tasks(ecs))
    return False


@ec2_instances.on_ended
def _ended(world: World, account: str, region: str, ec2_id: str) -> None:
    """An instance that shuts down takes its tasks with it, and is no container instance any more."""
    ecs = ecs_of(world, account, region)
    for instance in [one for one in ecs.instances.values() if one.ec2_id == ec2_id]:
        del ecs.instances[instance.arn]
        _lose_tasks(ecs, instance, f"Host EC2 (instance {ec2_id}) terminated.")


def _lose_tasks(ecs: Ecs, instance: ContainerInstance, reason: str) -> None:
    from .lifecycle import lose

    for task in instance.tasks(ecs):
        lose(ecs, task, reason)


def drain(ecs: Ecs, instance: ContainerInstance) -> None:
    """Place nothing more on it, and let the services replace what runs there."""
    if instance.status == "DRAINING":
        return
    instance.status = "DRAINING"
    instance.version += 1
    for service in {task.service for task in instance.tasks(ecs) if task.service is not None}:
        service.wake()


def released_if_empty(ecs: Ecs, instance: ContainerInstance) -> None:
    """Let a held termination go on when the last task has left."""
    if instance.status == "DRAINING" and not instance.tasks(ecs):
        autoscaling.release(ecs.world, ecs.account, ecs.region, instance.ec2_id)
    idles(ecs, instance)


def idles(ecs: Ecs, instance: ContainerInstance) -> None:
    """An instance without tasks is one that managed scaling may give up, after a while."""
    from .managed_scaling import IDLE_SECONDS, shrink

    if instance.tasks(ecs) or instance.arn not in ecs.instances:
        return
    since = instance.idle_since = ecs.now

    def look() -> None:
        provider = provider_of(ecs, instance) if instance.arn in ecs.instances else None
        if provider is not None and instance.idle_since == since and not instance.tasks(ecs):
            shrink(ecs, provider, instance)

    # In the instant profile too: nobody waits for it.
    ecs.world.at(ecs.now + IDLE_SECONDS, look)


def existing(ecs: Ecs, cluster: Cluster, id_or_arn: str) -> ContainerInstance | None:
    for instance in instances_of(ecs, cluster):
        if last_part(id_or_arn) == instance.id:
            return instance
    return None


@handles("ecs", "ListContainerInstances")
def list_instances(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params.get("cluster"))
    wanted = call.params.get("status")
    arns = [one.arn for one in instances_of(ecs, cluster) if wanted in (None, one.status)]
    shown, token = page(arns, call.params, 100)
    return {"containerInstanceArns": shown, "nextToken": token}


@handles("ecs", "DescribeContainerInstances")
def describe_instances(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params.get("cluster"))
    asked = call.params.get("containerInstances") or []
    if not asked:
        raise errors.invalid_parameter("Container Instances cannot be empty.")
    if len(asked) > DESCRIBED_AT_ONCE:
        raise errors.invalid_parameter("Container Instances cannot have more than 100 elements.")
    parts = set(call.params.get("include") or [])
    found, failures = [], []
    for name in asked:
        instance = existing(ecs, cluster, name)
        if instance is None:
            arn = name if ":" in name else ecs.arn("container-instance", cluster.name, name)
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(describe(ecs, instance, parts))
    return {"containerInstances": found, "failures": failures}


@handles("ecs", "UpdateContainerInstancesState")
def update_state(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params.get("cluster"))
    status = call.params["status"]
    if status not in STATES:
        raise errors.invalid_parameter("Container instance status should be one of [ACTIVE,DRAINING]")
    found, failures = [], []
    for name in call.params["containerInstances"]:
        instance = existing(ecs, cluster, name)
        if instance is None:
            failures.append({"arn": name, "reason": "MISSING"})
            continue
        if status == "DRAINING":
            drain(ecs, instance)
        else:
            instance.status = status
        found.append(describe(ecs, instance, set()))
    return {"containerInstances": found, "failures": failures}


@handles("ecs", "DeregisterContainerInstance")
def deregister(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params.get("cluster"))
    instance = existing(ecs, cluster, call.params["containerInstance"])
    if instance is None:
        raise errors.client("Referenced container instance not found.")
    if instance.tasks(ecs) and not call.params.get("force"):
        raise errors.invalid_parameter("Found running tasks on the instance.")
    described = describe(ecs, instance, set())
    del ecs.instances[instance.arn]
    _lose_tasks(ecs, instance, "Container instance deregistration forced by user")
    return {"containerInstance": {**described, "status": "INACTIVE"}}


def describe(ecs: Ecs, instance: ContainerInstance, parts: set[str]) -> dict[str, Any]:
    tasks = instance.tasks(ecs)
    provider = provider_of(ecs, instance)
    used_cpu, used_memory = sum(task.cpu for task in tasks), sum(task.memory for task in tasks)
    shown: dict[str, Any] = {
        "containerInstanceArn": instance.arn,
        "ec2InstanceId": instance.ec2_id,
        "version": instance.version,
        "versionInfo": {"agentVersion": "1.96.0", "agentHash": "6d6d6d6d", "dockerVersion": "DockerVersion: 25.0.8"},
        "registeredResources": _resources(instance.capacity.cpu, instance.capacity.memory),
        "remainingResources": _resources(instance.capacity.cpu - used_cpu, instance.capacity.memory - used_memory),
        "status": instance.status,
        "agentConnected": True,
        "runningTasksCount": sum(task.last_status == "RUNNING" for task in tasks),
        "pendingTasksCount": sum(task.is_pending for task in tasks),
        "attributes": _attributes(instance),
        "registeredAt": instance.registered_at,
        "attachments": [],
        "tags": tags.shown(instance.tags) if "TAGS" in parts else [],
    }
    if provider is not None:
        shown["capacityProviderName"] = provider.name
    if "CONTAINER_INSTANCE_HEALTH" in parts:
        shown["healthStatus"] = {"overallStatus": "OK", "details": []}
    return shown


def _resources(cpu: int, memory: int) -> list[dict[str, Any]]:
    numbers = [
        {"name": name, "type": "INTEGER", "integerValue": value, "doubleValue": 0.0, "longValue": 0}
        for name, value in (("CPU", cpu), ("MEMORY", memory))
    ]
    return [
        *numbers,
        {"name": "PORTS", "type": "STRINGSET", "stringSetValue": ["22", "2375", "2376", "51678", "51679"]},
    ]


def _attributes(instance: ContainerInstance) -> list[dict[str, str]]:
    values = {
        "ecs.ami-id": instance.image_id,
        "ecs.availability-zone": instance.zone,
        "ecs.cpu-architecture": "arm64" if instance.capacity.architecture == "ARM64" else "x86_64",
        "ecs.instance-type": instance.type,
        "ecs.os-type": "linux",
        "ecs.os-family": "LINUX",
        "ecs.subnet-id": instance.subnet_id,
        **instance.attributes,
        **({"ecs.awsvpc-trunk-id": f"eni-{instance.id[:17]}"} if instance.trunking else {}),
    }
    capabilities = (
        "com.amazonaws.ecs.capability.logging-driver.awslogs",
        "com.amazonaws.ecs.capability.task-iam-role",
        "com.amazonaws.ecs.capability.docker-remote-api.1.19",
        "ecs.capability.execution-role-awslogs",
        "ecs.capability.secrets.asm.environment-variables",
        "ecs.capability.container-health-check",
        "ecs.capability.task-eni",
    )
    return [{"name": name, "value": value} for name, value in values.items()] + [
        {"name": name} for name in capabilities
    ]
