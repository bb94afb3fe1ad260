# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Secrets that exist already. Their values are never read."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..api import call_unless
from .connection import Connection, Findings, is_denied


def _describe(connection: Connection, secret: str) -> dict[str, t.Any] | None:
    return call_unless(
        ("ResourceNotFoundException",),
        connection.client("secretsmanager"),
        "describe_secret",
        f"look up the secret {secret}",
        SecretId=secret,
    )


def _scheduled(variable: str, secret: str) -> Findings:
    return Findings.fault(
        variable,
        secret,
        "The secret must not be scheduled for deletion.",
        f"Restore it: aws secretsmanager restore-secret --secret-id {secret}.",
    )


def given_secret(connection: Connection, variable: str, arn: str) -> Findings:
    """A secret that the user names by its ARN."""
    try:
        found = _describe(connection, arn)
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        return Findings.warning(f"Not allowed to look up the secret of {variable}: whether it exists is not checked.")
    if found is None:
        return Findings.fault(variable, arn, "The secret must exist.", "Correct the ARN, or make the secret.")
    return _scheduled(variable, arn) if found.get("DeletedDate") else Findings()


def own_secret(connection: Connection, name: str, is_made: bool) -> Findings:
    """One of the stack's own secrets: its ARN, if an earlier run made it."""
    try:
        found = _describe(connection, name)
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        return Findings.warning(f"Not allowed to look up the secret {name}: whether it exists is not known.")
    if found is None:
        return Findings()
    if found.get("DeletedDate"):
        # Making it again restores it.
        return Findings() if is_made else _scheduled("portkey_secrets", name)
    return Findings(facts={"secrets": {name: found["ARN"]}})
