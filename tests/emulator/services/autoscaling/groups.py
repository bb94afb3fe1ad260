"""Auto Scaling groups: create, update, describe, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random

from ...registry import AwsError, Call, handles
from ..ec2.common import backend
from ..pages import page
from ..times import moment
from . import launch
from .capacity import end_member, reconcile, set_desired
from .state import Group, Member, find, group_of, groups
from .tags import described_tags, parsed

if TYPE_CHECKING:
    from ...world import World

PAGE = 50
# Kept and described, with AWS's defaults; None: not described unless set.
SETTINGS: dict[str, Any] = {
    "DefaultCooldown": 300,
    "HealthCheckType": "EC2",
    "HealthCheckGracePeriod": 0,
    "TerminationPolicies": ["Default"],
    "CapacityRebalance": None,
    "MaxInstanceLifetime": None,
    "DefaultInstanceWarmup": None,
    "PlacementGroup": None,
    "Context": None,
    "DesiredCapacityType": None,
    "InstanceMaintenancePolicy": None,
    "AvailabilityZoneDistribution": None,
    "ServiceLinkedRoleARN": None,
}


@handles("autoscaling", "CreateLaunchConfiguration")
def create_launch_configuration(world: World, call: Call) -> Any:
    message = (
        "The Launch Configuration creation operation is not available in your account. "
        "Use launch templates to create configuration templates for your Auto Scaling groups."
    )
    raise AwsError("UnsupportedOperation", message)


@handles("autoscaling", "CreateAutoScalingGroup")
def create_auto_scaling_group(world: World, call: Call) -> Any:
    params = call.params
    name = params["AutoScalingGroupName"]
    existing = find(world, call.account, call.region, name)
    if existing is not None:
        message = f"AutoScalingGroup by this name already exists - A group with the name {name} already exists"
        if existing.deleting:
            message = "AutoScalingGroup by this name already exists - A group with this name is already pending delete"
        raise AwsError("AlreadyExists", message)
    sources = ("LaunchTemplate", "MixedInstancesPolicy", "LaunchConfigurationName", "InstanceId")
    if sum(bool(params.get(source)) for source in sources) != 1:
        message = (
            "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, "
            "InstanceId or MixedInstancesPolicy parameter."
        )
        raise AwsError("ValidationError", message)
    if params.get("LaunchConfigurationName") or params.get("InstanceId"):
        raise AwsError("ValidationError", "Launch configuration name not found - null")
    identifier = mock_random.uuid4()
    resource = f"autoScalingGroup:{identifier}:autoScalingGroupName/{name}"
    group = Group(
        name=name,
        arn=f"arn:{call.partition}:autoscaling:{call.region}:{call.account}:{resource}",
        account=call.account,
        region=call.region,
        created=world.now,
        min_size=params["MinSize"],
        max_size=params["MaxSize"],
        desired=params.get("DesiredCapacity", params["MinSize"]),
        template={},
        mixed_instances_policy=None,
        subnets=[],
        zones=[],
        new_instances_protected=bool(params.get("NewInstancesProtectedFromScaleIn")),
        settings={key: params.get(key, default) for key, default in SETTINGS.items()},
        tags=parsed(params.get("Tags", []), name),
        target_group_arns=list(params.get("TargetGroupARNs", [])),
    )
    _check_sizes(group.min_size, group.max_size, group.desired)
    _set_template(world, call, group)
    _set_subnets(call, group, required=True)
    groups(world, call.account, call.region)[name] = group
    reconcile(world, group)
    return {}


def _check_sizes(lowest: int, highest: int, desired: int) -> None:
    if lowest > highest:
        message = f"Max bound, {highest}, must be greater than or equal to min bound, {lowest}"
        raise AwsError("ValidationError", message)
    if not lowest <= desired <= highest:
        message = f"Desired capacity:{desired} must be between the specified min size:{lowest} and max size:{highest}"
        raise AwsError("ValidationError", message)


def _set_template(world: World, call: Call, group: Group) -> None:
    """The group's launch template, if the request has one and EC2 would launch from it."""
    template, policy = call.params.get("LaunchTemplate"), call.params.get("MixedInstancesPolicy")
    instance_type = None
    if policy:
        specification = policy.get("LaunchTemplate", {})
        template = specification.get("LaunchTemplateSpecification") or group.template
        instance_type = ((specification.get("Overrides") or [{}])[0]).get("InstanceType")
    if not template:
        return
    if bool(template.get("LaunchTemplateId")) == bool(template.get("LaunchTemplateName")) and not group.template:
        message = "Valid requests must contain either launchTemplateId or LaunchTemplateName"
        raise AwsError("ValidationError", message)
    plan = launch.check(world, call.account, call.region, template, instance_type)
    # AWS describes the version as it was asked for, and both names of the template.
    group.template = {key: plan.template[key] for key in ("LaunchTemplateId", "LaunchTemplateName")}
    if template.get("Version"):
        group.template["Version"] = template["Version"]
    group.mixed_instances_policy = policy or None


def _set_subnets(call: Call, group: Group, required: bool) -> None:
    identifiers = (call.params.get("VPCZoneIdentifier") or "").strip()
    zones = call.params.get("AvailabilityZones", [])
    if not identifiers:
        if required:
            message = "At least one Availability Zone or VPC Subnet is required."
            raise AwsError("ValidationError", message)
        return
    subnets = [one.strip() for one in identifiers.split(",") if one.strip()]
    known = {subnet_id: subnet for zone in backend(call).subnets.values() for subnet_id, subnet in zone.items()}
    for subnet_id in subnets:
        if subnet_id not in known:
            raise AwsError("ValidationError", f"The subnet ID '{subnet_id}' does not exist")
    actual = sorted({known[subnet_id].availability_zone for subnet_id in subnets})
    if zones and sorted({*zones}) != actual:
        message = "The availability zones of the specified subnets and the Auto Scaling group do not match"
        raise AwsError("ValidationError", message)
    group.subnets, group.zones = subnets, actual


