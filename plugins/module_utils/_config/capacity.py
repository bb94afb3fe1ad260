# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the tasks run on: instances of the stack's own, or AWS Fargate, on demand and on Spot."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from . import timeouts

EC2, FARGATE = "ec2", "fargate"
# The capacity providers that AWS has in every account.
ON_DEMAND, SPOT = "FARGATE", "FARGATE_SPOT"
# As the instances of portkey_instance_type's default have it.
DEFAULT_ARCHITECTURE = "arm64"
_API_ARCHITECTURES = {"arm64": "ARM64", "x86_64": "X86_64"}
# Beside requests and SIGTERM: until ECS has let go of the last task that it has stopped.
_AFTER_THE_LAST_TASK = 120

Config = Mapping[str, t.Any]
Item = dict[str, t.Any]


def is_fargate(config: Config) -> bool:
    return config["capacity"]["type"] == FARGATE


def has_instances(config: Config) -> bool:
    """Whether the stack has instances of its own."""
    return config["create_cluster"] and not is_fargate(config)


def providers(config: Config, names: Mapping[str, t.Any]) -> list[str]:
    """Those that the stack's cluster has. Both of Fargate's, so that weights alone change where tasks run."""
    return [ON_DEMAND, SPOT] if is_fargate(config) else [names["capacity_provider"]]


def used_providers(config: Config) -> list[str]:
    """Those that an existing cluster must have."""
    if not is_fargate(config):
        return [config["capacity_provider_name"]]
    used = {ON_DEMAND, *(item["capacity_provider"] for item in _weighted(config))}
    return sorted(used)


def _weighted(config: Config) -> list[Item]:
    """Fargate's strategy; what gets no task is not in it, as AWS wants it."""
    settings = config["capacity"]
    base, weight, spot_weight = settings["fargate_base"], settings["fargate_weight"], settings["fargate_spot_weight"]
    strategy = [
        {"capacity_provider": ON_DEMAND, "base": base, "weight": weight},
        {"capacity_provider": SPOT, "base": 0, "weight": spot_weight},
    ]
    return [item for item in strategy if item["weight"] or item["base"]]


def strategy(config: Config, names: Mapping[str, t.Any], on_spot: bool) -> list[Item]:
    """Where the tasks of a service run. ``on_spot``: whether AWS may take some of them back."""
    if not is_fargate(config):
        return [{"capacity_provider": names["capacity_provider"], "weight": 1, "base": 0}]
    if not on_spot:
        return [{"capacity_provider": ON_DEMAND, "weight": 1, "base": 0}]
    return _weighted(config)


def architecture(config: Config) -> str | None:
    """That of the tasks on Fargate. On instances it is theirs."""
    return (config["capacity"]["architecture"] or DEFAULT_ARCHITECTURE) if is_fargate(config) else None


def of_service(config: Config, names: Mapping[str, t.Any], on_spot: bool) -> Item:
    """What it adds to the definition of a service."""
    processor = architecture(config)
    return {
        "capacity_provider_strategy": strategy(config, names, on_spot),
        "runtime_platform": processor
        and {"cpu_architecture": _API_ARCHITECTURES[processor], "operating_system_family": "LINUX"},
    }


def plan(config: Config, names: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> Item:
    """The parameters of the role ecs_cluster about it. ``account`` says what the cluster has now."""
    wanted = providers(config, names)
    known = (names["capacity_provider"], ON_DEMAND, SPOT)
    live = account["live_capacity_providers"]
    leaving = [one for one in known if one in live and one not in wanted] if config["create_cluster"] else []
    return {
        "instances": has_instances(config),
        "providers": wanted,
        "default_strategy": _weighted(config)
        if is_fargate(config)
        else [{"capacity_provider": names["capacity_provider"], "weight": 100, "base": 0}],
        # What the services still use until they have moved.
        "leaving_providers": leaving,
        "has_leftovers": bool(leaving) or (account["live_instances"] and not has_instances(config)),
        "leave_timeout": _AFTER_THE_LAST_TASK + timeouts.deregistration(config) + timeouts.MOST_STOP_SECONDS,
    }
