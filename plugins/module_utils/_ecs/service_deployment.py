# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The deployments of services that are there already: waited for together, steered, and looked at."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import wait
from ..module import GatewayError, Outcome, is_known
from ..shape import snake
from . import api_service as api
from .deployment import Observation, is_listed, is_under_way, summary
from .follow import BACKOFF, follow
from .service_fields import RAW
from .steer import Move, Steering, move
from .watch import EXPECTED_SECONDS, Watched, observe

Observations = dict[str, Observation]


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("ecs")
    names = list(dict.fromkeys(module.params["services"]))
    if module.params["action"] != "wait":
        return _steer(module, client, names, clock)
    if module.check_mode or not module.params["wait"]:
        seen = _as_they_are(client, module.params["cluster"], names)
    else:
        watched = [Watched(name) for name in names]
        seen = follow(module, client, watched, module.params["wait_until"], clock)
    return _outcome(names, seen)


def _steer(module: AnsibleAWSModule, client: t.Any, names: list[str], clock: wait.Clock) -> Outcome:
    """Everything is decided first, then done, then waited for, for all services together."""
    params = module.params
    steering = Steering(
        client,
        **{name: params[name] for name in ("cluster", "action", "to", "hook_id", "hook_action", "wait_until")},
    )
    seen = _as_they_are(client, params["cluster"], names)
    if not module.check_mode:
        _require_all(params["cluster"], names, seen)
        seen = {name: _once_listed(client, params["cluster"], item, clock) for name, item in seen.items()}
    moves = {name: move(steering, item) for name, item in seen.items()}
    if not module.check_mode:
        for name, coming in moves.items():
            if coming.then_again:
                seen |= _carry_out(module, client, {name: coming}, clock, and_wait=True)
                seen[name] = observe(client, params["cluster"], seen[name].service)
        again = {name: move(steering, seen[name]) for name, coming in moves.items() if coming.then_again}
        seen |= _carry_out(module, client, {**moves, **again}, clock, params["wait"])
    return _outcome(names, seen, moves)


def _carry_out(
    module: AnsibleAWSModule, client: t.Any, moves: dict[str, Move], clock: wait.Clock, and_wait: bool
) -> Observations:
    changed = any(coming.acts for coming in moves.values())
    for coming in moves.values():
        for act in coming.acts:
            act()
    if not and_wait:
        return _as_they_are(client, module.params["cluster"], [name for name, coming in moves.items() if coming.acts])
    seen: Observations = {}
    # Those that go on and those that go back are waited for separately; they go their way at the same time.
    for wait_until in dict.fromkeys(coming.wait_until for coming in moves.values()):
        watched = [item.watched for item in moves.values() if item.watched and item.wait_until == wait_until]
        if not watched:
            continue
        try:
            seen |= follow(module, client, watched, wait_until, clock)
        except GatewayError as error:
            error.details.setdefault("changed", changed)
            raise
    return seen


def _require_all(cluster: str, names: list[str], seen: Observations) -> None:
    missing = [name for name in names if name not in seen]
    if missing:
        raise GatewayError(f"There is no service {', '.join(missing)} in cluster {cluster}")


def _once_listed(client: t.Any, cluster: str, seen: Observation, clock: wait.Clock) -> Observation:
    """ECS lists a deployment a moment after it has begun it, and only what it lists can be steered."""
    name = seen.service["serviceName"]
    first = [seen]

    def look() -> Observation:
        if first:
            return first.pop()
        return observe(client, cluster, api.describe_services(client, cluster, [name])[name])

    return wait.poll(
        look,
        lambda now: is_listed(now) or not is_under_way(now),
        what=f"ECS to list the deployment of service {name}",
        timeout=EXPECTED_SECONDS,
        backoff=BACKOFF,
        clock=clock,
        show=summary,
    )


def _outcome(names: list[str], seen: Observations, moves: dict[str, Move] | None = None) -> Outcome:
    """The diff has those services about which something is done."""
    made = {name: coming for name, coming in (moves or {}).items() if coming.acts}
    return Outcome(
        {"deployments": [_shown(name, seen[name]) for name in names if name in seen]},
        {name: coming.before for name, coming in made.items()},
        {name: coming.after for name, coming in made.items()},
        changed=bool(made),
    )


def _as_they_are(client: t.Any, cluster: str, names: list[str]) -> dict[str, Observation]:
    """Check mode waits for nothing, and the services may not be there yet."""
    known = [name for name in names if is_known(name)] if is_known(cluster) else []
    services = api.describe_services(client, cluster, known) if known else {}
    return {name: observe(client, cluster, service) for name, service in services.items()}


def _shown(name: str, seen: Observation) -> dict[str, t.Any]:
    deployment = snake(seen.deployment, raw=RAW) if seen.deployment else None
    return {**summary(seen), "service": name, "deployment": deployment}


def info(module: AnsibleAWSModule) -> Outcome:
    client = module.client("ecs")
    cluster, name = module.params["cluster"], module.params["service"]
    wanted = set(module.params["status"] or [])
    briefs = [
        brief
        for brief in api.list_service_deployments(client, cluster, name)
        if not wanted or brief["status"] in wanted
    ][: module.params["limit"]]
    described = api.describe_service_deployments(client, [brief["serviceDeploymentArn"] for brief in briefs])
    deployments = [described.get(brief["serviceDeploymentArn"], brief) for brief in briefs]
    result = {"service_deployments": [snake(deployment, raw=RAW) for deployment in deployments]}
    if module.params["include_revisions"]:
        result["service_revisions"] = _revisions(client, deployments)
    return Outcome(result, changed=False)


def _revisions(client: t.Any, deployments: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """The target revisions of the deployments, each once, in the same order."""
    targets = [
        (deployment.get("targetServiceRevision") or {}).get("arn") or deployment.get("targetServiceRevisionArn")
        for deployment in deployments
    ]
    arns = list(dict.fromkeys(arn for arn in targets if arn))
    return [snake(item, raw=RAW) for item in api.describe_service_revisions(client, arns)] if arns else []
