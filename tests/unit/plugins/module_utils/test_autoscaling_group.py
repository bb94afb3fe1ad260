from __future__ import annotations

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.portkey.gateway.plugins.module_utils._autoscaling.ensure import (
    Aws,
    ensure_absent,
    ensure_present,
)
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed, WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

NAME = "portkey-dev-instances"
TAGS = {"AmazonECSManaged": "", "Environment": "dev"}
SAME = {
    "name": NAME,
    "launch_template": {"id": "lt-1", "version": "3"},
    "min_size": 1,
    "max_size": 3,
    "desired_capacity": 2,
    "subnets": ["subnet-2", "subnet-1"],
    "health_check_type": "EC2",
    "new_instances_protected_from_scale_in": True,
    "tags": TAGS,
}
REFRESH = {"enabled": True, "min_healthy_percentage": 50, "max_healthy_percentage": 100, "instance_warmup": 300}


def tag(key, value, propagate=True):
    return {"ResourceId": NAME, "Key": key, "Value": value, "PropagateAtLaunch": propagate}


def instance(number, version="3", state="InService", protected=True):
    return {
        "InstanceId": f"i-{number}",
        "LifecycleState": state,
        "ProtectedFromScaleIn": protected,
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": version},
    }


def group(*instances, **fields):
    return {
        "AutoScalingGroupName": NAME,
        "AutoScalingGroupARN": "arn:group",
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "x", "Version": "3"},
        "MinSize": 1,
        "MaxSize": 3,
        "DesiredCapacity": 2,
        "VPCZoneIdentifier": "subnet-1,subnet-2",
        "HealthCheckType": "EC2",
        "HealthCheckGracePeriod": 0,
        "NewInstancesProtectedFromScaleIn": True,
        "Tags": [tag(key, value) for key, value in TAGS.items()],
        "Instances": list(instances),
        **fields,
    }


DONE = dict.fromkeys(
    [
        "create_auto_scaling_group",
        "update_auto_scaling_group",
        "delete_auto_scaling_group",
        "create_or_update_tags",
        "delete_tags",
        "set_instance_protection",
    ],
    {},
)


class World:
    """The clients of one run over what is described, in turn; None is no group."""

    def __init__(self, *described, latest=3, **script):
        self.time = FakeTime()
        answers = [{"AutoScalingGroups": [item] if item else []} for item in described]
        self.asg = FakeClient(
            "autoscaling",
            **{
                "describe_auto_scaling_groups": answers,
                "describe_instance_refreshes": {"InstanceRefreshes": []},
                "describe_scaling_activities": {"Activities": []},
                "start_instance_refresh": {"InstanceRefreshId": "refresh-1"},
                **DONE,
                **script,
            },
        )
        self.ec2 = FakeClient(
            "ec2", describe_launch_template_versions={"LaunchTemplateVersions": [{"VersionNumber": latest}]}
        )

    @property
    def aws(self):
        return Aws(self.asg, lambda: self.ec2, self.time.clock)


@pytest.fixture
def options(monkeypatch):
    spec = argument_spec("autoscaling_group", monkeypatch)
    return lambda **given: FakeModule(spec, {}, **given).params


def present(world, params, check_mode=False):
    return ensure_present(world.aws, params, check_mode)


@pytest.mark.parametrize("given", [SAME, {"name": NAME}, {**SAME, "desired_capacity": 3}])
def test_what_is_right_is_left_alone(options, given):
    world = World(group(instance(1)))
    outcome = present(world, options(**given))
    assert (outcome.is_changed, world.asg.writes) == (False, [])
    assert outcome.result["auto_scaling_group"]["auto_scaling_group_arn"] == "arn:group"
    assert outcome.result["auto_scaling_group"]["tags"] == TAGS


