# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Reading the bucket of the access logs."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..api import call_unless
from ..aws import error_code
from ..module import Outcome
from .access_logs import Bucket, Destination, faults

OPTIONS: dict[str, t.Any] = {
    "bucket": {"type": "str", "required": True},
    "prefix": {"type": "str", "default": ""},
    "load_balancer_type": {"type": "str", "required": True, "choices": ["application", "network"]},
    "account_id": {"type": "str", "required": True},
    "partition": {"type": "str", "default": "aws"},
}

_GONE = ("404", "NoSuchBucket", "NotFound")
# Another account's bucket may take the logs and still not show us its policy.
_HIDDEN = ("403", "AccessDenied", "Forbidden", "405", "MethodNotAllowed")


def find_faults(client: t.Any, region: str, params: Mapping[str, t.Any]) -> list[str]:
    name = params["bucket"]
    try:
        bucket = _read(client, name)
    except AnsibleAWSError as error:
        if error_code(error) in _HIDDEN:
            return []
        raise
    if bucket is None:
        return [f"There is no bucket {name} for the access logs. Create it, or name another one."]
    destination = Destination(
        bucket=name,
        prefix=params["prefix"],
        load_balancer_type=params["load_balancer_type"],
        account_id=params["account_id"],
        region=region,
        partition=params["partition"],
    )
    return list(faults(bucket, destination))


def _read(client: t.Any, name: str) -> Bucket | None:
    head = call_unless(_GONE, client, "head_bucket", f"look at the bucket {name}", Bucket=name)
    if head is None:
        return None
    no_policy, no_encryption = ("NoSuchBucketPolicy",), ("ServerSideEncryptionConfigurationNotFoundError",)
    policy = call_unless(no_policy, client, "get_bucket_policy", f"read the policy of {name}", Bucket=name)
    encryption = call_unless(
        no_encryption, client, "get_bucket_encryption", f"read the encryption of {name}", Bucket=name
    )
    return Bucket(
        region=head.get("BucketRegion") or head["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region", ""),
        policy=json.loads(policy["Policy"]) if policy else None,
        encryption=_algorithm(encryption),
    )


def _algorithm(encryption: Mapping[str, t.Any] | None) -> str | None:
    rules = encryption["ServerSideEncryptionConfiguration"]["Rules"] if encryption else []
    algorithms = [rule.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm") for rule in rules]
    return next((algorithm for algorithm in algorithms if algorithm), None)


def ensure(module: t.Any) -> Outcome:
    found = find_faults(module.client("s3"), module.region, module.params)
    return Outcome({"faults": found, "msg": " ".join(found) or "The bucket takes the access logs."}, changed=False)
