# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The stages of a traffic-shifting deployment, in the order in which ECS goes through them.

Kept here by hand on purpose: botocore's enum of deployment stages leaves some out, and has no order. A test fails when
botocore knows a stage that this table does not.
"""

from __future__ import annotations

STAGES = (
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    "BAKE_TIME",
    "CLEAN_UP",
)

# Stages that a hook can be attached to. ECS does its own work in the others.
HOOK_STAGES = tuple(stage for stage in STAGES if stage not in ("SCALE_UP", "BAKE_TIME", "CLEAN_UP"))

# These run during a rollback as well, so ECS lets no hook pause them.
PAUSE_STAGES = tuple(stage for stage in HOOK_STAGES if stage not in ("TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"))

# From here on the new revision has all production traffic.
ALL_TRAFFIC_SHIFTED = "POST_PRODUCTION_TRAFFIC_SHIFT"


def position(stage: str | None) -> int | None:
    """Where a stage stands. A stage that a later ECS adds has no position, which is no error."""
    return STAGES.index(stage) if stage in STAGES else None


def reached(stage: str | None, wanted: str) -> bool:
    """Whether a deployment in ``stage`` has come to ``wanted``, or passed it: a short stage is easily missed."""
    here, there = position(stage), position(wanted)
    if here is None or there is None:
        return stage == wanted
    return here >= there
