# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What keeps data: log groups and secrets. They stay unless their end is asked for."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ..api import call, call_unless
from ..tags import from_list
from .resource import Resource, Stack


def log_groups(client: t.Any, stack: Stack) -> Iterator[Resource]:
    stem = f"{stack.project}/{stack.environment}"
    prefixes = {f"/ecs/{stem}/", f"/aws/ecs/{stem}", f"/aws/lambda/{stack.stem}"}
    prefixes |= {name for name in stack.known_names if name.startswith(("/ecs/", "/aws/"))}
    # A prefix that another one begins with finds nothing more.
    longer = {one for one in prefixes for other in prefixes if one != other and one.startswith(other)}
    for prefix in sorted(prefixes - longer):
        doing = f"look for log groups {prefix}"
        for group in call(client, "describe_log_groups", doing, logGroupNamePrefix=prefix)["logGroups"]:
            name, arn = group["logGroupName"], group["arn"].removesuffix(":*")
            answer = call_unless(
                ("ResourceNotFoundException",),
                client,
                "list_tags_for_resource",
                f"read the tags of log group {name}",
                resourceArn=arn,
            )
            if name == stack.names.get("insights_log_group"):
                # AWS makes it without tags, and again when a last measurement comes late.
                answer = {"tags": stack.tags}
            if answer is not None:
                yield Resource("logs_log_group", name, name, answer.get("tags", {}))


def secrets(client: t.Any, stack: Stack) -> Iterator[Resource]:
    beginnings = [f"{stack.project}/{stack.environment}/", stack.names["image_cache"]["secret"]]
    found = call(
        client,
        "list_secrets",
        "look for secrets",
        Filters=[{"Key": "name", "Values": beginnings}],
        IncludePlannedDeletion=True,
    )["SecretList"]
    for secret in found:
        leaving = bool(secret.get("DeletedDate"))
        tags = from_list(secret.get("Tags"))
        yield Resource("secretsmanager_secret", secret["ARN"], secret["Name"], tags, is_leaving=leaving)
