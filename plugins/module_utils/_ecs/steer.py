# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Deployments stopped, continued and rolled back: what has to be done about each service, decided before it is done."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable

from ..module import GatewayError
from . import api_service as api
from . import known_parameters, revisions
from .deployment import ROLLED_BACK, STABLE, Observation, controller, is_under_way, rolls_back, summary, waiting_hooks
from .watch import Watched

ACTIVE, PREVIOUS = "active", "previous"

Shown = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Steering:
    """What the user asks for."""

    client: t.Any
    cluster: str
    action: str
    to: str = ACTIVE
    hook_id: str | None = None
    hook_action: str = "continue"
    wait_until: str = STABLE


@dataclasses.dataclass(frozen=True)
class Move:
    """What to do about one service. ``watched``, if anything, is then followed until ``wait_until``."""

    acts: tuple[Callable[[], None], ...] = ()
    watched: Watched | None = None
    wait_until: str = STABLE
    before: Shown = dataclasses.field(default_factory=dict)
    after: Shown = dataclasses.field(default_factory=dict)
    # A running deployment has to be rolled back first; what comes then is decided anew.
    then_again: bool = False


NOTHING = Move()


def move(steering: Steering, seen: Observation) -> Move:
    """What is to be done now, from what the service is at."""
    if controller(seen.service) != "ECS":
        raise GatewayError(
            f"Service {seen.service['serviceName']} is deployed by {controller(seen.service)}, and ECS cannot steer "
            "such deployments"
        )
    if steering.action == "continue":
        return _continue(steering, seen)
    if steering.action == "stop" or steering.to == ACTIVE:
        return _stop(steering, seen)
    return _back_to_previous(steering, seen) if steering.to == PREVIOUS else _back_to_revision(steering, seen)


def _stop(steering: Steering, seen: Observation) -> Move:
    if not is_under_way(seen):
        return NOTHING
    watched = _running(seen)
    if rolls_back(seen):
        return Move(watched=watched, wait_until=ROLLED_BACK)
    known_parameters.require_operation(steering.client, "StopServiceDeployment")
    arn = str(watched.arn)
    return Move(
        (lambda: api.stop_service_deployment(steering.client, arn),),
        watched,
        ROLLED_BACK,
        _state(seen),
        {**_state(seen), "status": "ROLLBACK_REQUESTED"},
    )


def _running(seen: Observation, **fields: t.Any) -> Watched:
    """The running deployment, to be followed whatever else begins."""
    deployment = seen.deployment or {}
    arn = deployment.get("serviceDeploymentArn")
    name = seen.service["serviceName"]
    return Watched(name, arn, expected=True, service=seen.service, deployment=deployment, **fields)


def _state(seen: Observation) -> Shown:
    facts = summary(seen)
    return {name: facts[name] for name in ("status", "stage", "waiting_hooks") if name in facts}


def _continue(steering: Steering, seen: Observation) -> Move:
    if not is_under_way(seen):
        return NOTHING
    waiting = [hook["hookId"] for hook in waiting_hooks(seen.deployment)]
    chosen = [hook for hook in waiting if steering.hook_id in (None, hook)]
    if not chosen and steering.hook_id:
        _refuse_unknown_hook(steering, seen, waiting)
    back = steering.hook_action == "rollback" and bool(chosen or rolls_back(seen))
    # Hooks of one stage run side by side, and the first that is answered so ends the deployment.
    chosen = chosen[:1] if back else chosen
    if not chosen:
        return Move(watched=_running(seen), wait_until=ROLLED_BACK if back else steering.wait_until)
    known_parameters.require_operation(steering.client, "ContinueServiceDeployment")
    watched = _running(seen, answered=frozenset(chosen))
    left = [hook for hook in waiting if hook not in chosen]
    after = {**_state(seen), "waiting_hooks": left, **({"status": "ROLLBACK_REQUESTED"} if back else {})}
    acts = tuple(_answer(steering, str(watched.arn), hook) for hook in chosen)
    return Move(acts, watched, ROLLED_BACK if back else steering.wait_until, _state(seen), after)


def _answer(steering: Steering, arn: str, hook: str) -> Callable[[], None]:
    return lambda: api.continue_service_deployment(steering.client, arn, hook, steering.hook_action.upper())


def _refuse_unknown_hook(steering: Steering, seen: Observation, waiting: list[str]) -> None:
    """A hook that was answered before is no mistake."""
    known = [hook.get("hookId") for hook in (seen.deployment or {}).get("lifecycleHookDetails", [])]
    if steering.hook_id not in known:
        raise GatewayError(
            f"The running deployment of service {seen.service['serviceName']} has no hook {steering.hook_id}. "
            f"Waiting: {', '.join(waiting) or 'none'}.",
            waiting_hooks=waiting,
        )


def _back_to_previous(steering: Steering, seen: Observation) -> Move:
    """Back by one. A service that went back already stays where it is, so that a repeated run does not go on."""
    name = seen.service["serviceName"]
    history = revisions.read_history(steering.client, steering.cluster, name)
    present = seen.service["taskDefinition"]
    if is_under_way(seen):
        if not rolls_back(seen) and present in history.task_definitions[:-1]:
            return Move(watched=_running(seen), wait_until=steering.wait_until)
        return _stop(steering, seen)
    if history.revisions and history.task_definitions[-1] != present:
        # What runs now has never succeeded.
        return _deploy(steering, seen, history.revisions[-1])
    if history.went_back:
        return NOTHING
    if len(history.revisions) < 2:
        raise GatewayError(f"Service {name} has no earlier revision to go back to")
    return _deploy(steering, seen, history.revisions[-2])


def _back_to_revision(steering: Steering, seen: Observation) -> Move:
    revision = revisions.read_revision(steering.client, seen.service, steering.to)
    if is_under_way(seen):
        if not rolls_back(seen) and seen.service["taskDefinition"] == revision["taskDefinition"]:
            return Move(watched=_running(seen), wait_until=steering.wait_until)
        return dataclasses.replace(_stop(steering, seen), then_again=True)
    return _deploy(steering, seen, revision)


def _deploy(steering: Steering, seen: Observation, revision: dict[str, t.Any]) -> Move:
    request = revisions.request_for(seen.service, revision)
    if not request:
        return NOTHING
    client, cluster, name = steering.client, steering.cluster, seen.service["serviceName"]
    last = (seen.deployment or {}).get("serviceDeploymentArn")
    return Move(
        (lambda: _update(client, cluster, name, request),),
        Watched(name, not_these=frozenset([last] if last else []), expected=True),
        steering.wait_until,
        {"task_definition": seen.service["taskDefinition"]},
        {"task_definition": revision["taskDefinition"], "new_deployment_for": revision["serviceRevisionArn"]},
    )


def _update(client: t.Any, cluster: str, name: str, request: dict[str, t.Any]) -> None:
    api.update_service(client, cluster, name, request)
