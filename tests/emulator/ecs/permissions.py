"""What an IAM role may do, as far as ECS has to know: who may assume it, and which actions its policies allow."""

from __future__ import annotations

from typing import Any

from moto.iam.models import Role, iam_backends

from ..services import iam_propagation, principals
from ..services.policies import as_list, conditions_hold, decision, matches_any, statements
from .state import Ecs


def find_role(ecs: Ecs, name_or_arn: str) -> Role | None:
    """The role, once it has propagated."""
    name = name_or_arn.rsplit("/", 1)[-1]
    for role in iam_backends[ecs.account][ecs.partition].roles.values():
        if name_or_arn in (role.arn, role.name) or (":" not in name_or_arn and role.name == name):
            return role if iam_propagation.is_visible(ecs.world, ecs.account, role.arn) else None
    return None


def can_be_assumed(ecs: Ecs, role_arn: str, service: str, source_arn: str) -> bool:
    """Whether an AWS service may assume the role for a resource of ours."""
    role = find_role(ecs, role_arn)
    if role is None:
        return False
    context = {"aws:sourcearn": source_arn, "aws:sourceaccount": ecs.account}
    for statement in statements(role.assume_role_policy_document):
        services = _services(statement.get("Principal"))
        if (
            statement.get("Effect") == "Allow"
            and matches_any(as_list(statement.get("Action")), "sts:AssumeRole")
            and service in services
            and conditions_hold(statement.get("Condition") or {}, context)
        ):
            return True
    return False


def allows(ecs: Ecs, role_arn: str, action: str, resource: str) -> bool:
    """Whether the role's own policies allow an action on a resource, and none denies it."""
    role = find_role(ecs, role_arn)
    if role is None:
        return False
    return decision(principals.documents(role, ecs.partition), action, resource) == "allowed"


def _services(principal: Any) -> list[str]:
    return as_list(principal.get("Service")) if isinstance(principal, dict) else as_list(principal)