CHANGES = [
    ({"min_size": 0}, {"MinSize": 0}),
    ({"min_size": 3}, {"MinSize": 3, "DesiredCapacity": 3}),
    ({"max_size": 1}, {"MaxSize": 1, "DesiredCapacity": 1}),
    ({"subnets": ["subnet-3"]}, {"VPCZoneIdentifier": "subnet-3"}),
    ({"health_check_type": "ELB"}, {"HealthCheckType": "ELB"}),
    ({"new_instances_protected_from_scale_in": False}, {"NewInstancesProtectedFromScaleIn": False}),
    (
        {"launch_template": {"id": "lt-1", "version": "4"}},
        {"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "4"}},
    ),
]


@pytest.mark.parametrize("option, sent", CHANGES)
def test_only_what_differs_is_sent(options, option, sent):
    world = World(group(instance(1)))
    assert present(world, options(**{**SAME, **option})).is_changed
    assert world.asg.writes == ["update_auto_scaling_group"]
    assert world.asg.sent("update_auto_scaling_group") == [{"AutoScalingGroupName": NAME, **sent}]


@pytest.mark.parametrize("option, _sent", CHANGES)
def test_check_mode_shows_the_same_change_and_writes_nothing(options, option, _sent):
    world = World(group(instance(1)))
    planned = present(world, options(**{**SAME, **option}), check_mode=True)
    done = present(World(group(instance(1))), options(**{**SAME, **option}))
    assert world.asg.writes == []
    assert (planned.before, planned.after) == (done.before, done.after)


@pytest.mark.parametrize(
    "given, live, added, removed",
    [
        ({"tags": {**TAGS, "Owner": "me"}}, group(), ["Owner"], []),
        ({"tags": {"AmazonECSManaged": ""}}, group(), [], ["Environment"]),
        ({"tags": {"AmazonECSManaged": ""}, "purge_tags": False}, group(), [], []),
        ({"tags": None}, group(), [], []),
        (
            {},
            group(Tags=[tag("AmazonECSManaged", "", propagate=False), tag("Environment", "dev")]),
            ["AmazonECSManaged"],
            [],
        ),
    ],
)
def test_tags(options, given, live, added, removed):
    world = World(live)
    outcome = present(world, options(**{**SAME, **given}))
    assert outcome.is_changed == bool(added or removed)
    assert [item["Key"] for sent in world.asg.sent("create_or_update_tags") for item in sent["Tags"]] == added
    assert [item["Key"] for sent in world.asg.sent("delete_tags") for item in sent["Tags"]] == removed
    assert all(item["PropagateAtLaunch"] for sent in world.asg.sent("create_or_update_tags") for item in sent["Tags"])


def test_creation(options):
    world = World(None, group())
    outcome = present(world, options(**SAME))
    sent = world.asg.sent("create_auto_scaling_group")[0]
    assert world.asg.writes == ["create_auto_scaling_group"]
    assert (sent["MinSize"], sent["MaxSize"], sent["DesiredCapacity"]) == (1, 3, 2)
    assert sent["VPCZoneIdentifier"] == "subnet-1,subnet-2"
    assert sent["LaunchTemplate"] == {"LaunchTemplateId": "lt-1", "Version": "3"}
    assert [item["Key"] for item in sent["Tags"]] == list(TAGS)
    assert outcome.before is None


def test_creation_in_check_mode(options):
    world = World(None)
    unknown = {"launch_template": {"id": KNOWN_AFTER_APPLY}, "subnets": [KNOWN_AFTER_APPLY]}
    outcome = present(world, options(**{**SAME, **unknown}), check_mode=True)
    assert (outcome.is_changed, world.asg.writes) == (True, [])
    assert outcome.result["auto_scaling_group"]["auto_scaling_group_arn"] == KNOWN_AFTER_APPLY


def test_what_creation_needs(options):
    with pytest.raises(GatewayError, match="without launch_template, min_size, max_size, subnets"):
        present(World(None), options(name=NAME))


PROFILE_UNKNOWN = client_error(
    "ValidationError",
    "You must use a valid fully-formed launch template. Value (x) for parameter iamInstanceProfile.name is invalid. "
    "Invalid IAM Instance Profile name",
)


def test_creation_waits_for_an_instance_profile_that_is_still_young(options):
    world = World(None, group(), create_auto_scaling_group=[PROFILE_UNKNOWN, PROFILE_UNKNOWN, {}])
    assert present(world, options(**SAME)).is_changed
    assert 0 < world.time.seconds < 10


def test_creation_gives_up_on_an_instance_profile_in_time(options):
    world = World(None, create_auto_scaling_group=PROFILE_UNKNOWN)
    with pytest.raises(WaitTimedOut, match="Invalid IAM Instance Profile name"):
        present(world, options(**SAME, wait_timeout=30))


def test_other_validation_errors_fail_at_once(options):
    world = World(None, create_auto_scaling_group=client_error("ValidationError", "The subnet ID is invalid"))
    with pytest.raises(AnsibleAWSError, match="subnet ID"):
        present(world, options(**SAME))
    assert world.time.seconds == 0


def test_a_retried_creation_meets_what_its_first_try_made(options):
    world = World(None, group(), create_auto_scaling_group=client_error("AlreadyExists", "already exists"))
    assert present(world, options(**SAME)).is_changed


def test_a_group_that_is_being_deleted_is_waited_for(options):
    deleting = group(Status="Delete in progress")
    world = World(deleting, deleting, None, group())
    assert present(world, options(**SAME)).before is None
    assert world.asg.writes == ["create_auto_scaling_group"]
    checked = World(deleting)
    assert present(checked, options(**SAME), check_mode=True).before is None
    assert checked.time.seconds == 0


def test_waiting_for_instances(options):
    world = World(group(), group(instance(1, state="Pending")), group(instance(1), instance(2)))
    outcome = present(world, options(**SAME, wait=True))
    assert len(outcome.result["auto_scaling_group"]["instances"]) == 2


def test_a_wait_that_times_out_says_why_nothing_started(options):
    failed = {
        "ActivityId": "a",
        "AutoScalingGroupName": NAME,
        "Cause": "c",
        "StartTime": 0,
        "StatusCode": "Failed",
        "StatusMessage": "You have exceeded your quota",
    }
    world = World(group(), describe_scaling_activities={"Activities": [failed]})
    with pytest.raises(WaitTimedOut) as timed_out:
        present(world, options(**SAME, wait=True, wait_timeout=30))
    assert timed_out.value.last_state["last_failure"] == "You have exceeded your quota"


def test_a_wait_for_a_group_that_goes_away_fails_at_once(options):
    world = World(group(), group(Status="Delete in progress"))
    with pytest.raises(WaitFailed):
        present(world, options(**SAME, wait=True))


def refreshing(options, world, check_mode=False, **given):
    return present(world, options(**{**SAME, "instance_refresh": REFRESH, **given}), check_mode)


@pytest.mark.parametrize("check_mode", [True, False])
def test_instances_of_another_version_are_replaced(options, check_mode):
    world = World(group(instance(1), instance(2, version="2")))
    outcome = refreshing(options, world, check_mode)
    assert (outcome.before["outdated_instances"], outcome.after["outdated_instances"]) == (["i-2"], [])
    if check_mode:
        assert world.asg.writes == []
        return
    sent = world.asg.sent("start_instance_refresh")[0]
    assert sent["Preferences"] == {
        "MinHealthyPercentage": 50,
        "MaxHealthyPercentage": 100,
        "InstanceWarmup": 300,
        "SkipMatching": True,
        "ScaleInProtectedInstances": "Refresh",
    }
    assert outcome.result["instance_refresh"]["instance_refresh_id"] == "refresh-1"


def test_a_new_version_updates_the_group_first(options):
    world = World(group(instance(1)))
    refreshing(options, world, launch_template={"id": "lt-1", "version": "4"})
    assert world.asg.writes == ["update_auto_scaling_group", "start_instance_refresh"]


@pytest.mark.parametrize("latest, started", [(3, 0), (4, 1)])
def test_the_latest_version_is_looked_up(options, latest, started):
    live = group(instance(1), LaunchTemplate={"LaunchTemplateId": "lt-1", "Version": "$Latest"})
    world = World(live, latest=latest)
    refreshing(options, world, launch_template={"id": "lt-1", "version": "$Latest"})
    assert len(world.asg.sent("start_instance_refresh")) == started
    assert world.ec2.sent("describe_launch_template_versions") == [
        {"LaunchTemplateId": "lt-1", "Versions": ["$Latest"]}
    ]


@pytest.mark.parametrize(
    "instances, refresh",
    [
        ([instance(1)], REFRESH),
        ([], REFRESH),
        ([instance(1), instance(2, version="2", state="Terminating:Wait")], REFRESH),
        ([instance(1, version="2")], {**REFRESH, "enabled": False}),
        ([instance(1, version="2")], None),
    ],
)
def test_nothing_to_replace(options, instances, refresh):
    world = World(group(*instances))
    outcome = refreshing(options, world, instance_refresh=refresh)
    assert (outcome.is_changed, world.asg.writes) == (False, [])


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Cancelling", "Baking", "RollbackInProgress"])
def test_none_is_started_while_one_is_at_work(options, status):
    running = {"InstanceRefreshes": [{"InstanceRefreshId": "refresh-0", "Status": status}]}
    world = World(group(instance(1, version="2")), describe_instance_refreshes=running)
    outcome = refreshing(options, world)
    assert (outcome.is_changed, world.asg.writes) == (False, [])
    assert outcome.result["instance_refresh"]["instance_refresh_id"] == "refresh-0"


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "Successful", "RollbackSuccessful"])
def test_one_that_has_ended_is_no_obstacle(options, status):
    ended = {"InstanceRefreshes": [{"InstanceRefreshId": "refresh-0", "Status": status}]}
    world = World(group(instance(1, version="2")), describe_instance_refreshes=ended)
    refreshing(options, world)
    assert world.asg.writes == ["start_instance_refresh"]


