# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about what CodeDeploy can and cannot, when it deploys the gateway."""

from __future__ import annotations

from collections.abc import Iterator

from .. import codedeploy, strategy
from ..faults import Fault, fault
from ..rulebook import Config, RuleBook
from .deployment import STRATEGY_SWITCHES

book = RuleBook()

_DEPLOYMENT = "gateway_deployment_configuration"
_CONTROLLER = f"{_DEPLOYMENT}.controller"
_READY = f"{_DEPLOYMENT}.ready_wait_in_minutes"
_LONGEST_READY_WAIT = 7200
_GRADUAL = {
    strategy.CANARY: ("canary_configuration", "canary_percent", "canary_bake_time_in_minutes"),
    strategy.LINEAR: ("linear_configuration", "step_percent", "step_bake_time_in_minutes"),
}


@book.needs(_CONTROLLER, *STRATEGY_SWITCHES)
def needs_strategy(config: Config) -> Iterator[Fault]:
    if codedeploy.is_controller(config) and not strategy.configured_strategies(config[_DEPLOYMENT]):
        rule = "CodeDeploy has no rolling updates: it always shifts traffic to a second set of tasks."
        yield fault(_CONTROLLER, codedeploy.CODEDEPLOY, rule, "Switch on enable_blue_green, or use the controller ecs.")


@book.needs(_CONTROLLER, "lb_type", *STRATEGY_SWITCHES)
def network_load_balancer(config: Config) -> Iterator[Fault]:
    chosen = strategy.chosen_strategy(config[_DEPLOYMENT])
    if codedeploy.is_controller(config) and config["lb_type"] == "network" and chosen in _GRADUAL:
        rule = "Behind a network load balancer CodeDeploy shifts all traffic at once only."
        fix = "Use enable_blue_green, portkey_lb_type: application, or the controller ecs."
        path = f"{_DEPLOYMENT}.{_GRADUAL[chosen][0]}"
        yield fault(path, config[_DEPLOYMENT][_GRADUAL[chosen][0]], rule, fix)


@book.needs(_CONTROLLER, *STRATEGY_SWITCHES)
def whole_percents(config: Config) -> Iterator[Fault]:
    chosen = strategy.chosen_strategy(config[_DEPLOYMENT])
    if not codedeploy.is_controller(config) or chosen not in _GRADUAL:
        return
    key, percentage, interval = _GRADUAL[chosen]
    settings = config[_DEPLOYMENT][key]
    percent, minutes = settings[percentage], settings[interval]
    least, most = codedeploy.PERCENT
    wrong = percent != int(percent) or percent < least
    if wrong:
        rule = f"CodeDeploy knows whole percents from {least} to {most}, and 100."
        yield fault(f"{_DEPLOYMENT}.{key}.{percentage}", percent, rule, f"Write {max(round(percent), least)}.")
    if minutes < 1:
        rule = "With CodeDeploy there is at least a minute between two steps."
        yield fault(f"{_DEPLOYMENT}.{key}.{interval}", minutes, rule, "Write 1 or more.")
    elif not wrong and codedeploy.shift_minutes(codedeploy.routing(config[_DEPLOYMENT])) > _longest():
        rule = f"With CodeDeploy all traffic must have moved after {_longest()} minutes."
        yield fault(f"{_DEPLOYMENT}.{key}.{interval}", minutes, rule, "Make it shorter, or the steps larger.")


def _longest() -> int:
    return codedeploy.LONGEST_SHIFT_MINUTES


@book.needs(_CONTROLLER, "server_mode")
def one_target_group(config: Config) -> Iterator[Fault]:
    if codedeploy.is_controller(config) and config["server_mode"] == "all":
        rule = "A service that CodeDeploy deploys has one target group, and the server mode all needs two."
        yield fault(_CONTROLLER, codedeploy.CODEDEPLOY, rule, "Use the controller ecs, or the mode gateway or mcp.")


@book.needs(_CONTROLLER, _READY)
def ready_wait(config: Config) -> Iterator[Fault]:
    minutes = config[_DEPLOYMENT]["ready_wait_in_minutes"]
    if not 0 <= minutes <= _LONGEST_READY_WAIT:
        rule = f"It must be between 0 and {_LONGEST_READY_WAIT} minutes."
        yield fault(_READY, minutes, rule, "Choose a value in that range.")
    elif minutes and not codedeploy.is_controller(config):
        rule = "Only CodeDeploy waits so; ECS's own deployments wait at hooks."
        yield fault(_READY, minutes, rule, "Set it to 0, or use the controller codedeploy.")


@book.needs(_CONTROLLER, "gateway_lifecycle_hook", "gateway_smoke_gate")
def hook_events(config: Config) -> Iterator[Fault]:
    """A function at each of five events."""
    if not codedeploy.is_controller(config):
        return
    hook, gate = config["gateway_lifecycle_hook"], config["gateway_smoke_gate"]
    used = {
        "gateway_lifecycle_hook.lifecycle_hook_stages": hook["lifecycle_hook_stages"]
        if hook["enable_lifecycle_hook"]
        else [],
        "gateway_smoke_gate.smoke_gate_stages": gate["smoke_gate_stages"] if gate["enable_smoke_gate"] else [],
    }
    taken: set[str] = set()
    for path, stages in used.items():
        unknown = [stage for stage in stages if stage not in codedeploy.EVENTS]
        if unknown:
            rule = f"CodeDeploy calls functions at {', '.join(codedeploy.EVENTS)} only."
            yield fault(path, unknown, rule, "Name one of those stages.")
        twice = sorted(taken & set(stages))
        if twice:
            rule = "CodeDeploy calls one function at a stage, and the lifecycle hook is there already."
            yield fault(path, twice, rule, "Choose another stage for one of them.")
        taken |= set(stages)


@book.needs(_CONTROLLER, "gateway_pause_hooks")
def pauses(config: Config) -> Iterator[Fault]:
    if codedeploy.is_controller(config) and config["gateway_pause_hooks"]:
        rule = "CodeDeploy has no pause hooks. It can wait before production traffic moves."
        fix = f"Remove them, and set portkey_{_READY}."
        yield fault("gateway_pause_hooks", config["gateway_pause_hooks"], rule, fix)
