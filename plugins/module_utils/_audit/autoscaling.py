# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Auto Scaling groups, and what scales services."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from .._applicationautoscaling import api
from .._applicationautoscaling.remember import target_of_service
from ..api import call
from ..tags import from_list
from .resource import Resource, Stack


def read(client: t.Any, stack: Stack) -> Iterator[Resource]:
    by_tags = [{"Name": f"tag:{key}", "Values": [value]} for key, value in stack.tags.items()]
    doing = "look for Auto Scaling groups"
    groups = call(client, "describe_auto_scaling_groups", doing, Filters=by_tags)["AutoScalingGroups"]
    named = [stack.names["auto_scaling_group"]]
    groups += call(client, "describe_auto_scaling_groups", doing, AutoScalingGroupNames=named)["AutoScalingGroups"]
    for name, group in {group["AutoScalingGroupName"]: group for group in groups}.items():
        tags = from_list(group.get("Tags"))
        yield Resource("autoscaling_group", name, name, tags, is_leaving=bool(group.get("Status")))


def read_targets(client: t.Any, stack: Stack) -> Iterator[Resource]:
    resources = [target_of_service(stack.names["cluster"], name)["ResourceId"] for name in stack.service_names]
    for target in api.describe_scalable_targets(client, "ecs", resources):
        arn = target.get("ScalableTargetARN")
        tags = api.list_tags(client, arn) if arn else {}
        # Its own name is the service's, which stands at the end.
        name = target["ResourceId"]
        more = {key: target[key] for key in ("ServiceNamespace", "ResourceId", "ScalableDimension")}
        yield Resource("application_autoscaling_target", name, name, tags, more=more)