@handles("autoscaling", "UpdateAutoScalingGroup")
def update_auto_scaling_group(world: World, call: Call) -> Any:
    params = call.params
    group = find(world, call.account, call.region, params["AutoScalingGroupName"])
    if group is None:
        raise AwsError("ValidationError", "AutoScalingGroup name not found - null")
    _check_alive(group)
    lowest, highest = params.get("MinSize", group.min_size), params.get("MaxSize", group.max_size)
    # Without a desired capacity of its own, a change of the bounds moves it.
    desired = params.get("DesiredCapacity", max(lowest, min(group.desired, highest)))
    _check_sizes(lowest, highest, desired)
    _set_template(world, call, group)
    _set_subnets(call, group, required=False)
    group.min_size, group.max_size, group.desired = lowest, highest, desired
    if "NewInstancesProtectedFromScaleIn" in params:
        group.new_instances_protected = params["NewInstancesProtectedFromScaleIn"]
    group.settings |= {key: params[key] for key in SETTINGS if key in params}
    reconcile(world, group)
    return {}


def _check_alive(group: Group) -> None:
    if group.deleting:
        message = "You cannot update an AutoScalingGroup while it is being deleted."
        raise AwsError("ScalingActivityInProgress", message)


@handles("autoscaling", "SetDesiredCapacity")
def set_desired_capacity(world: World, call: Call) -> Any:
    _check_alive(group_of(world, call))
    set_desired(world, call.account, call.region, call.params["AutoScalingGroupName"], call.params["DesiredCapacity"])
    return {}


@handles("autoscaling", "DeleteAutoScalingGroup")
def delete_auto_scaling_group(world: World, call: Call) -> Any:
    group = group_of(world, call)
    forced = bool(call.params.get("ForceDelete"))
    if not forced and group.members:
        if all(not member.active for member in group.members.values()):
            message = (
                "You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group."
            )
            raise AwsError("ScalingActivityInProgress", message)
        message = (
            "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) "
            "still in the group."
        )
        raise AwsError("ResourceInUse", message)
    group.deleting = True
    for member in list(group.members.values()):
        end_member(world, group, member, "because the Auto Scaling group is being deleted", forced=True)
    if not group.members:
        groups(world, call.account, call.region).pop(group.name, None)
    return {}


@handles("autoscaling", "DescribeAutoScalingGroups")
def describe_auto_scaling_groups(world: World, call: Call) -> Any:
    """Names that do not exist are no error."""
    params = call.params
    names = params.get("AutoScalingGroupNames", [])
    found = [
        group
        for group in groups(world, call.account, call.region).values()
        if (not names or group.name in names) and _passes(group, params.get("Filters", []))
    ]
    items, token = page(found, params.get("NextToken"), params.get("MaxRecords"), PAGE)
    return {"AutoScalingGroups": [described(group) for group in items], "NextToken": token}


def _passes(group: Group, filters: list[dict[str, Any]]) -> bool:
    for one in filters:
        name, values = one["Name"], one.get("Values", [])
        if name == "tag-key":
            passes = any(key in values for key in group.tags)
        elif name == "tag-value":
            passes = any(value in values for value, _unused in group.tags.values())
        elif name.startswith("tag:"):
            passes = group.tags.get(name.removeprefix("tag:"), ("", False))[0] in values
        else:
            raise AwsError("ValidationError", f"Filter name {name} is not supported.")
        if not passes:
            return False
    return True


def described(group: Group) -> dict[str, Any]:
    result: dict[str, Any] = {
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        "MinSize": group.min_size,
        "MaxSize": group.max_size,
        "DesiredCapacity": group.desired,
        "AvailabilityZones": group.zones,
        "LoadBalancerNames": [],
        "TargetGroupARNs": group.target_group_arns,
        "Instances": [described_member(member) for member in group.members.values()],
        "CreatedTime": moment(group.created),
        "SuspendedProcesses": [
            {"ProcessName": name, "SuspensionReason": reason} for name, reason in sorted(group.suspended.items())
        ],
        "VPCZoneIdentifier": ",".join(group.subnets),
        "EnabledMetrics": [{"Metric": name, "Granularity": "1Minute"} for name in group.metrics],
        "Tags": described_tags(group),
        "NewInstancesProtectedFromScaleIn": group.new_instances_protected,
        "TrafficSources": [],
    }
    partition = group.arn.split(":")[1]
    role = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    result["ServiceLinkedRoleARN"] = f"arn:{partition}:iam::{group.account}:{role}"
    result |= {key: value for key, value in group.settings.items() if value is not None}
    if group.mixed_instances_policy:
        result["MixedInstancesPolicy"] = group.mixed_instances_policy
    else:
        result["LaunchTemplate"] = group.template
    if group.deleting:
        result["Status"] = "Delete in progress"
    return result


def described_member(member: Member) -> dict[str, Any]:
    return {
        "InstanceId": member.instance_id,
        "InstanceType": member.instance_type,
        "AvailabilityZone": member.zone,
        "LifecycleState": member.lifecycle_state,
        "HealthStatus": member.health_status,
        "LaunchTemplate": member.template,
        "ProtectedFromScaleIn": member.protected,
    }
