# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Buckets, the policy that load balancers need to write their logs, and certificates."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._s3.bucket import find_region
from .._s3.contents import is_empty
from .._s3.pieces import read_tags
from ..api import call, call_unless
from ..aws import error_code
from ..module import GatewayError
from . import bucket_policy
from .connection import Connection, Findings, is_denied

_LOGS_VARIABLE = "portkey_lb_access_logs_bucket"


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


def own_buckets(connection: Connection, question: dict[str, t.Any]) -> Findings:
    """The buckets that the stack makes. One that is there already must be its own, or have nothing to lose."""
    found = Findings()
    for one in question["buckets"]:
        found.add(_own_bucket(connection.client("s3", one["region"]), one, question["tags"]))
    return found


def _own_bucket(client: t.Any, bucket: dict[str, str], tags: dict[str, str]) -> Findings:
    name, region, variable = bucket["name"], bucket["region"], bucket["variable"]
    try:
        there = find_region(client, name)
    except GatewayError as error:
        return Findings.fault(variable, name, error.message, "Choose another name.")
    if there is None:
        return Findings()
    if there != region:
        rule = f"The bucket is in {there}, and was to be in {region}."
        return Findings.fault(variable, name, rule, "Choose another name or region.")
    owners = read_tags(client, name)
    if owners == {} and is_empty(client, name):
        # As a run leaves it that was killed in the middle.
        return Findings()
    if all(owners.get(key) == value for key, value in tags.items()):
        return Findings()
    return Findings.fault(
        variable,
        name,
        "The bucket exists, and does not have the stack's tags.",
        "Switch off that the stack makes it, to use it as it is; or choose another name.",
    )


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
    if bucket_policy.allows_logs(policy, question["lb_type"], f"arn:{connection.partition.name}:s3:::{target}"):
        return Findings()
    return Findings.fault(
        _LOGS_VARIABLE,
        name,
        f"The bucket's policy must allow {bucket_policy.LOG_WRITERS[question['lb_type']]} to s3:PutObject below "
        f"{target.removesuffix('/any')}/.",
        "Add that statement to the policy, as Elastic Load Balancing's guide on access logs has it.",
    )
