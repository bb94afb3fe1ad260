# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Roles and instance profiles: last, because what runs under a role needs it to come to its end."""

from __future__ import annotations

from .._audit.resource import Resource
from .work import Removal, Work, call_if_there

# Somebody has attached something meanwhile, or IAM has not heard of what was removed.
_CONFLICT = ("DeleteConflict", "ConcurrentModification")


def role(work: Work, resource: Resource) -> None:
    client, named = work.client("iam"), {"RoleName": resource.name}

    def act() -> None:
        profiles = call_if_there(client, "list_instance_profiles_for_role", f"see who uses {resource}", **named)
        for profile in profiles.get("InstanceProfiles", []):
            name = profile["InstanceProfileName"]
            doing = f"take {resource} from its instance profile"
            call_if_there(client, "remove_role_from_instance_profile", doing, **named, InstanceProfileName=name)
        inline = call_if_there(client, "list_role_policies", f"list the policies of {resource}", **named)
        for policy in inline.get("PolicyNames", []):
            doing = f"delete policy {policy} of {resource}"
            call_if_there(client, "delete_role_policy", doing, **named, PolicyName=policy)
        attached = call_if_there(client, "list_attached_role_policies", f"list the policies of {resource}", **named)
        for policy in attached.get("AttachedPolicies", []):
            doing = f"detach {policy['PolicyName']} from {resource}"
            call_if_there(client, "detach_role_policy", doing, **named, PolicyArn=policy["PolicyArn"])
        call_if_there(client, "delete_role", f"delete {resource}", **named)

    work.insist(act, _CONFLICT, f"role {resource.name} to be free")


def instance_profile(work: Work, resource: Resource) -> None:
    client, named = work.client("iam"), {"InstanceProfileName": resource.name}

    def act() -> None:
        found = call_if_there(client, "get_instance_profile", f"look at {resource}", **named)
        for one in found.get("InstanceProfile", {}).get("Roles", []):
            doing = f"take role {one['RoleName']} from {resource}"
            call_if_there(client, "remove_role_from_instance_profile", doing, **named, RoleName=one["RoleName"])
        call_if_there(client, "delete_instance_profile", f"delete {resource}", **named)

    work.insist(act, _CONFLICT, f"instance profile {resource.name} to be free")


_USERS = (
    "autoscaling_group",
    "codedeploy_deployment_group",
    "ec2_instance",
    "ec2_launch_template",
    "ecs_cluster",
    "ecs_service",
    "ecs_task_definition",
    "lambda",
)

REMOVALS = {
    "iam_instance_profile": Removal(instance_profile, _USERS),
    "iam_role": Removal(role, (*_USERS, "iam_instance_profile")),
}
