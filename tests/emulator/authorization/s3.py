"""S3."""

from __future__ import annotations

from .need import Found, Need, Request, of_service

_S3_ACTIONS = {
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
}


@of_service("s3")
def _s3(request: Request) -> Found:
    params = request.params
    if request.operation == "ListBuckets":
        yield Need("s3:ListAllMyBuckets", "*")
        return
    bucket = request.arn("s3", params["Bucket"], region="", account="")
    if request.operation == "DeleteObjects":
        for one in params["Delete"]["Objects"]:
            yield Need(
                "s3:DeleteObjectVersion" if one.get("VersionId") else "s3:DeleteObject", f"{bucket}/{one['Key']}"
            )
        return
    action = request.of(_S3_ACTIONS.get(request.operation, request.operation))
    yield Need(action, f"{bucket}/{params['Key']}" if params.get("Key") else bucket)
    if action == "s3:GetObject":
        # Without it, an object that is not there is one that may not be read.
        yield Need("s3:ListBucket", bucket)
