# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What happens at the stages of the gateway's deployments: functions that ECS calls, and pauses for people.

A function is known by its name, so all ARNs follow from the configuration and the account; no run has to ask for them.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from . import smoke_gate, strategy
from .names import FUNCTIONS, LIFECYCLE_HOOK, SMOKE_GATE
from .place import Place

MOST_HOOKS = 10
TIMEOUT_MINUTES = (1, 20_160)
# What ECS does with a hook unless it is told otherwise.
DEFAULT_TIMEOUT = {"timeout_in_minutes": 1440, "action": "ROLLBACK"}

TEMPLATE_HANDLER = "lifecycle_hook.handler"
# A name without a folder is a file of the role lifecycle_hook.
TEMPLATE_SOURCES = ["lifecycle_hook.py", "hook_answers.py"]
MEMORY_MIB = 128

Item = dict[str, t.Any]
Config = Mapping[str, t.Any]


def plan(config: Config, names: Mapping[str, t.Any], place: Place) -> Item:
    """The parameters of the role lifecycle_hook without their prefix, and the hooks of the gateway's deployments."""
    functions = _functions(config, names) if _is_shifting(config) else []
    called = _called(config, names, place) if _is_shifting(config) else {}
    role = names["lifecycle_hook_invoke_role"]
    return {
        "functions": functions,
        "function_arns": called,
        "names": names["functions"],
        "invoke_role_name": role,
        "hooks": _hooks(config, called, place.role_arn(role)) if _is_shifting(config) else [],
    }


def _is_shifting(config: Config) -> bool:
    return strategy.is_traffic_shifting(strategy.chosen_strategy(config["gateway_deployment_configuration"]))


def own_functions(config: Config) -> list[str]:
    """The functions that the collection makes."""
    hook = config["gateway_lifecycle_hook"]
    is_on = {
        LIFECYCLE_HOOK: hook["enable_lifecycle_hook"] and not hook["function_arn"],
        SMOKE_GATE: config["gateway_smoke_gate"]["enable_smoke_gate"],
    }
    return [function for function in FUNCTIONS if is_on[function]]


def _functions(config: Config, names: Mapping[str, t.Any]) -> list[Item]:
    describe = {LIFECYCLE_HOOK: _lifecycle_hook, SMOKE_GATE: smoke_gate.function}
    return [
        {"kind": kind, "names": names["functions"][kind], **describe[kind](config)} for kind in own_functions(config)
    ]


def _lifecycle_hook(config: Config) -> Item:
    hook = config["gateway_lifecycle_hook"]
    return {
        "description": "Called by ECS at stages of the AI gateway's deployments",
        "sources": [hook["code_path"]] if hook["code_path"] else TEMPLATE_SOURCES,
        "handler": hook["handler"],
        "runtime": hook["runtime"],
        "timeout": hook["function_timeout_seconds"],
        "memory_size": MEMORY_MIB,
        "in_vpc": False,
        "settings": None,
        "secret_arns": [],
    }


def _called(config: Config, names: Mapping[str, t.Any], place: Place) -> dict[str, str]:
    """The ARN of each function that ECS calls, the user's own among them."""
    arns = {kind: place.function_arn(names["functions"][kind]["function"]) for kind in own_functions(config)}
    hook = config["gateway_lifecycle_hook"]
    if hook["enable_lifecycle_hook"] and hook["function_arn"]:
        arns[LIFECYCLE_HOOK] = hook["function_arn"]
    return arns


def _hooks(config: Config, called: Mapping[str, str], role_arn: str) -> list[Item]:
    """The option ``lifecycle_hooks`` of portkey.gateway.ecs_service."""
    hook, gate = config["gateway_lifecycle_hook"], config["gateway_smoke_gate"]
    stages = {LIFECYCLE_HOOK: hook["lifecycle_hook_stages"], SMOKE_GATE: gate["smoke_gate_stages"]}
    settings = {LIFECYCLE_HOOK: hook, SMOKE_GATE: gate}
    functions = [
        {
            "hook_target_arn": called[kind],
            "role_arn": role_arn,
            "lifecycle_stages": list(stages[kind]),
            **({"hook_details": dict(hook["hook_details"])} if kind == LIFECYCLE_HOOK and hook["hook_details"] else {}),
            **_timeout(settings[kind]),
        }
        for kind in FUNCTIONS
        if kind in called
    ]
    pauses = [
        {"target_type": "PAUSE", "lifecycle_stages": list(pause["pause_stages"]), **_timeout(pause)}
        for pause in config["gateway_pause_hooks"]
    ]
    return [*functions, *pauses]


def _timeout(settings: Mapping[str, t.Any]) -> Item:
    """Said only where it is not ECS's own, which a botocore without the option can do as well."""
    timeout = {"timeout_in_minutes": settings["timeout_in_minutes"], "action": settings["timeout_action"]}
    return {} if timeout == DEFAULT_TIMEOUT else {"timeout_configuration": timeout}
