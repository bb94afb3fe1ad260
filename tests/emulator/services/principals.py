"""Users and roles: which policies are theirs, and what IAM's simulator says that these allow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from ..registry import AwsError, Call, handles
from .policies import as_list, decision
from .sts import USER

if TYPE_CHECKING:
    from ..world import World

_MOST_RESULTS = 1000


def documents(principal: Any, partition: str) -> list[Any]:
    """The policies of a role, a user or a group of moto's: its own, and those attached to it."""
    attached = [_document(policy, partition) for policy in principal.managed_policies.values()]
    return [*principal.policies.values(), *attached]


def _document(policy: Any, partition: str) -> Any:
    """AWS's own policies name resources of their own partition; moto knows them as they are in the first one."""
    document = next(version.document for version in policy.versions if version.is_default)
    if ":iam::aws:policy/" not in policy.arn:
        return document
    return json.loads(json.dumps(document).replace("arn:aws:", f"arn:{partition}:"))


def find(account: str, partition: str, arn: str) -> list[Any] | None:
    """The policies of the principal with this ARN; None where there is no such principal."""
    backend: Any = iam_backends[account][partition]
    for user in backend.users.values():
        if user.arn == arn:
            groups = [group for group in backend.groups.values() if user in group.users]
            return [document for owner in (user, *groups) for document in documents(owner, partition)]
    for role in backend.roles.values():
        if role.arn == arn:
            return documents(role, partition)
    return None


@handles("iam", "SimulatePrincipalPolicy")
def simulate(world: World, call: Call) -> dict[str, Any]:
    """The account's only user may do everything, unless it has been made, and so has policies of its own."""
    arn = call.params["PolicySourceArn"]
    found = find(call.account, call.partition, arn)
    if found is None and not arn.endswith(f":user/{USER}"):
        raise AwsError("NoSuchEntity", f"The principal with ARN {arn} cannot be found.", status=404)
    context = {
        entry["ContextKeyName"].lower(): as_list(entry["ContextKeyValues"])[0]
        for entry in call.params.get("ContextEntries") or []
    }
    results = [
        _result(found, action, resource, context)
        for action in call.params["ActionNames"]
        for resource in call.params.get("ResourceArns") or ["*"]
    ]
    if len(results) > _MOST_RESULTS:
        raise AwsError("InvalidInput", "Too many combinations of actions and resources.", status=400)
    return {"EvaluationResults": results, "IsTruncated": False}


def _result(found: list[Any] | None, action: str, resource: str, context: dict[str, str]) -> dict[str, Any]:
    return {
        "EvalActionName": action,
        "EvalResourceName": resource,
        "EvalDecision": "allowed" if found is None else decision(found, action, resource, context),
        "MatchedStatements": [],
        "MissingContextValues": [],
    }
