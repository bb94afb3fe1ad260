"""S3: new buckets are closed and encrypted, as they have been since 2023, and what is closed takes no public policy.

Of a bucket's policy moto takes every condition for one that does not hold, and then denies; here they are looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, PublicAccessBlock, s3_backends

from ..registry import AwsError, Call, handles
from .policies import as_list, conditions_hold, matches_any, statements

if TYPE_CHECKING:
    from ..world import World

ENFORCED = "BucketOwnerEnforced"
# The emulator stands for endpoints that are reached over TLS, though it is not itself.
CONTEXT = {"aws:securetransport": "true"}


def _buckets(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = s3_backends[call.account][call.partition].buckets
    return found


def _permission(bucket: Any, action: str, resource: str) -> PermissionResult:
    """What the policy says of everybody. Of the account's own callers, their policies decide about the rest."""
    found = [one for one in statements(bucket.policy) if _is_everybody(one.get("Principal"))] if bucket.policy else []
    effects = {
        one["Effect"]
        for one in found
        if matches_any(as_list(one.get("Action")), action, fold=True)
        and matches_any(as_list(one.get("Resource")), resource)
        and conditions_hold(one.get("Condition") or {}, CONTEXT)
    }
    if "Deny" in effects:
        return PermissionResult.DENIED
    return PermissionResult.PERMITTED if "Allow" in effects else PermissionResult.NEUTRAL


FakeBucket.get_permission = _permission  # type: ignore[assignment]


@handles("s3", "CreateBucket")
def create_bucket(world: World, call: Call) -> Any:
    known = call.params["Bucket"] in _buckets(call)
    answer = call.forward()
    if answer.status == 200 and not known:
        bucket = _buckets(call)[call.params["Bucket"]]
        bucket.public_access_block = PublicAccessBlock(True, True, True, True)
        bucket.ownership_rule = bucket.ownership_rule or ENFORCED
        bucket.encryption = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}}
    return answer


@handles("s3", "PutBucketPolicy")
def put_bucket_policy(world: World, call: Call) -> Any:
    bucket = _buckets(call).get(call.params["Bucket"])
    block = bucket.public_access_block if bucket else None
    if block and block.block_public_policy and _is_public(call.params["Policy"]):
        resource = f"arn:{call.partition}:s3:::{call.params['Bucket']}"
        message = (
            f"User: arn:{call.partition}:iam::{call.account}:root is not authorized to perform: s3:PutBucketPolicy on "
            f'resource: "{resource}" because public policies are prevented by the BlockPublicPolicy setting in S3 '
            "Block Public Access."
        )
        raise AwsError("AccessDenied", message, 403)
    return call.forward()


def _is_public(policy: Any) -> bool:
    """Whether it lets everybody in, without a condition that says who."""
    try:
        found = statements(policy)
    except (ValueError, AttributeError):
        return False
    allowed = (one for one in found if one.get("Effect") == "Allow" and not one.get("Condition"))
    return any(_is_everybody(one.get("Principal")) for one in allowed)


def _is_everybody(principal: Any) -> bool:
    if isinstance(principal, dict):
        return "*" in as_list(principal.get("AWS"))
    return principal == "*"


@handles("s3", "PutBucketLifecycleConfiguration")
def put_bucket_lifecycle_configuration(world: World, call: Call) -> Any:
    """What S3 says to rules that contradict themselves, or do nothing."""
    for rule in call.params["LifecycleConfiguration"]["Rules"]:
        expiration = rule.get("Expiration", {})
        if "ExpiredObjectDeleteMarker" in expiration and len(expiration) > 1:
            raise AwsError("MalformedXML", _MALFORMED, 400)
        if not any(key in rule for key in _ACTIONS):
            message = "At least one action needs to be specified in a rule."
            raise AwsError("InvalidRequest", message, 400)
    return call.forward()


_MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
_ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransitions",
    "AbortIncompleteMultipartUpload",
)
