"""Auto Scaling: launches, scale-in, protection, deletion, instance refresh."""

from __future__ import annotations

import pytest

from emulator.services import autoscaling, instance_events
from emulator.testing import refused

from . import builders

ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture
def net(emulator):
    return builders.network(emulator)


@pytest.fixture
def group(emulator, net):
    """A group of two instances in two zones."""
    builders.scaling_group(emulator, net, builders.launch_template(emulator, net))
    return builders.describe_group(emulator)


@pytest.fixture
def asg(emulator):
    return emulator.client("autoscaling")


def _instances(emulator, *states):
    members = builders.describe_group(emulator)["Instances"]
    return [one["InstanceId"] for one in members if not states or one["LifecycleState"] in states]


def test_instances_boot_and_shut_down_over_time(slow):
    net = builders.network(slow)
    builders.scaling_group(slow, net, builders.launch_template(slow, net))
    ec2, asg = slow.client("ec2"), slow.client("autoscaling")

    def states():
        members = {one["LifecycleState"] for one in builders.describe_group(slow)["Instances"]}
        reservations = ec2.describe_instances()["Reservations"]
        return members, {one["State"]["Name"] for found in reservations for one in found["Instances"]}

    assert states() == ({"Pending"}, {"pending"})
    slow.advance(61)
    assert states() == ({"InService"}, {"running"})
    asg.update_auto_scaling_group(AutoScalingGroupName="nodes", MinSize=0, DesiredCapacity=0)
    assert states() == ({"Terminating"}, {"shutting-down"})
    slow.advance(46)
    assert states() == (set(), {"terminated"})
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    slow.advance(3601)
    assert ec2.describe_instances()["Reservations"] == []


def test_an_instance_is_what_the_template_and_the_group_say(emulator, net):
    profile = builders.instance_profile(emulator)
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "node"}]}]
    template = builders.launch_template(
        emulator,
        net,
        IamInstanceProfile={"Name": profile},
        UserData="ZWNobw==",
        MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
        TagSpecifications=tags,
    )
    propagated = [
        {"Key": "Project", "Value": "portkey", "PropagateAtLaunch": True},
        {"Key": "Own", "Value": "1", "PropagateAtLaunch": False},
    ]
    builders.scaling_group(emulator, net, template, Tags=propagated, NewInstancesProtectedFromScaleIn=True)
    described = builders.describe_group(emulator)
    assert {one["AvailabilityZone"] for one in described["Instances"]} == {"us-east-1a", "us-east-1b"}
    assert all(one["ProtectedFromScaleIn"] for one in described["Instances"])
    assert {(tag["Key"], tag["PropagateAtLaunch"]) for tag in described["Tags"]} == {("Project", True), ("Own", False)}
    found = emulator.client("ec2").describe_instances(InstanceIds=_instances(emulator))
    instance = found["Reservations"][0]["Instances"][0]
    actual = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
    expected = {"Name": "node", "Project": "portkey", "aws:autoscaling:groupName": "nodes"}
    assert expected.items() <= actual.items() and "Own" not in actual
    assert (instance["Architecture"], instance["InstanceType"]) == ("arm64", "t4g.medium")
    assert instance["IamInstanceProfile"]["Arn"].endswith(f"instance-profile/{profile}")
    assert instance["MetadataOptions"]["HttpTokens"] == "required"


def test_an_instance_profile_has_to_propagate(slow):
    net = builders.network(slow)
    profile = {"Name": builders.instance_profile(slow)}
    template = builders.launch_template(slow, net, IamInstanceProfile=profile)
    message = (
        "You must use a valid fully-formed launch template. Value (nodes) for parameter iamInstanceProfile.name "
        "is invalid. Invalid IAM Instance Profile name"
    )
    with refused("ValidationError", message):
        builders.scaling_group(slow, net, template)
    slow.advance(9)
    builders.scaling_group(slow, net, template)


