# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the cluster and its instances."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import capacity
from ..faults import Fault, fault
from ..rulebook import Config, RuleBook
from .common import at_least, required, within

book = RuleBook()

_ECS_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_INSTANCE_TYPE = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")
_MOST_ABOVE_MINIMUM = 100


def _existing(config: Config, variable: str) -> Iterator[Fault]:
    if config["create_cluster"]:
        return
    yield from required(config, variable, "with portkey_create_cluster: false")
    if config[variable] and not _ECS_NAME.fullmatch(config[variable]):
        yield fault(
            variable,
            config[variable],
            "It has 1 to 255 letters, digits, hyphens and underscores.",
            "Write the name, not the ARN.",
        )


@book.needs("create_cluster", "cluster_name")
def cluster_name(config: Config) -> Iterator[Fault]:
    yield from _existing(config, "cluster_name")


@book.needs("create_cluster", "capacity_provider_name", "capacity")
def capacity_provider_name(config: Config) -> Iterator[Fault]:
    if not capacity.is_fargate(config):
        yield from _existing(config, "capacity_provider_name")


@book.needs("instance_type")
def instance_type(config: Config) -> Iterator[Fault]:
    if not _INSTANCE_TYPE.fullmatch(config["instance_type"]):
        yield fault(
            "instance_type", config["instance_type"], "It must be an EC2 instance type.", "Write it like t4g.medium."
        )


@book.needs("min_asg_size")
def least_size(config: Config) -> Iterator[Fault]:
    yield from at_least(config, "min_asg_size", 0)


@book.needs("max_asg_size")
def greatest_size(config: Config) -> Iterator[Fault]:
    yield from at_least(config, "max_asg_size", 1)


@book.needs("min_asg_size", "desired_asg_size", "max_asg_size")
def sizes(config: Config) -> Iterator[Fault]:
    least, desired, greatest = config["min_asg_size"], config["desired_asg_size"], config["max_asg_size"]
    if least > greatest:
        yield fault(
            "min_asg_size",
            least,
            f"It must not exceed portkey_max_asg_size, which is {greatest}.",
            "Lower the one or raise the other.",
        )
    elif not least <= desired <= greatest:
        yield fault(
            "desired_asg_size",
            desired,
            f"It must lie between portkey_min_asg_size ({least}) and portkey_max_asg_size ({greatest}).",
            f"Choose a number from {least} to {greatest}.",
        )


@book.needs("target_capacity")
def target_capacity(config: Config) -> Iterator[Fault]:
    yield from within(config, "target_capacity", 1, 100, " percent")


@book.needs("instance_refresh")
def instance_refresh(config: Config) -> Iterator[Fault]:
    ranges = [
        *within(config, "instance_refresh.min_healthy_percentage", 0, 100, " percent"),
        *within(config, "instance_refresh.max_healthy_percentage", 100, 200, " percent"),
    ]
    yield from ranges
    yield from at_least(config, "instance_refresh.instance_warmup", 0)
    refresh = config["instance_refresh"]
    if not ranges and refresh["max_healthy_percentage"] - refresh["min_healthy_percentage"] > _MOST_ABOVE_MINIMUM:
        yield fault(
            "instance_refresh.max_healthy_percentage",
            refresh["max_healthy_percentage"],
            f"It is at most {_MOST_ABOVE_MINIMUM} above min_healthy_percentage, {refresh['min_healthy_percentage']}.",
            "Raise the minimum or lower the maximum.",
        )
