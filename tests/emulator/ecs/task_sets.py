"""Task sets: what CodeDeploy and external controllers deploy instead of service deployments."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from ..registry import AwsError, Call, handles
from ..world import World
from . import errors, scheduler, service_rules, tags
from .clusters import find
from .service import Revision, Rollout, Service
from .state import Ecs, ecs_for, last_part

SETTINGS = (
    "taskDefinition",
    "networkConfiguration",
    "loadBalancers",
    "serviceRegistries",
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
)
WHOLE = {"unit": "PERCENT", "value": 100.0}


@dataclasses.dataclass(eq=False)
class TaskSet:
    id: str
    arn: str
    service: Service
    settings: dict[str, Any]
    rollout: Rollout
    created_at: float
    updated_at: float
    scale: dict[str, Any]
    tags: dict[str, str]
    external_id: str | None = None
    started_by: str | None = None
    status: str = "ACTIVE"
    stable_since: float | None = None

    @property
    def desired(self) -> int:
        return math.ceil(self.service.desired_count * float(self.scale["value"]) / 100)


def first(ecs: Ecs, service: Service) -> TaskSet:
    """The task set that a CODE_DEPLOY service is created with."""
    settings = {key: service.settings[key] for key in SETTINGS if service.settings.get(key)}
    task_set = add(ecs, service, settings, dict(WHOLE), {}, started_by="ECS")
    task_set.status = "PRIMARY"
    return task_set


def add(
    ecs: Ecs,
    service: Service,
    settings: dict[str, Any],
    scale: dict[str, Any],
    given_tags: dict[str, str],
    external_id: str | None = None,
    started_by: str | None = None,
) -> TaskSet:
    number = f"ecs-svc/{ecs.number()}"
    revision = Revision(
        arn=ecs.arn("service-revision", service.cluster.name, service.name, ecs.number()),
        created_at=ecs.now,
        settings=settings,
        target_groups=[one.get("targetGroupArn", "") for one in settings.get("loadBalancers") or []],
    )
    task_set = TaskSet(
        id=number,
        arn=ecs.arn("task-set", service.cluster.name, service.name, number),
        service=service,
        settings=settings,
        rollout=Rollout(number, revision, ecs.now, ecs.now),
        created_at=ecs.now,
        updated_at=ecs.now,
        scale=scale,
        tags=given_tags,
        external_id=external_id,
        started_by=started_by,
    )
    service.task_sets.append(task_set)
    service.wake()
    return task_set


def keep_up(ecs: Ecs, service: Service) -> None:
    _keep_tasks(ecs, service)
    if service.controller == "CODE_DEPLOY":
        from ..codedeploy import lifecycle

        lifecycle.service_changed(ecs, service)


def _keep_tasks(ecs: Ecs, service: Service) -> None:
    for task_set in list(service.task_sets):
        tasks = scheduler.tasks_of(ecs, service, task_set.rollout)
        if task_set.status == "DRAINING":
            scheduler.stop_tasks(ecs, service, task_set.rollout, tasks)
            if not any(task.rollout is task_set.rollout for task in service.tasks(ecs)):
                service.task_sets.remove(task_set)
            continue
        scheduler.keep_up(ecs, service, task_set.rollout, task_set.desired)
        settled = sum(scheduler.is_settled(ecs, task) for task in tasks)
        stable = settled == task_set.desired == len(tasks)
        if not stable:
            task_set.stable_since = None
        elif task_set.stable_since is None:
            task_set.stable_since = ecs.now
            service.event(ecs, f"(taskSet {task_set.id}) has reached a steady state.")


def convert(ecs: Ecs, service: Service, controller: str) -> None:
    """Hand the tasks over to another deployment controller."""
    if controller == service.controller or {controller, service.controller} == {"CODE_DEPLOY", "EXTERNAL"}:
        return
    if controller == "ECS":
        for task_set in service.task_sets:
            rollout = task_set.rollout
            rollout.status = "PRIMARY" if task_set.status == "PRIMARY" else "ACTIVE"
            rollout.state, rollout.reason = "COMPLETED", f"ECS deployment {rollout.id} completed."
            service.rollouts.append(rollout)
            service.revisions.append(rollout.revision)
        service.stable = service.primary
        service.task_sets.clear()
        return
    for rollout in service.rollouts:
        task_set = add(ecs, service, rollout.revision.settings, dict(WHOLE), {})
        task_set.rollout, task_set.id = rollout, rollout.id
        task_set.status = "PRIMARY" if rollout.status == "PRIMARY" else "DRAINING"
    service.rollouts.clear()
    service.stable = None


def stop_all(ecs: Ecs, service: Service) -> None:
    for task_set in service.task_sets:
        task_set.status = "DRAINING"
        scheduler.stop_tasks(ecs, service, task_set.rollout, scheduler.tasks_of(ecs, service, task_set.rollout))


def _service(ecs: Ecs, params: dict[str, Any]) -> Service:
    from .services import active

    return active(ecs, find(ecs, params.get("cluster")), params["service"])


def _existing(service: Service, id_or_arn: str) -> TaskSet:
    for task_set in service.task_sets:
        if last_part(id_or_arn) == last_part(task_set.id):
            return task_set
    raise AwsError("TaskSetNotFoundException", "The specified task set wasn't found.")


@handles("ecs", "CreateTaskSet")
def create(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = {key: value for key, value in call.params.items() if value is not None}
    service = _service(ecs, params)
    if service.controller == "ECS":
        raise errors.invalid_parameter(
            "Amazon ECS only supports task sets on services with an EXTERNAL or CODE_DEPLOY deployment controller."
        )
    asked = {**service.settings, **{key: params[key] for key in SETTINGS if key in params}}
    if "launchType" in params:
        asked.pop("capacityProviderStrategy", None)
    if "capacityProviderStrategy" in params:
        asked.pop("launchType", None)
    if not asked.get("loadBalancers"):
        asked.pop("healthCheckGracePeriodSeconds", None)
    checked = service_rules.check(ecs, service.cluster, asked)
    scale = {**WHOLE, "value": 0.0, **(params.get("scale") or {})}
    if not 0 <= float(scale["value"]) <= 100:
        raise errors.invalid_parameter("The scale of a task set must be between 0 and 100 percent.")
    settings = {key: checked[key] for key in SETTINGS if checked.get(key)}
    given = tags.checked(params.get("tags"))
    task_set = add(ecs, service, settings, scale, given, params.get("externalId"), caller_of(call))
    return {"taskSet": describe(ecs, task_set)}


def caller_of(call: Call) -> str:
    return "CODE_DEPLOY" if call.service == "codedeploy" else "EXTERNAL"


@handles("ecs", "UpdateTaskSet")
def update(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    task_set = _existing(_service(ecs, call.params), call.params["taskSet"])
    task_set.scale = {**task_set.scale, **call.params["scale"]}
    task_set.updated_at, task_set.stable_since = world.now, None
    task_set.service.wake()
    return {"taskSet": describe(ecs, task_set)}


@handles("ecs", "UpdateServicePrimaryTaskSet")
def update_primary(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    service = _service(ecs, call.params)
    primary = _existing(service, call.params["primaryTaskSet"])
    make_primary(service, primary)
    return {"taskSet": describe(ecs, primary)}


def make_primary(service: Service, primary: TaskSet) -> None:
    for task_set in service.task_sets:
        if task_set.status == "PRIMARY":
            task_set.status = "ACTIVE"
    primary.status = "PRIMARY"
    service.settings |= {key: primary.settings[key] for key in SETTINGS if key in primary.settings}


@handles("ecs", "DeleteTaskSet")
def delete(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    task_set = _existing(_service(ecs, call.params), call.params["taskSet"])
    if task_set.desired > 0 and not call.params.get("force"):
        raise errors.invalid_parameter("The task set cannot be deleted while it is scaled above 0.")
    remove(task_set)
    return {"taskSet": describe(ecs, task_set)}


def remove(task_set: TaskSet) -> None:
    task_set.status = "DRAINING"
    task_set.scale = {**task_set.scale, "value": 0.0}
    task_set.service.wake()


@handles("ecs", "DescribeTaskSets")
def describe_task_sets(world: World, call: Call) -> Any:
    from .services import existing

    ecs = ecs_for(world, call)
    service = existing(ecs, find(ecs, call.params.get("cluster")), call.params["service"])
    wanted = [last_part(name) for name in call.params.get("taskSets") or []]
    found = [one for one in service.task_sets if not wanted or last_part(one.id) in wanted]
    known = {last_part(one.id) for one in found}
    failures = [{"arn": name, "reason": "MISSING"} for name in wanted if name not in known]
    return {"taskSets": [describe(ecs, one) for one in found], "failures": failures}


def describe(ecs: Ecs, task_set: TaskSet) -> dict[str, Any]:
    tasks = [task for task in task_set.service.tasks(ecs) if task.rollout is task_set.rollout]
    stable = task_set.stable_since is not None
    shown: dict[str, Any] = {
        "id": task_set.id,
        "taskSetArn": task_set.arn,
        "serviceArn": task_set.service.arn,
        "clusterArn": task_set.service.cluster.arn,
        "status": task_set.status,
        "computedDesiredCount": task_set.desired,
        "pendingCount": sum(task.is_pending and task.is_active for task in tasks),
        "runningCount": sum(task.last_status == "RUNNING" for task in tasks),
        "createdAt": task_set.created_at,
        "updatedAt": task_set.updated_at,
        "scale": task_set.scale,
        "stabilityStatus": "STEADY_STATE" if stable else "STABILIZING",
        "stabilityStatusAt": task_set.stable_since if stable else task_set.updated_at,
        "tags": tags.shown(task_set.tags),
        **task_set.settings,
    }
    if task_set.external_id:
        shown["externalId"] = task_set.external_id
    if task_set.started_by:
        shown["startedBy"] = task_set.started_by
    return shown
