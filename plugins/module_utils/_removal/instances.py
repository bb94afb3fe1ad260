# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Auto Scaling groups, instances and what they are made from."""

from __future__ import annotations

from .._audit.resource import Resource
from .._autoscaling import ensure
from .work import Removal, Work, call_if_there


def group(work: Work, resource: Resource) -> None:
    """The protection from scale-in goes first, then all instances with the group at once."""
    aws = ensure.Aws(work.client("autoscaling"), lambda: work.client("ec2"), work.clock)
    options = {"name": resource.name, "force_delete": True, "wait": True, "wait_timeout": work.timeout}
    ensure.ensure_absent(aws, options, False)


def instance(work: Work, resource: Resource) -> None:
    """Those of the group are gone with it; here it is about one that somebody has detached."""
    client = work.client("ec2")

    def states() -> list[str]:
        doing = f"look at instance {resource.id}"
        found = call_if_there(client, "describe_instances", doing, InstanceIds=[resource.id])
        return [one["State"]["Name"] for part in found.get("Reservations", []) for one in part["Instances"]]

    if set(states()) - {"terminated", "shutting-down"}:
        call_if_there(client, "terminate_instances", f"terminate {resource}", InstanceIds=[resource.id])
    work.poll(states, lambda seen: set(seen) <= {"terminated"}, f"instance {resource.id} to be terminated")


def volume(work: Work, resource: Resource) -> None:
    client = work.client("ec2")
    work.insist(
        lambda: call_if_there(client, "delete_volume", f"delete {resource}", VolumeId=resource.id),
        ("VolumeInUse",),
        f"volume {resource.id} to be detached",
    )


def launch_template(work: Work, resource: Resource) -> None:
    call_if_there(work.client("ec2"), "delete_launch_template", f"delete {resource}", LaunchTemplateId=resource.id)


def function(work: Work, resource: Resource) -> None:
    call_if_there(work.client("lambda"), "delete_function", f"delete {resource}", FunctionName=resource.name)


REMOVALS = {
    "autoscaling_group": Removal(group, ("ecs_service", "ecs_cluster_capacity_providers")),
    "ec2_instance": Removal(instance, ("ecs_service", "autoscaling_group")),
    "ec2_vol": Removal(volume, ("autoscaling_group", "ec2_instance")),
    "ec2_launch_template": Removal(launch_template, ("autoscaling_group",)),
    "lambda": Removal(function, ("ecs_service", "codedeploy_deployment_group")),
}
