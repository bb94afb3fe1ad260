"""Scalable targets: registered, described, taken away; and what they do to a service's desired count."""

from __future__ import annotations

from typing import Any

from ...registry import AwsError, Call, handles
from ...world import World
from ..service import Service
from ..state import Ecs, ecs_for
from .policies import delete_policy
from .state import Key, Policy, Store, Target, arn, invalid, key_of, not_found, of, page, selected, store_of

SUSPENSIONS = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")
# How long it takes until alarms bring a service back that somebody has scaled below the minimum.
SCALE_OUT_AFTER = 60.0


@handles("application-autoscaling", "RegisterScalableTarget")
def register(world: World, call: Call) -> Any:
    store, params = of(world, call), call.params
    key = key_of(params)
    ecs = ecs_for(world, call)
    service = _service(ecs, key)
    if service is None:
        raise invalid(f"ECS service doesn't exist: {key[1]}")
    old = store.targets.get(key)
    least, most = params.get("MinCapacity"), params.get("MaxCapacity")
    if old is None and (least is None or most is None):
        raise invalid("Both MinCapacity and MaxCapacity must be specified when registering a new scalable target.")
    least = old.least if least is None and old else int(least or 0)
    most = old.most if most is None and old else int(most or 0)
    if least < 0 or most < least:
        raise invalid("Maximum capacity cannot be less than minimum capacity.")
    if old is None:
        old = store.targets[key] = _new(ecs, key, least, most, params)
    else:
        if params.get("Tags"):
            raise invalid("Tags can only be specified when a scalable target is registered for the first time.")
        old.least, old.most = least, most
        old.suspended |= _suspensions(params)
        _bring_within(ecs, store, service, old, "RegisterScalableTarget")
    return {"ScalableTargetARN": old.arn}


def _new(ecs: Ecs, key: Key, least: int, most: int, params: dict[str, Any]) -> Target:
    role = (
        f"arn:{ecs.partition}:iam::{ecs.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"
        "AWSServiceRoleForApplicationAutoScaling_ECSService"
    )
    return Target(
        key=key,
        arn=arn(ecs.account, ecs.region, "application-autoscaling", f"scalable-target/{ecs.hex_id(28)}"),
        least=least,
        most=most,
        role=params.get("RoleARN") or role,
        created=ecs.now,
        tags=dict(params.get("Tags") or {}),
        suspended={name: False for name in SUSPENSIONS} | _suspensions(params),
    )


def _suspensions(params: dict[str, Any]) -> dict[str, bool]:
    given = params.get("SuspendedState") or {}
    return {name: bool(given[name]) for name in SUSPENSIONS if given.get(name) is not None}


def _service(ecs: Ecs, key: Key) -> Service | None:
    _unused, cluster, name = key[1].split("/")
    service = ecs.services.get((cluster, name))
    return service if service is not None and service.status == "ACTIVE" else None


def _bring_within(ecs: Ecs, store: Store, service: Service, target: Target, cause: str) -> None:
    """Move the desired count into the range."""
    wanted = min(max(service.desired_count, target.least), target.most)
    set_count(ecs, store, service, target, wanted, cause)


def set_count(ecs: Ecs, store: Store, service: Service, target: Target, wanted: int, cause: str) -> None:
    if wanted == service.desired_count:
        return
    store.activities.insert(
        0,
        {
            "ActivityId": ecs.uuid(),
            "ServiceNamespace": target.key[0],
            "ResourceId": target.key[1],
            "ScalableDimension": target.key[2],
            "Description": f"Setting desired count to {wanted}.",
            "Cause": cause,
            "StartTime": ecs.now,
            "EndTime": ecs.now,
            "StatusCode": "Successful",
            "StatusMessage": f"Successfully set desired count to {wanted}. Change successfully fulfilled by ecs.",
        },
    )
    service.desired_count = wanted
    service.steady = False
    service.event(
        ecs,
        f"has been scaled by Application Auto Scaling: desired count {wanted}.",
    )
    service.wake()


