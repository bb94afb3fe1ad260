"""IAM: names and documents that it refuses, messages in AWS's words, and AWS's own managed policies."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, iam_backends

from ..registry import AwsError, Call, handles
from . import iam_propagation
from .policies import as_list

if TYPE_CHECKING:
    from ..world import World

LENGTHS = {"RoleName": 64, "InstanceProfileName": 128, "PolicyName": 128}
MOST_INLINE = 10_240
NAME = r"[\w+=,.@-]+"
ROLE_OPERATIONS = (
    "GetRole",
    "DeleteRole",
    "UpdateRole",
    "UpdateAssumeRolePolicy",
    "PutRolePolicy",
    "GetRolePolicy",
    "DeleteRolePolicy",
    "ListRolePolicies",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "ListAttachedRolePolicies",
    "ListInstanceProfilesForRole",
    "AddRoleToInstanceProfile",
    "TagRole",
    "UntagRole",
    "ListRoleTags",
)
PROFILE_OPERATIONS = (
    "GetInstanceProfile",
    "DeleteInstanceProfile",
    "AddRoleToInstanceProfile",
    "RemoveRoleFromInstanceProfile",
    "TagInstanceProfile",
    "ListInstanceProfileTags",
)
CREATE_OPERATIONS = ("CreateRole", "CreateInstanceProfile", "CreatePolicy", "PutRolePolicy")
TRUST_OPERATIONS = {"CreateRole": "AssumeRolePolicyDocument", "UpdateAssumeRolePolicy": "PolicyDocument"}
POLICY_OPERATIONS = (
    "AttachRolePolicy",
    "AttachUserPolicy",
    "AttachGroupPolicy",
    "DetachRolePolicy",
    "GetPolicy",
    "GetPolicyVersion",
    "ListPolicyVersions",
    "ListEntitiesForPolicy",
)
# After these, other services see the change a moment later.
PROPAGATING = {
    "CreateRole": ("role", "RoleName"),
    "CreateInstanceProfile": ("instance-profile", "InstanceProfileName"),
    "AddRoleToInstanceProfile": ("instance-profile", "InstanceProfileName"),
}


def backend(call: Call) -> Any:
    return iam_backends[call.account][call.partition]


def _check_names(call: Call) -> None:
    for key, longest in LENGTHS.items():
        value = call.params.get(key)
        if value is None:
            continue
        name = key[0].lower() + key[1:]
        if len(value) > longest:
            raise AwsError(
                "ValidationError",
                f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
                f"Member must have length less than or equal to {longest}",
            )
        if not re.fullmatch(NAME, value):
            message = f"The specified value for {name} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"  # noqa: E501
            raise AwsError("ValidationError", message)


def _check_role(call: Call) -> None:
    name = call.params["RoleName"]
    if not any(role.name == name for role in backend(call).roles.values()):
        raise AwsError("NoSuchEntity", f"The role with name {name} cannot be found.", 404)


def _check_inline_size(call: Call) -> None:
    """All the inline policies of a role together; white space does not count."""
    name = call.params["RoleName"]
    role = next(role for role in backend(call).roles.values() if role.name == name)
    others = [document for policy, document in role.policies.items() if policy != call.params["PolicyName"]]
    length = sum(len(re.sub(r"\s", "", document)) for document in (*others, call.params["PolicyDocument"]))
    if length > MOST_INLINE:
        message = f"Maximum policy size of {MOST_INLINE} bytes exceeded for role {name}"
        raise AwsError("LimitExceeded", message, 409)


def _check_profile(call: Call) -> None:
    name = call.params["InstanceProfileName"]
    if not any(profile.name == name for profile in backend(call).instance_profiles.values()):
        raise AwsError("NoSuchEntity", f"Instance Profile {name} cannot be found.", 404)


def _check_role_of_profile(call: Call) -> None:
    """moto fails when the role is not in the profile any more."""
    profile = backend(call).get_instance_profile(call.params["InstanceProfileName"])
    if not any(role.name == call.params["RoleName"] for role in profile.roles):
        message = f"Role {call.params['RoleName']} in Instance Profile {profile.name} cannot be found."
        raise AwsError("NoSuchEntity", message, 404)


def _check_trust(call: Call) -> None:
    """A trust policy says who may assume the role, and nothing about resources."""
    try:
        document = json.loads(call.params[TRUST_OPERATIONS[call.operation]])
    except ValueError as error:
        raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json") from error
    statements = as_list(document.get("Statement")) if isinstance(document, dict) else []
    if not statements:
        raise AwsError("MalformedPolicyDocument", "Syntax errors in policy.")
    for statement in statements:
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise AwsError("MalformedPolicyDocument", "Missing required field Principal")
        if "Resource" in statement:
            raise AwsError("MalformedPolicyDocument", "Has prohibited field Resource")
        if statement.get("Effect") not in ("Allow", "Deny") or not as_list(statement.get("Action")):
            raise AwsError("MalformedPolicyDocument", "Syntax errors in policy.")
        _check_principals(call, statement.get("Principal"))


def _check_principals(call: Call, principal: Any) -> None:
    """Roles and users of this account must exist; those of others nobody can see."""
    if not isinstance(principal, dict):
        return
    entities = [*backend(call).roles.values(), *backend(call).users.values()]
    for arn in as_list(principal.get("AWS")):
        own = f":iam::{call.account}:" in arn and not arn.endswith(":root")
        if own and not any(entity.arn == arn for entity in entities):
            raise AwsError("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{arn}"')


@functools.cache
def _aws_policies() -> dict[str, Any]:
    """AWS's managed policies, by name, as moto knows them."""
    found: dict[str, Any] = json.loads(aws_managed_policies_data)
    return found


