# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What load balancers, target groups, listeners and rules have in common."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterable, Mapping

from ..api import call
from ..module import GatewayError, is_known
from ..shape import snake
from ..tags import Tags, apply, change, from_list, to_list

NAME_LIMIT = 32
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
# DescribeTags takes this many ARNs in one call.
_TAGS_PAGE = 20


def check_name(kind: str, name: str) -> None:
    """AWS's rule for the names of load balancers and target groups, before anything is sent."""
    if len(name) > NAME_LIMIT:
        raise GatewayError(f"The {kind} name '{name}' has {len(name)} characters; AWS allows {NAME_LIMIT}.")
    if not _NAME.fullmatch(name):
        raise GatewayError(
            f"The {kind} name '{name}' is invalid: letters, digits and hyphens are allowed, and a hyphen neither at "
            "the beginning nor at the end."
        )


def refuse_changes(kind: str, name: str, before: Mapping[str, t.Any], wanted: Mapping[str, t.Any], fixed: str) -> None:
    """Fail when ``wanted`` differs in one of the properties ``fixed`` (space separated) that AWS never changes."""
    changes = [
        f"{key} is {before[key]} and {wanted[key]} is wanted"
        for key in fixed.split()
        if wanted.get(key) is not None and is_known(wanted[key]) and wanted[key] != before[key]
    ]
    if changes:
        raise GatewayError(
            f"The {kind} {name} cannot be changed in this way by AWS: {'; '.join(changes)}. "
            f"Keep the value it has, or remove the {kind} (state absent) and create it again."
        )


def attribute_text(attributes: Mapping[str, t.Any] | None) -> dict[str, str] | None:
    """Attributes as AWS writes them; YAML turns ``true`` into a boolean, AWS wants the word."""
    if attributes is None:
        return None
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in sorted(attributes.items())
    }


def attribute_list(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in attributes.items()]


def attribute_dict(attributes: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {item["Key"]: item.get("Value", "") for item in attributes}


def given(values: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Only what the user set: an unset option leaves the resource alone."""
    return {key: value for key, value in values.items() if value is not None}


def differing(before: Mapping[str, t.Any], wanted: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in wanted.items() if before.get(key) != value}


def tag_list(tags: Mapping[str, t.Any] | None) -> list[dict[str, str]] | None:
    """For the create calls, which refuse an empty list."""
    return to_list(tags) if tags else None


def read_tags(client: t.Any, arns: list[str]) -> dict[str, Tags]:
    """The tags of each resource, by its ARN."""
    found: dict[str, Tags] = {arn: {} for arn in arns}
    for start in range(0, len(arns), _TAGS_PAGE):
        answer = call(client, "describe_tags", "read tags", ResourceArns=arns[start : start + _TAGS_PAGE])
        for item in answer["TagDescriptions"]:
            found[item["ResourceArn"]] = from_list(item["Tags"])
    return found


def write_tags(client: t.Any, arn: str, current: Tags, params: Mapping[str, t.Any]) -> None:
    apply(
        change(current, params["tags"], params["purge_tags"]),
        lambda added: call(client, "add_tags", f"tag {arn}", ResourceArns=[arn], Tags=to_list(added)),
        lambda keys: call(client, "remove_tags", f"remove tags of {arn}", ResourceArns=[arn], TagKeys=keys),
    )


def returned(resource: Mapping[str, t.Any], tags: Mapping[str, str], **more: t.Any) -> dict[str, t.Any]:
    """The resource as a module returns it."""
    return {**snake(dict(resource)), **more, "tags": dict(tags)}
