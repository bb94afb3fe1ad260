"""How fast a stack can be there at all: the longest chain of waits that AWS imposes on its creation.

It is made of the emulator's own durations, so a run's time can be compared with it. Which step waits for which is
AWS's doing, not a tool's: an instance needs its role, its agent needs a way out, a target a load balancer that works.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from . import admin
from .profiles import DURATIONS

# The health checks of the stack: container every 30 s; a target is healthy after two checks 30 s apart.
HEALTH_CHECK_INTERVAL = 30.0
TARGET_HEALTHY_CHECKS = 2


@dataclasses.dataclass(frozen=True)
class Step:
    seconds: float
    after: tuple[str, ...] = ()


def steps(load_balancer: str | None) -> dict[str, Step]:
    """``load_balancer``: network, application, or none."""
    chain = {
        "role usable": Step(DURATIONS["iam_propagation"]),
        "NAT gateway": Step(DURATIONS["nat_gateway_create"]),
        "instance running": Step(DURATIONS["instance_boot"], ("role usable",)),
        "agent registered": Step(DURATIONS["container_instance_register"], ("instance running",)),
        "task running": Step(DURATIONS["task_pull"] + DURATIONS["task_start"], ("agent registered", "NAT gateway")),
        "container healthy": Step(HEALTH_CHECK_INTERVAL, ("task running",)),
    }
    if load_balancer:
        chain["load balancer active"] = Step(DURATIONS[f"{load_balancer}_load_balancer_create"])
        chain["target registered"] = Step(DURATIONS["target_registration"], ("task running",))
        checks = HEALTH_CHECK_INTERVAL * TARGET_HEALTHY_CHECKS
        chain["target healthy"] = Step(checks, ("target registered", "load balancer active"))
    return chain


def longest(chain: dict[str, Step]) -> tuple[float, list[str]]:
    """The seconds and the steps of the longest chain."""
    done: dict[str, tuple[float, list[str]]] = {}

    def finish(name: str) -> tuple[float, list[str]]:
        if name not in done:
            step = chain[name]
            before = max((finish(earlier) for earlier in step.after), default=(0.0, []), key=lambda end: end[0])
            done[name] = (before[0] + step.seconds, [*before[1], name])
        return done[name]

    return max((finish(name) for name in chain), key=lambda end: end[0])


@admin.endpoint("GET", "critical_path")
def critical_path(emulator: Any, body: dict[str, Any]) -> Any:
    """The longest chain of waits of a create with a network load balancer, in AWS's seconds."""
    seconds, names = longest(steps("network"))
    return {"seconds": seconds, "steps": names}
