"""Which metrics of a group are collected; there is nothing to see of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call, handles
from .state import group_of

if TYPE_CHECKING:
    from ...world import World

METRICS = (
    "GroupMinSize",
    "GroupMaxSize",
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupPendingInstances",
    "GroupStandbyInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
    "GroupInServiceCapacity",
    "GroupPendingCapacity",
    "GroupStandbyCapacity",
    "GroupTerminatingCapacity",
    "GroupTotalCapacity",
)


def _metrics(call: Call) -> list[str]:
    wanted = call.params.get("Metrics") or METRICS
    for name in wanted:
        if name not in METRICS:
            raise AwsError("ValidationError", f"The metric '{name}' is not valid")
    return list(wanted)


@handles("autoscaling", "EnableMetricsCollection")
def enable_metrics_collection(world: World, call: Call) -> Any:
    group = group_of(world, call)
    group.metrics = list(dict.fromkeys([*group.metrics, *_metrics(call)]))
    return {}


@handles("autoscaling", "DisableMetricsCollection")
def disable_metrics_collection(world: World, call: Call) -> Any:
    group, gone = group_of(world, call), _metrics(call)
    group.metrics = [name for name in group.metrics if name not in gone]
    return {}
