"""The instances of groups, their protection and health; activities and processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call, handles
from ..pages import page
from .capacity import end_member, reconcile, set_protection, terminate
from .groups import described_member
from .state import described_activity, group_of, groups, member_of

if TYPE_CHECKING:
    from ...world import World

PAGE = 50
MOST_INSTANCES = 50
PROCESSES = (
    "Launch",
    "Terminate",
    "AddToLoadBalancer",
    "AlarmNotification",
    "AZRebalance",
    "HealthCheck",
    "InstanceRefresh",
    "ReplaceUnhealthy",
    "ScheduledActions",
)


@handles("autoscaling", "DescribeAutoScalingInstances")
def describe_auto_scaling_instances(world: World, call: Call) -> Any:
    wanted = call.params.get("InstanceIds", [])
    found = [
        {"AutoScalingGroupName": group.name, **described_member(member), "HealthStatus": member.health_status.upper()}
        for group in groups(world, call.account, call.region).values()
        for member in group.members.values()
        if not wanted or member.instance_id in wanted
    ]
    items, token = page(found, call.params.get("NextToken"), call.params.get("MaxRecords"), PAGE)
    return {"AutoScalingInstances": items, "NextToken": token}


@handles("autoscaling", "SetInstanceProtection")
def set_instance_protection(world: World, call: Call) -> Any:
    params = call.params
    if len(params["InstanceIds"]) > MOST_INSTANCES:
        message = f"The number of instance IDs cannot exceed {MOST_INSTANCES}"
        raise AwsError("ValidationError", message)
    set_protection(
        world,
        call.account,
        call.region,
        params["AutoScalingGroupName"],
        params["InstanceIds"],
        params["ProtectedFromScaleIn"],
    )
    return {}


@handles("autoscaling", "SetInstanceHealth")
def set_instance_health(world: World, call: Call) -> Any:
    found = member_of(world, call.account, call.region, call.params["InstanceId"])
    if found is None:
        message = f"Instance Id not found - No managed instance found for instance ID {call.params['InstanceId']}"
        raise AwsError("ValidationError", message)
    group, member = found
    member.health_status = call.params["HealthStatus"]
    replaced = not {"HealthCheck", "ReplaceUnhealthy", "Terminate"} & {*group.suspended}
    if member.health_status == "Unhealthy" and member.active and replaced:
        end_member(world, group, member, "in response to an instance that is unhealthy")
        reconcile(world, group)
    return {}


@handles("autoscaling", "TerminateInstanceInAutoScalingGroup")
def terminate_instance(world: World, call: Call) -> Any:
    params = call.params
    found = member_of(world, call.account, call.region, params["InstanceId"])
    activity = terminate(
        world, call.account, call.region, params["InstanceId"], params["ShouldDecrementDesiredCapacity"]
    )
    assert found is not None, "terminate() refuses an instance of no group"
    return {"Activity": described_activity(found[0], activity)}


@handles("autoscaling", "DetachInstances")
def detach_instances(world: World, call: Call) -> Any:
    """The instance goes on running, and is the user's."""
    group, params = group_of(world, call), call.params
    wanted = params.get("InstanceIds", [])
    for instance_id in wanted:
        if instance_id not in group.members:
            message = f"The instance {instance_id} is not part of Auto Scaling group {group.name}."
            raise AwsError("ValidationError", message)
    if params["ShouldDecrementDesiredCapacity"]:
        if group.desired - len(wanted) < group.min_size:
            message = "Cannot detach instances below the minimum size of the Auto Scaling group"
            raise AwsError("ValidationError", message)
        group.desired -= len(wanted)
    activities = []
    for instance_id in wanted:
        del group.members[instance_id]
        cause = f"instance {instance_id} was detached in response to a user request."
        activities.append(group.note(world, f"Detaching EC2 instance: {instance_id}", cause, "Successful"))
    reconcile(world, group)
    return {"Activities": [described_activity(group, one) for one in activities]}


@handles("autoscaling", "DescribeScalingActivities")
def describe_scaling_activities(world: World, call: Call) -> Any:
    name, wanted = call.params.get("AutoScalingGroupName"), call.params.get("ActivityIds", [])
    found = [
        (group, activity)
        for group in groups(world, call.account, call.region).values()
        for activity in group.activities
        if name in (None, group.name) and (not wanted or activity.id in wanted)
    ]
    items, token = page(found, call.params.get("NextToken"), call.params.get("MaxRecords"), 100)
    return {"Activities": [described_activity(*pair) for pair in items], "NextToken": token}


def _processes(call: Call) -> list[str]:
    wanted = call.params.get("ScalingProcesses") or PROCESSES
    for name in wanted:
        if name not in PROCESSES:
            raise AwsError("ValidationError", f"ProcessType Not Found: {name}")
    return list(wanted)


@handles("autoscaling", "SuspendProcesses")
def suspend_processes(world: World, call: Call) -> Any:
    group = group_of(world, call)
    reason = f"User suspended at {int(world.now)}"
    group.suspended = {name: reason for name in _processes(call)} | group.suspended
    return {}


@handles("autoscaling", "ResumeProcesses")
def resume_processes(world: World, call: Call) -> Any:
    group = group_of(world, call)
    for name in _processes(call):
        group.suspended.pop(name, None)
    reconcile(world, group)
    return {}