def test_somebody_else_may_have_started_one_just_now(options):
    running = {"InstanceRefreshes": [{"InstanceRefreshId": "refresh-0", "Status": "Pending"}]}
    world = World(
        group(instance(1, version="2")),
        describe_instance_refreshes=[{"InstanceRefreshes": []}, running],
        start_instance_refresh=client_error("InstanceRefreshInProgress", "in progress"),
    )
    assert refreshing(options, world).result["instance_refresh"]["instance_refresh_id"] == "refresh-0"


def test_a_launch_template_that_is_not_there_yet_replaces_everything(options):
    world = World(group(instance(1)))
    unknown = {"id": KNOWN_AFTER_APPLY, "version": KNOWN_AFTER_APPLY}
    outcome = refreshing(options, world, check_mode=True, launch_template=unknown)
    assert outcome.before["outdated_instances"] == ["i-1"]
    assert world.ec2.calls == []


def absent(options, world, check_mode=False, **given):
    return ensure_absent(world.aws, options(name=NAME, state="absent", **given), check_mode)


def test_what_is_absent_stays_so(options):
    world = World(None)
    assert not absent(options, world, wait=True).is_changed
    assert world.asg.writes == []


def test_deletion_in_check_mode(options):
    world = World(group(instance(1)))
    outcome = absent(options, world, check_mode=True, wait=True)
    assert (outcome.is_changed, outcome.after, world.asg.writes) == (True, None, [])


