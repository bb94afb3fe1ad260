# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What a denied call lacks: the action, the resource, and the statement that would allow it."""

from __future__ import annotations

import json
import re
import typing as t

from .table import TABLE

# botocore's and AWS's own words.
_OPERATION = re.compile(r"when calling the (\w+) operation")
_WANTED = re.compile(r"not authorized to perform: (?P<action>[\w-]+:\w+)(?: on resource: (?P<resource>\S+))?")
# Where the call's name is not the action's, since S3's permissions are older than its calls.
_ACTIONS = {
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
}


def explain(message: str) -> str:
    """A sentence for the message of a denied call."""
    told = _WANTED.search(message)
    operation = _OPERATION.search(message)
    action = told["action"] if told else _action(operation[1] if operation else "")
    if not action:
        return "Which permission is missing is not told; playbooks/permissions.yml prints all that are needed."
    resource = (told["resource"] if told else None) or "*"
    statement: dict[str, t.Any] = {"Effect": "Allow", "Action": action, "Resource": resource.rstrip(".,")}
    return (
        f"Not allowed: {action} on {statement['Resource']}. The missing statement is {json.dumps(statement)}; "
        "playbooks/permissions.yml prints all that are needed."
    )


def _action(operation: str) -> str:
    """The action of a call whose message does not tell it."""
    if operation in _ACTIONS:
        return _ACTIONS[operation]
    found = [f"{one.service}:{operation}" for one in TABLE if operation in one.actions]
    return found[0] if len(set(found)) == 1 else ""