@pytest.mark.parametrize(
    "data, message",
    [
        ({"ImageId": "ami-00000000000000000"}, "The image id '[ami-00000000000000000]' does not exist"),
        ({"InstanceType": "m5.large"}, "The architecture 'x86_64' of the specified instance type does not match"),
        ({"InstanceType": "t9.none"}, "Invalid value 't9.none' for InstanceType."),
        ({"SecurityGroupIds": ["sg-00000000"]}, "The security group 'sg-00000000' does not exist"),
        ({"IamInstanceProfile": {"Name": "none"}}, "Invalid IAM Instance Profile name"),
    ],
)
def test_launch_templates_that_cannot_launch(emulator, net, data, message):
    template = builders.launch_template(emulator, net, **data)
    with refused("ValidationError", message):
        builders.scaling_group(emulator, net, template)


@pytest.mark.parametrize(
    "options, code, message",
    [
        ({"MinSize": 4}, "ValidationError", "Max bound, 3, must be greater than or equal to min bound, 4"),
        ({"DesiredCapacity": 4}, "ValidationError", "Desired capacity:4 must be between the specified min"),
        ({"VPCZoneIdentifier": "subnet-00000000"}, "ValidationError", "The subnet ID 'subnet-00000000' does not exist"),
        ({"VPCZoneIdentifier": " "}, "ValidationError", "At least one Availability Zone or VPC Subnet is required."),
        ({"LaunchTemplate": {"LaunchTemplateId": "lt-0"}}, "ValidationError", "You must use a valid fully-formed"),
    ],
)
def test_groups_that_aws_refuses(emulator, net, options, code, message):
    template = builders.launch_template(emulator, net)
    with refused(code, message):
        builders.scaling_group(emulator, net, template, **options)


def test_a_name_is_taken_once(emulator, net, group):
    with refused("AlreadyExists", "A group with the name nodes already exists"):
        builders.scaling_group(emulator, net, group["LaunchTemplate"]["LaunchTemplateId"])


def test_desired_capacity_stays_within_its_bounds(emulator, asg, group):
    with refused("ValidationError", "New SetDesiredCapacity value 4 is above max value 3 for the AutoScalingGroup."):
        asg.set_desired_capacity(AutoScalingGroupName="nodes", DesiredCapacity=4)
    with refused("ValidationError", "New SetDesiredCapacity value 0 is below min value 1"):
        asg.set_desired_capacity(AutoScalingGroupName="nodes", DesiredCapacity=0)
    asg.set_desired_capacity(AutoScalingGroupName="nodes", DesiredCapacity=3)
    assert len(_instances(emulator, "InService")) == 3
    asg.update_auto_scaling_group(AutoScalingGroupName="nodes", MaxSize=1)
    assert builders.describe_group(emulator)["DesiredCapacity"] == 1
    assert len(_instances(emulator)) == 1


def test_protected_instances_are_not_scaled_in(emulator, asg, group):
    ids = _instances(emulator)
    protect = {"AutoScalingGroupName": "nodes", "InstanceIds": ids}
    asg.set_instance_protection(**protect, ProtectedFromScaleIn=True)
    asg.update_auto_scaling_group(AutoScalingGroupName="nodes", MinSize=0, DesiredCapacity=0)
    assert _instances(emulator, "InService") == ids
    activity = asg.describe_scaling_activities(AutoScalingGroupName="nodes")["Activities"][0]
    expected = "Could not scale to desired capacity because all remaining instances are protected from scale-in."
    assert (activity["StatusCode"], activity["StatusMessage"]) == ("Failed", expected)
    asg.set_instance_protection(**protect, ProtectedFromScaleIn=False)
    assert _instances(emulator) == []
    with refused("ValidationError", "is not part of Auto Scaling group nodes"):
        asg.set_instance_protection(**protect, ProtectedFromScaleIn=True)


def test_protection_does_not_keep_an_instance_from_being_terminated(emulator, asg, group):
    ids = _instances(emulator)
    asg.set_instance_protection(AutoScalingGroupName="nodes", InstanceIds=ids, ProtectedFromScaleIn=True)
    asg.terminate_instance_in_auto_scaling_group(InstanceId=ids[0], ShouldDecrementDesiredCapacity=True)
    assert _instances(emulator) == ids[1:]
    emulator.client("ec2").terminate_instances(InstanceIds=ids[1:])
    # Missed by the health check, and replaced.
    (new,) = _instances(emulator, "InService")
    assert new not in ids


