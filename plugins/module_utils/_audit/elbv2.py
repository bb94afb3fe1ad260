# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Load balancers and target groups. Listeners and rules go with their load balancer."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ..api import call
from ..tags import from_list
from .resource import Resource, Stack

# DescribeTags takes no more.
_TAGS_AT_ONCE = 20


def read(client: t.Any, stack: Stack) -> Iterator[Resource]:
    balancers = call(client, "describe_load_balancers", "look for load balancers")["LoadBalancers"]
    yield from _tagged(client, "elbv2_load_balancer", "LoadBalancer", balancers)
    groups = call(client, "describe_target_groups", "look for target groups")["TargetGroups"]
    yield from _tagged(client, "elbv2_target_group", "TargetGroup", groups)


def _tagged(client: t.Any, kind: str, prefix: str, items: list[dict[str, t.Any]]) -> Iterator[Resource]:
    names = {item[f"{prefix}Arn"]: item[f"{prefix}Name"] for item in items}
    arns = list(names)
    for start in range(0, len(arns), _TAGS_AT_ONCE):
        part = arns[start : start + _TAGS_AT_ONCE]
        described = call(client, "describe_tags", f"read the tags of {kind}s", ResourceArns=part)["TagDescriptions"]
        for one in described:
            arn = one["ResourceArn"]
            yield Resource(kind, arn, names[arn], from_list(one["Tags"]))
