# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Why a deployment does not come through: one cause, from what ECS says of its tasks, its events and itself.

The rules are in the order in which they are believed: what starts a chain of failures comes before what follows it.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

Resource = dict[str, t.Any]

UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True)
class Rule:
    category: str
    pattern: re.Pattern[str]
    advice: str


def _rule(category: str, pattern: str, advice: str) -> Rule:
    return Rule(category, re.compile(pattern, re.IGNORECASE | re.DOTALL), advice)


RULES = (
    _rule(
        "secret_denied",
        r"(AccessDenied|not authorized|GetSecretValue|unable to (pull|retrieve)|not find|ResourceNotFound)"
        r".*(secret|\bssm\b|parameter)|(secret|\bssm\b).*(AccessDenied|not authorized|can.t find)",
        "let the execution role read the secret, and check the secret's ARN and JSON key",
    ),
    _rule(
        "image_pull",
        r"CannotPull|pull image|manifest (for .* not found|unknown)|pull access denied|toomanyrequests",
        "check the image's name and tag, the registry credentials and the way out to the registry",
    ),
    _rule(
        "log_group",
        r"(log group|log stream|logging driver|logger args|awslogs).*(not exist|fail|denied|ResourceNotFound)"
        r"|(fail|not exist|denied).*(log group|log stream|logging driver|awslogs)",
        "create the log group, and let the execution role write to it",
    ),
    _rule(
        "wrong_architecture",
        r"exec format error|platform .*does not match|no matching manifest",
        "use an image for the instances' processor, or another instance type",
    ),
    _rule(
        "role_not_assumable",
        r"unable to assume the role|not authorized to perform: sts:AssumeRole",
        "check the role's trust policy",
    ),
    _rule("out_of_memory", r"OutOfMemory|out of memory|\bOOM", "give the task more memory"),
    _rule(
        "eni_limit",
        r"RESOURCE:ENI|network interface.*(limit|exceeded|insufficient)|ENI.*limit",
        "enable awsvpcTrunking before the instances start, or use more or larger instances",
    ),
    _rule(
        "no_capacity",
        r"unable to place a task|no container instance|insufficient (memory|cpu)|Capacity is unavailable"
        r"|RESOURCE:(CPU|MEMORY|PORTS)|waits for an instance",
        "let the Auto Scaling group have more instances, or ask for less CPU and memory",
    ),
    _rule(
        "health_check",
        r"health checks?\b.*(fail|unhealthy)|(fail\w*|unhealthy)\b.*health check|is unhealthy in|Task is not healthy",
        "check the health check's command, path and port, and how long the container takes to start",
    ),
    _rule(
        "container_start",
        r"Cannot(Start|Create)Container|ContainerRuntime|ResourceInitializationError",
        "check the container's command, user and volumes",
    ),
    _rule(
        "container_exit",
        r"exited with code [1-9]|Essential container in task exited",
        "look at the container's log",
    ),
    _rule(
        "instance_lost",
        r"SpotInterruption|TerminationNotice|Host EC2 .*terminated|instance .*(terminated|stopped)",
        "check why the instance went away",
    ),
    _rule(
        "load_balancer",
        r"invalid networking configuration|ECS Infrastructure Role|listener|target group",
        "check the target groups, the listener rules and the role that ECS changes them with",
    ),
)

# What the deployment itself says, where the tasks may be perfectly well.
HOOK = _rule(
    "hook_failed", r"lifecycle hook|pause hook", "look at the log of the hook's function, or at who rolled back"
)
ALARM = _rule("alarm", r"alarm", "look at the alarm's metric")
OPERATOR = _rule(
    "stopped_by_request", r"StopServiceDeployment|stopped by|user request|manual", "somebody stopped the deployment"
)

ADVICE = {rule.category: rule.advice for rule in (*RULES, HOOK, ALARM, OPERATOR)}