def test_a_group_with_instances_is_deleted_by_force_only(slow):
    net = builders.network(slow)
    builders.scaling_group(slow, net, builders.launch_template(slow, net), NewInstancesProtectedFromScaleIn=True)
    slow.advance(61)
    asg = slow.client("autoscaling")
    with refused("ResourceInUse", "You cannot delete an AutoScalingGroup while there are instances"):
        asg.delete_auto_scaling_group(AutoScalingGroupName="nodes")
    asg.delete_auto_scaling_group(AutoScalingGroupName="nodes", ForceDelete=True)
    assert builders.describe_group(slow)["Status"] == "Delete in progress"
    with refused("AlreadyExists", "pending delete"):
        builders.scaling_group(slow, net, "lt-00000000")
    slow.advance(46)
    assert asg.describe_auto_scaling_groups()["AutoScalingGroups"] == []
    with refused("ValidationError", "AutoScalingGroup name not found"):
        asg.delete_auto_scaling_group(AutoScalingGroupName="nodes")


def test_an_empty_group_is_deleted_at_once(emulator, asg, group):
    asg.update_auto_scaling_group(AutoScalingGroupName="nodes", MinSize=0, DesiredCapacity=0)
    asg.delete_auto_scaling_group(AutoScalingGroupName="nodes")
    assert asg.describe_auto_scaling_groups()["AutoScalingGroups"] == []


def test_suspended_processes(emulator, asg, group):
    asg.suspend_processes(AutoScalingGroupName="nodes", ScalingProcesses=["Launch"])
    asg.set_desired_capacity(AutoScalingGroupName="nodes", DesiredCapacity=3)
    assert len(_instances(emulator)) == 2
    assert [one["ProcessName"] for one in builders.describe_group(emulator)["SuspendedProcesses"]] == ["Launch"]
    asg.resume_processes(AutoScalingGroupName="nodes", ScalingProcesses=["Launch"])
    assert len(_instances(emulator)) == 3
    with refused("ValidationError", "ProcessType Not Found: None"):
        asg.suspend_processes(AutoScalingGroupName="nodes", ScalingProcesses=["None"])


def test_a_launch_that_fails_is_told_and_tried_again(emulator, asg, net):
    everywhere = builders.network(emulator, "e")
    template = builders.launch_template(emulator, everywhere)
    builders.scaling_group(emulator, everywhere, template, DesiredCapacity=1)
    activity = asg.describe_scaling_activities(AutoScalingGroupName="nodes")["Activities"][0]
    assert activity["StatusCode"] == "Failed"
    assert "(t4g.medium) is not supported in your requested Availability Zone (us-east-1e)" in activity["StatusMessage"]
    asg.update_auto_scaling_group(AutoScalingGroupName="nodes", VPCZoneIdentifier=net.subnets[0])
    assert len(_instances(emulator)) == 1


def test_tags_of_groups(emulator, asg, group):
    tag = {"ResourceId": "nodes", "ResourceType": "auto-scaling-group", "Key": "Project", "PropagateAtLaunch": True}
    asg.create_or_update_tags(Tags=[{**tag, "Value": "portkey"}])
    found = asg.describe_tags(Filters=[{"Name": "key", "Values": ["Project"]}])["Tags"]
    assert [one["Value"] for one in found] == ["portkey"]
    wanted = [{"Name": "tag:Project", "Values": ["portkey"]}]
    assert len(asg.describe_auto_scaling_groups(Filters=wanted)["AutoScalingGroups"]) == 1
    asg.delete_tags(Tags=[tag])
    assert asg.describe_auto_scaling_groups(Filters=wanted)["AutoScalingGroups"] == []


# What other services of the emulator are told, and ask for.


