"""Scaling policies and scheduled actions."""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from ...registry import Call, handles
from ...world import World
from ..state import Ecs, ecs_for
from .state import Key, Policy, Store, arn, invalid, key_of, not_found, of, page, selected

KINDS = ("TargetTrackingScaling", "StepScaling")
SETTINGS = {
    "TargetTrackingScaling": "TargetTrackingScalingPolicyConfiguration",
    "StepScaling": "StepScalingPolicyConfiguration",
}
METRICS = {
    "ECSServiceAverageCPUUtilization": "CPUUtilization",
    "ECSServiceAverageMemoryUtilization": "MemoryUtilization",
    "ALBRequestCountPerTarget": "RequestCountPerTarget",
}
SCHEDULE = ("Schedule", "Timezone", "StartTime", "EndTime", "ScalableTargetAction")


@handles("application-autoscaling", "PutScalingPolicy")
def put_policy(world: World, call: Call) -> Any:
    store, params = of(world, call), call.params
    key = key_of(params)
    if key not in store.targets:
        raise not_found("scalable target registered", key)
    name = params["PolicyName"]
    old = store.policies.get((key, name))
    kind = params.get("PolicyType") or (old.kind if old else "StepScaling")
    if kind not in KINDS:
        raise invalid(f"Unsupported policy type: {kind}")
    if old is not None and kind != old.kind:
        raise invalid("The type of an existing scaling policy cannot be changed.")
    settings = params.get(SETTINGS[kind]) or (old.settings if old else None)
    if not settings:
        raise invalid(f"{SETTINGS[kind]} must be specified for the policy type {kind}.")
    ecs = ecs_for(world, call)
    if kind == "TargetTrackingScaling":
        _check_tracking(store, key, name, settings)
    policy = old or _new(ecs, key, name, kind)
    policy.settings = settings
    if kind == "TargetTrackingScaling":
        policy.alarms = _alarms(ecs, policy)
    store.policies[key, name] = policy
    return {"PolicyARN": policy.arn, "Alarms": policy.alarms}


def _new(ecs: Ecs, key: Key, name: str, kind: str) -> Policy:
    path = f"scalingPolicy:{ecs.uuid()}:resource/{key[0]}/{key[1]}:policyName/{name}"
    return Policy(
        name=name,
        key=key,
        arn=arn(ecs.account, ecs.region, "autoscaling", path),
        kind=kind,
        settings={},
        created=ecs.now,
        alarms=[],
    )


def _check_tracking(store: Store, key: Key, name: str, settings: dict[str, Any]) -> None:
    if settings.get("TargetValue") is None or float(settings["TargetValue"]) <= 0:
        raise invalid("The target value of a target tracking policy must be greater than 0.")
    metric = settings.get("PredefinedMetricSpecification")
    if bool(metric) == bool(settings.get("CustomizedMetricSpecification")):
        raise invalid(
            "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified."
        )
    for cooldown in ("ScaleInCooldown", "ScaleOutCooldown"):
        if int(settings.get(cooldown) or 0) < 0:
            raise invalid(f"{cooldown} must not be negative.")
    if metric:
        if metric["PredefinedMetricType"] not in METRICS:
            raise invalid(f"Unsupported predefined metric type for ecs: {metric['PredefinedMetricType']}")
        if metric["PredefinedMetricType"].startswith("ALB") and not metric.get("ResourceLabel"):
            raise invalid("ResourceLabel must be specified for the metric ALBRequestCountPerTarget.")
        for (other_key, other_name), other in store.policies.items():
            if (
                other_key == key
                and other_name != name
                and other.settings.get("PredefinedMetricSpecification") == metric
            ):
                raise invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.")