def test_forced_deletion_clears_the_protection(options):
    instances = [instance(number) for number in range(60)]
    world = World(group(*instances, instance(99, protected=False)), group(instance(1)), None)
    absent(options, world, wait=True)
    assert [len(sent["InstanceIds"]) for sent in world.asg.sent("set_instance_protection")] == [50, 10]
    assert all(not sent["ProtectedFromScaleIn"] for sent in world.asg.sent("set_instance_protection"))
    assert world.asg.sent("delete_auto_scaling_group") == [{"AutoScalingGroupName": NAME, "ForceDelete": True}]
    assert world.asg.sent("update_auto_scaling_group") == []


def test_gentle_deletion_scales_to_zero_and_waits_for_the_instances(options):
    world = World(group(instance(1)), group(instance(1, state="Terminating")), group())
    absent(options, world, force_delete=False)
    assert world.asg.writes == ["set_instance_protection", "update_auto_scaling_group", "delete_auto_scaling_group"]
    scaled = world.asg.sent("update_auto_scaling_group")[0]
    assert (scaled["MinSize"], scaled["MaxSize"], scaled["DesiredCapacity"]) == (0, 0, 0)
    assert world.asg.sent("delete_auto_scaling_group")[0]["ForceDelete"] is False
    assert world.time.seconds > 0


def test_gentle_deletion_says_which_instances_stay(options):
    with pytest.raises(WaitTimedOut) as timed_out:
        absent(options, World(group(instance(1))), force_delete=False, wait_timeout=20)
    assert timed_out.value.last_state["instances"] == {"i-1": "InService"}


def test_a_deletion_whose_answer_was_lost_is_one(options):
    gone = client_error("ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup '{NAME}' not found")
    assert absent(options, World(group(), delete_auto_scaling_group=gone)).is_changed


@pytest.mark.parametrize("code", ["ScalingActivityInProgress", "ResourceInUse"])
def test_deletion_waits_for_activities(options, code):
    world = World(group(), delete_auto_scaling_group=[client_error(code, "busy"), {}])
    absent(options, world)
    assert len(world.asg.sent("delete_auto_scaling_group")) == 2


def test_a_deletion_that_is_under_way_is_only_waited_for(options):
    deleting = group(Status="Delete in progress")
    world = World(deleting, deleting, None)
    outcome = absent(options, world, wait=True)
    assert (outcome.is_changed, world.asg.writes) == (False, [])
