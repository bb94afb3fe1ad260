# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What there is to read about a deployment that does not come through."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..masking import masked
from . import api_logs, api_service, hook_log
from .api_task_definition import describe_task_definition
from .causes import HOOK, Cause, Evidence, find, task_text
from .deployment import Observation, summary
from .service_fields import primary_deployment

TASKS = 10
EVENTS = 10
LOG_LINES = 20

Resource = dict[str, t.Any]


def explain(client: t.Any, logs_client: t.Callable[[], t.Any], cluster: str, seen: Observation) -> dict[str, t.Any]:
    """The cause and what it is concluded from, as a result shows it. ``cause`` under its own key is a Cause."""
    name = seen.service["serviceName"]
    begin, end = _span(seen)
    stopped = _stopped_tasks(client, cluster, name, begin, end)
    evidence = Evidence(
        deployment=seen.deployment,
        stopped_tasks=stopped,
        waiting_tasks=[] if stopped else _waiting_tasks(client, cluster, name),
        events=[event["message"] for event in _since(seen.service.get("events", []), "createdAt", begin)][:EVENTS],
        reason=_reason(seen),
    )
    cause = find(evidence)
    words = hook_log.last_words(logs_client, seen.deployment) if cause.category == HOOK.category else []
    return {
        "cause": hook_log.with_words(cause, words),
        "stopped_tasks": [_task_facts(task) for task in stopped],
        "events": evidence.events,
        "log": words or _last_log_lines(client, logs_client, stopped),
    }


def shown(explanation: dict[str, t.Any]) -> dict[str, t.Any]:
    """An explanation in plain data, for a module's result."""
    cause: Cause = explanation["cause"]
    facts = {"category": cause.category, "evidence": cause.evidence, "advice": cause.advice}
    return {**explanation, "cause": facts}


def _reason(seen: Observation) -> str:
    """Why it was rolled back: where the rollback failed too, the deployment's own reason is only that."""
    return ((seen.deployment or {}).get("rollback") or {}).get("reason") or summary(seen).get("reason", "")


def _span(seen: Observation) -> tuple[t.Any, t.Any]:
    """When the deployment was at work: what came before or after it has nothing to do with it."""
    deployment = seen.deployment or {}
    begin = deployment.get("createdAt") or (primary_deployment(seen.service) or {}).get("createdAt")
    return begin, (deployment.get("rollback") or {}).get("startedAt")


def _since(items: list[Resource], key: str, begin: t.Any, end: t.Any = None) -> list[Resource]:
    """The items of a span of time, the newest first."""
    within = [
        item
        for item in items
        if item.get(key) and (begin is None or item[key] >= begin) and (end is None or item[key] <= end)
    ]
    return sorted(within, key=lambda item: item[key], reverse=True)


def _stopped_tasks(client: t.Any, cluster: str, name: str, begin: t.Any, end: t.Any) -> list[Resource]:
    arns = api_service.list_tasks(client, cluster, name, "STOPPED")
    tasks = _since(api_service.describe_tasks(client, cluster, arns), "createdAt", begin, end)
    return [task for task in tasks if not _is_scaled_in(task)][:TASKS]


def _is_scaled_in(task: Resource) -> bool:
    return "Scaling activity initiated by" in task.get("stoppedReason", "")


def _waiting_tasks(client: t.Any, cluster: str, name: str) -> list[Resource]:
    """Tasks that have no instance. With a capacity provider, ECS keeps them so without any event."""
    arns = api_service.list_tasks(client, cluster, name, "RUNNING")
    tasks = api_service.describe_tasks(client, cluster, arns)
    return [task for task in tasks if task.get("lastStatus") == "PROVISIONING"]


def _task_facts(task: Resource) -> dict[str, t.Any]:
    return {
        "task": task["taskArn"].rpartition("/")[2],
        "reason": task_text(task),
        "exit_codes": {
            container["name"]: container["exitCode"]
            for container in task.get("containers", [])
            if container.get("exitCode") is not None
        },
    }


def _last_log_lines(client: t.Any, logs_client: t.Callable[[], t.Any], stopped: list[Resource]) -> list[str]:
    """What the newest stopped task wrote last, if it wrote to CloudWatch and we may read it."""
    started = [task for task in stopped if any(item.get("runtimeId") for item in task.get("containers", []))]
    if not started:
        return []
    task = started[0]
    try:
        definition = describe_task_definition(client, task["taskDefinitionArn"])
    except AnsibleAWSError:
        return []
    lines: list[str] = []
    for container in (definition or {}).get("containerDefinitions", []):
        where = log_stream(container, task)
        if where:
            lines += api_logs.last_lines(logs_client(), *where, LOG_LINES)
    return [masked(line) for line in lines][-LOG_LINES:]


def log_stream(container: Resource, task: Resource) -> tuple[str, str] | None:
    logging = container.get("logConfiguration") or {}
    options = logging.get("options") or {}
    if logging.get("logDriver") != "awslogs" or "awslogs-stream-prefix" not in options:
        return None
    task_id = task["taskArn"].rpartition("/")[2]
    return options["awslogs-group"], f"{options['awslogs-stream-prefix']}/{container['name']}/{task_id}"
