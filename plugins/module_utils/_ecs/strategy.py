# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Deployment strategies of the ECS controller, by the names of the API."""

from __future__ import annotations

import math
import typing as t

ROLLING = "ROLLING"
TRAFFIC_SHIFTING = ("BLUE_GREEN", "LINEAR", "CANARY")
STRATEGIES = (ROLLING, *TRAFFIC_SHIFTING)

# What of a deployment configuration belongs to some strategies only.
BELONGS_TO: dict[str, tuple[str, ...]] = {
    "bake_time_in_minutes": TRAFFIC_SHIFTING,
    "canary_configuration": ("CANARY",),
    "early_success_criteria": (ROLLING,),
    "lifecycle_hooks": TRAFFIC_SHIFTING,
    "linear_configuration": ("LINEAR",),
}

# ECS keeps what an update does not name. These have a value that means nothing; the others ECS drops by itself.
NOTHING: dict[str, t.Any] = {"bake_time_in_minutes": 0, "lifecycle_hooks": []}

Configuration = dict[str, t.Any]


def of(configuration: Configuration | None) -> str:
    return (configuration or {}).get("strategy", ROLLING)


def parts(configuration: Configuration) -> list[tuple[float, int]]:
    """What part of the traffic the new revision gets before it gets all, in percent, and for how many minutes each."""
    kind = of(configuration)
    if kind == "CANARY":
        canary = configuration["canaryConfiguration"]
        return [(float(canary["canaryPercent"]), int(canary["canaryBakeTimeInMinutes"]))]
    if kind == "LINEAR":
        linear = configuration["linearConfiguration"]
        step, minutes = float(linear["stepPercent"]), int(linear["stepBakeTimeInMinutes"])
        return [(round(step * number, 1), minutes) for number in range(1, math.ceil(100 / step))]
    return []


def without_leftovers(after: Configuration, wanted: Configuration) -> Configuration:
    """Without what the earlier strategy had and the new one cannot take. What the user asks for is for AWS to judge."""
    strategy = of(after)
    kept = {key: value for key, value in after.items() if key in wanted or strategy in BELONGS_TO.get(key, STRATEGIES)}
    return {**kept, **{key: nothing for key, nothing in NOTHING.items() if key in after and key not in kept}}
