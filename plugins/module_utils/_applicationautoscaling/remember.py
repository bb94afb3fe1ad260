# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""All that the autoscaler knows of one ECS service, read so that it can be put back as it was.

Deregistering a scalable target deletes its policies and scheduled actions, and AWS keeps no copy.
"""

from __future__ import annotations

import typing as t

from ..api import call
from ..shape import snake
from . import api

DIMENSION = "ecs:service:DesiredCount"

TARGET_KEYS = ("MinCapacity", "MaxCapacity", "SuspendedState")
POLICY_KEYS = (
    "PolicyName",
    "PolicyType",
    "TargetTrackingScalingPolicyConfiguration",
    "StepScalingPolicyConfiguration",
    "PredictiveScalingPolicyConfiguration",
)
ACTION_KEYS = ("ScheduledActionName", "Schedule", "Timezone", "StartTime", "EndTime", "ScalableTargetAction")

Remembered = dict[str, t.Any]


def target_of_service(cluster: str, service: str) -> api.Target:
    # The autoscaler names a cluster by its name, also where ECS was given an ARN.
    resource = f"service/{cluster.rpartition('/')[2]}/{service}"
    return {"ServiceNamespace": "ecs", "ResourceId": resource, "ScalableDimension": DIMENSION}


def _picked(item: t.Mapping[str, t.Any], keys: t.Iterable[str]) -> Remembered:
    return {key: item[key] for key in keys if item.get(key) is not None}


def read(client: t.Any, target: api.Target) -> Remembered | None:
    """The target with its policies, actions and tags, in the API's own names. None: the service does not scale."""
    found = api.describe_scalable_target(client, target)
    if found is None:
        return None
    about = target["ResourceId"]
    policies = call(client, "describe_scaling_policies", f"list the scaling policies of {about}", **target)
    actions = call(
        client,
        "describe_scheduled_actions",
        f"list the scheduled actions of {about}",
        ServiceNamespace=target["ServiceNamespace"],
        ResourceId=about,
        ScalableDimension=target["ScalableDimension"],
    )
    arn = found.get("ScalableTargetARN")
    remembered = {
        "target": _picked(found, TARGET_KEYS),
        "tags": api.list_tags(client, arn) if arn else {},
        "policies": [_picked(policy, POLICY_KEYS) for policy in policies["ScalingPolicies"]],
        "actions": [_as_text(_picked(action, ACTION_KEYS)) for action in actions["ScheduledActions"]],
    }
    return remembered


def _as_text(action: Remembered) -> Remembered:
    """Times as text, which can be kept anywhere and which the API takes as well."""
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in action.items()}


def put_back(client: t.Any, target: api.Target, remembered: Remembered) -> None:
    """Register the target again, with everything that hung on it. Each call may be repeated."""
    parameters = {**remembered["target"], **({"Tags": remembered["tags"]} if remembered["tags"] else {})}
    api.register_scalable_target(client, target, parameters)
    about = target["ResourceId"]
    for policy in remembered["policies"]:
        name = policy["PolicyName"]
        call(client, "put_scaling_policy", f"put scaling policy {name} of {about} back", **target, **policy)
    for action in remembered["actions"]:
        name = action["ScheduledActionName"]
        call(client, "put_scheduled_action", f"put scheduled action {name} of {about} back", **target, **action)


def shown(remembered: Remembered | None) -> dict[str, t.Any] | None:
    """For diffs: the limits, and the names of what hangs on them."""
    if remembered is None:
        return None
    limits = remembered["target"]
    return {
        **snake({key: limits[key] for key in ("MinCapacity", "MaxCapacity") if key in limits}),
        "policies": sorted(policy["PolicyName"] for policy in remembered["policies"]),
        "scheduled_actions": sorted(action["ScheduledActionName"] for action in remembered["actions"]),
    }
