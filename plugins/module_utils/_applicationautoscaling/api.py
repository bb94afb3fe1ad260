# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""One call each: scalable targets and scaling policies."""

from __future__ import annotations

import typing as t

from ..api import call, call_unless
from ..tags import Tags

# ServiceNamespace, ResourceId and ScalableDimension, which together name a target in every call.
Target = dict[str, str]
Resource = dict[str, t.Any]

GONE = ("ObjectNotFoundException",)


def describe_scalable_target(client: t.Any, target: Target) -> Resource | None:
    targets = call(
        client,
        "describe_scalable_targets",
        f"describe scalable target {target['ResourceId']}",
        ServiceNamespace=target["ServiceNamespace"],
        ResourceIds=[target["ResourceId"]],
        ScalableDimension=target["ScalableDimension"],
    )["ScalableTargets"]
    return targets[0] if targets else None


def describe_scalable_targets(client: t.Any, namespace: str, resource_ids: list[str]) -> list[Resource]:
    doing = f"describe scalable targets {', '.join(resource_ids)}"
    answer = call(client, "describe_scalable_targets", doing, ServiceNamespace=namespace, ResourceIds=resource_ids)
    return answer["ScalableTargets"]


def register_scalable_target(client: t.Any, target: Target, parameters: Resource) -> None:
    doing = f"register scalable target {target['ResourceId']}"
    call(client, "register_scalable_target", doing, **target, **parameters)


def deregister_scalable_target(client: t.Any, target: Target) -> None:
    doing = f"deregister scalable target {target['ResourceId']}"
    call_unless(GONE, client, "deregister_scalable_target", doing, **target)


def list_tags(client: t.Any, arn: str) -> Tags:
    doing = f"read the tags of {arn}"
    answer = call_unless(("ResourceNotFoundException",), client, "list_tags_for_resource", doing, ResourceARN=arn)
    return (answer or {}).get("Tags", {})


def tag_resource(client: t.Any, arn: str, tags: Tags) -> None:
    call(client, "tag_resource", f"tag {arn}", ResourceARN=arn, Tags=tags)


def untag_resource(client: t.Any, arn: str, keys: list[str]) -> None:
    call(client, "untag_resource", f"remove tags from {arn}", ResourceARN=arn, TagKeys=keys)


def describe_scaling_policy(client: t.Any, target: Target, name: str) -> Resource | None:
    doing = f"describe scaling policy {name}"
    policies = call(client, "describe_scaling_policies", doing, **target, PolicyNames=[name])["ScalingPolicies"]
    return policies[0] if policies else None


def put_scaling_policy(client: t.Any, target: Target, name: str, configuration: Resource) -> Resource:
    return call(
        client,
        "put_scaling_policy",
        f"put scaling policy {name}",
        **target,
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=configuration,
    )


def delete_scaling_policy(client: t.Any, target: Target, name: str) -> None:
    call_unless(GONE, client, "delete_scaling_policy", f"delete scaling policy {name}", **target, PolicyName=name)
