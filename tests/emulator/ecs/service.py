"""A service: its revisions, its rollouts (what the API calls deployments), its service deployments, its events."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .state import Ecs
from .strategy import on_fargate

if TYPE_CHECKING:
    from .clusters import Cluster
    from .task import Task
    from .task_sets import TaskSet

MOST_EVENTS = 100
RUNNING_STATES = ("PENDING", "IN_PROGRESS", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "STOP_REQUESTED")
ROLLING_BACK = ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
ROLLING = "ROLLING"


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What a strategy says when a deployment cannot go on: why not (None: it is complete)."""

    failure: str | None = None


SUCCEEDED = Verdict()


@dataclasses.dataclass(eq=False)
class Revision:
    """A configuration that tasks run with. It never changes."""

    arn: str
    created_at: float
    settings: dict[str, Any]
    # Per load balancer of the settings: the target group that the revision's tasks are in.
    target_groups: list[str] = dataclasses.field(default_factory=list)

    @property
    def load_balancers(self) -> list[dict[str, Any]]:
        """The load balancers, with the target group that this revision uses."""
        own = zip(self.settings.get("loadBalancers") or [], self.target_groups, strict=True)
        return [{**balancer, "targetGroupArn": group} for balancer, group in own]


@dataclasses.dataclass(eq=False)
class Rollout:
    """One entry of a service's ``deployments``: the tasks of a revision, on their way in or out."""

    id: str
    revision: Revision
    created_at: float
    updated_at: float
    status: str = "PRIMARY"
    desired: int = 0
    failed_tasks: int = 0
    state: str | None = "IN_PROGRESS"
    reason: str = ""


@dataclasses.dataclass(eq=False)
class Monitor:
    """A circuit breaker or alarms, watching a deployment."""

    status: str = "DISABLED"
    failures: int = 0
    threshold: int = 0
    last_failure: float = 0.0
    triggered: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(eq=False)
class Hook:
    """A lifecycle hook that a deployment has come to."""

    id: str
    settings: dict[str, Any]
    stage: str
    status: str = "IN_PROGRESS"
    expires_at: float | None = None
    reason: str | None = None


@dataclasses.dataclass(eq=False)
class ServiceDeployment:
    """The process that takes a service from its source revisions to a target revision."""

    arn: str
    service: Service
    target: Rollout
    source: Rollout | None
    configuration: dict[str, Any]
    created_at: float
    status: str = "PENDING"
    reason: str | None = None
    stage: str | None = None
    moments: dict[str, float] = dataclasses.field(default_factory=dict)
    rollback: dict[str, Any] | None = None
    breaker: Monitor = dataclasses.field(default_factory=Monitor)
    alarms: Monitor = dataclasses.field(default_factory=Monitor)
    hooks: list[Hook] = dataclasses.field(default_factory=list)
    # Percent of test and production traffic, by revision ARN.
    test_weights: dict[str, float] = dataclasses.field(default_factory=dict)
    production_weights: dict[str, float] = dataclasses.field(default_factory=dict)
    # What the strategy keeps while it runs.
    progress: Any = None

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING_STATES

    @property
    def rolls_back(self) -> bool:
        return self.status in ROLLING_BACK

    @property
    def strategy(self) -> str:
        return str(self.configuration.get("strategy") or ROLLING)


@dataclasses.dataclass(eq=False)
class Service:
    name: str
    arn: str
    cluster: Cluster
    created_at: float
    created_by: str
    # As in the request that created it, with later updates: what the next revision is made from, and more.
    settings: dict[str, Any]
    desired_count: int
    tags: dict[str, str]
    client_token: str | None
    # The request that made it: the same one again makes nothing.
    request: dict[str, Any] = dataclasses.field(default_factory=dict)
    wake: Callable[[], None] = lambda: None
    # Woken up already. No variable that functions share, as each would have its own in a state that was kept.
    looks_soon: bool = False
    status: str = "ACTIVE"
    revisions: list[Revision] = dataclasses.field(default_factory=list)
    rollouts: list[Rollout] = dataclasses.field(default_factory=list)
    deployments: list[ServiceDeployment] = dataclasses.field(default_factory=list)
    task_sets: list[TaskSet] = dataclasses.field(default_factory=list)
    events: deque[dict[str, Any]] = dataclasses.field(default_factory=lambda: deque(maxlen=MOST_EVENTS))
    # The revision of the last deployment that succeeded.
    stable: Rollout | None = None
    # No task starts before, after one that has failed.
    not_before: float = 0.0
    failures_in_a_row: int = 0
    last_refusal: str | None = None
    steady: bool = False

    @property
    def controller(self) -> str:
        return str((self.settings.get("deploymentController") or {}).get("type") or "ECS")

    @property
    def configuration(self) -> dict[str, Any]:
        configuration: dict[str, Any] = self.settings["deploymentConfiguration"]
        return configuration

    @property
    def strategy(self) -> list[dict[str, Any]]:
        """The capacity provider strategy; empty with a launch type."""
        return list(self.settings.get("capacityProviderStrategy") or [])

    @property
    def provider_names(self) -> set[str]:
        return {str(item["capacityProvider"]) for item in self.strategy}

    @property
    def on_fargate(self) -> bool:
        return on_fargate(self.settings)

    @property
    def running_deployment(self) -> ServiceDeployment | None:
        return next((one for one in reversed(self.deployments) if one.is_running), None)

    @property
    def primary(self) -> Rollout | None:
        return next((one for one in self.rollouts if one.status == "PRIMARY"), None)

    def tasks(self, ecs: Ecs) -> list[Task]:
        """All that are not stopped."""
        return [task for task in ecs.tasks.values() if task.service is self and task.last_status != "STOPPED"]

    def task_definitions_in_use(self) -> set[str]:
        used = {rollout.revision.settings["taskDefinition"] for rollout in self.rollouts}
        used |= {task_set.settings["taskDefinition"] for task_set in self.task_sets}
        if self.settings.get("taskDefinition"):
            used.add(self.settings["taskDefinition"])
        return used

    def event(self, ecs: Ecs, message: str) -> None:
        self.events.appendleft({"id": ecs.uuid(), "createdAt": ecs.now, "message": f"(service {self.name}) {message}"})
