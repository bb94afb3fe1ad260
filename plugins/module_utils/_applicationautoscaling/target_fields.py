# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The fields of a scalable target: what the option and the API call them."""

from __future__ import annotations

import typing as t

API_NAMES = {
    "min_capacity": "MinCapacity",
    "max_capacity": "MaxCapacity",
    "dynamic_scaling_in_suspended": "DynamicScalingInSuspended",
    "dynamic_scaling_out_suspended": "DynamicScalingOutSuspended",
    "scheduled_scaling_suspended": "ScheduledScalingSuspended",
}
SUSPENSIONS = [name for name in API_NAMES if name.endswith("_suspended")]

View = dict[str, t.Any]


def suspended_state(target: dict[str, t.Any]) -> View:
    state = target.get("SuspendedState") or {}
    return {name: state.get(API_NAMES[name], False) for name in SUSPENSIONS}


def suspension_parameters(state: View) -> dict[str, t.Any]:
    return {"SuspendedState": {API_NAMES[name]: value for name, value in state.items()}}
