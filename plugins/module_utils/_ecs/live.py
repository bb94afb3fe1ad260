# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A wait that somebody watches: its progress is told, and an interruption ends it with a word about what goes on."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import typing as t
from collections.abc import Callable, Iterator

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import wait
from ..module import GatewayError
from . import api_service as api
from .deployment import Observation, is_under_way, rolls_back
from .interrupt import Interrupted, Interruptible
from .progress import Health, Lines, Progress

Observations = dict[str, Observation]


class RunInterrupted(GatewayError):
    """The run was interrupted while it waited."""


@dataclasses.dataclass
class Live:
    """``clock`` is to be waited by; what was seen is handed to ``show``, and ``last`` keeps it."""

    clock: wait.Clock
    tell: Callable[[Observations], None] = lambda seen: None
    last: Observations = dataclasses.field(default_factory=dict)

    def show(self, seen: Observations) -> None:
        self.last.update(seen)
        self.tell(seen)


@contextlib.contextmanager
def live(module: AnsibleAWSModule, client: t.Any, clock: wait.Clock, own: bool = True) -> Iterator[Live]:
    """Without an action plugin that reads along it is an ordinary wait. ``own``: an interruption may stop what it is
    waited for."""
    lines = Lines(module.params.get("progress_file"))
    if not lines.are_read:
        yield Live(clock)
        return
    progress = Progress(lambda facts: lines.write(facts=facts), clock.now)
    health = Health(client, module.params["cluster"], clock.now)
    with Interruptible() as interruptible:
        lines.write(pid=os.getpid())
        watched = Live(
            dataclasses.replace(clock, sleep=interruptible.sleep),
            lambda seen: progress.show(seen, health.look(seen)),
        )
        try:
            yield watched
        except Interrupted as error:
            raise _end(module, client, watched.last, own) from error


def _end(module: AnsibleAWSModule, client: t.Any, last: Observations, own: bool) -> RunInterrupted:
    running = {name: seen for name, seen in last.items() if is_under_way(seen)}
    stops = own and bool(module.params.get("rollback_on_interrupt"))
    said = [_said(client, name, seen, stops) for name, seen in running.items()]
    message = " ".join(["Interrupted.", *said]) if said else "Interrupted. Nothing is under way in AWS."
    return RunInterrupted(message, interrupted=True, goes_on=[name for name in running if not stops])


def _said(client: t.Any, name: str, seen: Observation, stops: bool) -> str:
    arn = (seen.deployment or {}).get("serviceDeploymentArn")
    if rolls_back(seen):
        return f"The rollback of service {name} goes on in AWS."
    if not arn:
        return f"The deployment of service {name} goes on in AWS."
    if stops:
        api.stop_service_deployment(client, arn)
        return f"The deployment of service {name} was stopped, and ECS rolls it back."
    command = f"aws ecs stop-service-deployment --service-deployment-arn {arn} --stop-type ROLLBACK"
    return f"The deployment of service {name} goes on in AWS. To stop it with a rollback: {command}"
