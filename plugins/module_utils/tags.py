# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Tags: what they will be, and what has to be said to AWS to get there."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable, Iterable, Mapping

from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
    compare_aws_tags,
)

Tags = dict[str, str]

# With these ecs_scale_down notes on a service what it was. Only that module takes them away, no purging of tags does.
SCALED_DOWN = "portkey:scaled-down"


@dataclasses.dataclass(frozen=True)
class Change:
    """The way from one set of tags to another, and where it ends."""

    added: Tags
    removed: list[str]
    final: Tags


def change(current: Mapping[str, str], wanted: Mapping[str, t.Any] | None, purge: bool) -> Change:
    """``wanted`` None leaves the tags alone; those of AWS (``aws:``) and our notes (SCALED_DOWN) are never purged."""
    if wanted is None:
        return Change({}, [], dict(current))
    to_set, surplus = compare_aws_tags(dict(current), _as_text(wanted), purge)
    removed = [key for key in surplus if not key.startswith(SCALED_DOWN)]
    # compare_aws_tags answers in the order of a set; calls and diffs read the same every time.
    added = {key: value for key, value in _as_text(wanted).items() if key in to_set}
    kept = {key: value for key, value in current.items() if key not in removed}
    return Change(added, sorted(removed), {**kept, **added})


def apply(changes: Change, add: Callable[[Tags], t.Any], remove: Callable[[list[str]], t.Any]) -> None:
    """Say to AWS only what differs."""
    if changes.removed:
        remove(changes.removed)
    if changes.added:
        add(changes.added)


def _as_text(tags: Mapping[str, t.Any]) -> Tags:
    return {str(key): str(value) for key, value in tags.items()}


def from_list(items: Iterable[Mapping[str, str]] | None) -> Tags:
    """From AWS's list, whichever way its keys are written."""
    return dict(boto3_tag_list_to_ansible_dict(list(items or [])))


def to_list(tags: Mapping[str, t.Any]) -> list[dict[str, str]]:
    return list(ansible_dict_to_boto3_tag_list(_as_text(tags)))


def to_lower_list(tags: Mapping[str, t.Any]) -> list[dict[str, str]]:
    """As to_list, for the APIs that write their keys in lower case, as ECS does."""
    return list(ansible_dict_to_boto3_tag_list(_as_text(tags), "key", "value"))
