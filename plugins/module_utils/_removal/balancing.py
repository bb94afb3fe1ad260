# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Load balancers and target groups. A load balancer's network interfaces outlive it; who needs them gone waits."""

from __future__ import annotations

import typing as t

from .._audit.resource import Resource
from ..api import call, call_unless
from .work import Removal, Work, call_if_there

_PROTECTION = "deletion_protection.enabled"


def load_balancer(work: Work, resource: Resource) -> None:
    client, arn = work.client("elbv2"), resource.id
    doing = f"read the attributes of load balancer {resource.name}"
    attributes = call_if_there(client, "describe_load_balancer_attributes", doing, LoadBalancerArn=arn)
    if {"Key": _PROTECTION, "Value": "true"} in attributes.get("Attributes", []):
        call(
            client,
            "modify_load_balancer_attributes",
            f"take the deletion protection from load balancer {resource.name}",
            LoadBalancerArn=arn,
            Attributes=[{"Key": _PROTECTION, "Value": "false"}],
        )
    _free(work, client, resource)
    work.insist(
        lambda: call_if_there(client, "delete_load_balancer", f"delete {resource}", LoadBalancerArn=arn),
        ("ResourceInUse", "ResourceInUseException"),
        f"load balancer {resource.name} to be free of endpoint services",
    )


def _free(work: Work, client: t.Any, resource: Resource) -> None:
    """An application load balancer stays as long as one of the stack's target groups leads to it."""
    if ":loadbalancer/app/" not in resource.id:
        return
    groups = call(client, "describe_target_groups", f"look for what leads to {resource}")["TargetGroups"]
    for group in groups:
        arn = group["TargetGroupArn"]
        if group.get("TargetType") != "alb" or arn not in work.removed_ids:
            continue
        health = call_if_there(client, "describe_target_health", f"read the targets of {arn}", TargetGroupArn=arn)
        targets = [
            {"Id": one["Target"]["Id"], "Port": one["Target"]["Port"]}
            for one in health.get("TargetHealthDescriptions", [])
            if one["Target"]["Id"] == resource.id and one["TargetHealth"]["State"] != "draining"
        ]
        if targets:
            doing = f"let nothing lead to {resource}"
            gone = ("TargetGroupNotFound", "InvalidTarget")
            call_unless(gone, client, "deregister_targets", doing, TargetGroupArn=arn, Targets=targets)


def target_group(work: Work, resource: Resource) -> None:
    client = work.client("elbv2")
    work.insist(
        lambda: call_if_there(client, "delete_target_group", f"delete {resource}", TargetGroupArn=resource.id),
        ("ResourceInUse", "ResourceInUseException"),
        f"target group {resource.name} to be free of listeners",
    )


REMOVALS = {
    "elbv2_load_balancer": Removal(load_balancer, ("ecs_service", "ec2_vpc_endpoint_service", "route53_records")),
    "elbv2_target_group": Removal(target_group, ("ecs_service", "elbv2_load_balancer")),
}