def _provide_policy(call: Call) -> None:
    """moto's own way makes all of AWS's policies for every account, which takes longer than most tests."""
    arn, name = call.params["PolicyArn"], call.params["PolicyArn"].rsplit("/", 1)[-1]
    policies = backend(call).managed_policies
    if arn not in policies and ":iam::aws:policy/" in arn and name in _aws_policies():
        policy = AWSManagedPolicy.from_data(name, call.account, call.region, _aws_policies()[name])
        if policy.arn == arn:
            policies[arn] = policy


@handles("iam", "ListPolicies")
def list_policies(world: World, call: Call) -> Any:
    if call.params.get("Scope", "All") != "Local" and not call.params.get("OnlyAttached"):
        policies = backend(call).managed_policies
        for name, data in _aws_policies().items():
            policy = AWSManagedPolicy.from_data(name, call.account, call.region, data)
            policies.setdefault(policy.arn, policy)
    return call.forward()


CHECKS = (
    (CREATE_OPERATIONS, _check_names),
    (ROLE_OPERATIONS, _check_role),
    (("PutRolePolicy",), _check_inline_size),
    (PROFILE_OPERATIONS, _check_profile),
    (("RemoveRoleFromInstanceProfile",), _check_role_of_profile),
    (TRUST_OPERATIONS, _check_trust),
    (POLICY_OPERATIONS, _provide_policy),
)


def _forward(world: World, call: Call) -> Any:
    """Prepare, and refuse what IAM refuses; moto does the rest."""
    for operations, check in CHECKS:
        if call.operation in operations:
            check(call)
    answer = call.forward()
    if answer.status == 200 and call.operation in PROPAGATING:
        kind, key = PROPAGATING[call.operation]
        iam_propagation.starts(world, call.account, kind, call.params[key])
    return answer


for _operation in sorted({one for operations, _unused in CHECKS for one in operations}):
    handles("iam", _operation)(_forward)


@handles("iam", "DeletePolicy")
def delete_policy(world: World, call: Call) -> Any:
    policy = backend(call).managed_policies.get(call.params["PolicyArn"])
    if policy is not None and policy.attachment_count > 0:
        raise AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    if policy is not None and len(policy.versions) > 1:
        message = (
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )
        raise AwsError("DeleteConflict", message, 409)
    return call.forward()
