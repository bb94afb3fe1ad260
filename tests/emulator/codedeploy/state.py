"""What CodeDeploy keeps for one account and region."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Callable
from typing import Any

from ..ecs.state import Ecs, ecs_of
from ..ecs.task_sets import TaskSet
from ..registry import AwsError, Call
from ..world import World

ECS_PLATFORM = "ECS"
ID_ALPHABET = string.ascii_uppercase + string.digits
RUNNING = ("Created", "Queued", "InProgress", "Baking", "Ready")


@dataclasses.dataclass(eq=False)
class Config:
    name: str
    id: str
    created_at: float
    platform: str
    routing: dict[str, Any]


@dataclasses.dataclass(eq=False)
class Group:
    application: Application
    name: str
    id: str
    # In the API's own shape.
    settings: dict[str, Any]
    tags: dict[str, str]

    @property
    def target(self) -> tuple[str, str]:
        """Cluster and service."""
        (service,) = self.settings["ecsServices"]
        return service["clusterName"], service["serviceName"]

    @property
    def pair(self) -> dict[str, Any]:
        (pair,) = self.settings["loadBalancerInfo"]["targetGroupPairInfoList"]
        found: dict[str, Any] = pair
        return found


@dataclasses.dataclass(eq=False)
class Application:
    name: str
    id: str
    platform: str
    created_at: float
    tags: dict[str, str]
    groups: dict[str, Group] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(eq=False)
class Event:
    """A lifecycle event of a deployment's target."""

    name: str
    status: str = "Pending"
    started_at: float | None = None
    ended_at: float | None = None
    diagnostics: dict[str, str] | None = None


@dataclasses.dataclass(eq=False)
class Deployment:
    id: str
    application: str
    group: Group
    config: Config
    revision: dict[str, Any]
    spec: dict[str, Any]
    created_at: float
    creator: str
    description: str | None
    auto_rollback: dict[str, Any]
    alarms: dict[str, Any]
    # The group's settings when the deployment began: changes of the group concern later ones.
    settings: dict[str, Any]
    events: list[Event]
    status: str = "Created"
    started_at: float | None = None
    completed_at: float | None = None
    error: dict[str, str] | None = None
    rollback: dict[str, str] | None = None
    previous: dict[str, Any] | None = None
    blue: TaskSet | None = None
    green: TaskSet | None = None
    # Percent of production traffic on the replacement.
    share: float = 0.0
    # What is left to do, and what the current step waits for.
    plan: list[str] = dataclasses.field(default_factory=list)
    step: str | None = None
    entered_at: float = 0.0
    answered: str | None = None
    hook_id: str | None = None
    shifts: list[int] = dataclasses.field(default_factory=list)
    shift_at: float = 0.0
    unstable_since: float | None = None
    termination_started: bool = False
    continued: bool = False
    undone: Deployment | None = None
    wake: Callable[[], None] = lambda: None

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def role(self) -> str:
        return str(self.settings["serviceRoleArn"])


class CodeDeploy:
    """All of CodeDeploy for an account and region."""

    def __init__(self) -> None:
        self.applications: dict[str, Application] = {}
        self.configs: dict[str, Config] = {}
        self.deployments: dict[str, Deployment] = {}
        # By the access key that a hook's function was given: the role it runs with.
        self.function_roles: dict[str, str] = {}

    def application(self, name: str) -> Application:
        if name not in self.applications:
            raise AwsError("ApplicationDoesNotExistException", f"No application found for name: {name}")
        return self.applications[name]

    def group(self, application: str, name: str) -> Group:
        groups = self.application(application).groups
        if name not in groups:
            raise AwsError("DeploymentGroupDoesNotExistException", f"No Deployment Group found for name: {name}")
        return groups[name]

    def deployment(self, deployment_id: str | None) -> Deployment:
        if not deployment_id:
            raise AwsError("DeploymentIdRequiredException", "Deployment ID is required")
        if not deployment_id.startswith("d-"):
            raise AwsError("InvalidDeploymentIdException", f"Deployment Id is invalid: {deployment_id}")
        if deployment_id not in self.deployments:
            message = f"The deployment {deployment_id} could not be found"
            raise AwsError("DeploymentDoesNotExistException", message)
        return self.deployments[deployment_id]

    def running(self, group: Group) -> Deployment | None:
        return next((one for one in self.deployments.values() if one.group is group and one.is_running), None)

    def of_group(self, group: Group) -> list[Deployment]:
        """Newest first."""
        return [one for one in reversed(self.deployments.values()) if one.group is group]


def codedeploy(world: World, account: str, region: str) -> CodeDeploy:
    found: CodeDeploy = world.store(CodeDeploy, account, region)
    return found


def store_for(world: World, call: Call) -> CodeDeploy:
    return codedeploy(world, call.account, call.region)


def store_of(ecs: Ecs) -> CodeDeploy:
    return codedeploy(ecs.world, ecs.account, ecs.region)


def new_id(ecs: Ecs) -> str:
    return "d-" + "".join(ecs.world.random.choices(ID_ALPHABET, k=9))


def ecs_for_call(world: World, call: Call) -> Ecs:
    return ecs_of(world, call.account, call.region)


def present(params: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in params.items() if value is not None}
