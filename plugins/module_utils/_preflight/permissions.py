# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Whether the caller may do what the run will do, by IAM's own simulator."""

from __future__ import annotations

import json
import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._config.faults import HIDDEN, Fault
from .._permissions import denial
from .._permissions.policy import Statement, fill_in
from ..api import call
from ..aws import error_code, error_message
from .connection import Connection, Findings

VARIABLE = "AWS permissions"

_ROLE_SESSION = re.compile(r"^arn:(?P<partition>[^:]+):sts::(?P<account>\d+):assumed-role/(?P<name>[^/]+)/")
_AT_ONCE = 100
# The simulator cannot tell, or may not be asked.
_NO_ANSWER = (*denial.CODES, "NoSuchEntity", "InvalidInput", "PolicyEvaluation")


def permissions(connection: Connection, wanted: Sequence[Statement]) -> Findings:
    """One fault for each statement of the operator's policy that the caller lacks, with all that it lacks of it."""
    doing = "find out whose permissions to check"
    try:
        caller = call(connection.client("sts"), "get_caller_identity", doing)
        if caller["Arn"].endswith(":root"):
            return Findings()
        missing = list(_missing(connection, _principal(connection, caller["Arn"]), fill_in(wanted, caller["Account"])))
    except AnsibleAWSError as error:
        if error_code(error) not in _NO_ANSWER:
            raise
        return Findings.warning(
            "Permissions are not checked beforehand, since iam:SimulatePrincipalPolicy gave no answer "
            f"({error_code(error)}: {error_message(error)}). What is missing, AWS says when it is needed."
        )
    return Findings(faults=[_fault(one) for one in missing])


def _principal(connection: Connection, arn: str) -> str:
    """The simulator knows roles, not their sessions, in whose names the roles' paths are missing."""
    session = _ROLE_SESSION.match(arn)
    if not session:
        return arn
    try:
        doing = f"look up role {session['name']}"
        found = call(connection.client("iam"), "get_role", doing, RoleName=session["name"])
        return str(found["Role"]["Arn"])
    except AnsibleAWSError as error:
        if error_code(error) not in denial.CODES:
            raise
        return f"arn:{session['partition']}:iam::{session['account']}:role/{session['name']}"


def _missing(connection: Connection, principal: str, wanted: Sequence[Statement]) -> Iterator[Statement]:
    """First all actions on everything, which is the end of it for an administrator; then those that this denies."""
    client = connection.client("iam")
    actions = sorted({action for statement in wanted for action in statement["Action"]})
    unsure = {action for action, verdict in _verdicts(client, principal, actions, ["*"], []) if verdict != "allowed"}
    for statement in wanted:
        asked = [action for action in statement["Action"] if action in unsure]
        resources = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
        verdicts = _verdicts(client, principal, asked, resources, _context(statement))
        lacking = {action for action, verdict in verdicts if verdict == "denied"}
        if lacking:
            yield {**statement, "Action": sorted(lacking)}


def _verdicts(
    client: t.Any, principal: str, actions: Sequence[str], resources: Sequence[str], context: list[dict[str, t.Any]]
) -> Iterator[tuple[str, str]]:
    """Of each action on each resource: allowed, denied, or unknown, where a policy asks for what nobody knows yet."""
    for start in range(0, len(actions), _AT_ONCE):
        answer = call(
            client,
            "simulate_principal_policy",
            "check the caller's permissions",
            PolicySourceArn=principal,
            ActionNames=list(actions[start : start + _AT_ONCE]),
            ResourceArns=list(resources),
            ContextEntries=context,
        )
        for result in answer["EvaluationResults"]:
            refused = "unknown" if result.get("MissingContextValues") else "denied"
            yield result["EvalActionName"], "allowed" if result["EvalDecision"] == "allowed" else refused


def _context(statement: Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """A request of which the statement's condition holds."""
    return [
        {"ContextKeyName": key, "ContextKeyValues": values[:1], "ContextKeyType": "string"}
        for keys in statement.get("Condition", {}).values()
        for key, values in keys.items()
    ]


def _fault(statement: Statement) -> Fault:
    return Fault(
        VARIABLE,
        HIDDEN,
        f"The caller must be allowed {', '.join(statement['Action'])}. "
        f"The missing statement is {json.dumps(statement)}",
        "Attach it; playbooks/permissions.yml prints all that are needed. If IAM's simulator is wrong about it, "
        "set portkey_check_permissions to false.",
    )
