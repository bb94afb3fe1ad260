"""A task: its state, and how the API shows it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from . import tags
from .state import Ecs

if TYPE_CHECKING:
    from .clusters import Cluster
    from .container_instances import ContainerInstance
    from .failures import TaskFailure
    from .service import Rollout, Service
    from .task_definitions import TaskDefinition

PENDING = ("PROVISIONING", "PENDING", "ACTIVATING")


@dataclasses.dataclass
class Container:
    definition: dict[str, Any]
    arn: str
    last_status: str = "PENDING"
    exit_code: int | None = None
    reason: str | None = None
    health: str = "UNKNOWN"
    runtime_id: str | None = None

    @property
    def name(self) -> str:
        return str(self.definition["name"])

    @property
    def checks_health(self) -> bool:
        check = self.definition.get("healthCheck") or {}
        return bool(check) and check["command"][0] != "NONE"


@dataclasses.dataclass(eq=False)
class Task:
    id: str
    arn: str
    cluster: Cluster
    definition: TaskDefinition
    launch_type: str
    group: str
    created_at: float
    containers: list[Container]
    provider: str | None = None
    started_by: str | None = None
    network: dict[str, Any] | None = None
    overrides: dict[str, Any] = dataclasses.field(default_factory=dict)
    tags: dict[str, str] = dataclasses.field(default_factory=dict)
    enable_execute_command: bool = False
    placement_constraints: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    platform_version: str | None = None
    one_off: bool = False
    service: Service | None = None
    rollout: Rollout | None = None
    failure: TaskFailure | None = None
    last_status: str = "PROVISIONING"
    desired_status: str = "RUNNING"
    instance: ContainerInstance | None = None
    subnet_id: str | None = None
    zone: str | None = None
    interface: Any = None
    attachment_id: str = ""
    # Where it is registered: target group and port.
    targets: list[tuple[str, int]] = dataclasses.field(default_factory=list)
    moments: dict[str, float] = dataclasses.field(default_factory=dict)
    stop_code: str | None = None
    stopped_reason: str | None = None
    version: int = 1

    @property
    def status(self) -> str:
        return self.last_status

    @property
    def is_pending(self) -> bool:
        return self.last_status in PENDING

    @property
    def is_active(self) -> bool:
        """Whether it runs or is to run."""
        return self.desired_status == "RUNNING"

    @property
    def waits_for_capacity(self) -> bool:
        return self.is_active and self.launch_type == "EC2" and self.instance is None

    @property
    def uses_interface(self) -> bool:
        return self.definition.network_mode == "awsvpc"

    @property
    def cpu(self) -> int:
        return int(self.overrides.get("cpu") or self.definition.cpu)

    @property
    def memory(self) -> int:
        return int(self.overrides.get("memory") or self.definition.memory)

    @property
    def ip(self) -> str | None:
        return self.interface.private_ip_address if self.interface is not None else None

    @property
    def health(self) -> str:
        """UNHEALTHY as soon as one essential container is, HEALTHY when all that are checked are."""
        states = [one.health for one in self.containers if one.checks_health and one.definition["essential"]]
        for state in ("UNHEALTHY", "UNKNOWN"):
            if state in states:
                return state
        return "HEALTHY" if states else "UNKNOWN"

    @property
    def checks_health(self) -> bool:
        return any(one.checks_health and one.definition["essential"] for one in self.containers)

    def fails(self, *kinds: str) -> bool:
        return self.failure is not None and not self.failure.cleared and self.failure.fail in kinds


def make_containers(ecs: Ecs, cluster: Cluster, task_id: str, definition: TaskDefinition) -> list[Container]:
    return [
        Container(dict(container), ecs.arn("container", cluster.name, task_id, ecs.uuid()))
        for container in definition.containers
    ]


def describe(task: Task, parts: set[str]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "taskArn": task.arn,
        "clusterArn": task.cluster.arn,
        "taskDefinitionArn": task.definition.arn,
        "lastStatus": task.last_status,
        "desiredStatus": task.desired_status,
        "group": task.group,
        "launchType": task.launch_type,
        "cpu": str(task.cpu),
        "memory": str(task.memory),
        "healthStatus": task.health,
        "enableExecuteCommand": task.enable_execute_command,
        "containers": [_describe_container(task, container) for container in task.containers],
        "attachments": _attachments(task),
        "attributes": [{"name": "ecs.cpu-architecture", "value": (task.definition.architecture or "X86_64").lower()}],
        "overrides": {"containerOverrides": [], "inferenceAcceleratorOverrides": [], **task.overrides},
        "version": task.version,
        "createdAt": task.created_at,
        "tags": tags.shown(task.tags) if "TAGS" in parts else [],
        **task.moments,
    }
    if "startedAt" in task.moments:
        shown |= {"connectivity": "CONNECTED", "connectivityAt": task.moments["startedAt"]}
    optional = {
        "capacityProviderName": task.provider,
        "containerInstanceArn": task.instance.arn if task.instance else None,
        "availabilityZone": task.zone,
        "startedBy": task.started_by,
        "stopCode": task.stop_code,
        "stoppedReason": task.stopped_reason,
        "platformVersion": "1.4.0" if task.launch_type == "FARGATE" else None,
        "platformFamily": "Linux" if task.launch_type == "FARGATE" else None,
    }
    return shown | {key: value for key, value in optional.items() if value is not None}


def _describe_container(task: Task, container: Container) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "containerArn": container.arn,
        "taskArn": task.arn,
        "name": container.name,
        "image": container.definition["image"],
        "lastStatus": container.last_status,
        "healthStatus": container.health,
        "cpu": str(container.definition["cpu"]),
        "networkBindings": [],
        "networkInterfaces": [],
    }
    if task.ip:
        shown["networkInterfaces"] = [{"attachmentId": task.attachment_id, "privateIpv4Address": task.ip}]
    if task.enable_execute_command and container.last_status == "RUNNING":
        started = task.moments["startedAt"]
        shown["managedAgents"] = [{"name": "ExecuteCommandAgent", "lastStatus": "RUNNING", "lastStartedAt": started}]
    optional = {
        "exitCode": container.exit_code,
        "reason": container.reason,
        "runtimeId": container.runtime_id,
        "memory": container.definition.get("memory"),
        "memoryReservation": container.definition.get("memoryReservation"),
    }
    for key, value in optional.items():
        if value is not None:
            shown[key] = str(value) if key.startswith("memory") else value
    return shown


ATTACHMENT_STATES = {"PROVISIONING": "PRECREATED", "DEPROVISIONING": "DETACHING", "STOPPED": "DELETED"}


def _attachments(task: Task) -> list[dict[str, Any]]:
    if not task.uses_interface:
        return []
    details = []
    if task.interface is not None:
        details = [
            {"name": "subnetId", "value": task.subnet_id},
            {"name": "networkInterfaceId", "value": task.interface.id},
            {"name": "macAddress", "value": task.interface.mac_address},
            {"name": "privateIPv4Address", "value": task.ip},
        ]
    return [
        {
            "id": task.attachment_id,
            "type": "ElasticNetworkInterface",
            "status": ATTACHMENT_STATES.get(task.last_status, "ATTACHED"),
            "details": details,
        }
    ]
