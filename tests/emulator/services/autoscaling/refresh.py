"""Instance refresh: replaces a group's instances, a batch at a time."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random

from ...registry import AwsError, Call, handles
from ..pages import page
from ..times import moment
from . import launch
from .capacity import end_member, reconcile
from .state import Group, Member, Refresh, group_of

if TYPE_CHECKING:
    from ...world import World

PATIENCE_WITH_PROTECTED = 3600
DEFAULTS: dict[str, Any] = {
    "MinHealthyPercentage": 90,
    "SkipMatching": False,
    "AutoRollback": False,
    "ScaleInProtectedInstances": "Wait",
    "StandbyInstances": "Wait",
}


@handles("autoscaling", "StartInstanceRefresh")
def start_instance_refresh(world: World, call: Call) -> Any:
    group, params = group_of(world, call), call.params
    if group.refresh() is not None:
        message = "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh."
        raise AwsError("InstanceRefreshInProgress", message)
    preferences = {**DEFAULTS, **params.get("Preferences", {})}
    _check(preferences)
    configuration = params.get("DesiredConfiguration")
    template = (configuration or {}).get("LaunchTemplate") or group.template
    if preferences["AutoRollback"] and (not configuration or template.get("Version") in (None, "$Latest", "$Default")):
        message = (
            "AutoRollback cannot be set to true without a DesiredConfiguration that names a launch template's version"
        )
        raise AwsError("ValidationError", message)
    plan = launch.check(world, call.account, call.region, template, None)
    old = [member for member in group.active_members() if not _matches(member, preferences, plan)]
    if preferences["ScaleInProtectedInstances"] == "Ignore":
        old = [member for member in old if not member.protected]
    refresh = Refresh(
        id=str(mock_random.uuid4()),
        started=world.now,
        preferences=preferences,
        desired_configuration=configuration,
        old=[member.instance_id for member in old],
    )
    refresh.rollback = {"template": dict(group.template)} if configuration else None
    group.refreshes.insert(0, refresh)
    world.after("instance_refresh_start", functools.partial(_begin, world, group, refresh))
    return {"InstanceRefreshId": refresh.id}


def _matches(member: Member, preferences: dict[str, Any], plan: launch.Plan) -> bool:
    return bool(preferences["SkipMatching"]) and member.template == plan.template


def _check(preferences: dict[str, Any]) -> None:
    lowest, highest = preferences["MinHealthyPercentage"], preferences.get("MaxHealthyPercentage")
    if not 0 <= lowest <= 100:
        raise AwsError("ValidationError", "MinHealthyPercentage must be between 0 and 100")
    if highest is not None and not 100 <= highest <= 200:
        raise AwsError("ValidationError", "MaxHealthyPercentage must be between 100 and 200")
    if highest is not None and highest - lowest > 100:
        message = "The difference between MaxHealthyPercentage and MinHealthyPercentage cannot be greater than 100"
        raise AwsError("ValidationError", message)


def _begin(world: World, group: Group, refresh: Refresh) -> None:
    if refresh.status != "Pending":
        return
    refresh.status = "InProgress"
    template = (refresh.desired_configuration or {}).get("LaunchTemplate")
    if template:
        _use(group, template)
    progress(world, group)


def _use(group: Group, template: dict[str, str]) -> None:
    plan = launch.resolve(group.account, group.region, template)
    group.template = {key: plan.template[key] for key in ("LaunchTemplateId", "LaunchTemplateName")}
    if template.get("Version"):
        group.template["Version"] = template["Version"]


def progress(world: World, group: Group) -> None:
    """Go on with the group's refresh, as far as its instances are."""
    refresh = group.refresh()
    if refresh is None or refresh.status not in ("InProgress", "RollbackInProgress"):
        return
    if refresh.batch and not _batch_done(world, group, refresh):
        return
    refresh.replaced += len(refresh.batch)
    refresh.batch = []
    waiting = [one for one in refresh.old if one in group.members and group.members[one].active]
    if not waiting:
        _finish(world, refresh)
        return
    if refresh.preferences["ScaleInProtectedInstances"] == "Wait":
        free = [one for one in waiting if not group.members[one].protected]
        if not free:
            _wait_for_protection(world, group, refresh)
            return
        waiting = free
    _next_batch(world, group, refresh, waiting)


def _next_batch(world: World, group: Group, refresh: Refresh, waiting: list[str]) -> None:
    preferences = refresh.preferences
    extra = math.floor(group.desired * (preferences.get("MaxHealthyPercentage", 100) - 100) / 100)
    spare = group.desired - math.ceil(group.desired * preferences["MinHealthyPercentage"] / 100)
    if preferences.get("MaxHealthyPercentage", 100) > 100 or preferences["MinHealthyPercentage"] == 100:
        # New instances first.
        refresh.batch = waiting[: max(1, extra)]
        group.surge = len(refresh.batch)
        reconcile(world, group)
    else:
        refresh.batch = waiting[: max(1, spare)]
        _end(world, group, refresh)
        reconcile(world, group)


def _end(world: World, group: Group, refresh: Refresh) -> None:
    for instance_id in refresh.batch:
        member = group.members.get(instance_id)
        if member is not None and member.active:
            end_member(world, group, member, "in response to an instance refresh")


