# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A task that runs once: started like those of a service, followed to its end, with its exit code and its log."""

from __future__ import annotations

import shlex
import typing as t
import uuid

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags, wait
from ..api import call
from ..masking import masked
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from ..shape import prune
from . import api_logs
from . import api_service as api
from .api_task_definition import describe_task_definition
from .causes import task_text
from .evidence import log_stream
from .follow import BACKOFF

Resource = dict[str, t.Any]

STARTED_BY = "portkey.gateway"
LOG_LINES = 1000
# The last lines of a container come to CloudWatch a little after its end.
LOG_SECONDS = 10


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("ecs")
    definition, settings = _like_service(module, client)
    container = _container(module, definition)
    request = _request(module, definition, settings, container["name"])
    facts = {
        "task_definition": definition["taskDefinitionArn"],
        "container": container["name"],
        "command": _command(module),
    }
    if module.check_mode:
        return Outcome({**facts, "task_arn": KNOWN_AFTER_APPLY, "exit_code": None, "log": []}, None, facts)
    task = _start(client, request)
    facts["task_arn"] = task["taskArn"]
    stopped = _until_stopped(module, client, task["taskArn"], clock)
    log = _log(module, container, stopped, clock)
    exit_code = _exit_code(stopped, container["name"])
    facts |= {"exit_code": exit_code, "log": log}
    if exit_code != 0:
        ended = task_text(stopped) or "ECS says no reason"
        raise GatewayError(f"The task failed: {ended}", changed=True, **facts)
    return Outcome(facts, None, facts)


def _command(module: AnsibleAWSModule) -> list[str]:
    return module.params["command"] or shlex.split(module.params["command_line"])


def _like_service(module: AnsibleAWSModule, client: t.Any) -> tuple[Resource, Resource]:
    """The task definition, and where and in which network the service runs it."""
    cluster, name = module.params["cluster"], module.params["service"]
    service = api.describe_services(client, cluster, [name]).get(name)
    if service is None or service["status"] != "ACTIVE":
        raise GatewayError(f"There is no active service {name} in cluster {cluster}")
    wanted = module.params["task_definition"] or service["taskDefinition"]
    definition = describe_task_definition(client, wanted)
    if definition is None:
        raise GatewayError(f"There is no task definition {wanted}")
    keys = ("capacityProviderStrategy", "networkConfiguration", "platformVersion")
    settings = {key: service[key] for key in keys if service.get(key)}
    if "capacityProviderStrategy" not in settings and service.get("launchType"):
        settings["launchType"] = service["launchType"]
    return definition, settings


def _container(module: AnsibleAWSModule, definition: Resource) -> Resource:
    """The one that is asked for, or else the first without which the task would not go on."""
    containers, name = definition["containerDefinitions"], module.params["container"]
    for container in containers:
        if container["name"] == name or (name is None and container.get("essential", True)):
            return container
    raise GatewayError(f"{definition['taskDefinitionArn']} has no container {name or 'that is essential'}")


def _request(module: AnsibleAWSModule, definition: Resource, settings: Resource, container: str) -> Resource:
    environment = [{"name": key, "value": str(value)} for key, value in (module.params["environment"] or {}).items()]
    override = {"name": container, "command": _command(module), "environment": environment or None}
    return {
        **settings,
        "cluster": module.params["cluster"],
        "taskDefinition": definition["taskDefinitionArn"],
        "overrides": {"containerOverrides": [prune(override)]},
        "startedBy": STARTED_BY,
        "enableECSManagedTags": True,
        "tags": tags.to_lower_list(module.params["tags"]) if module.params["tags"] else None,
        # The same token in every try: an answer that got lost does not make a second task.
        "clientToken": str(uuid.uuid4()),
    }


def _start(client: t.Any, request: Resource) -> Resource:
    answer = call(client, "run_task", "run the task", **request)
    if not answer["tasks"]:
        reasons = ", ".join(f"{failure.get('reason')} {failure.get('detail', '')}" for failure in answer["failures"])
        raise GatewayError(f"ECS did not start the task: {reasons.strip() or 'it says no reason'}")
    return answer["tasks"][0]


def _until_stopped(module: AnsibleAWSModule, client: t.Any, arn: str, clock: wait.Clock) -> Resource:
    cluster = module.params["cluster"]

    def look() -> Resource:
        # A task that was just started may not be described yet.
        return next(iter(api.describe_tasks(client, cluster, [arn])), {})

    try:
        return wait.poll(
            look,
            lambda task: task.get("lastStatus") == "STOPPED",
            what=f"task {arn.rpartition('/')[2]} to end",
            timeout=module.params["wait_timeout"],
            backoff=BACKOFF,
            clock=clock,
            show=lambda task: {"task": arn, "status": task.get("lastStatus")},
            remark=lambda task: f". It is {task.get('lastStatus', 'not to be seen')}, and goes on",
        )
    except wait.WaitTimedOut as error:
        error.details.update(changed=True, task_arn=arn)
        raise


def _exit_code(task: Resource, container: str) -> int | None:
    """None where the container did not even start."""
    return next((one.get("exitCode") for one in task.get("containers", []) if one["name"] == container), None)


def _log(module: AnsibleAWSModule, container: Resource, task: Resource, clock: wait.Clock) -> list[str]:
    where = log_stream(container, task)
    if where is None or not task.get("startedAt"):
        return []
    client = module.client("logs")
    try:
        lines = wait.poll(
            lambda: api_logs.last_lines(client, *where, LOG_LINES),
            bool,
            what="the task's log",
            timeout=LOG_SECONDS,
            backoff=BACKOFF,
            clock=clock,
        )
    except wait.WaitTimedOut:
        return []
    return [masked(line) for line in lines]
