"""Access logs: the bucket must let Elastic Load Balancing write before they can be switched on."""

from __future__ import annotations

from typing import Any

from moto.s3.models import s3_backends

from ...registry import AwsError, Call
from ..policies import resource_policy_allows
from .state import LoadBalancer

ALB_PRINCIPAL = "logdelivery.elasticloadbalancing.amazonaws.com"
NLB_PRINCIPAL = "delivery.logs.amazonaws.com"
# The regions from before August 2022 know this account as the writer, too.
ALB_ACCOUNTS = {
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
    "eu-west-1": "156460612806",
    "eu-central-1": "054676820928",
    "us-gov-west-1": "048591011584",
    "cn-north-1": "638102146993",
}


def check(call: Call, balancer: LoadBalancer, attributes: dict[str, str]) -> None:
    """Refuse access logs that could not be written."""
    bucket_name, prefix = attributes["access_logs.s3.bucket"], attributes["access_logs.s3.prefix"]
    if not bucket_name:
        raise AwsError("InvalidConfigurationRequest", "You must specify a bucket name to enable access logs")
    if "AWSLogs" in prefix:
        message = f"The prefix '{prefix}' cannot include the string 'AWSLogs'"
        raise AwsError("InvalidConfigurationRequest", message)
    bucket = s3_backends[call.account][call.partition].buckets.get(bucket_name)
    folder = f"{prefix.strip('/')}/" if prefix else ""
    key = f"{folder}AWSLogs/{call.account}/ELBAccessLogTestFile"
    if bucket is None or not _writable(call, balancer, bucket, key):
        message = f"Access Denied for bucket: {bucket_name}. Please check S3bucket permission"
        raise AwsError("InvalidConfigurationRequest", message)
    if balancer.type == "application":
        s3_backends[call.account][call.partition].put_object(bucket_name, key, b"Enable AccessLog for ELB")


def _writable(call: Call, balancer: LoadBalancer, bucket: Any, key: str) -> bool:
    if bucket.policy is None or bucket.region_name != call.region:
        return False
    arn = f"arn:{call.partition}:s3:::{bucket.name}"
    if balancer.type == "network":
        context = _context(call, f"arn:{call.partition}:logs:{call.region}:{call.account}:*")
        put = resource_policy_allows(bucket.policy, NLB_PRINCIPAL, "s3:PutObject", f"{arn}/{key}", context)
        return put and resource_policy_allows(bucket.policy, NLB_PRINCIPAL, "s3:GetBucketAcl", arn, context)
    if _uses_kms(bucket):
        return False
    context = _context(call, balancer.arn)
    account = ALB_ACCOUNTS.get(call.region)
    principals = [ALB_PRINCIPAL]
    if account:
        principals += [account, f"arn:{call.partition}:iam::{account}:root"]
    return any(
        resource_policy_allows(bucket.policy, principal, "s3:PutObject", f"{arn}/{key}", context)
        for principal in principals
    )


def _context(call: Call, source_arn: str) -> dict[str, str]:
    return {
        "aws:sourceaccount": call.account,
        "aws:sourcearn": source_arn,
        "s3:x-amz-acl": "bucket-owner-full-control",
    }


def _uses_kms(bucket: Any) -> bool:
    return "aws:kms" in str(bucket.encryption or "")