def scale_by_alarm(ecs: Ecs, store: Store, policy: Policy, out: bool) -> None:
    """One of a policy's alarms rings: one task more, or one less. Nothing scales in while the service is deployed."""
    target, service = store.targets.get(policy.key), _service(ecs, policy.key)
    if target is None or service is None:
        return
    if target.suspended["DynamicScalingOutSuspended" if out else "DynamicScalingInSuspended"]:
        return
    if not out and (policy.settings.get("DisableScaleIn") or service.running_deployment is not None):
        return
    # Out of the range it goes back to its edge.
    step = service.desired_count + (1 if out else -1)
    set_count(ecs, store, service, target, min(max(step, target.least), target.most), f"Alarm of policy {policy.name}")


def notice_scaling(ecs: Ecs, service: Service) -> None:
    """Somebody has set a desired count; below the minimum, the scale-out alarms will soon set it again."""
    store = store_of(ecs.world, ecs.account, ecs.region)
    key = ("ecs", f"service/{service.cluster.name}/{service.name}", "ecs:service:DesiredCount")
    target = store.targets.get(key)
    if target is None or service.desired_count >= target.least or not any(one[0] == key for one in store.policies):
        return

    def alarm() -> None:
        current = store.targets.get(key)
        if current is not None and service.status == "ACTIVE" and not current.suspended["DynamicScalingOutSuspended"]:
            _bring_within(ecs, store, service, current, "Alarm")

    ecs.world.at(ecs.now + SCALE_OUT_AFTER, alarm)


@handles("application-autoscaling", "DeregisterScalableTarget")
def deregister(world: World, call: Call) -> Any:
    store, key = of(world, call), key_of(call.params)
    if key not in store.targets:
        raise not_found("scalable target found", key)
    for policy_key in [one for one in store.policies if one[0] == key]:
        delete_policy(call.account, call.region, store, policy_key)
    for action in [one for one in store.scheduled if one[0] == key]:
        del store.scheduled[action]
    del store.targets[key]
    return {}


@handles("application-autoscaling", "DescribeScalableTargets")
def describe(world: World, call: Call) -> Any:
    found = [
        {
            "ServiceNamespace": target.key[0],
            "ResourceId": target.key[1],
            "ScalableDimension": target.key[2],
            "MinCapacity": target.least,
            "MaxCapacity": target.most,
            "RoleARN": target.role,
            "CreationTime": target.created,
            "SuspendedState": target.suspended,
            "ScalableTargetARN": target.arn,
        }
        for target in of(world, call).targets.values()
        if selected(target.key, call.params)
    ]
    shown, token = page(found, call.params)
    return {"ScalableTargets": shown, "NextToken": token}


@handles("application-autoscaling", "DescribeScalingActivities")
def describe_activities(world: World, call: Call) -> Any:
    found = [
        one
        for one in of(world, call).activities
        if selected((one["ServiceNamespace"], one["ResourceId"], one["ScalableDimension"]), call.params)
    ]
    shown, token = page(found, call.params)
    return {"ScalingActivities": shown, "NextToken": token}


def _tagged(world: World, call: Call) -> Target:
    for target in of(world, call).targets.values():
        if target.arn == call.params["ResourceARN"]:
            return target
    raise AwsError("ResourceNotFoundException", f"No scalable target found with ARN {call.params['ResourceARN']}")


@handles("application-autoscaling", "TagResource")
def tag_resource(world: World, call: Call) -> Any:
    _tagged(world, call).tags.update(call.params["Tags"])
    return {}


@handles("application-autoscaling", "UntagResource")
def untag_resource(world: World, call: Call) -> Any:
    target = _tagged(world, call)
    for key in call.params["TagKeys"]:
        target.tags.pop(key, None)
    return {}


@handles("application-autoscaling", "ListTagsForResource")
def list_tags(world: World, call: Call) -> Any:
    return {"Tags": _tagged(world, call).tags}
