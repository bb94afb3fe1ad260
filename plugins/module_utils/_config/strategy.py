# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Deployment strategies: which exist, which of them shift traffic, and what the ECS API is told.

This is the only place that knows.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

ROLLING = "rolling"
BLUE_GREEN = "blue_green"
CANARY = "canary"
LINEAR = "linear"

# Two sets of tasks exist at once, and traffic moves from one to the other: these need a load balancer, a second
# target group and a test listener.
TRAFFIC_SHIFTING = (BLUE_GREEN, CANARY, LINEAR)

# Percentages move in tenths.
CANARY_PERCENT = (0.1, 100.0)
LINEAR_STEP_PERCENT = (3.0, 100.0)
BAKE_MINUTES = (0, 1440)


def configured_strategies(configuration: Mapping[str, t.Any]) -> list[str]:
    """The traffic-shifting strategies that are switched on; more than one is a mistake of the user."""
    switches = {
        BLUE_GREEN: bool(configuration.get("enable_blue_green")),
        CANARY: configuration.get("canary_configuration") is not None,
        LINEAR: configuration.get("linear_configuration") is not None,
    }
    return [strategy for strategy in TRAFFIC_SHIFTING if switches[strategy]]


def chosen_strategy(configuration: Mapping[str, t.Any]) -> str:
    return next(iter(configured_strategies(configuration)), ROLLING)


def is_traffic_shifting(strategy: str) -> bool:
    return strategy in TRAFFIC_SHIFTING


def deployment_configuration(
    configuration: Mapping[str, t.Any],
    circuit_breaker: Mapping[str, t.Any],
    lifecycle_hooks: list[dict[str, t.Any]] | None = None,
) -> dict[str, t.Any]:
    """The ``deployment_configuration`` of a service, as portkey.gateway.ecs_service takes it.

    What is off is said as well, so that it is switched off on a live service.
    """
    strategy = chosen_strategy(configuration)
    result: dict[str, t.Any] = {
        "strategy": strategy.upper(),
        "maximum_percent": configuration.get("maximum_percent", 200),
        "minimum_healthy_percent": configuration.get("minimum_healthy_percent", 100),
        "deployment_circuit_breaker": _given(circuit_breaker),
        "alarms": _alarms(configuration.get("alarms")),
    }
    if is_traffic_shifting(strategy):
        result["bake_time_in_minutes"] = configuration["bake_time_in_minutes"]
        result["lifecycle_hooks"] = lifecycle_hooks or []
    elif configuration.get("early_success_criteria"):
        result["early_success_criteria"] = dict(configuration["early_success_criteria"])
    for shifting in (CANARY, LINEAR):
        if strategy == shifting:
            result[f"{shifting}_configuration"] = dict(configuration[f"{shifting}_configuration"])
    return result


def _given(settings: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in settings.items() if value is not None}


def _alarms(alarms: Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    if alarms is None:
        return {"alarm_names": [], "enable": False, "rollback": False}
    return {"alarm_names": list(alarms["alarm_names"]), "enable": True, "rollback": alarms["rollback"]}
