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
        "wrong_architecture",
        r"exec format error|platform .*does not match|no matching manifest|descriptor matching platform",
        "use an image for the processor that the tasks have, or another instance type or portkey_capacity.architecture",
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
        r"invalid networking configuration|ECS Infrastructure Role|listener|target group|rules not found",
        "check the target groups, the listener rules and the role that ECS changes them with",
    ),
)

# What the deployment itself says, where the tasks may be perfectly well. That is believed before anything else.
PAUSE_TIMEOUT = _rule(
    "pause_timeout", r"pause hook timed out", "continue the pause in time, or give its hook a longer timeout"
)
OPERATOR = _rule(
    "stopped_by_request",
    r"StopServiceDeployment|stopped by|user request|manual|pause hook was",
    "ask who stopped the deployment, or answered its pause with a rollback",
)
HOOK = _rule("hook_failed", r"lifecycle hook", "look at the log of the hook's function")
ALARM = _rule("alarm", r"\balarms?\b", "look at the alarm's metric")
LOAD_BALANCER = RULES[-1]
DECISIVE = (PAUSE_TIMEOUT, OPERATOR, HOOK, ALARM, LOAD_BALANCER)

# What is said where no task and no event says more.
CIRCUIT_BREAKER = _rule(
    "circuit_breaker", r"circuit breaker", "look at the service's stopped tasks and events, and at the containers' logs"
)
PAUSED = _rule("paused", r"(?!)", "continue the deployment, or roll it back")

ADVICE = {rule.category: rule.advice for rule in (*RULES, *DECISIVE, CIRCUIT_BREAKER, PAUSED)}


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
    """One cause: what the deployment says of itself first, then the tasks, then the service's events."""
    looks = (_from_pause, _from_reason, _from_hooks, _from_alarms, _from_tasks, _from_events)
    for look in (*looks, _from_waiting_tasks, _from_vague_reason):
        cause = look(evidence)
        if cause is not None:
            return cause
    return Cause(UNKNOWN, evidence.reason)


def _cause(category: str, evidence: str) -> Cause:
    return Cause(category, evidence, ADVICE[category])


def _from_pause(evidence: Evidence) -> Cause | None:
    """A deployment that waits for somebody has not failed, but comes no further either."""
    deployment = evidence.deployment or {}
    hooks = [hook for hook in deployment.get("lifecycleHookDetails", []) if hook.get("status") == "AWAITING_ACTION"]
    if not hooks or deployment.get("status") != "IN_PROGRESS":
        return None
    names = ", ".join(hook.get("hookId", "a hook") for hook in hooks)
    return _cause("paused", f"{names} at {deployment.get('lifecycleStage', 'its stage')} waits to be continued")


def _from_reason(evidence: Evidence) -> Cause | None:
    return _first_of(DECISIVE, evidence.reason)


def _first_of(rules: t.Iterable[Rule], text: str) -> Cause | None:
    return next((_cause(rule.category, text) for rule in rules if rule.pattern.search(text)), None)


def _from_hooks(evidence: Evidence) -> Cause | None:
    """Of the hooks that ended badly. ECS ends those that still wait when it rolls back for another reason."""
    if CIRCUIT_BREAKER.pattern.search(evidence.reason):
        return None
    for hook in (evidence.deployment or {}).get("lifecycleHookDetails", []):
        category = _category_of(hook)
        if category:
            what = f"hook {hook.get('hookId', '')} at {hook.get('targetArn', 'a pause')} {hook['status']}"
            return _cause(category, evidence.reason or what)
    return None


def _category_of(hook: Resource) -> str | None:
    is_pause = hook.get("targetType") == "PAUSE"
    if hook.get("status") == "FAILED":
        return "stopped_by_request" if is_pause else "hook_failed"
    if hook.get("status") == "TIMED_OUT" and hook.get("timeoutAction") != "CONTINUE":
        return "pause_timeout" if is_pause else "hook_failed"
    return None


def _from_alarms(evidence: Evidence) -> Cause | None:
    alarms = (evidence.deployment or {}).get("alarms") or {}
    if alarms.get("status") != "TRIGGERED":
        return None
    names = alarms.get("triggeredAlarmNames") or alarms.get("alarmNames", [])
    return _cause("alarm", f"alarm {', '.join(names)} was triggered")


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


def _from_vague_reason(evidence: Evidence) -> Cause | None:
    return _first_of((*RULES, CIRCUIT_BREAKER), evidence.reason)
