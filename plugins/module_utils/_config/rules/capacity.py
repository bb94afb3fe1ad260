# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about what the tasks run on."""

from __future__ import annotations

from collections.abc import Iterator

from .. import capacity
from ..faults import Fault, fault
from ..rulebook import Config, RuleBook
from .common import within

book = RuleBook()

_MOST_WEIGHT, _MOST_BASE = 1000, 100_000


@book.needs("capacity")
def architecture(config: Config) -> Iterator[Fault]:
    wanted = config["capacity"]["architecture"]
    if wanted and not capacity.is_fargate(config):
        rule = "It goes with the type fargate; on instances it follows portkey_instance_type."
        yield fault("capacity.architecture", wanted, rule, "Remove it, and choose the instance type for it.")


@book.needs("capacity")
def weights(config: Config) -> Iterator[Fault]:
    ranges = [
        *within(config, "capacity.fargate_base", 0, _MOST_BASE),
        *within(config, "capacity.fargate_weight", 0, _MOST_WEIGHT),
        *within(config, "capacity.fargate_spot_weight", 0, _MOST_WEIGHT),
    ]
    yield from ranges
    settings = config["capacity"]
    if not ranges and not settings["fargate_weight"] and not settings["fargate_spot_weight"]:
        rule = "ECS needs one capacity provider with a weight above 0, and fargate_spot_weight is 0 as well."
        yield fault("capacity.fargate_weight", 0, rule, "Raise one of the two.")
