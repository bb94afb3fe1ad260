# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the PrivateLink modules share: finding by name and tags, tagging, and the failures that come with status 200."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .. import tags
from ..api import call
from ..shape import snake

# Without botocore AnsibleAWSModule fails.
with contextlib.suppress(ImportError):
    from botocore.exceptions import ClientError

Item = dict[str, t.Any]


def call_on_each(client: t.Any, operation: str, doing: str, **parameters: t.Any) -> None:
    """Like ``call``, for what acts on several things and only tells in its answer which of them AWS has refused."""
    answer = call(client, operation, doing, **parameters)
    for one in answer.get("Unsuccessful") or []:
        error = ClientError({"Error": {"Code": "", "Message": "", **(one.get("Error") or {})}}, operation)
        raise AnsibleAWSError(message=f"Failed to {doing}", exception=error)


def named(client: t.Any, operation: str, items: str, what: str, name: str, **filters: str) -> list[Item]:
    """Those with the name in their tag."""
    wanted = {"tag:Name": name, **filters}
    asked = [{"Name": key, "Values": [value]} for key, value in wanted.items()]
    found: list[Item] = call(client, operation, f"look for the {what} {name}", Filters=asked)[items]
    return found


def specification(kind: str, wanted: tags.Tags) -> list[Item]:
    return [{"ResourceType": kind, "Tags": tags.to_list(wanted)}]


def retag(client: t.Any, resource_id: str, change: tags.Change) -> None:
    doing = f"tag {resource_id}"
    tags.apply(
        change,
        lambda added: call(client, "create_tags", doing, Resources=[resource_id], Tags=tags.to_list(added)),
        lambda keys: call(client, "delete_tags", doing, Resources=[resource_id], Tags=[{"Key": key} for key in keys]),
    )


def with_name(params: t.Mapping[str, t.Any]) -> tags.Tags | None:
    """The tags that are wanted, with the name among them."""
    given = params["tags"]
    return None if given is None else {**given, "Name": params["name"]}


def returned(raw: Item) -> Item:
    """As a module returns it."""
    plain = {key: value for key, value in raw.items() if key not in ("Tags", "ResponseMetadata")}
    return {**snake(plain), "tags": tags.from_list(raw.get("Tags"))}