@pytest.fixture
def held(monkeypatch):
    """Terminations wait for somebody, like those of ECS's managed draining."""
    ids = []
    monkeypatch.setattr(instance_events, "_terminating", [lambda *arguments: bool(ids.append(arguments[-1])) or True])
    return ids


def test_a_termination_can_be_held(emulator, asg, group, held):
    asg.update_auto_scaling_group(AutoScalingGroupName="nodes", MinSize=0, DesiredCapacity=1)
    assert len(held) == 1
    assert _instances(emulator, "Terminating:Wait") == held
    state = emulator.client("ec2").describe_instances(InstanceIds=held)["Reservations"][0]["Instances"][0]["State"]
    assert state["Name"] == "running"
    autoscaling.release(emulator.app.world, ACCOUNT, REGION, held[0])
    assert len(_instances(emulator)) == 1


def test_a_deletion_by_force_is_not_held(emulator, asg, group, held):
    asg.update_auto_scaling_group(AutoScalingGroupName="nodes", MinSize=0, DesiredCapacity=1)
    assert len(_instances(emulator, "Terminating:Wait")) == 1
    asg.delete_auto_scaling_group(AutoScalingGroupName="nodes", ForceDelete=True)
    assert asg.describe_auto_scaling_groups()["AutoScalingGroups"] == []
    assert len(held) == 2


def test_metrics_collection_is_switched(emulator, asg, group):
    named = {"AutoScalingGroupName": "nodes"}
    asg.enable_metrics_collection(**named, Granularity="1Minute", Metrics=["GroupMinSize", "GroupMaxSize"])
    asg.disable_metrics_collection(**named, Metrics=["GroupMinSize"])
    assert [one["Metric"] for one in builders.describe_group(emulator)["EnabledMetrics"]] == ["GroupMaxSize"]


def test_who_listens_is_told_of_running_instances(emulator, net, monkeypatch):
    told = []
    monkeypatch.setattr(instance_events, "_running", [lambda world, *arguments: told.append(arguments)])
    builders.scaling_group(emulator, net, builders.launch_template(emulator, net))
    instances = _instances(emulator)
    assert sorted(told) == sorted((ACCOUNT, REGION, one) for one in instances)


def test_capacity_can_be_asked_for(emulator, group):
    world = emulator.app.world
    found = autoscaling.find(world, ACCOUNT, REGION, group["AutoScalingGroupARN"])
    assert found is not None and found.name == "nodes" and found.desired == 2
    autoscaling.set_desired(world, ACCOUNT, REGION, "nodes", 3)
    emulator.advance(0)
    assert len(_instances(emulator, "InService")) == 3


# Instance refresh


def _refresh(emulator):
    found = emulator.client("autoscaling").describe_instance_refreshes(AutoScalingGroupName="nodes")
    return found["InstanceRefreshes"][0]


def _new_version(emulator, template):
    emulator.client("ec2").create_launch_template_version(
        LaunchTemplateId=template, SourceVersion="$Latest", LaunchTemplateData={"UserData": "bmV3"}
    )


PREFERENCES = {"MinHealthyPercentage": 50, "MaxHealthyPercentage": 100, "InstanceWarmup": 300}


@pytest.mark.parametrize("highest, most_at_once", [(100, 2), (150, 3)])
def test_a_refresh_replaces_instance_by_instance(slow, highest, most_at_once):
    net = builders.network(slow)
    template = builders.launch_template(slow, net)
    builders.scaling_group(slow, net, template)
    slow.advance(61)
    _new_version(slow, template)
    asg, seen, counts = slow.client("autoscaling"), [], set()
    preferences = {**PREFERENCES, "MaxHealthyPercentage": highest}
    asg.start_instance_refresh(AutoScalingGroupName="nodes", Preferences=preferences)
    with refused("InstanceRefreshInProgress", "An Instance Refresh is already in progress"):
        asg.start_instance_refresh(AutoScalingGroupName="nodes")
    for _unused in range(200):
        slow.advance(10)
        refresh = _refresh(slow)
        seen.append((refresh["Status"], refresh["PercentageComplete"]))
        counts.add(len(_instances(slow, "Pending", "InService")))
        if refresh["Status"] == "Successful":
            break
    assert list(dict.fromkeys(seen)) == [("InProgress", 0), ("InProgress", 50), ("Successful", 100)]
    assert max(counts) == most_at_once and min(counts) >= 2
    versions = [one["LaunchTemplate"]["Version"] for one in builders.describe_group(slow)["Instances"]]
    assert versions == ["2", "2"]
    # Two replacements, each booted and warm.
    assert len(seen) * 10 > 2 * (60 + 300)


