"""RunTask, StopTask, DescribeTasks and their like."""

from __future__ import annotations

from typing import Any

from ..registry import Call, handles
from ..world import World
from . import errors, lifecycle, service_rules, tags, task_checks, task_definitions
from .clusters import Cluster, find
from .state import Ecs, ecs_for, last_part, page
from .strategy import check_strategy, next_provider, on_fargate
from .task import Task, describe, make_containers

RUN_AT_ONCE = 10
DESCRIBED_AT_ONCE = 100


@handles("ecs", "RunTask")
def run(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = {key: value for key, value in call.params.items() if value is not None}
    cluster = find(ecs, params.get("cluster"))
    count = int(params.get("count", 1))
    if not 1 <= count <= RUN_AT_ONCE:
        raise errors.invalid_parameter(f"Count must be between 1 and {RUN_AT_ONCE}.")
    definition = task_definitions.usable(ecs, params["taskDefinition"])
    settings = _settings(ecs, cluster, definition, params)
    started, failures = [], []
    for _unused in range(count):
        task = _make(ecs, cluster, definition, settings, params)
        role = task_checks.unusable_role(ecs, task)
        if role is not None:
            raise errors.client(task_checks.cannot_assume(role))
        refusal = lifecycle.start(ecs, task)
        if task.arn in ecs.tasks:
            started.append(describe(task, {"TAGS"}))
        elif refusal is not None:
            failures.append({"arn": refusal.arn or cluster.arn, "reason": refusal.code})
    return {"tasks": started, "failures": failures}


def _settings(
    ecs: Ecs, cluster: Cluster, definition: task_definitions.TaskDefinition, params: dict[str, Any]
) -> dict[str, Any]:
    settings: dict[str, Any] = {
        key: params[key] for key in ("launchType", "capacityProviderStrategy", "networkConfiguration") if key in params
    }
    if settings.get("launchType") and settings.get("capacityProviderStrategy"):
        raise errors.invalid_parameter(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
        )
    if not settings.get("launchType"):
        strategy = settings.get("capacityProviderStrategy") or cluster.default_strategy
        if strategy:
            settings["capacityProviderStrategy"] = check_strategy(strategy, cluster.capacity_providers)
        else:
            settings["launchType"] = "EC2"
    service_rules.check_compatibility(definition, settings)
    service_rules.check_network(ecs, definition, settings)
    _check_overrides(definition, params.get("overrides") or {})
    return settings


def _check_overrides(definition: task_definitions.TaskDefinition, overrides: dict[str, Any]) -> None:
    for override in overrides.get("containerOverrides") or []:
        if definition.container(override.get("name") or "") is None:
            raise errors.invalid_parameter(
                f"Override for container named {override.get('name')} is not a container in the TaskDefinition."
            )


def _make(
    ecs: Ecs,
    cluster: Cluster,
    definition: task_definitions.TaskDefinition,
    settings: dict[str, Any],
    params: dict[str, Any],
) -> Task:
    task_id = ecs.hex_id()
    strategy = settings.get("capacityProviderStrategy")
    provider = next_provider(strategy, {}) if strategy else None
    given = tags.checked(params.get("tags"))
    if params.get("propagateTags") == "TASK_DEFINITION":
        given = {**definition.tags, **given}
    if params.get("enableECSManagedTags"):
        given["aws:ecs:clusterName"] = cluster.name
    return Task(
        id=task_id,
        arn=ecs.arn("task", cluster.name, task_id),
        cluster=cluster,
        definition=definition,
        launch_type="FARGATE" if on_fargate(settings) else "EC2",
        group=params.get("group") or f"family:{definition.family}",
        created_at=ecs.now,
        containers=make_containers(ecs, cluster, task_id, definition),
        provider=provider,
        started_by=params.get("startedBy"),
        network=(settings.get("networkConfiguration") or {}).get("awsvpcConfiguration"),
        overrides=params.get("overrides") or {},
        tags=given,
        enable_execute_command=bool(params.get("enableExecuteCommand")),
        placement_constraints=params.get("placementConstraints") or [],
        one_off=True,
    )


def existing(ecs: Ecs, cluster: Cluster, id_or_arn: str) -> Task | None:
    for task in ecs.tasks_of(cluster):
        if last_part(id_or_arn) == task.id:
            return task
    return None


@handles("ecs", "StopTask")
def stop(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params.get("cluster"))
    task = existing(ecs, cluster, call.params["task"])
    if task is None:
        raise errors.invalid_parameter("The referenced task was not found.")
    if task.last_status != "STOPPED":
        lifecycle.stop(ecs, task, "UserInitiated", call.params.get("reason") or "Task stopped by user")
    return {"task": describe(task, set())}


@handles("ecs", "DescribeTasks")
def describe_tasks(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params.get("cluster"))
    asked = call.params.get("tasks") or []
    if not asked:
        raise errors.invalid_parameter("Tasks cannot be empty.")
    if len(asked) > DESCRIBED_AT_ONCE:
        raise errors.invalid_parameter("Tasks cannot have more than 100 elements.")
    parts = set(call.params.get("include") or [])
    found, failures = [], []
    for name in asked:
        task = existing(ecs, cluster, name)
        if task is None:
            arn = name if name.startswith("arn:") else ecs.arn("task", cluster.name, name)
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(describe(task, parts))
    return {"tasks": found, "failures": failures}


@handles("ecs", "ListTasks")
def list_tasks(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = call.params
    cluster = find(ecs, params.get("cluster"))
    if params.get("serviceName") and (cluster.name, last_part(params["serviceName"])) not in ecs.services:
        raise errors.service_not_found()
    arns = [task.arn for task in ecs.tasks_of(cluster) if _is_wanted(task, params)]
    shown, token = page(arns, params, 100)
    return {"taskArns": shown, "nextToken": token}


def _is_wanted(task: Task, params: dict[str, Any]) -> bool:
    service = params.get("serviceName")
    instance = params.get("containerInstance")
    return (
        task.desired_status == (params.get("desiredStatus") or "RUNNING")
        and (not service or task.group == f"service:{last_part(service)}")
        and params.get("family") in (None, task.definition.family)
        and params.get("startedBy") in (None, task.started_by)
        and params.get("launchType") in (None, task.launch_type)
        and (not instance or (task.instance is not None and task.instance.id == last_part(instance)))
    )


@handles("ecs", "ExecuteCommand")
def execute_command(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params.get("cluster"))
    task = existing(ecs, cluster, call.params["task"])
    if task is None:
        raise errors.invalid_parameter("The referenced task was not found.")
    name = call.params.get("container") or task.containers[0].name
    if not any(container.name == name for container in task.containers):
        raise errors.invalid_parameter(f"The container {name} does not exist in the task.")
    if not task.enable_execute_command or task.last_status != "RUNNING":
        raise errors.invalid_parameter(
            "The execute command failed because execute command was not enabled when the task was run or the execute "
            "command agent isn\u2019t running. Wait and try again or run a new task with execute command enabled and "
            "try again."
        )
    if not call.params.get("interactive"):
        raise errors.invalid_parameter("Interactive is the only mode supported currently.")
    container = next(one for one in task.containers if one.name == name)
    session = f"ecs-execute-command-{ecs.hex_id(17)}"
    return {
        "clusterArn": cluster.arn,
        "taskArn": task.arn,
        "containerArn": container.arn,
        "containerName": name,
        "interactive": True,
        "session": {
            "sessionId": session,
            "streamUrl": f"wss://ssmmessages.{ecs.region}.amazonaws.com/v1/data-channel/{session}?role=publish_subscribe",
            "tokenValue": ecs.hex_id(64),
        },
    }
