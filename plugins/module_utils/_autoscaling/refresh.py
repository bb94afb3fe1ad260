# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Replacing the instances of a group that were made from another launch template than the group has now."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ..api import call, call_unless
from ..module import is_known
from ..shape import snake
from .group import Found

# A refresh in one of these states is still at work, and AWS allows one at a time.
_AT_WORK = ("Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking")


def outdated(found: Found, template: Mapping[str, str], ec2: Callable[[], t.Any]) -> list[str]:
    """The instances that do not come from ``template``. ``ec2`` makes a client, for $Latest and $Default only."""
    if not found.instances:
        return []
    if not is_known([template["id"], template["version"]]):
        return [item["InstanceId"] for item in found.instances]
    version = _number(template, ec2)
    return [
        item["InstanceId"]
        for item in found.instances
        if _origin(item) not in ((template["id"], version), (template["id"], template["version"]))
    ]


def _origin(instance: Mapping[str, t.Any]) -> tuple[str | None, str | None]:
    template = instance.get("LaunchTemplate") or {}
    return template.get("LaunchTemplateId"), template.get("Version")


def _number(template: Mapping[str, str], ec2: Callable[[], t.Any]) -> str:
    if not template["version"].startswith("$"):
        return template["version"]
    answer = call(
        ec2(),
        "describe_launch_template_versions",
        f"read the version {template['version']} of {template['id']}",
        LaunchTemplateId=template["id"],
        Versions=[template["version"]],
    )
    return str(answer["LaunchTemplateVersions"][0]["VersionNumber"])


def at_work(client: t.Any, name: str) -> dict[str, t.Any] | None:
    """The refresh that is running, or None."""
    answer = call(
        client, "describe_instance_refreshes", f"read the instance refreshes of {name}", AutoScalingGroupName=name
    )
    running = (item for item in answer["InstanceRefreshes"] if item["Status"] in _AT_WORK)
    return next((snake(item) for item in running), None)


def start(client: t.Any, name: str, options: Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    """Start one, unless somebody else has just done so."""
    preferences = {
        "MinHealthyPercentage": options["min_healthy_percentage"],
        "MaxHealthyPercentage": options["max_healthy_percentage"],
        "InstanceWarmup": options["instance_warmup"],
        "SkipMatching": True,
        # ECS protects the instances that it uses; without this they would never be replaced.
        "ScaleInProtectedInstances": "Refresh",
    }
    answer = call_unless(
        ("InstanceRefreshInProgress",),
        client,
        "start_instance_refresh",
        f"start an instance refresh of {name}",
        AutoScalingGroupName=name,
        Strategy="Rolling",
        Preferences={key: value for key, value in preferences.items() if value is not None},
    )
    if answer is None:
        return at_work(client, name)
    return {"instance_refresh_id": answer["InstanceRefreshId"], "status": "Pending"}