def test_a_refresh_can_skip_what_is_up_to_date(emulator, asg, group):
    before = _instances(emulator)
    asg.start_instance_refresh(AutoScalingGroupName="nodes", Preferences={**PREFERENCES, "SkipMatching": True})
    assert (_refresh(emulator)["Status"], _instances(emulator)) == ("Successful", before)


@pytest.mark.parametrize(
    "choice, replaced, status",
    [("Refresh", True, "Successful"), ("Ignore", False, "Successful"), ("Wait", False, "InProgress")],
)
def test_a_refresh_and_protected_instances(emulator, asg, group, choice, replaced, status):
    before = _instances(emulator)
    asg.set_instance_protection(AutoScalingGroupName="nodes", InstanceIds=before, ProtectedFromScaleIn=True)
    preferences = {**PREFERENCES, "ScaleInProtectedInstances": choice}
    asg.start_instance_refresh(AutoScalingGroupName="nodes", Preferences=preferences)
    assert _refresh(emulator)["Status"] == status
    assert (set(before) & set(_instances(emulator)) == set()) is replaced
    if choice == "Wait":
        emulator.advance(3601)
        assert _refresh(emulator)["Status"] == "Failed"


def test_a_refresh_can_be_cancelled_once(slow):
    net = builders.network(slow)
    builders.scaling_group(slow, net, builders.launch_template(slow, net))
    slow.advance(61)
    asg = slow.client("autoscaling")
    asg.start_instance_refresh(AutoScalingGroupName="nodes", Preferences=PREFERENCES)
    slow.advance(10)
    asg.cancel_instance_refresh(AutoScalingGroupName="nodes")
    assert _refresh(slow)["Status"] == "Cancelling"
    slow.advance(10)
    assert _refresh(slow)["Status"] == "Cancelled"
    with refused("ActiveInstanceRefreshNotFound"):
        asg.cancel_instance_refresh(AutoScalingGroupName="nodes")


def test_a_refresh_to_a_desired_configuration_can_be_rolled_back(slow):
    net = builders.network(slow)
    template = builders.launch_template(slow, net)
    named = {"LaunchTemplateId": template}
    builders.scaling_group(slow, net, template, LaunchTemplate={**named, "Version": "1"})
    slow.advance(61)
    _new_version(slow, template)
    asg = slow.client("autoscaling")
    wanted = {"LaunchTemplate": {**named, "Version": "2"}}
    asg.start_instance_refresh(AutoScalingGroupName="nodes", Preferences=PREFERENCES, DesiredConfiguration=wanted)
    slow.advance(120)
    asg.rollback_instance_refresh(AutoScalingGroupName="nodes")
    slow.advance(2000)
    assert _refresh(slow)["Status"] == "RollbackSuccessful"
    described = builders.describe_group(slow)
    assert described["LaunchTemplate"]["Version"] == "1"
    assert {one["LaunchTemplate"]["Version"] for one in described["Instances"]} == {"1"}


@pytest.mark.parametrize(
    "preferences",
    [{"MinHealthyPercentage": 40, "MaxHealthyPercentage": 150}, {"MaxHealthyPercentage": 99}, {"AutoRollback": True}],
)
def test_preferences_that_a_refresh_does_not_take(emulator, asg, group, preferences):
    unchecked = emulator.client("autoscaling", config=builders.UNCHECKED)
    with refused("ValidationError"):
        unchecked.start_instance_refresh(AutoScalingGroupName="nodes", Preferences=preferences)