def _batch_done(world: World, group: Group, refresh: Refresh) -> bool:
    """The new instances are in service and warm, the old ones are gone."""
    if "Launch" not in group.suspended:
        active = group.active_members()
        if len(active) < group.desired + group.surge or any(one.lifecycle_state == "Pending" for one in active):
            return False
        warmup = world.profile.scaled(_warmup(group, refresh))
        for member in active:
            warm_at = (member.in_service_at or world.now) + warmup
            if member.launched >= refresh.started and warm_at > world.now:
                world.at(warm_at, functools.partial(progress, world, group))
                return False
    if group.surge:
        group.surge = 0
        _end(world, group, refresh)
    return not any(instance_id in group.members for instance_id in refresh.batch)


def _warmup(group: Group, refresh: Refresh) -> int:
    default = group.settings.get("DefaultInstanceWarmup") or group.settings.get("HealthCheckGracePeriod") or 0
    return int(refresh.preferences.get("InstanceWarmup", default))


def _wait_for_protection(world: World, group: Group, refresh: Refresh) -> None:
    """An hour's patience for somebody to take the protection away."""
    if world.now < refresh.started + PATIENCE_WITH_PROTECTED:
        refresh.reason = "Waiting for remaining instances to be available. For example: " + ", ".join(
            one for one in refresh.old if one in group.members
        )
        world.at(refresh.started + PATIENCE_WITH_PROTECTED, functools.partial(progress, world, group))
        return
    refresh.status, refresh.ended = "Failed", world.now
    refresh.reason = "Waiting for remaining instances to be available timed out: instances are protected from scale in."


def _finish(world: World, refresh: Refresh) -> None:
    refresh.status = "RollbackSuccessful" if refresh.status == "RollbackInProgress" else "Successful"
    refresh.reason, refresh.ended = None, world.now


@handles("autoscaling", "DescribeInstanceRefreshes")
def describe_instance_refreshes(world: World, call: Call) -> Any:
    group = group_of(world, call)
    wanted = call.params.get("InstanceRefreshIds", [])
    found = [refresh for refresh in group.refreshes if not wanted or refresh.id in wanted]
    items, token = page(found, call.params.get("NextToken"), call.params.get("MaxRecords"), 50)
    return {"InstanceRefreshes": [_described(group, refresh) for refresh in items], "NextToken": token}


@handles("autoscaling", "CancelInstanceRefresh")
def cancel_instance_refresh(world: World, call: Call) -> Any:
    group = group_of(world, call)
    refresh = _running(group)
    refresh.status, group.surge = "Cancelling", 0
    world.after("instance_refresh_cancel", functools.partial(_cancelled, world, group, refresh))
    return {"InstanceRefreshId": refresh.id}


def _cancelled(world: World, group: Group, refresh: Refresh) -> None:
    refresh.status, refresh.ended = "Cancelled", world.now
    refresh.reason = "Cancelled by user."
    reconcile(world, group)


@handles("autoscaling", "RollbackInstanceRefresh")
def rollback_instance_refresh(world: World, call: Call) -> Any:
    group = group_of(world, call)
    refresh = _running(group)
    if refresh.rollback is None:
        message = "The instance refresh has no desired configuration and cannot be rolled back"
        raise AwsError("IrreversibleInstanceRefresh", message)
    new = [member.instance_id for member in group.active_members() if member.launched >= refresh.started]
    _use(group, refresh.rollback["template"])
    refresh.rollback["reason"] = "Rollback requested by user."
    refresh.status, refresh.batch, refresh.old, refresh.replaced = "RollbackInProgress", [], new, 0
    progress(world, group)
    return {"InstanceRefreshId": refresh.id}


def _running(group: Group) -> Refresh:
    refresh = group.refresh()
    if refresh is None or refresh.status not in ("Pending", "InProgress"):
        message = f"No in progress or pending Instance Refresh found for Auto Scaling group {group.name}"
        raise AwsError("ActiveInstanceRefreshNotFound", message)
    return refresh


def _described(group: Group, refresh: Refresh) -> dict[str, Any]:
    total = len(refresh.old)
    done = total if refresh.status in ("Successful", "RollbackSuccessful") else min(refresh.replaced, total)
    described: dict[str, Any] = {
        "InstanceRefreshId": refresh.id,
        "AutoScalingGroupName": group.name,
        "Status": refresh.status,
        "StartTime": moment(refresh.started),
        "PercentageComplete": 100 * done // total if total else 100 * (refresh.status == "Successful"),
        "InstancesToUpdate": total - done,
        "Preferences": refresh.preferences,
        "Strategy": "Rolling",
    }
    if refresh.reason:
        described["StatusReason"] = refresh.reason
    if refresh.ended is not None:
        described["EndTime"] = moment(refresh.ended)
    if refresh.desired_configuration:
        described["DesiredConfiguration"] = refresh.desired_configuration
    if refresh.rollback and "reason" in refresh.rollback:
        described["RollbackDetails"] = {"RollbackReason": refresh.rollback["reason"]}
    return described
