# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A target tracking policy: which metric the autoscaler holds at which value."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known
from ..shape import overlay, prune, snake
from . import api
from .target import target_of

API_NAMES = {
    "target_value": "TargetValue",
    "scale_in_cooldown": "ScaleInCooldown",
    "scale_out_cooldown": "ScaleOutCooldown",
    "disable_scale_in": "DisableScaleIn",
}

View = dict[str, t.Any]


def ensure(module: AnsibleAWSModule) -> Outcome:
    client = module.client("application-autoscaling")
    target, name = target_of(module), module.params["name"]
    current = api.describe_scaling_policy(client, target, name) if is_known(target["ResourceId"]) else None
    before = None if current is None else _view(current)
    if module.params["state"] == "absent":
        if current is not None and not module.check_mode:
            api.delete_scaling_policy(client, target, name)
        return Outcome({"scaling_policy": None}, before, None)
    after = _after(module, before)
    shown = {"policy_arn": KNOWN_AFTER_APPLY, **snake(current or {}), "policy_name": name}
    if before != after and not module.check_mode:
        shown |= snake(_put(client, target, name, after))
    shown.pop("response_metadata", None)
    return Outcome({"scaling_policy": {**shown, "target_tracking": after["target_tracking"]}}, before, after)


def _view(policy: dict[str, t.Any]) -> View:
    """The policy as the module's options describe it. Another type of policy has no target tracking to show."""
    configuration = policy.get("TargetTrackingScalingPolicyConfiguration", {})
    tracking = {name: configuration[api_name] for name, api_name in API_NAMES.items() if api_name in configuration}
    tracking["disable_scale_in"] = configuration.get("DisableScaleIn", False)
    metric = configuration.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
    if metric:
        tracking["predefined_metric_type"] = metric
    return {"name": policy["PolicyName"], "policy_type": policy["PolicyType"], "target_tracking": tracking}


def _after(module: AnsibleAWSModule, before: View | None) -> View:
    tracking = prune(module.params["target_tracking"])
    was = (before or {}).get("target_tracking", {"disable_scale_in": False})
    name = module.params["name"]
    return {"name": name, "policy_type": "TargetTrackingScaling", "target_tracking": overlay(was, tracking)}


def _put(client: t.Any, target: api.Target, name: str, after: View) -> dict[str, t.Any]:
    tracking = after["target_tracking"]
    configuration: dict[str, t.Any] = {
        api_name: tracking[option] for option, api_name in API_NAMES.items() if option in tracking
    }
    configuration["PredefinedMetricSpecification"] = {"PredefinedMetricType": tracking["predefined_metric_type"]}
    try:
        return api.put_scaling_policy(client, target, name, configuration)
    except AnsibleAWSError as error:
        if error_code(error) != "ObjectNotFoundException":
            raise
        raise GatewayError(
            f"Policy {name} needs a scalable target: register {target['ResourceId']} with "
            "portkey.gateway.application_autoscaling_target first"
        ) from error
