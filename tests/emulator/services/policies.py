"""IAM policy documents: which statements, actions, resources and conditions match."""

from __future__ import annotations

import fnmatch
import json
from typing import Any
from urllib.parse import unquote


def statements(document: Any) -> list[dict[str, Any]]:
    """The statements of a policy, which may be text (URL-encoded or not), bytes or parsed."""
    if isinstance(document, bytes):
        document = document.decode()
    if isinstance(document, str):
        document = json.loads(unquote(document) if document.startswith("%") else document)
    return as_list(document.get("Statement"))


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def matches_any(patterns: list[str], text: str, fold: bool = False) -> bool:
    """Policies know * and ?; actions are compared without regard to case."""
    if fold:
        patterns, text = [pattern.lower() for pattern in patterns], text.lower()
    return any(fnmatch.fnmatchcase(text, pattern.replace("[", "[[]")) for pattern in patterns)


def conditions_hold(conditions: dict[str, Any], context: dict[str, str]) -> bool:
    """With the request's context by lower-case key; an operator that is not known here does not hold."""
    return all(
        _holds(operator, context.get(key.lower()), as_list(expected))
        for operator, keys in conditions.items()
        for key, expected in keys.items()
    )


def _holds(operator: str, actual: str | None, expected: list[str]) -> bool:
    if operator.startswith("ForAllValues:"):
        return actual is None or _holds(operator.removeprefix("ForAllValues:"), actual, expected)
    if operator.endswith("IfExists"):
        return actual is None or _holds(operator.removesuffix("IfExists"), actual, expected)
    if actual is None:
        return False
    if operator in ("StringEquals", "Bool"):
        return actual in expected
    if operator in ("StringLike", "ArnLike", "ArnEquals"):
        return matches_any(expected, actual)
    return False


def decision(documents: list[Any], action: str, resource: str, context: dict[str, str] | None = None) -> str:
    """What a principal's own policies say, in IAM's words. Without a context, conditions are taken to hold."""
    effects = {
        statement["Effect"]
        for document in documents
        for statement in statements(document)
        if _concerns(statement, action, resource)
        and (context is None or conditions_hold(statement.get("Condition") or {}, context))
    }
    if "Deny" in effects:
        return "explicitDeny"
    return "allowed" if "Allow" in effects else "implicitDeny"


def _concerns(statement: dict[str, Any], action: str, resource: str) -> bool:
    actions = as_list(statement.get("Action"))
    named = (
        matches_any(actions, action, fold=True)
        if actions
        else not matches_any(as_list(statement.get("NotAction")), action, fold=True)
    )
    return named and matches_any(as_list(statement.get("Resource", "*")), resource)


def resource_policy_allows(document: Any, principal: str, action: str, resource: str, context: dict[str, str]) -> bool:
    """Whether a resource's policy lets a principal (a service's name, or an ARN) do something to the resource."""
    effects = {
        statement.get("Effect")
        for statement in statements(document)
        if _is_principal(statement.get("Principal"), principal)
        and matches_any(as_list(statement.get("Action")), action, fold=True)
        and matches_any(as_list(statement.get("Resource")), resource)
        and conditions_hold(statement.get("Condition") or {}, context)
    }
    return "Allow" in effects and "Deny" not in effects


def _is_principal(principals: Any, wanted: str) -> bool:
    if principals == "*":
        return True
    if not isinstance(principals, dict):
        return False
    return any(wanted in as_list(values) or "*" in as_list(values) for values in principals.values())
