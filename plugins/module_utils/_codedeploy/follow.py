# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Following a deployment to where it is wanted, and saying why it did not come there."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import wait
from .._ecs import api_service, evidence, hook_log
from .._ecs.deployment import Observation
from .._ecs.follow import BACKOFF
from ..shape import snake
from . import api
from .appspec import EVENTS, hooks_of
from .live import watched
from .seen import ENDED_BADLY, SUCCEEDED, Seen

Resource = dict[str, t.Any]

# Where somebody may want to wait until: the end, all traffic on the new tasks, or a word that is asked for.
STABLE, DEPLOYED, PAUSED = "stable", "deployed", "paused"
ENDED = "ended"

# Functions answer before they end, and CloudWatch shows their lines a little later still.
WORDS_WITHIN = 20


def look(client: t.Any, deployment_id: str) -> Seen:
    deployment = api.get_deployment(client, deployment_id)
    if deployment is None:
        raise wait.WaitFailed(f"There is no deployment {deployment_id}")
    return Seen(deployment, api.get_target(client, deployment_id))


def is_there(seen: Seen, wait_until: str) -> bool:
    """Whether it has come so far; what has ended well has come everywhere."""
    if not seen.is_running:
        return True
    if wait_until == DEPLOYED:
        return bool(seen.deployment.get("instanceTerminationWaitTimeStarted"))
    if wait_until == PAUSED:
        return seen.waits_for is not None
    if wait_until in EVENTS:
        return seen.events.get(wait_until, "Pending") != "Pending"
    return False


def summary(seen: Seen) -> Resource:
    """Where it stands, in a few words."""
    sets = seen.task_sets
    facts = {
        "deployment_id": seen.id,
        "status": seen.status,
        "event": seen.event,
        "waits_for": seen.waits_for,
        "reason": seen.error.get("message"),
        "traffic": {label.lower(): one.get("trafficWeight") for label, one in sets.items()} or None,
        "running": sets.get("Green", {}).get("runningCount"),
    }
    return {name: value for name, value in facts.items() if value is not None}


def shown(seen: Seen) -> Resource:
    """As results show it."""
    return {
        "deployment": snake(seen.deployment),
        "target": snake(seen.target) if seen.target else None,
        "summary": summary(seen),
    }


def until(
    module: AnsibleAWSModule, client: t.Any, deployment_id: str, wait_until: str, clock: wait.Clock, timeout: float
) -> Seen:
    try:
        with watched(module, deployment_id, clock) as (watching, tell):

            def done(seen: Seen) -> bool:
                tell(seen)
                return is_there(seen, wait_until)

            return wait.poll(
                lambda: look(client, deployment_id),
                done,
                what=f"deployment {deployment_id} to be {wait_until}",
                timeout=timeout,
                backoff=BACKOFF,
                clock=watching,
                show=lambda seen: seen,
            )
    except wait.WaitTimedOut as error:
        raise _timeout(module, client, error) from error


def follow(module: AnsibleAWSModule, client: t.Any, deployment_id: str, clock: wait.Clock) -> Seen:
    """To where the task wants it. One that failed is followed through its rollback, and then fails the task."""
    start = clock.now()
    timeout = module.params["wait_timeout"]
    seen = until(module, client, deployment_id, module.params["wait_until"], clock, timeout)
    if seen.status not in ENDED_BADLY:
        return seen
    back = None
    if seen.rollback_id:
        left = max(timeout - (clock.now() - start), 0)
        back = until(module, client, seen.rollback_id, ENDED, clock, left)
    _await_words(module, seen, clock)
    raise failure(module, client, seen, back)


def _await_words(module: AnsibleAWSModule, seen: Seen, clock: wait.Clock) -> None:
    """Of the function that has failed the deployment, if any, unless it says nothing."""
    told = as_service_deployment(seen)
    if any(hook.get("targetArn") for hook in told.get("lifecycleHookDetails", [])):
        with contextlib.suppress(wait.WaitTimedOut):
            wait.poll(
                lambda: hook_log.last_words(lambda: module.client("logs"), told),
                bool,
                what="the function's log",
                timeout=WORDS_WITHIN,
                backoff=BACKOFF,
                clock=clock,
                show=lambda words: words,
            )


def failure(module: AnsibleAWSModule, client: t.Any, seen: Seen, back: Seen | None) -> wait.WaitFailed:
    found, details = explained(module, seen)
    error = seen.error
    message = (
        f"Deployment {seen.id} of service {seen.place[1]} failed ({seen.status}). {found} "
        f"CodeDeploy says: {error.get('code', '')}: {error.get('message', 'nothing')} {_about_rollback(seen, back)}"
    )
    return wait.WaitFailed(message.strip(), changed=True, **shown(seen), **details)


def _about_rollback(seen: Seen, back: Seen | None) -> str:
    if back is None:
        said = (seen.deployment.get("rollbackInfo") or {}).get("rollbackMessage")
        return said or "It was not rolled back: the traffic stays where it was."
    if back.status == SUCCEEDED:
        return f"It was rolled back by {seen.rollback_id}."
    return f"Its rollback {seen.rollback_id} did not succeed either ({back.status}). {back.error.get('message', '')}"


def _timeout(module: AnsibleAWSModule, client: t.Any, error: wait.WaitTimedOut) -> wait.WaitTimedOut:
    seen: Seen = error.last_state
    found, details = explained(module, seen)
    message = f"{error.message}. The deployment goes on. {found}"
    return wait.WaitTimedOut(message, summary(seen), **shown(seen), **details)


def explained(module: AnsibleAWSModule, seen: Seen) -> tuple[str, Resource]:
    """One cause with its evidence, by what is known of ECS's own deployments."""
    cluster, name = seen.place
    ecs = module.client("ecs")
    service = api_service.describe_services(ecs, cluster, [name]).get(name) if name else None
    if service is None:
        return "The cause is not known.", {}
    observation = Observation(service, as_service_deployment(seen))
    explanation = evidence.explain(ecs, lambda: module.client("logs"), cluster, observation)
    return explanation["cause"].sentence, evidence.shown(explanation)


def as_service_deployment(seen: Seen) -> Resource:
    """A deployment of CodeDeploy told as ECS tells its own, so that both are explained in one place."""
    deployment, error = seen.deployment, seen.error
    told: Resource = {
        "status": seen.status,
        "createdAt": deployment["createTime"],
        "statusReason": error.get("message", ""),
    }
    if deployment.get("completeTime"):
        told["rollback"] = {"startedAt": deployment["completeTime"]}
    if error.get("code") == "ALARM_ACTIVE":
        alarms = (deployment.get("overrideAlarmConfiguration") or {}).get("alarms") or []
        told["alarms"] = {"status": "TRIGGERED", "alarmNames": [one["name"] for one in alarms]}
    if error.get("code") == "HOOK_EXECUTION_FAILURE":
        events = [name for name, status in seen.events.items() if status == "Failed"]
        functions = hooks_of(deployment)
        told["lifecycleHookDetails"] = [
            {"hookId": name, "status": "FAILED", **({"targetArn": functions[name]} if name in functions else {})}
            for name in events
        ]
        told["statusReason"] = f"the hook {', '.join(events)} failed"
    return told