@dataclasses.dataclass(frozen=True)
class Evidence:
    """What was read of a deployment. The lists begin with the newest."""

    deployment: Resource | None = None
    stopped_tasks: list[Resource] = dataclasses.field(default_factory=list)
    waiting_tasks: list[Resource] = dataclasses.field(default_factory=list)
    events: list[str] = dataclasses.field(default_factory=list)
    reason: str = ""


@dataclasses.dataclass(frozen=True)
class Cause:
    category: str
    evidence: str
    advice: str = ""

    @property
    def sentence(self) -> str:
        if self.category == UNKNOWN:
            return f"The cause is not known. {self.evidence}".strip()
        return f"Cause: {self.category}: {self.evidence.rstrip('.')}. To do: {self.advice}."


def find(evidence: Evidence) -> Cause:
    """One cause: the deployment's own monitors first, then the tasks, then the service's events."""
    for look in (_from_monitors, _from_tasks, _from_events, _from_waiting_tasks, _from_reason):
        cause = look(evidence)
        if cause is not None:
            return cause
    return Cause(UNKNOWN, evidence.reason)


def _cause(category: str, evidence: str) -> Cause:
    return Cause(category, evidence, ADVICE[category])


def _from_monitors(evidence: Evidence) -> Cause | None:
    deployment = evidence.deployment or {}
    failed_hooks = [
        f"hook {hook.get('hookId', '')} at {hook.get('targetArn', 'a pause')} {hook['status']}"
        for hook in deployment.get("lifecycleHookDetails", [])
        if hook.get("status") in ("FAILED", "TIMED_OUT")
    ]
    if failed_hooks or HOOK.pattern.search(evidence.reason):
        return _cause("hook_failed", evidence.reason or failed_hooks[0])
    alarms = deployment.get("alarms") or {}
    if alarms.get("status") == "TRIGGERED":
        names = alarms.get("triggeredAlarmNames") or alarms.get("alarmNames", [])
        return _cause("alarm", f"alarm {', '.join(names)} was triggered")
    return None


def _from_tasks(evidence: Evidence) -> Cause | None:
    """The cause that most of the newest stopped tasks have; of equals, the one believed first."""
    found: dict[str, list[str]] = {}
    for task in evidence.stopped_tasks:
        text = task_text(task)
        rule = next((rule for rule in RULES if rule.pattern.search(text)), None)
        if rule is not None:
            found.setdefault(rule.category, []).append(text)
    if not found:
        return None
    order = [rule.category for rule in RULES]
    category = min(found, key=lambda name: (-len(found[name]), order.index(name)))
    return _cause(category, found[category][0])


def task_text(task: Resource) -> str:
    """All that a stopped task says about its end, in one line."""
    parts = [task.get("stoppedReason", "")]
    if task.get("stopCode") in ("SpotInterruption", "TerminationNotice"):
        parts.append(task["stopCode"])
    for container in task.get("containers", []):
        ended = f" exited with code {container['exitCode']}" if container.get("exitCode") is not None else ""
        reason = container.get("reason")
        if reason or container.get("exitCode"):
            parts.append(f"container {container['name']}{ended}{f' ({reason})' if reason else ''}")
    return "; ".join(part for part in parts if part)


def _from_events(evidence: Evidence) -> Cause | None:
    for rule in RULES:
        for event in evidence.events:
            if _is_complaint(event) and rule.pattern.search(event):
                return _cause(rule.category, event)
    return None


def _is_complaint(event: str) -> bool:
    """Registering targets and starting tasks is what a healthy service does too."""
    return bool(re.search(r"unable|fail|unhealthy|error|denied|insufficient|unavailable", event, re.IGNORECASE))


def _from_waiting_tasks(evidence: Evidence) -> Cause | None:
    if not evidence.waiting_tasks:
        return None
    count = len(evidence.waiting_tasks)
    return _cause("no_capacity", f"{count} {'task waits' if count == 1 else 'tasks wait'} for an instance to run on")


def _from_reason(evidence: Evidence) -> Cause | None:
    for rule in (ALARM, OPERATOR, *RULES):
        if rule.pattern.search(evidence.reason):
            return _cause(rule.category, evidence.reason)
    return None
