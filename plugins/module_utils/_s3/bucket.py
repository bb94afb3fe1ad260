# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""An S3 bucket with all that keeps it private: one view of it, compared and written piece by piece."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies

from .. import tags, wait
from ..api import call, call_unless
from ..aws import error_code
from ..module import GatewayError, Outcome
from ..shape import prune
from . import lifecycle
from .contents import remove_contents
from .pieces import PIECES, View, read

OPTIONS = ("versioning", "encryption", "encryption_key_id", "public_access_blocked", "object_ownership")
# What a new bucket has of which nothing is said.
DEFAULTS: View = {
    "versioning": False,
    "encryption": "AES256",
    "encryption_key_id": "",
    "public_access_blocked": True,
    "object_ownership": "BucketOwnerEnforced",
    "policy": None,
    "lifecycle_rules": [],
}
# Where LocationConstraint is refused.
_FIRST_REGION = "us-east-1"
_GONE = ("404", "NoSuchBucket", "NotFound")
_SECONDS_TO_APPEAR, _SECONDS_TO_GO = 60, 1800


def ensure(module: AnsibleAWSModule) -> Outcome:
    client = module.client("s3")
    name = module.params["name"]
    region = find_region(client, name)
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, region)
    if region is not None and region != module.region:
        raise GatewayError(f"The bucket {name} is in {region}, and was to be in {module.region}. A bucket cannot move.")
    return _ensure_present(module, client, region is None)


def find_region(client: t.Any, name: str) -> str | None:
    """Where the bucket is, or None when there is none."""
    try:
        head = call_unless(_GONE, client, "head_bucket", f"look for the bucket {name}", Bucket=name)
    except AnsibleAWSError as error:
        if error_code(error) == "403":
            raise GatewayError(
                f"The bucket {name} is another account's, or may not be looked at. Names of buckets are taken for all "
                "accounts: choose another one, or allow s3:ListBucket on it."
            ) from error
        raise
    if head is None:
        return None
    return str(head.get("BucketRegion") or head["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region", ""))


def _wanted(module: AnsibleAWSModule) -> View:
    wanted = prune({option: module.params[option] for option in OPTIONS})
    if module.params["policy"] is not None:
        # An empty one is none.
        wanted["policy"] = json.loads(module.params["policy"] or "null") or None
    if module.params["lifecycle_rules"] is not None:
        wanted["lifecycle_rules"] = lifecycle.normal(module.params["lifecycle_rules"])
    return wanted


def _ensure_present(module: AnsibleAWSModule, client: t.Any, is_new: bool) -> Outcome:
    name, wanted = module.params["name"], _wanted(module)
    if is_new and not module.check_mode:
        _create(client, name, module.region)
    # Another run may have got as far as making it, and no further.
    before = {**DEFAULTS, "tags": {}} if is_new and module.check_mode else read(client, name)
    after = _after(before, wanted)
    retagging = tags.change(before["tags"], module.params["tags"], module.params["purge_tags"])
    after["tags"] = retagging.final
    if not module.check_mode:
        if after["tags"] != before["tags"]:
            _tag(client, name, after["tags"])
        for piece in PIECES:
            if any(after[key] != before[key] for key in piece.keys):
                piece.write(client, name, after)
    shown = {"name": name, "region": module.region}
    return Outcome({"bucket": {**shown, **after}}, None if is_new else {**shown, **before}, {**shown, **after})


def _after(before: View, wanted: View) -> View:
    """As wanted; a policy that says the same in other words is left as it is."""
    after = {**before, **wanted}
    if before["policy"] and after["policy"] and not compare_policies(before["policy"], after["policy"]):
        after["policy"] = before["policy"]
    if wanted.get("encryption") == DEFAULTS["encryption"]:
        after["encryption_key_id"] = ""
    return after


def _create(client: t.Any, name: str, region: str) -> None:
    where = None if region == _FIRST_REGION else {"LocationConstraint": region}
    doing = f"create the bucket {name}"
    call_unless(
        ("BucketAlreadyOwnedByYou",), client, "create_bucket", doing, Bucket=name, CreateBucketConfiguration=where
    )
    wait.poll(
        lambda: find_region(client, name),
        lambda found: found is not None,
        what=f"the bucket {name} to be there",
        timeout=_SECONDS_TO_APPEAR,
    )


def _tag(client: t.Any, name: str, wanted: tags.Tags) -> None:
    """S3 only takes all of them at once, and those of AWS cannot be written."""
    own = {key: value for key, value in wanted.items() if not key.startswith("aws:")}
    doing = f"tag the bucket {name}"
    if own:
        call(client, "put_bucket_tagging", doing, Bucket=name, Tagging={"TagSet": tags.to_list(own)})
    else:
        call(client, "delete_bucket_tagging", doing, Bucket=name)


def _ensure_absent(module: AnsibleAWSModule, client: t.Any, region: str | None) -> Outcome:
    name = module.params["name"]
    if region is None:
        return Outcome({"bucket": None})
    before = {"name": name, "region": region}
    if not module.check_mode:
        if module.params["force"]:
            remove_contents(client, name, _SECONDS_TO_GO)
        call_unless(_GONE, client, "delete_bucket", f"delete the bucket {name}", Bucket=name)
    return Outcome({"bucket": None}, before, None)
