"""Target groups of a group are kept and described; instances are not registered with them (ECS registers tasks)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...registry import Call, handles
from .state import group_of

if TYPE_CHECKING:
    from ...world import World


@handles("autoscaling", "AttachLoadBalancerTargetGroups")
def attach_target_groups(world: World, call: Call) -> Any:
    group = group_of(world, call)
    group.target_group_arns = list(dict.fromkeys([*group.target_group_arns, *call.params["TargetGroupARNs"]]))
    return {}


@handles("autoscaling", "DetachLoadBalancerTargetGroups")
def detach_target_groups(world: World, call: Call) -> Any:
    group = group_of(world, call)
    group.target_group_arns = [one for one in group.target_group_arns if one not in call.params["TargetGroupARNs"]]
    return {}


@handles("autoscaling", "DescribeLoadBalancerTargetGroups")
def describe_target_groups(world: World, call: Call) -> Any:
    group = group_of(world, call)
    return {
        "LoadBalancerTargetGroups": [
            {"LoadBalancerTargetGroupARN": arn, "State": "InService"} for arn in group.target_group_arns
        ]
    }