def _alarms(ecs: Ecs, policy: Policy) -> list[dict[str, str]]:
    """The pair of alarms that target tracking keeps; scaling in can be off."""
    names = [alarm["AlarmName"] for alarm in policy.alarms] or [
        f"TargetTracking-{policy.key[1]}-Alarm{side}-{ecs.uuid()}" for side in ("High", "Low")
    ]
    _unused, cluster, service = policy.key[1].split("/")
    metric = (policy.settings.get("PredefinedMetricSpecification") or {}).get("PredefinedMetricType")
    target = float(policy.settings["TargetValue"])
    backend: Any = cloudwatch_backends[ecs.account][ecs.region]
    shown = []
    for name in names:
        high = "-AlarmHigh-" in name
        alarm = backend.put_metric_alarm(
            name=name,
            namespace="AWS/ECS",
            metric_name=METRICS.get(metric or "", "CPUUtilization"),
            comparison_operator="GreaterThanThreshold" if high else "LessThanThreshold",
            evaluation_periods=3 if high else 15,
            period=60,
            threshold=target if high else target * 0.9,
            statistic="Average",
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.arn}.",
            dimensions=[{"Name": "ClusterName", "Value": cluster}, {"Name": "ServiceName", "Value": service}],
            alarm_actions=[policy.arn],
        )
        shown.append({"AlarmName": name, "AlarmARN": alarm.alarm_arn})
    return shown


def delete_policy(account: str, region: str, store: Store, key: tuple[Key, str]) -> None:
    """The alarms go with the policy."""
    policy = store.policies.pop(key)
    alarms: Any = cloudwatch_backends[account][region]
    alarms.delete_alarms([alarm["AlarmName"] for alarm in policy.alarms])


@handles("application-autoscaling", "DeleteScalingPolicy")
def delete(world: World, call: Call) -> Any:
    store, key = of(world, call), key_of(call.params)
    name = call.params["PolicyName"]
    if (key, name) not in store.policies:
        raise not_found("scaling policy found", key, f", policy name: {name}")
    delete_policy(call.account, call.region, store, (key, name))
    return {}


@handles("application-autoscaling", "DescribeScalingPolicies")
def describe(world: World, call: Call) -> Any:
    names = call.params.get("PolicyNames")
    found = [
        {
            "PolicyARN": policy.arn,
            "PolicyName": policy.name,
            "ServiceNamespace": policy.key[0],
            "ResourceId": policy.key[1],
            "ScalableDimension": policy.key[2],
            "PolicyType": policy.kind,
            SETTINGS[policy.kind]: policy.settings,
            "Alarms": policy.alarms,
            "CreationTime": policy.created,
        }
        for policy in of(world, call).policies.values()
        if selected(policy.key, call.params) and (not names or policy.name in names)
    ]
    shown, token = page(found, call.params, 10)
    return {"ScalingPolicies": shown, "NextToken": token}


@handles("application-autoscaling", "PutScheduledAction")
def put_scheduled(world: World, call: Call) -> Any:
    store, params = of(world, call), call.params
    key = key_of(params)
    if key not in store.targets:
        raise not_found("scalable target registered", key)
    name = params["ScheduledActionName"]
    old = store.scheduled.get((key, name)) or {
        "ScheduledActionName": name,
        "ScheduledActionARN": arn(
            call.account, call.region, "autoscaling", f"scheduledAction:{name}:resource/{key[0]}/{key[1]}"
        ),
        "ServiceNamespace": key[0],
        "ResourceId": key[1],
        "ScalableDimension": key[2],
        "CreationTime": world.now,
    }
    store.scheduled[key, name] = {**old, **{one: params[one] for one in SCHEDULE if params.get(one) is not None}}
    return {}


@handles("application-autoscaling", "DescribeScheduledActions")
def describe_scheduled(world: World, call: Call) -> Any:
    names = call.params.get("ScheduledActionNames")
    found = [
        action
        for (key, name), action in of(world, call).scheduled.items()
        if selected(key, call.params) and (not names or name in names)
    ]
    shown, token = page(found, call.params)
    return {"ScheduledActions": shown, "NextToken": token}


@handles("application-autoscaling", "DeleteScheduledAction")
def delete_scheduled(world: World, call: Call) -> Any:
    store, key = of(world, call), key_of(call.params)
    name = call.params["ScheduledActionName"]
    if store.scheduled.pop((key, name), None) is None:
        raise not_found("scheduled action found", key, f", scheduled action name: {name}")
    return {}
