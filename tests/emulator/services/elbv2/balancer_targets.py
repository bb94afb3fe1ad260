"""Target groups that lead from a network load balancer to an application load balancer."""

from __future__ import annotations

from typing import Any

from ...registry import AwsError
from .state import Listener, Store
from .validation import invalid


def check_group(data: dict[str, Any]) -> None:
    """What a new one must be like."""
    if data.get("TargetType") != "alb":
        return
    if data["Protocol"] != "TCP":
        raise invalid(f"Protocol '{data['Protocol']}' is not supported for target groups with target type 'alb'")
    if data["HealthCheckProtocol"] not in ("HTTP", "HTTPS"):
        raise invalid("Health check protocol must be HTTP or HTTPS for target groups with target type 'alb'")


def check_balancer_target(store: Store, group_arn: str, target_id: str, port: int) -> None:
    """It has one target, an application load balancer that listens on the port."""
    group = store.target_group(group_arn)
    if group.data.get("TargetType") != "alb":
        return
    balancer = store.load_balancers.get(target_id)
    if balancer is None or balancer.type != "application" or balancer.vpc_id != group.data["VpcId"]:
        raise AwsError(
            "InvalidTarget", f"The following targets are not application load balancers of the VPC: '{target_id}'"
        )
    if port not in {one.port for one in store.listeners_of(target_id)}:
        raise invalid(
            "If the target type is ALB, the target must have at least one listener that matches the target group port "
            "or any specified port overrides"
        )
    if set(group.balancer_targets) - {target_id}:
        raise AwsError("TooManyTargets", "A target group of the type alb has one target")
    group.balancer_targets[target_id] = port


def check_free(store: Store, listener: Listener) -> None:
    """A listener behind which somebody waits stays."""
    arn = listener.load_balancer_arn
    if any(group.balancer_targets.get(arn) == listener.port for group in store.target_groups.values()):
        message = f"Listener port '{listener.port}' is in use by registered target '{arn}' and cannot be removed."
        raise AwsError("ResourceInUse", message)
