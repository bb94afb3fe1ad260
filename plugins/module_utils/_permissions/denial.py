# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What a denied call lacks: the action, the resource, and the statement that would allow it."""

from __future__ import annotations

import json
import re
import typing as t

from .table import TABLE

# Of AWS's error codes. HeadBucket and the like have no words but the HTTP status.
CODES = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403")

_FAILED = re.compile(r"An error occurred \((\w+)\) when calling the \w+ operation")
_SAID = "The missing statement is"
_UNTOLD = "Which permission is missing is not told; playbooks/permissions.yml prints all that are needed."
# botocore's and AWS's own words.
_OPERATION = re.compile(r"when calling the (\w+) operation")
_WANTED = re.compile(r"not authorized to perform: (?P<action>[\w-]+:\w+)(?: on resource: (?P<resource>\S+))?")
# Where the call's name is not the action's, since S3's permissions are older than its calls.
_ACTIONS = {
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
}


def is_denial(message: str) -> bool:
    """Whether a message, also one that another collection's module made, is of a call that was denied."""
    return any(code in CODES for code in _FAILED.findall(message))


def is_explained(message: str) -> bool:
    return _SAID in message or _UNTOLD in message


def explain(message: str) -> str:
    """A sentence for the message of a denied call."""
    told = _WANTED.search(message)
    operation = _OPERATION.search(message)
    action = told["action"] if told else _action(operation[1] if operation else "")
    if not action:
        return _UNTOLD
    resource = (told["resource"] if told else None) or "*"
    statement: dict[str, t.Any] = {"Effect": "Allow", "Action": action, "Resource": resource.rstrip(".,")}
    return (
        f"Not allowed: {action} on {statement['Resource']}. {_SAID} {json.dumps(statement)}; "
        "playbooks/permissions.yml prints all that are needed."
    )


def _action(operation: str) -> str:
    """The action of a call whose message does not tell it."""
    if operation in _ACTIONS:
        return _ACTIONS[operation]
    found = [f"{one.service}:{operation}" for one in TABLE if operation in one.actions]
    return found[0] if len(set(found)) == 1 else ""
