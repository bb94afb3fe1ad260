# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""An Auto Scaling group as it is: reading it, its calls, and waiting for it."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable, Mapping

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..api import call
from ..aws import error_code, error_message
from ..module import GatewayError
from ..shape import snake
from ..tags import from_list
from ..wait import SYSTEM_CLOCK, Backoff, Clock, WaitFailed, keep_trying, poll

BACKOFF = Backoff(first=1, most=8)
# SetInstanceProtection takes this many instances in one call.
_PROTECTION_PAGE = 50


@dataclasses.dataclass(frozen=True)
class Found:
    """A group that exists."""

    raw: dict[str, t.Any]

    @property
    def tags(self) -> dict[str, str]:
        return from_list(self.raw.get("Tags"))

    @property
    def instances(self) -> list[dict[str, t.Any]]:
        """Those that are not on their way out."""
        return [item for item in self.raw["Instances"] if not item["LifecycleState"].startswith("Terminat")]

    @property
    def is_being_deleted(self) -> bool:
        return bool(self.raw.get("Status"))

    def view(self) -> dict[str, t.Any]:
        template = self.raw.get("LaunchTemplate") or {}
        return {
            "name": self.raw["AutoScalingGroupName"],
            "launch_template": {"id": template.get("LaunchTemplateId"), "version": template.get("Version")},
            "min_size": self.raw["MinSize"],
            "max_size": self.raw["MaxSize"],
            "desired_capacity": self.raw["DesiredCapacity"],
            "subnets": sorted(filter(None, (self.raw.get("VPCZoneIdentifier") or "").split(","))),
            "health_check_type": self.raw.get("HealthCheckType"),
            "health_check_grace_period": self.raw.get("HealthCheckGracePeriod"),
            "new_instances_protected_from_scale_in": bool(self.raw.get("NewInstancesProtectedFromScaleIn")),
            "tags": self.tags,
        }

    def result(self) -> dict[str, t.Any]:
        return {**snake({key: value for key, value in self.raw.items() if key != "Tags"}), "tags": self.tags}


def find(client: t.Any, name: str) -> Found | None:
    doing = f"find the Auto Scaling group {name}"
    answer = call(client, "describe_auto_scaling_groups", doing, AutoScalingGroupNames=[name])
    return Found(answer["AutoScalingGroups"][0]) if answer["AutoScalingGroups"] else None


def existing(client: t.Any, name: str) -> Found:
    found = find(client, name)
    if found is None:
        raise GatewayError(f"The Auto Scaling group {name} disappeared while it was being changed. Run again.")
    return found


def once_profile_is_visible(act: Callable[[], t.Any], name: str, timeout: float, clock: Clock) -> None:
    """Do something that names an instance profile, which may be younger than EC2's knowledge of it."""

    def not_yet_visible(error: Exception) -> bool:
        return (
            isinstance(error, AnsibleAWSError)
            and error_code(error) == "ValidationError"
            and "Invalid IAM Instance Profile name" in error_message(error)
        )

    keep_trying(
        act,
        not_yet_visible,
        what=f"the instance profile of {name} to be visible to EC2",
        timeout=timeout,
        backoff=BACKOFF,
        clock=clock,
    )


def tag_items(name: str, tags: Mapping[str, str], propagate: bool) -> list[dict[str, t.Any]]:
    return [
        {
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
            "Key": key,
            "Value": value,
            "PropagateAtLaunch": propagate,
        }
        for key, value in tags.items()
    ]


def release_instances(client: t.Any, found: Found) -> None:
    """Clear the protection from scale-in, with which instances would stay for ever."""
    instances = [item["InstanceId"] for item in found.raw["Instances"] if item.get("ProtectedFromScaleIn")]
    for start in range(0, len(instances), _PROTECTION_PAGE):
        call(
            client,
            "set_instance_protection",
            f"clear the protection of the instances of {found.raw['AutoScalingGroupName']}",
            AutoScalingGroupName=found.raw["AutoScalingGroupName"],
            InstanceIds=instances[start : start + _PROTECTION_PAGE],
            ProtectedFromScaleIn=False,
        )


def wait_until_empty(client: t.Any, name: str, timeout: float, clock: Clock = SYSTEM_CLOCK) -> None:
    poll(
        lambda: find(client, name),
        lambda found: found is None or not found.raw["Instances"],
        what=f"the instances of {name} to be terminated",
        timeout=timeout,
        backoff=BACKOFF,
        clock=clock,
        show=lambda found: found and _instance_states(found),
    )


def wait_until_gone(client: t.Any, name: str, timeout: float, clock: Clock = SYSTEM_CLOCK) -> None:
    poll(
        lambda: find(client, name),
        lambda found: found is None,
        what=f"the Auto Scaling group {name} to be gone",
        timeout=timeout,
        backoff=BACKOFF,
        clock=clock,
        show=lambda found: found and {"status": found.raw.get("Status"), **_instance_states(found)},
    )


def wait_until_in_service(client: t.Any, name: str, timeout: float, clock: Clock = SYSTEM_CLOCK) -> Found:
    """Until as many instances are in service as are desired. A timeout tells why the last one did not start."""

    def done(found: Found | None) -> bool:
        if found is None or found.is_being_deleted:
            raise WaitFailed(f"The Auto Scaling group {name} is gone or being deleted, so it will never be in service.")
        serving = [item for item in found.raw["Instances"] if item["LifecycleState"] == "InService"]
        return len(serving) >= found.raw["DesiredCapacity"]

    return t.cast(
        Found,
        poll(
            lambda: find(client, name),
            done,
            what=f"the instances of {name} to be in service",
            timeout=timeout,
            backoff=BACKOFF,
            clock=clock,
            show=lambda found: found and {**_instance_states(found), "last_failure": _last_failure(client, name)},
        ),
    )


def _instance_states(found: Found) -> dict[str, t.Any]:
    return {
        "desired_capacity": found.raw["DesiredCapacity"],
        "instances": {item["InstanceId"]: item["LifecycleState"] for item in found.raw["Instances"]},
    }


def _last_failure(client: t.Any, name: str) -> str | None:
    answer = call(client, "describe_scaling_activities", f"read the activities of {name}", AutoScalingGroupName=name)
    failures = (item for item in answer["Activities"] if item["StatusCode"] in ("Failed", "Cancelled"))
    return next((item.get("StatusMessage") for item in failures), None)
