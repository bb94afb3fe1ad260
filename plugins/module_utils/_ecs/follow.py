# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Waiting for deployments to come where they are wanted, and saying why one did not."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import wait
from ..module import GatewayError
from ..shape import snake
from ..tags import from_list
from . import api_service, evidence
from .deployment import STABLE, Observation, Verdict, evaluate, summary
from .live import Live, live
from .service_fields import RAW
from .watch import Watch, Watched

# Often enough to notice an end within three seconds, seldom enough to stay below one call per second.
BACKOFF = wait.Backoff(first=0.5, factor=1.5, most=2.5, jitter=0.1)

Observations = dict[str, Observation]


def follow(
    module: AnsibleAWSModule,
    client: t.Any,
    watched: list[Watched],
    wait_until: str = STABLE,
    clock: wait.Clock = wait.SYSTEM_CLOCK,
) -> Observations:
    """Wait until all services are where they are wanted. The first that cannot come there ends the waiting."""
    with live(module, client, clock) as watching:
        return _follow(module, client, watched, wait_until, watching)


def _follow(
    module: AnsibleAWSModule, client: t.Any, watched: list[Watched], wait_until: str, watching: Live
) -> Observations:
    clock = watching.clock
    watch = Watch(client, module.params["cluster"], watched, clock.now)

    def look() -> Observations:
        seen = watch.look()
        watching.show(seen)
        return seen

    def done(seen: Observations) -> bool:
        verdicts = {name: evaluate(observation, wait_until) for name, observation in seen.items()}
        for name, verdict in verdicts.items():
            if verdict.failed:
                raise _failure(module, client, seen[name], verdict)
        return all(verdict.done for verdict in verdicts.values())

    try:
        return wait.poll(
            look,
            done,
            what=f"{' and '.join(item.name for item in watched)} to be {wait_until}",
            timeout=module.params["wait_timeout"],
            backoff=BACKOFF,
            clock=clock,
        )
    except wait.WaitTimedOut as error:
        raise _timeout(module, client, error, watching.last, wait_until) from error


def _failure(module: AnsibleAWSModule, client: t.Any, seen: Observation, verdict: Verdict) -> GatewayError:
    name = seen.service.get("serviceName", "")
    if seen.service.get("status") != "ACTIVE":
        return wait.WaitFailed(f"Service {name} cannot become stable: {verdict.reason}")
    status = summary(seen).get("status", "FAILED")
    found, details = _explained(module, client, seen)
    message = f"The deployment of service {name} failed ({status}). {found} ECS says: {verdict.reason}"
    return wait.WaitFailed(message, **details)


def _timeout(
    module: AnsibleAWSModule, client: t.Any, error: wait.WaitTimedOut, last: Observations, wait_until: str
) -> GatewayError:
    """The cause is looked for in the first service that is not there yet."""
    late = next(seen for seen in last.values() if not evaluate(seen, wait_until).done)
    # While a deployment runs, its service is not read again: the events are those of the beginning.
    name = late.service["serviceName"]
    now = api_service.describe_services(client, module.params["cluster"], [name]).get(name, late.service)
    late = dataclasses.replace(late, service=now)
    found, details = _explained(module, client, late)
    message = f"{error.message}. The deployment may still go on. Service {name}: {found}"
    return wait.WaitTimedOut(message, details.pop("last_state"), **details)


def _explained(module: AnsibleAWSModule, client: t.Any, seen: Observation) -> tuple[str, dict[str, t.Any]]:
    explanation = evidence.explain(client, lambda: module.client("logs"), module.params["cluster"], seen)
    details = {**evidence.shown(explanation), **state_of(seen), "last_state": summary(seen)}
    return explanation["cause"].sentence, details


def state_of(seen: Observation) -> dict[str, t.Any]:
    """A service and its deployment as results show them."""
    return {
        "service": shown_service(seen.service),
        "deployment": snake(seen.deployment, raw=RAW) if seen.deployment else None,
    }


def shown_service(service: dict[str, t.Any]) -> dict[str, t.Any]:
    """Without the events: they are long, change all the time, and are in the evidence when they matter."""
    plain = {key: value for key, value in service.items() if key not in ("events", "tags")}
    return {**snake(plain, raw=RAW), "tags": from_list(service.get("tags"))}
