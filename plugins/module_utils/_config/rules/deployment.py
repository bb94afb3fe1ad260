# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about how the gateway is deployed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .. import strategy
from ..faults import Fault, fault
from ..rulebook import Config, RuleBook
from .common import within

book = RuleBook()

_DEPLOYMENT = "gateway_deployment_configuration"
_LONGEST_ALARM = 255
_SWITCHES = {
    strategy.BLUE_GREEN: f"{_DEPLOYMENT}.enable_blue_green",
    strategy.CANARY: f"{_DEPLOYMENT}.canary_configuration",
    strategy.LINEAR: f"{_DEPLOYMENT}.linear_configuration",
}
STRATEGY_SWITCHES = tuple(_SWITCHES.values())


@book.needs(*STRATEGY_SWITCHES)
def one_strategy(config: Config) -> Iterator[Fault]:
    chosen = strategy.configured_strategies(config[_DEPLOYMENT])
    if len(chosen) > 1:
        yield fault(_DEPLOYMENT, chosen, "At most one of blue/green, canary and linear.", "Switch off all but one.")


@book.needs("create_lb", *STRATEGY_SWITCHES)
def shifting_needs_load_balancer(config: Config) -> Iterator[Fault]:
    chosen = strategy.configured_strategies(config[_DEPLOYMENT])
    if len(chosen) == 1 and not config["create_lb"]:
        path = _SWITCHES[chosen[0]]
        yield fault(
            path,
            config[_DEPLOYMENT][path.rpartition(".")[2]],
            "Traffic can be shifted only by a load balancer, and portkey_create_lb is false.",
            "Set portkey_create_lb to true, or switch the strategy off for rolling updates.",
        )


def _percent(config: Config, key: str, name: str, limits: tuple[float, float]) -> Iterator[Fault]:
    path = f"{_DEPLOYMENT}.{key}.{name}"
    value = config[_DEPLOYMENT][key][name]
    wrong = list(within(config, path, *limits, " percent"))
    yield from wrong
    if not wrong and not math.isclose(value * 10, round(value * 10), abs_tol=1e-9):
        yield fault(path, value, "It has steps of 0.1 percent.", f"Write {round(value, 1)}.")


@book.needs(f"{_DEPLOYMENT}.canary_configuration")
def canary(config: Config) -> Iterator[Fault]:
    if config[_DEPLOYMENT]["canary_configuration"] is not None:
        yield from _percent(config, "canary_configuration", "canary_percent", strategy.CANARY_PERCENT)
        path = f"{_DEPLOYMENT}.canary_configuration.canary_bake_time_in_minutes"
        yield from within(config, path, *strategy.BAKE_MINUTES, " minutes")


@book.needs(f"{_DEPLOYMENT}.linear_configuration")
def linear(config: Config) -> Iterator[Fault]:
    if config[_DEPLOYMENT]["linear_configuration"] is not None:
        yield from _percent(config, "linear_configuration", "step_percent", strategy.LINEAR_STEP_PERCENT)
        path = f"{_DEPLOYMENT}.linear_configuration.step_bake_time_in_minutes"
        yield from within(config, path, *strategy.BAKE_MINUTES, " minutes")


@book.needs(f"{_DEPLOYMENT}.bake_time_in_minutes")
def bake_time(config: Config) -> Iterator[Fault]:
    yield from within(config, f"{_DEPLOYMENT}.bake_time_in_minutes", *strategy.BAKE_MINUTES, " minutes")


@book.needs(f"{_DEPLOYMENT}.minimum_healthy_percent", f"{_DEPLOYMENT}.maximum_percent")
def percents(config: Config) -> Iterator[Fault]:
    wrong = [
        *within(config, f"{_DEPLOYMENT}.minimum_healthy_percent", 0, 100, " percent"),
        *within(config, f"{_DEPLOYMENT}.maximum_percent", 100, 200, " percent"),
    ]
    yield from wrong
    least, most = config[_DEPLOYMENT]["minimum_healthy_percent"], config[_DEPLOYMENT]["maximum_percent"]
    if not wrong and least == most:
        rule = "With both at 100 ECS could neither stop a task nor start one."
        yield fault(f"{_DEPLOYMENT}.maximum_percent", most, rule, "Raise it, or lower minimum_healthy_percent.")


@book.needs(f"{_DEPLOYMENT}.alarms")
def alarms(config: Config) -> Iterator[Fault]:
    if config[_DEPLOYMENT]["alarms"] is None:
        return
    path, names = f"{_DEPLOYMENT}.alarms.alarm_names", config[_DEPLOYMENT]["alarms"]["alarm_names"]
    if not names:
        yield fault(path, names, "It needs at least one alarm.", "Name one, or remove alarms.")
    if len(set(names)) < len(names):
        yield fault(path, names, "Each alarm is named once.", "Remove the repetition.")
    if any(not 0 < len(name) <= _LONGEST_ALARM for name in names):
        rule = f"CloudWatch's names have 1 to {_LONGEST_ALARM} characters."
        yield fault(path, names, rule, "Write the alarm's name, not its ARN.")


@book.needs(f"{_DEPLOYMENT}.early_success_criteria", f"{_DEPLOYMENT}.minimum_healthy_percent", *STRATEGY_SWITCHES)
def early_success(config: Config) -> Iterator[Fault]:
    criteria, path = config[_DEPLOYMENT]["early_success_criteria"], f"{_DEPLOYMENT}.early_success_criteria"
    if criteria is None or not criteria["enable"]:
        return
    if strategy.configured_strategies(config[_DEPLOYMENT]):
        rule = "Only rolling updates have it, and a traffic-shifting strategy is on."
        yield fault(path, criteria, rule, "Remove it, or switch the strategy off.")
    least = config[_DEPLOYMENT]["minimum_healthy_percent"]
    if not least <= criteria["healthy_percent"] <= 100:
        rule = f"It must lie between the minimum_healthy_percent, {least}, and 100 percent."
        yield fault(f"{path}.healthy_percent", criteria["healthy_percent"], rule, "Choose a value in that range.")


def _threshold(config: Config, variable: str) -> Iterator[Fault]:
    threshold = config[variable]["threshold_configuration"]
    if threshold is None:
        return
    path, value = f"{variable}.threshold_configuration.value", threshold["value"]
    if value < 1:
        yield fault(path, value, "It must be 1 or more.", "Set it to 1 or more.")
    elif threshold["type"] == "BOUNDED_PERCENT" and value > 100:
        yield fault(path, value, "A bounded percentage is at most 100.", "Lower it, or use UNBOUNDED_PERCENT.")


@book.needs("gateway_deployment_circuit_breaker")
def gateway_threshold(config: Config) -> Iterator[Fault]:
    yield from _threshold(config, "gateway_deployment_circuit_breaker")


@book.needs("dataservice_deployment_circuit_breaker")
def data_service_threshold(config: Config) -> Iterator[Fault]:
    yield from _threshold(config, "dataservice_deployment_circuit_breaker")
