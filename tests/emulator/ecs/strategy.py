"""Capacity provider strategies: base and weight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import errors
from .state import last_part

FARGATE = ("FARGATE", "FARGATE_SPOT")
MOST_PROVIDERS = 20
HIGHEST_WEIGHT = 1000
HIGHEST_BASE = 100_000


def is_fargate(provider: str) -> bool:
    return provider in FARGATE


def on_fargate(settings: dict[str, Any]) -> bool:
    """Whether tasks with these settings run on Fargate, by their launch type or their capacity providers."""
    providers = settings.get("capacityProviderStrategy") or []
    return settings.get("launchType") == "FARGATE" or any(is_fargate(item["capacityProvider"]) for item in providers)


def check_strategy(strategy: list[dict[str, Any]], providers: Iterable[str]) -> list[dict[str, Any]]:
    """A strategy in its full form, if AWS would take it for a cluster with these providers."""
    full: list[dict[str, Any]] = [
        {
            "capacityProvider": last_part(item["capacityProvider"]),
            "weight": int(item.get("weight") or 0),
            "base": int(item.get("base") or 0),
        }
        for item in strategy
    ]
    names = [item["capacityProvider"] for item in full]
    if set(names) - set(providers):
        raise errors.invalid_parameter(
            "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
            "the cluster. Associate the capacity provider with the cluster and try again."
        )
    if len(set(names)) != len(names):
        raise errors.invalid_parameter("A capacity provider strategy cannot contain duplicate capacity providers.")
    if len(names) > MOST_PROVIDERS:
        raise errors.invalid_parameter("A capacity provider strategy can contain a maximum of 20 capacity providers.")
    if len({is_fargate(name) for name in names}) > 1:
        raise errors.invalid_parameter(
            "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and "
            "Fargate providers. Specify one or the other and try again."
        )
    _check_numbers(full)
    return full


def _check_numbers(strategy: list[dict[str, Any]]) -> None:
    for item in strategy:
        if not 0 <= item["weight"] <= HIGHEST_WEIGHT:
            raise errors.invalid_parameter("The weight value of a capacity provider must be between 0 and 1000.")
        if not 0 <= item["base"] <= HIGHEST_BASE:
            raise errors.invalid_parameter("The base value of a capacity provider must be between 0 and 100000.")
    if sum(item["base"] > 0 for item in strategy) > 1:
        raise errors.invalid_parameter("Only one capacity provider in a strategy can have a base value greater than 0.")
    if strategy and not any(item["weight"] for item in strategy):
        raise errors.invalid_parameter(
            "There are no capacity providers with a weight value greater than zero defined in the capacity provider "
            "strategy. At least one capacity provider must have a weight value greater than zero specified."
        )


def next_provider(strategy: list[dict[str, Any]], running: dict[str, int]) -> str:
    """Which provider the next task goes to, given how many tasks each has."""
    for item in strategy:
        if running.get(item["capacityProvider"], 0) < item["base"]:
            return str(item["capacityProvider"])
    weighted = [item for item in strategy if item["weight"]]
    best = min(
        weighted,
        key=lambda item: (max(running.get(item["capacityProvider"], 0) - item["base"], 0) + 1) / item["weight"],
    )
    return str(best["capacityProvider"])
