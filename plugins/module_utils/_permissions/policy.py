# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The policy of an operator, from the table: few statements, in as many documents as IAM's limit asks for."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Iterator

from .grant import INCLUDED, Grant
from .resources import EVERYTHING, Stack, arns
from .table import TABLE

# Of a managed policy. White space does not count.
MOST_CHARACTERS = 6144

# JSON has no comments, so the statement's own name says why it is on everything.
NO_RESOURCE_SID = "AwsHasNoResourceLevelPermissionForThese"

Statement = dict[str, t.Any]

# Where the account is not known yet.
ACCOUNT = "{account}"


def grants(stack: Stack, purposes: Iterable[str]) -> Iterator[Grant]:
    """Those that the stack's features ask for."""
    wanted = {included for purpose in purposes for included in INCLUDED[purpose]}
    return (one for one in TABLE if wanted.intersection(one.purposes) and one.when(stack))


def statements(stack: Stack, purposes: Iterable[str]) -> list[Statement]:
    """One for each set of resources and condition."""
    known = arns(stack)
    found: dict[str, Statement] = {}
    for one in grants(stack, purposes):
        resources = [arn for kind in one.on for arn in known[kind]]
        if not resources:
            continue
        key = json.dumps([resources, one.condition])
        statement = found.setdefault(key, _empty(one, resources))
        actions = {f"{one.service}:{action}" for action in one.actions}
        statement["Action"] = sorted(actions.union(statement["Action"]))
    return list(found.values())


def _empty(one: Grant, resources: list[str]) -> Statement:
    if resources == [EVERYTHING]:
        return {"Sid": NO_RESOURCE_SID, "Effect": "Allow", "Action": [], "Resource": EVERYTHING}
    statement: Statement = {"Effect": "Allow", "Action": [], "Resource": resources}
    return {**statement, "Condition": one.condition} if one.condition else statement


def documents(stack: Stack, purposes: Iterable[str]) -> list[dict[str, t.Any]]:
    """Policies that together allow it all, none longer than IAM takes."""
    made: list[dict[str, t.Any]] = []
    for statement in statements(stack, purposes):
        roomy = (one for one in made if _length(_document([*one["Statement"], statement])) <= MOST_CHARACTERS)
        document = next(roomy, None)
        if document is None:
            document = _document([])
            made.append(document)
        document["Statement"].append(statement)
    return made


def _document(content: list[Statement]) -> dict[str, t.Any]:
    return {"Version": "2012-10-17", "Statement": content}


def _length(document: dict[str, t.Any]) -> int:
    return len(json.dumps(document, separators=(",", ":")))


def fill_in(content: Iterable[Statement], account: str) -> list[Statement]:
    """Statements that were made for ``ACCOUNT``, for the account that it turned out to be."""
    filled: list[Statement] = json.loads(json.dumps(list(content)).replace(ACCOUNT, account))
    return filled
