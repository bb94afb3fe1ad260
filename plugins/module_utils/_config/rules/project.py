# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the project, its region and its tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..faults import HIDDEN, Fault, fault
from ..ownership import OWNERSHIP_TAGS
from ..rulebook import Config, RuleBook
from .common import REGION, URL

book = RuleBook()

# Every name of the stack begins with the two: what they may hold is what all of AWS's names may hold.
_NAME_PART = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_LONGEST = {"project_name": 64, "environment": 32}

# A resource carries at most 50 tags, and some services add their own.
_MOST_TAGS = 40
_TAG_TEXT = re.compile(r"[\w\s+\-=.:/@]*")
_LONGEST_TAG_KEY, _LONGEST_TAG_VALUE = 128, 256


def _name_part(config: Config, variable: str) -> Iterator[Fault]:
    value, longest = config[variable], _LONGEST[variable]
    if not _NAME_PART.fullmatch(value):
        yield fault(
            variable,
            value,
            "It holds letters, digits and hyphens, and neither begins nor ends with a hyphen.",
            "Rename it, since it becomes a part of every name.",
        )
    elif len(value) > longest:
        yield fault(variable, value, f"It is at most {longest} characters long; this is {len(value)}.", "Shorten it.")


@book.needs("project_name")
def project_name(config: Config) -> Iterator[Fault]:
    yield from _name_part(config, "project_name")


@book.needs("environment")
def environment(config: Config) -> Iterator[Fault]:
    yield from _name_part(config, "environment")


@book.needs("aws_region")
def region(config: Config) -> Iterator[Fault]:
    if not REGION.fullmatch(config["aws_region"]):
        yield fault(
            "aws_region", config["aws_region"], "It must be the code of an AWS region.", "Write it like us-east-1."
        )


@book.needs("aws_connection")
def connection(config: Config) -> Iterator[Fault]:
    given = {key: value for key, value in config["aws_connection"].items() if value}
    if "profile" in given and ("access_key" in given or "secret_key" in given):
        yield fault(
            "aws_connection.profile", HIDDEN, "Give a profile or an access key, not both.", "Remove one of them."
        )
    for key, other in (("access_key", "secret_key"), ("secret_key", "access_key"), ("access_key", "session_token")):
        if other in given and key not in given:
            yield fault(f"aws_connection.{key}", None, f"It goes with {other}.", "Set both, or neither.")
    if "endpoint_url" in given and not URL.fullmatch(given["endpoint_url"]):
        rule = "It must be a URL with http:// or https://."
        yield fault("aws_connection.endpoint_url", HIDDEN, rule, "Write it like https://aws.example.com.")


@book.needs("tags")
def tags(config: Config) -> Iterator[Fault]:
    if len(config["tags"]) > _MOST_TAGS:
        yield fault("tags", len(config["tags"]), f"There may be at most {_MOST_TAGS} tags.", "Remove some.")
    for key, value in config["tags"].items():
        yield from _tag(key, value)


def _tag(key: str, value: object) -> Iterator[Fault]:
    path = f"tags.{key}"
    if key in OWNERSHIP_TAGS:
        yield fault(path, value, "The collection sets this tag itself, to find what it owns.", "Use another key.")
    elif key.lower().startswith("aws:") or not 0 < len(key) <= _LONGEST_TAG_KEY or not _TAG_TEXT.fullmatch(key):
        yield fault(
            path,
            value,
            f"A key has 1 to {_LONGEST_TAG_KEY} letters, digits, spaces and _ . : / = + - @, and does not begin with "
            "aws:.",
            "Rename the key.",
        )
    if not isinstance(value, str):
        yield fault(path, value, "A tag's value is text.", "Put it in quotes.")
    elif len(value) > _LONGEST_TAG_VALUE or not _TAG_TEXT.fullmatch(value):
        yield fault(
            path,
            value,
            f"A value has at most {_LONGEST_TAG_VALUE} letters, digits, spaces and _ . : / = + - @.",
            "Change the value.",
        )
