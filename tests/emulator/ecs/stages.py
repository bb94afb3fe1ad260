"""The stages of a deployment that shifts traffic, in their order."""

from __future__ import annotations

import dataclasses
from typing import Any

RECONCILE_SERVICE = "RECONCILE_SERVICE"
PRE_SCALE_UP = "PRE_SCALE_UP"
SCALE_UP = "SCALE_UP"
POST_SCALE_UP = "POST_SCALE_UP"
TEST_TRAFFIC_SHIFT = "TEST_TRAFFIC_SHIFT"
POST_TEST_TRAFFIC_SHIFT = "POST_TEST_TRAFFIC_SHIFT"
PRE_PRODUCTION_TRAFFIC_SHIFT = "PRE_PRODUCTION_TRAFFIC_SHIFT"
PRODUCTION_TRAFFIC_SHIFT = "PRODUCTION_TRAFFIC_SHIFT"
POST_PRODUCTION_TRAFFIC_SHIFT = "POST_PRODUCTION_TRAFFIC_SHIFT"
BAKE_TIME = "BAKE_TIME"
CLEAN_UP = "CLEAN_UP"
MINUTE = 60.0
ALL = 100.0


@dataclasses.dataclass(frozen=True)
class Step:
    """One stage of one deployment: how much traffic the target gets in it, and how long it bakes."""

    stage: str
    percent: float | None = None
    bake: float = 0.0


def forward(configuration: dict[str, Any], reconcile: bool, first: bool) -> list[Step]:
    """The way to the target revision. A first one takes all traffic at once: there is nobody to share it with."""
    steps = [Step(RECONCILE_SERVICE)] if reconcile else []
    steps += [
        Step(PRE_SCALE_UP),
        Step(SCALE_UP),
        Step(POST_SCALE_UP),
        Step(TEST_TRAFFIC_SHIFT, ALL),
        Step(POST_TEST_TRAFFIC_SHIFT),
    ]
    for percent, bake in [(ALL, 0.0)] if first else production_steps(configuration):
        steps += [Step(PRE_PRODUCTION_TRAFFIC_SHIFT), Step(PRODUCTION_TRAFFIC_SHIFT, percent, bake)]
    bake = float(configuration.get("bakeTimeInMinutes") or 0) * MINUTE
    return [*steps, Step(POST_PRODUCTION_TRAFFIC_SHIFT), Step(BAKE_TIME, bake=bake), Step(CLEAN_UP)]


def production_steps(configuration: dict[str, Any]) -> list[tuple[float, float]]:
    """Percent of production traffic and seconds that it bakes, step by step. The last step does not bake."""
    if configuration["strategy"] == "CANARY":
        canary = configuration["canaryConfiguration"]
        percents, bake = [float(canary["canaryPercent"])], float(canary["canaryBakeTimeInMinutes"])
    elif configuration["strategy"] == "LINEAR":
        linear = configuration["linearConfiguration"]
        step, bake = float(linear["stepPercent"]), float(linear["stepBakeTimeInMinutes"])
        percents = [round(step * number, 1) for number in range(1, int(ALL / step) + 1)]
    else:
        percents, bake = [], 0.0
    return [*[(percent, bake * MINUTE) for percent in percents if percent < ALL], (ALL, 0.0)]


def backward(test_moved: bool, production_moved: bool) -> list[Step]:
    """The way back: the source gets its traffic again, then the target's tasks go."""
    return [
        Step(SCALE_UP),
        *([Step(PRODUCTION_TRAFFIC_SHIFT, 0.0)] if production_moved else []),
        *([Step(TEST_TRAFFIC_SHIFT, 0.0)] if test_moved else []),
        Step(CLEAN_UP),
    ]
