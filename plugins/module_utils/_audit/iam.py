# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Roles and instance profiles. IAM is global: those of the same stack in another region have its name in theirs."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ..api import call, call_unless
from ..tags import from_list
from .resource import Resource, Stack

_GONE = ("NoSuchEntity",)


def read(client: t.Any, stack: Stack) -> Iterator[Resource]:
    for role in call(client, "list_roles", "list the roles")["Roles"]:
        name = role["RoleName"]
        if _may_be(stack, name):
            doing = f"read the tags of role {name}"
            answer = call_unless(_GONE, client, "list_role_tags", doing, RoleName=name)
            if answer:
                yield Resource("iam_role", name, name, from_list(answer["Tags"]))
    for profile in call(client, "list_instance_profiles", "list the instance profiles")["InstanceProfiles"]:
        name = profile["InstanceProfileName"]
        if _may_be(stack, name):
            doing = f"read instance profile {name}"
            answer = call_unless(_GONE, client, "get_instance_profile", doing, InstanceProfileName=name)
            if answer:
                tags = from_list(answer["InstanceProfile"].get("Tags"))
                yield Resource("iam_instance_profile", name, name, tags)


def _may_be(stack: Stack, name: str) -> bool:
    return name.startswith(f"{stack.stem}{stack.region}-") or name in stack.known_names
