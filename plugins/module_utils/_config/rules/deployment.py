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
_SWITCHES = {
    strategy.BLUE_GREEN: f"{_DEPLOYMENT}.enable_blue_green",
    strategy.CANARY: f"{_DEPLOYMENT}.canary_configuration",
    strategy.LINEAR: f"{_DEPLOYMENT}.linear_configuration",
}
_STRATEGY_SWITCHES = tuple(_SWITCHES.values())


@book.needs(*_STRATEGY_SWITCHES)
def one_strategy(config: Config) -> Iterator[Fault]:
    chosen = strategy.configured_strategies(config[_DEPLOYMENT])
    if len(chosen) > 1:
        yield fault(_DEPLOYMENT, chosen, "At most one of blue/green, canary and linear.", "Switch off all but one.")


@book.needs("create_lb", *_STRATEGY_SWITCHES)
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


@book.needs("gateway_lifecycle_hook")
def hook_stages(config: Config) -> Iterator[Fault]:
    hook = config["gateway_lifecycle_hook"]
    stages = hook["lifecycle_hook_stages"]
    if hook["enable_lifecycle_hook"] and not stages:
        yield fault(
            "gateway_lifecycle_hook.lifecycle_hook_stages",
            stages,
            "A hook that is switched on needs at least one stage.",
            "Name a stage, such as POST_TEST_TRAFFIC_SHIFT.",
        )
    if len(set(stages)) < len(stages):
        yield fault(
            "gateway_lifecycle_hook.lifecycle_hook_stages",
            stages,
            "Each stage is named once.",
            "Remove the repetition.",
        )


@book.needs("gateway_lifecycle_hook.enable_lifecycle_hook", *_STRATEGY_SWITCHES)
def hook_needs_shifting(config: Config) -> Iterator[Fault]:
    if config["gateway_lifecycle_hook"]["enable_lifecycle_hook"] and not strategy.configured_strategies(
        config[_DEPLOYMENT]
    ):
        yield fault(
            "gateway_lifecycle_hook.enable_lifecycle_hook",
            True,
            "Hooks run in traffic-shifting deployments only, and this is a rolling update.",
            f"Switch on a strategy in portkey_{_DEPLOYMENT}, or the hook off.",
        )
