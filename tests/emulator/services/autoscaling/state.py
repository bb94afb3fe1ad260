"""What Auto Scaling knows of an account and region."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random

from ...registry import AwsError, Call
from ..times import moment

if TYPE_CHECKING:
    from ...world import World

MOST_ACTIVITIES = 100


@dataclasses.dataclass
class Member:
    """An instance of a group."""

    instance_id: str
    instance_type: str
    zone: str
    subnet_id: str
    template: dict[str, str]
    launched: float
    protected: bool
    lifecycle_state: str = "Pending"
    health_status: str = "Healthy"
    in_service_at: float | None = None

    @property
    def active(self) -> bool:
        """Counts as capacity: it is there, or will be."""
        return self.lifecycle_state in ("Pending", "InService")


@dataclasses.dataclass
class Activity:
    id: str
    description: str
    cause: str
    status: str
    started: float
    ended: float | None = None
    message: str | None = None


@dataclasses.dataclass
class Refresh:
    """An instance refresh: these instances are to be replaced, a batch at a time."""

    id: str
    started: float
    preferences: dict[str, Any]
    desired_configuration: dict[str, Any] | None
    old: list[str]
    batch: list[str] = dataclasses.field(default_factory=list)
    replaced: int = 0
    status: str = "Pending"
    reason: str | None = None
    ended: float | None = None
    rollback: dict[str, Any] | None = None

    @property
    def active(self) -> bool:
        return self.ended is None


@dataclasses.dataclass
class Group:
    name: str
    arn: str
    account: str
    region: str
    created: float
    min_size: int
    max_size: int
    desired: int
    template: dict[str, str]
    mixed_instances_policy: dict[str, Any] | None
    subnets: list[str]
    zones: list[str]
    new_instances_protected: bool
    # The settings that are only kept and described.
    settings: dict[str, Any]
    tags: dict[str, tuple[str, bool]]
    target_group_arns: list[str] = dataclasses.field(default_factory=list)
    metrics: list[str] = dataclasses.field(default_factory=list)
    members: dict[str, Member] = dataclasses.field(default_factory=dict)
    activities: list[Activity] = dataclasses.field(default_factory=list)
    suspended: dict[str, str] = dataclasses.field(default_factory=dict)
    refreshes: list[Refresh] = dataclasses.field(default_factory=list)
    deleting: bool = False
    # Above the desired capacity, while an instance refresh launches before it terminates.
    surge: int = 0
    failed_launches: int = 0

    def active_members(self) -> list[Member]:
        return [member for member in self.members.values() if member.active]

    def refresh(self) -> Refresh | None:
        """The instance refresh that is going on."""
        return next((refresh for refresh in self.refreshes if refresh.active), None)

    def note(self, world: World, description: str, cause: str, status: str, message: str | None = None) -> Activity:
        """Begin (or with a final status: record) a scaling activity; the newest is the first."""
        ended = world.now if status in ("Failed", "Successful", "Cancelled") else None
        identifier = str(mock_random.uuid4())
        activity = Activity(identifier, description, cause, status, world.now, ended, message)
        self.activities.insert(0, activity)
        del self.activities[MOST_ACTIVITIES:]
        return activity


class Groups(dict[str, Group]):
    """By name."""


def groups(world: World, account: str, region: str) -> Groups:
    found: Groups = world.store(Groups, account, region)
    return found


def find(world: World, account: str, region: str, name_or_arn: str) -> Group | None:
    """A group that exists (one that is being deleted does)."""
    for group in groups(world, account, region).values():
        if name_or_arn in (group.name, group.arn):
            return group
    return None


def group_of(world: World, call: Call, name: str | None = None) -> Group:
    """The group that a request names."""
    name = name or str(call.params["AutoScalingGroupName"])
    group = find(world, call.account, call.region, name)
    if group is None:
        message = f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found"
        raise AwsError("ValidationError", message)
    return group


def member_of(world: World, account: str, region: str, instance_id: str) -> tuple[Group, Member] | None:
    for group in groups(world, account, region).values():
        if instance_id in group.members:
            return group, group.members[instance_id]
    return None


def described_activity(group: Group, activity: Activity) -> dict[str, Any]:
    described: dict[str, Any] = {
        "ActivityId": activity.id,
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        "Description": activity.description,
        "Cause": activity.cause,
        "StartTime": moment(activity.started),
        "StatusCode": activity.status,
        "Progress": 100 if activity.ended is not None else 50,
        "Details": "{}",
    }
    if activity.ended is not None:
        described["EndTime"] = moment(activity.ended)
    if activity.message:
        described["StatusMessage"] = activity.message
    return described
