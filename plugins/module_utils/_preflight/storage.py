# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Buckets, the policy that load balancers need to write their logs, and certificates."""

from __future__ import annotations

import fnmatch
import json
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..api import call, call_unless
from ..aws import error_code
from .connection import Connection, Findings, is_denied

_LOGS_VARIABLE = "portkey_lb_access_logs_bucket"
# Who writes the logs, by the type of the load balancer. Older regions have an account of AWS for ALB instead.
_LOG_WRITERS = {
    "application": "logdelivery.elasticloadbalancing.amazonaws.com",
    "network": "delivery.logs.amazonaws.com",
}


def bucket(connection: Connection, name: str, region: str) -> Findings:
    """Only ever a warning: the caller may lack the permission to see a bucket that the tasks can use."""
    try:
        call(connection.client("s3", region), "head_bucket", f"look up the bucket {name}", Bucket=name)
    except AnsibleAWSError as error:
        if error_code(error) in ("404", "NoSuchBucket"):
            return Findings.warning(f"There is no bucket {name}: make it before the services write to it.")
        if error_code(error) in ("301", "400", "PermanentRedirect"):
            return Findings.warning(
                f"The bucket {name} is not in {region}, which portkey_object_storage.bucket_region says."
            )
        return Findings.warning(f"The bucket {name} could not be looked up, so it is not checked: {error}")
    return Findings()


def certificate(connection: Connection, arn: str) -> Findings:
    try:
        answer = call_unless(
            ("ResourceNotFoundException",),
            connection.client("acm"),
            "describe_certificate",
            "look up the certificate",
            CertificateArn=arn,
        )
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        return Findings.warning(
            "Not allowed to look up the certificate of portkey_tls_certificate_arn: it is not checked."
        )
    if answer is None:
        return Findings.fault(
            "portkey_tls_certificate_arn",
            arn,
            f"The certificate must exist in {connection.region}.",
            "Correct the ARN.",
        )
    status = answer["Certificate"]["Status"]
    if status != "ISSUED":
        return Findings.fault(
            "portkey_tls_certificate_arn",
            arn,
            f"The certificate must be issued; its status is {status}.",
            "Finish its validation, or use another certificate.",
        )
    return Findings()


def access_logs(connection: Connection, question: dict[str, t.Any]) -> Findings:
    """The bucket of the access logs: AWS refuses to switch the logs on unless its policy lets them in."""
    name = question["bucket"]
    client = connection.client("s3")
    try:
        call(client, "head_bucket", f"look up the bucket {name}", Bucket=name)
        answer = call_unless(
            ("NoSuchBucketPolicy",), client, "get_bucket_policy", f"read the policy of the bucket {name}", Bucket=name
        )
    except AnsibleAWSError as error:
        if error_code(error) in ("404", "NoSuchBucket"):
            return Findings.fault(
                _LOGS_VARIABLE, name, "The bucket must exist.", "Make the bucket, or correct the name."
            )
        if not is_denied(error):
            raise
        return Findings.warning(f"Not allowed to read the policy of the bucket {name}: it is not checked.")
    policy = json.loads(answer["Policy"]) if answer else {}
    target = "/".join(part for part in (name, question["prefix"], "AWSLogs/any") if part)
    if _allows(policy, _LOG_WRITERS[question["lb_type"]], f"arn:{connection.partition.name}:s3:::{target}"):
        return Findings()
    return Findings.fault(
        _LOGS_VARIABLE,
        name,
        f"The bucket's policy must allow {_LOG_WRITERS[question['lb_type']]} to s3:PutObject below "
        f"{target.removesuffix('/any')}/.",
        "Add that statement to the policy, as Elastic Load Balancing's guide on access logs has it.",
    )


def _listed(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else [value]


def _is_writer(principal: t.Any, writer: str) -> bool:
    if principal == "*":
        return True
    services = _listed(principal.get("Service", []))
    accounts = _listed(principal.get("AWS", []))
    legacy = writer == _LOG_WRITERS["application"] and any(account != "" for account in accounts)
    return writer in services or "*" in accounts or legacy


def _allows(policy: dict[str, t.Any], writer: str, target: str) -> bool:
    """Whether a statement lets ``writer`` put an object at ``target``, of which the end is the account's own path."""
    return any(
        statement.get("Effect") == "Allow"
        and _is_writer(statement.get("Principal", {}), writer)
        and any(fnmatch.fnmatchcase("s3:PutObject", action) for action in _listed(statement.get("Action", [])))
        and any(_covers(resource, target) for resource in _listed(statement.get("Resource", [])))
        for statement in _listed(policy.get("Statement", []))
    )


def _covers(resource: str, target: str) -> bool:
    """A policy may end in the account's own path, which is longer than ``target``, or cover more."""
    return fnmatch.fnmatchcase(target, resource) or resource.startswith(target.removesuffix("any"))
