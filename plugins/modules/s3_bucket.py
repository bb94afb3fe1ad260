#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: s3_bucket
version_added: "1.0.0"
short_description: Manage a private S3 bucket and its lifecycle
description:
  - Creates, changes and deletes an S3 bucket with its tags, encryption, versioning, public access block, object
    ownership, policy and lifecycle (CreateBucket, PutBucketTagging, PutBucketEncryption, PutBucketVersioning,
    PutPublicAccessBlock, PutBucketOwnershipControls, PutBucketPolicy, PutBucketLifecycleConfiguration, DeleteBucket).
  - Unlike M(amazon.aws.s3_bucket) and M(community.aws.s3_lifecycle), which do nothing at all in check mode, it tells
    there what it would do, with a diff. It writes only what differs.
  - An option that is not set leaves that property of an existing bucket alone. A new bucket is private, encrypted with
    AES256 and not versioned unless told otherwise, as AWS makes it.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the bucket exists. V(absent) deletes it, which AWS refuses unless it is empty.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: The bucket's name. It is unique in all of AWS.
    type: str
    required: true
  force:
    description: With O(state=absent), delete all versions of all objects first.
    type: bool
    default: false
  versioning:
    description: Whether earlier versions of objects are kept.
    type: bool
  encryption:
    description: How objects are encrypted by default.
    type: str
    choices: [AES256, aws:kms]
  encryption_key_id:
    description: The ARN of the key for O(encryption=aws:kms). Unset, AWS's own.
    type: str
  public_access_blocked:
    description: Whether all four kinds of public access are blocked.
    type: bool
  object_ownership:
    description: Who owns objects. V(BucketOwnerEnforced) switches ACLs off.
    type: str
    choices: [BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter]
  policy:
    description: The bucket's policy; an empty one deletes it.
    type: json
  lifecycle_rules:
    description: The rules of its lifecycle, all of them; an empty list deletes them.
    type: list
    elements: dict
    suboptions:
      id:
        description: What the rule is called.
        type: str
        required: true
      prefix:
        description: With what the keys of its objects begin. Unset, it is for all.
        type: str
        default: ""
      expiration_days:
        description: After how many days objects are deleted; in a versioned bucket they become earlier versions.
        type: int
      expired_object_delete_marker:
        description:
          - Whether delete markers go with the last version behind them. Not together with
            O(lifecycle_rules[].expiration_days).
        type: bool
        default: false
      noncurrent_version_expiration_days:
        description: After how many days earlier versions are deleted for good.
        type: int
      abort_incomplete_multipart_upload_days:
        description: After how many days an upload in parts that never ended is thrown away.
        type: int
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Keep logs for a year, and what was deleted for a month
  portkey.gateway.s3_bucket:
    name: my-gateway-logs
    versioning: true
    encryption: AES256
    public_access_blocked: true
    object_ownership: BucketOwnerEnforced
    lifecycle_rules:
      - id: expire
        expiration_days: 365
        noncurrent_version_expiration_days: 30
        abort_incomplete_multipart_upload_days: 7
    tags:
      Project: portkey
"""

RETURN = r"""
bucket:
  description: The bucket. Null when it is absent.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: my-gateway-logs
    region:
      description: Where it is.
      type: str
      returned: always
      sample: us-east-1
    versioning:
      description: Whether earlier versions are kept.
      type: bool
      returned: always
    encryption:
      description: How objects are encrypted by default.
      type: str
      returned: always
      sample: AES256
    encryption_key_id:
      description: The key of V(aws:kms); empty for AWS's own.
      type: str
      returned: always
    public_access_blocked:
      description: Whether all four kinds of public access are blocked.
      type: bool
      returned: always
    object_ownership:
      description: Who owns objects.
      type: str
      returned: always
      sample: BucketOwnerEnforced
    policy:
      description: Its policy, or null.
      type: dict
      returned: always
    lifecycle_rules:
      description: The rules of its lifecycle, in the words of the option, in the order of their ids.
      type: list
      elements: dict
      returned: always
      sample: [{id: expire, expiration_days: 365}]
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._s3 import bucket
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

_RULE = dict(
    id=dict(type="str", required=True),
    prefix=dict(type="str", default=""),
    expiration_days=dict(type="int"),
    expired_object_delete_marker=dict(type="bool", default=False),
    noncurrent_version_expiration_days=dict(type="int"),
    abort_incomplete_multipart_upload_days=dict(type="int"),
)


def main() -> None:
    run(
        bucket.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            force=dict(type="bool", default=False),
            versioning=dict(type="bool"),
            encryption=dict(type="str", choices=["AES256", "aws:kms"]),
            encryption_key_id=dict(type="str", no_log=False),
            public_access_blocked=dict(type="bool"),
            object_ownership=dict(type="str", choices=["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]),
            policy=dict(type="json"),
            lifecycle_rules=dict(type="list", elements="dict", options=_RULE),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
