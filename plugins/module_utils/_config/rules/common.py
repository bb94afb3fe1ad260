# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Patterns and small checks that several topics share."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping

from ..bounds import BOUNDS
from ..faults import Fault, fault

REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}")
ARN_PLACE = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):(?P<service>[a-z0-9-]+):(?P<region>[a-z0-9-]*):(?P<account>\d{12}|aws|):.+"
)
URL = re.compile(r"https?://[^\s/?#]+([/?#]\S*)?")
PLACEHOLDER = re.compile(r"<[^<>]+>")


def within(config: Mapping[str, t.Any], path: str, least: float, greatest: float, unit: str = "") -> Iterator[Fault]:
    """A fault unless the number at the dotted ``path`` lies between the two."""
    value: t.Any = config
    for key in path.split("."):
        value = value[key]
    if not least <= value <= greatest:
        yield fault(path, value, f"It must lie between {least} and {greatest}{unit}.", "Choose a value in that range.")


def at_least(config: Mapping[str, t.Any], path: str, least: int) -> Iterator[Fault]:
    value: t.Any = config
    for key in path.split("."):
        value = value[key]
    if value < least:
        yield fault(path, value, f"It must be {least} or more.", f"Set it to {least} or more.")


def bounded(config: Mapping[str, t.Any], variable: str, unit: str = "") -> Iterator[Fault]:
    """A fault unless the variable lies within its bounds."""
    least, greatest = BOUNDS[variable]
    if greatest is None:
        yield from at_least(config, variable, least)
    else:
        yield from within(config, variable, least, greatest, unit)


def required(config: Mapping[str, t.Any], path: str, because: str) -> Iterator[Fault]:
    """A fault if the top-level variable ``path`` is not set."""
    if not config[path]:
        yield fault(path, config[path], f"It is required {because}.", f"Set portkey_{path}.")
