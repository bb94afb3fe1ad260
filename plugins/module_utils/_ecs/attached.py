# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Where a service and its tasks meet the network and the load balancer. Nothing here calls AWS."""

from __future__ import annotations

import typing as t

Resource = dict[str, t.Any]


def addresses(task: Resource) -> list[str]:
    """The private addresses of a task, by which target groups know it."""
    return _details(task, "privateIPv4Address")


def subnets(task: Resource) -> list[str]:
    return _details(task, "subnetId")


def _details(task: Resource, name: str) -> list[str]:
    return [
        detail["value"]
        for attachment in task.get("attachments", [])
        for detail in attachment.get("details", [])
        if detail.get("name") == name
    ]


def target_groups(service: Resource) -> list[str]:
    """Every target group that the service's tasks may be in, also those of its task sets."""
    attached = [
        balancer for holder in (service, *service.get("taskSets", [])) for balancer in holder.get("loadBalancers", [])
    ]
    groups = [balancer.get("targetGroupArn") for balancer in attached]
    groups += [(balancer.get("advancedConfiguration") or {}).get("alternateTargetGroupArn") for balancer in attached]
    return list(dict.fromkeys(group for group in groups if group))
