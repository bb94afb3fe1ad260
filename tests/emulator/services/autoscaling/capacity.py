"""Brings a group to its desired capacity, instance by instance."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from moto.core.exceptions import ServiceException

from ...registry import AwsError
from .. import instance_events
from ..ec2 import instances
from ..ec2.common import backend_of
from . import launch
from .state import Activity, Group, Member, find, groups, member_of

if TYPE_CHECKING:
    from ...world import World

LONGEST_RETRY = 900
LONGEST_HOLD = 48 * 3600
GROUP_TAG = "aws:autoscaling:groupName"


def set_desired(world: World, account: str, region: str, name: str, desired: int) -> None:
    """SetDesiredCapacity."""
    group = _existing(world, account, region, name)
    for broken, word, bound in (
        (desired > group.max_size, "above max", group.max_size),
        (desired < group.min_size, "below min", group.min_size),
    ):
        if broken:
            message = f"New SetDesiredCapacity value {desired} is {word} value {bound} for the AutoScalingGroup."
            raise AwsError("ValidationError", message)
    group.desired = desired
    reconcile(world, group)


def set_protection(world: World, account: str, region: str, name: str, ids: list[str], protected: bool) -> None:
    """SetInstanceProtection."""
    group = _existing(world, account, region, name)
    for instance_id in ids:
        if instance_id not in group.members:
            message = f"The instance {instance_id} is not part of Auto Scaling group {name}."
            raise AwsError("ValidationError", message)
    for instance_id in ids:
        group.members[instance_id].protected = protected
    reconcile(world, group)


def terminate(world: World, account: str, region: str, instance_id: str, decrement: bool) -> Activity:
    """TerminateInstanceInAutoScalingGroup: scale-in protection does not matter."""
    found = member_of(world, account, region, instance_id)
    if found is None:
        message = f"Instance Id not found - No managed instance found for instance ID: {instance_id}"
        raise AwsError("ValidationError", message)
    group, member = found
    if decrement and member.active:
        if group.desired - 1 < group.min_size:
            message = f"Currently, desiredSize equals minSize ({group.min_size}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size."  # noqa: E501
            raise AwsError("ValidationError", message)
        group.desired -= 1
    activity = end_member(world, group, member, "in response to a user request")
    reconcile(world, group)
    return activity


def release(world: World, account: str, region: str, instance_id: str) -> None:
    """Who held a termination (on_terminating) lets it go on."""
    found = member_of(world, account, region, instance_id)
    if found is not None and found[1].lifecycle_state == "Terminating:Wait":
        found[1].lifecycle_state = "Terminating:Proceed"
        instances.shut_down(world, account, region, instance_id)


def _existing(world: World, account: str, region: str, name: str) -> Group:
    group = find(world, account, region, name)
    if group is None:
        message = f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found"
        raise AwsError("ValidationError", message)
    return group


def reconcile(world: World, group: Group) -> None:
    """Launch what is missing, end what is too much."""
    if group.deleting:
        return
    active, wanted = group.active_members(), group.desired + group.surge
    if len(active) < wanted and "Launch" not in group.suspended:
        for _unused in range(wanted - len(active)):
            if not _launch(world, group):
                break
    elif len(active) > wanted and "Terminate" not in group.suspended:
        _scale_in(world, group, len(active) - wanted)


def _launch(world: World, group: Group) -> bool:
    cause = f"an instance was started in response to a difference between desired and actual capacity, increasing the capacity from {len(group.active_members())} to {len(group.active_members()) + 1}."  # noqa: E501
    try:
        plan = launch.resolve(group.account, group.region, group.template, _override(group))
        plan = launch.check(world, group.account, group.region, group.template, plan.instance_type)
        subnet_id = _next_subnet(group, plan)
        instance = launch.run(group.account, group.region, plan, subnet_id, _propagated(group))
    except ServiceException as error:
        _failed_launch(world, group, cause, error.message)
        return False
    group.failed_launches = 0
    member = Member(
        instance_id=instance.id,
        instance_type=plan.instance_type,
        zone=instance.placement.zone,
        subnet_id=subnet_id,
        template=plan.template,
        launched=world.now,
        protected=group.new_instances_protected,
    )
    group.members[instance.id] = member
    activity = group.note(world, f"Launching a new EC2 instance: {instance.id}", cause, "InProgress")
    in_service = functools.partial(_in_service, world, group, member, activity)
    instances.boot(world, group.account, group.region, instance.id, in_service)
    return True


def _override(group: Group) -> str | None:
    """The instance type that a mixed instances policy wants first."""
    overrides = ((group.mixed_instances_policy or {}).get("LaunchTemplate") or {}).get("Overrides") or [{}]
    found: str | None = overrides[0].get("InstanceType")
    return found


def _propagated(group: Group) -> dict[str, str]:
    return {**{key: value for key, (value, at_launch) in group.tags.items() if at_launch}, GROUP_TAG: group.name}


def _next_subnet(group: Group, plan: launch.Plan) -> str:
    """The subnet with the fewest instances, of those whose zone has the instance type."""
    ec2 = backend_of(group.account, group.region)
    zones = {subnet_id: ec2.get_subnet(subnet_id).availability_zone for subnet_id in group.subnets}
    possible = [one for one in group.subnets if launch.offered(group.region, plan.instance_type, zones[one])]
    if not possible:
        message = (
            f"Your requested instance type ({plan.instance_type}) is not supported in your requested Availability Zone "
            f"({', '.join(sorted(zones.values()))}). Please retry your request by choosing other Availability Zones. "
            "Launching EC2 instance failed."
        )
        raise AwsError("Unsupported", message)
    used = [member.subnet_id for member in group.active_members()]
    return min(possible, key=used.count)


def _failed_launch(world: World, group: Group, cause: str, message: str) -> None:
    """Auto Scaling goes on trying, with growing pauses."""
    group.note(world, "Launching a new EC2 instance", cause, "Failed", message)
    pause = min(world.profile.seconds("autoscaling_retry") * 2**group.failed_launches, LONGEST_RETRY)
    group.failed_launches += 1
    world.at(world.now + pause, functools.partial(_retry, world, group, group.failed_launches))


def _retry(world: World, group: Group, failed_launches: int) -> None:
    still_there = groups(world, group.account, group.region).get(group.name) is group
    if still_there and group.failed_launches == failed_launches:
        reconcile(world, group)


def _in_service(world: World, group: Group, member: Member, activity: Activity) -> None:
    activity.status, activity.ended = "Successful", world.now
    if member.lifecycle_state == "Pending":
        member.lifecycle_state, member.in_service_at = "InService", world.now
        _changed(world, group)


def _scale_in(world: World, group: Group, count: int) -> None:
    """The oldest template first, in the zone with the most instances; never a protected instance."""
    for _unused in range(count):
        candidates = [member for member in group.active_members() if not member.protected]
        if not candidates:
            message = "Could not scale to desired capacity because all remaining instances are protected from scale-in."
            group.note(world, "Terminating EC2 instance", f"the desired capacity is {group.desired}", "Failed", message)
            return
        zones = [member.zone for member in group.active_members()]
        victim = min(candidates, key=lambda one: (-zones.count(one.zone), int(one.template["Version"]), one.launched))
        end_member(world, group, victim, f"to match the desired capacity of {group.desired}")


def end_member(world: World, group: Group, member: Member, cause: str, forced: bool = False) -> Activity:
    """Begin to terminate an instance of the group; by force, nobody can hold it."""
    words = f"instance {member.instance_id} was taken out of service {cause}."
    activity = group.note(world, f"Terminating EC2 instance: {member.instance_id}", words, "InProgress")
    account, region = group.account, group.region
    if member.lifecycle_state.startswith("Terminating"):
        if forced:
            release(world, account, region, member.instance_id)
        return activity
    member.lifecycle_state = "Terminating"
    if instance_events.terminating(world, account, region, member.instance_id) and not forced:
        member.lifecycle_state = "Terminating:Wait"
        step = functools.partial(release, world, account, region, member.instance_id)
        world.at(world.now + LONGEST_HOLD, step)
    else:
        instances.shut_down(world, account, region, member.instance_id)
    return activity


@instances.on_ended
def _shut_down_by_others(world: World, account: str, region: str, instance_id: str) -> None:
    """An instance that somebody terminates in EC2 is missed at the next health check."""
    found = member_of(world, account, region, instance_id)
    if found is None or not found[1].active:
        return
    group, member = found

    def noticed() -> None:
        member.health_status, member.lifecycle_state = "Unhealthy", "Terminating"
        reconcile(world, group)
        _changed(world, group)

    world.after("autoscaling_health_check", noticed)


@instances.on_gone
def _gone(world: World, account: str, region: str, instance_id: str) -> None:
    found = member_of(world, account, region, instance_id)
    if found is None:
        return
    group, _unused = found
    del group.members[instance_id]
    for activity in group.activities:
        if activity.ended is None and instance_id in activity.description:
            activity.status, activity.ended = "Successful", world.now
    if group.deleting and not group.members:
        groups(world, account, region).pop(group.name, None)
        return
    reconcile(world, group)
    _changed(world, group)


def _changed(world: World, group: Group) -> None:
    """An instance refresh goes on when the group's instances have changed."""
    from . import refresh

    refresh.progress(world, group)
