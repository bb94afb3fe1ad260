# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Whether a bucket takes the access logs of a load balancer, before AWS is asked to write some."""

from __future__ import annotations

import dataclasses
import fnmatch
import typing as t
from collections.abc import Iterator, Mapping

# Regions older than August 2022 also deliver from an account of AWS instead of the service.
_DELIVERY_ACCOUNTS = {
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251",
    "cn-north-1": "638102146993",
    "cn-northwest-1": "037604701340",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-gov-east-1": "190560391635",
    "us-gov-west-1": "048591011584",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}
# Who writes the logs, by the type of the load balancer.
SERVICES = {
    "application": "logdelivery.elasticloadbalancing.amazonaws.com",
    "network": "delivery.logs.amazonaws.com",
}


@dataclasses.dataclass(frozen=True)
class Destination:
    """Where the logs shall go, and who writes them."""

    bucket: str
    prefix: str
    load_balancer_type: str
    account_id: str
    region: str
    partition: str

    @property
    def object_arn(self) -> str:
        path = "/".join(part for part in (self.prefix, "AWSLogs", self.account_id, "*") if part)
        return f"{self.bucket_arn}/{path}"

    @property
    def bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.bucket}"

    @property
    def service(self) -> str:
        return SERVICES[self.load_balancer_type]

    @property
    def permissions(self) -> list[tuple[str, str]]:
        """The actions that the writer needs, and on what."""
        put = ("s3:PutObject", self.object_arn)
        return [put] if self.load_balancer_type == "application" else [("s3:GetBucketAcl", self.bucket_arn), put]


def writer_statements(destination: Destination) -> list[dict[str, t.Any]]:
    """The statements of a bucket's policy that let the logs in, from load balancers of the account in the region."""
    return [
        {
            "Sid": f"AccessLogs{number}",
            "Effect": "Allow",
            "Principal": _principal(destination),
            "Action": action,
            "Resource": resource,
            **_only_for(destination, action),
        }
        for number, (action, resource) in enumerate(destination.permissions, start=1)
    ]


def _by_account(destination: Destination) -> str | None:
    """The account of AWS that writes where services have no names for it: outside of the common partition."""
    if destination.load_balancer_type == "network" or destination.partition == "aws":
        return None
    return _DELIVERY_ACCOUNTS.get(destination.region)


def _principal(destination: Destination) -> dict[str, str]:
    account = _by_account(destination)
    if account:
        return {"AWS": f"arn:{destination.partition}:iam::{account}:root"}
    return {"Service": destination.service}


def _only_for(destination: Destination, action: str) -> dict[str, t.Any]:
    if _by_account(destination):
        return {}
    here = f"{destination.region}:{destination.account_id}"
    if destination.load_balancer_type == "application":
        source = f"arn:{destination.partition}:elasticloadbalancing:{here}:loadbalancer/*"
        return {"Condition": {"ArnLike": {"aws:SourceArn": source}}}
    equal = {"aws:SourceAccount": destination.account_id}
    if action == "s3:PutObject":
        equal["s3:x-amz-acl"] = "bucket-owner-full-control"
    source = f"arn:{destination.partition}:logs:{here}:*"
    return {"Condition": {"StringEquals": equal, "ArnLike": {"aws:SourceArn": source}}}


@dataclasses.dataclass(frozen=True)
class Bucket:
    """A bucket that exists. ``policy`` is None when it has none, ``encryption`` the algorithm of its default."""

    region: str
    policy: Mapping[str, t.Any] | None
    encryption: str | None


def faults(bucket: Bucket, destination: Destination) -> Iterator[str]:
    """What keeps the logs from being written, each with its remedy."""
    name = destination.bucket
    if bucket.region != destination.region:
        yield (
            f"The bucket {name} is in {bucket.region}, and access logs go to a bucket in the load balancer's region "
            f"{destination.region} only. Name a bucket there."
        )
    if destination.load_balancer_type == "application" and bucket.encryption not in (None, "AES256"):
        yield (
            f"The bucket {name} encrypts with {bucket.encryption} by default, and an Application Load Balancer writes "
            "to buckets with SSE-S3 (AES256) only. Change its default encryption, or name another bucket."
        )
    for action, resource in destination.permissions:
        if not _is_allowed(bucket.policy or {}, destination, action, resource):
            yield (
                f"The policy of the bucket {name} does not allow {action} on {resource} to the service "
                f"{destination.service}. Add such a statement to it."
            )


def _is_allowed(policy: Mapping[str, t.Any], destination: Destination, action: str, resource: str) -> bool:
    """Conditions are not judged; they are what AWS recommends, and differ from case to case."""
    statements = _as_list(policy.get("Statement"))
    return any(
        statement.get("Effect") == "Allow"
        and _is_writer(statement.get("Principal"), destination)
        and _matches(statement.get("Action"), action.lower(), lower=True)
        and _matches(statement.get("Resource"), resource.replace("*", "x"))
        for statement in statements
    )


def _is_writer(principal: t.Any, destination: Destination) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    accounts = _as_list(principal.get("AWS"))
    # China's services have names of their own, which begin in the same way.
    if any(service.startswith(destination.service) for service in _as_list(principal.get("Service"))):
        return True
    account = _DELIVERY_ACCOUNTS.get(destination.region)
    is_old_way = destination.load_balancer_type == "application" and account is not None
    return "*" in accounts or (is_old_way and any(str(account) in item for item in accounts))


def _matches(patterns: t.Any, value: str, lower: bool = False) -> bool:
    items = [str(pattern).lower() if lower else str(pattern) for pattern in _as_list(patterns)]
    return any(fnmatch.fnmatchcase(value, item.replace("[", "[[]")) for item in items)


def _as_list(value: t.Any) -> list[t.Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
