"""Names, tags and numbers that ELBv2 refuses."""

from __future__ import annotations

import re
from typing import Any

from ...registry import AwsError

LONGEST_NAME = 32
MOST_TAGS = 50


def invalid(message: str) -> AwsError:
    return AwsError("ValidationError", message)


def check_load_balancer_name(name: str) -> None:
    what = f"The load balancer name '{name}'"
    if len(name) > LONGEST_NAME:
        raise invalid(f"{what} cannot be longer than '{LONGEST_NAME}' characters")
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        raise invalid(f"{what} can only contain characters that are alphanumeric characters and hyphens(-)")
    if name.startswith("-") or name.endswith("-"):
        raise invalid(f"{what} cannot begin or end with a hyphen(-)")
    if name.lower().startswith("internal-"):
        raise invalid(f"{what} cannot begin with 'internal-'")


def check_target_group_name(name: str) -> None:
    what = f"Target group name '{name}'"
    if len(name) > LONGEST_NAME:
        raise invalid(f"{what} cannot be longer than '{LONGEST_NAME}' characters")
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        raise invalid(f"{what} can only contain characters that are alphanumeric characters or hyphens(-)")
    if name.startswith("-") or name.endswith("-"):
        raise invalid(f"{what} cannot begin or end with '-'")


def check_tags(tags: list[dict[str, str]], existing: dict[str, str] | None = None) -> None:
    keys = [tag["Key"] for tag in tags]
    for key in keys:
        if keys.count(key) > 1:
            raise AwsError("DuplicateTagKeys", f"Tag key was specified more than once: {key}")
        if key.lower().startswith("aws:"):
            raise invalid(f"Tag key '{key}' is invalid: aws: prefixed tag key names are not allowed for external use.")
    if len({*keys, *(existing or {})}) > MOST_TAGS:
        raise AwsError("TooManyTags", f"A resource can have at most {MOST_TAGS} tags")


def check_range(name: str, value: Any, lowest: int, highest: int) -> None:
    """Numbers outside of the model's bounds, as AWS's model validation words it."""
    if value is None:
        return
    if value < lowest or value > highest:
        words = f"greater than or equal to {lowest}" if value < lowest else f"less than or equal to {highest}"
        raise invalid(
            f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
            f"Member must have value {words}"
        )


def check_choice(name: str, value: str | None, choices: list[str]) -> None:
    if value is not None and value not in choices:
        raise invalid(
            f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(choices)}]"
        )
