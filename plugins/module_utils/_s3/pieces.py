# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The pieces of a bucket's configuration, which S3 reads and writes by calls of their own."""

from __future__ import annotations

import dataclasses
import json
import typing as t
from collections.abc import Callable, Mapping

from .. import tags
from ..api import call, call_unless
from . import lifecycle

View = dict[str, t.Any]

_BLOCKED = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


@dataclasses.dataclass(frozen=True)
class Piece:
    """``keys``: what of the view it is about."""

    keys: tuple[str, ...]
    read: Callable[[t.Any, str], View]
    write: Callable[[t.Any, str, Mapping[str, t.Any]], None]


def _read_versioning(client: t.Any, name: str) -> View:
    answer = call(client, "get_bucket_versioning", f"read the versioning of {name}", Bucket=name)
    return {"versioning": answer.get("Status") == "Enabled"}


def _write_versioning(client: t.Any, name: str, after: Mapping[str, t.Any]) -> None:
    status = {"Status": "Enabled" if after["versioning"] else "Suspended"}
    doing = f"set the versioning of {name}"
    call(client, "put_bucket_versioning", doing, Bucket=name, VersioningConfiguration=status)


def _read_encryption(client: t.Any, name: str) -> View:
    answer = call_unless(
        ("ServerSideEncryptionConfigurationNotFoundError",),
        client,
        "get_bucket_encryption",
        f"read the encryption of {name}",
        Bucket=name,
    )
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"] if answer else []
    default = rules[0].get("ApplyServerSideEncryptionByDefault", {}) if rules else {}
    return {
        "encryption": default.get("SSEAlgorithm", ""),
        "encryption_key_id": default.get("KMSMasterKeyID", ""),
    }


def _write_encryption(client: t.Any, name: str, after: Mapping[str, t.Any]) -> None:
    default = {"SSEAlgorithm": after["encryption"]}
    if after["encryption_key_id"]:
        default["KMSMasterKeyID"] = after["encryption_key_id"]
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": after["encryption"] == "aws:kms"}
    call(
        client,
        "put_bucket_encryption",
        f"set the encryption of {name}",
        Bucket=name,
        ServerSideEncryptionConfiguration={"Rules": [rule]},
    )


def _read_public_access(client: t.Any, name: str) -> View:
    answer = call_unless(
        ("NoSuchPublicAccessBlockConfiguration",),
        client,
        "get_public_access_block",
        f"read the public access block of {name}",
        Bucket=name,
    )
    block = answer["PublicAccessBlockConfiguration"] if answer else {}
    return {"public_access_blocked": all(block.get(key) for key in _BLOCKED)}


def _write_public_access(client: t.Any, name: str, after: Mapping[str, t.Any]) -> None:
    block = dict.fromkeys(_BLOCKED, after["public_access_blocked"])
    doing = f"set the public access block of {name}"
    call(client, "put_public_access_block", doing, Bucket=name, PublicAccessBlockConfiguration=block)


def _read_ownership(client: t.Any, name: str) -> View:
    answer = call_unless(
        ("OwnershipControlsNotFoundError",),
        client,
        "get_bucket_ownership_controls",
        f"read the ownership of objects in {name}",
        Bucket=name,
    )
    rules = answer["OwnershipControls"]["Rules"] if answer else []
    return {"object_ownership": rules[0]["ObjectOwnership"] if rules else "ObjectWriter"}


def _write_ownership(client: t.Any, name: str, after: Mapping[str, t.Any]) -> None:
    controls = {"Rules": [{"ObjectOwnership": after["object_ownership"]}]}
    doing = f"set the ownership of objects in {name}"
    call(client, "put_bucket_ownership_controls", doing, Bucket=name, OwnershipControls=controls)


def _read_policy(client: t.Any, name: str) -> View:
    doing = f"read the policy of {name}"
    answer = call_unless(("NoSuchBucketPolicy",), client, "get_bucket_policy", doing, Bucket=name)
    return {"policy": json.loads(answer["Policy"]) if answer else None}


def _write_policy(client: t.Any, name: str, after: Mapping[str, t.Any]) -> None:
    doing = f"set the policy of {name}"
    if after["policy"]:
        call(client, "put_bucket_policy", doing, Bucket=name, Policy=json.dumps(after["policy"]))
    else:
        call(client, "delete_bucket_policy", doing, Bucket=name)


def _read_lifecycle(client: t.Any, name: str) -> View:
    answer = call_unless(
        ("NoSuchLifecycleConfiguration",),
        client,
        "get_bucket_lifecycle_configuration",
        f"read the lifecycle of {name}",
        Bucket=name,
    )
    return {"lifecycle_rules": lifecycle.from_api(answer["Rules"] if answer else [])}


def _write_lifecycle(client: t.Any, name: str, after: Mapping[str, t.Any]) -> None:
    doing, rules = f"set the lifecycle of {name}", after["lifecycle_rules"]
    if rules:
        configuration = {"Rules": lifecycle.to_api(rules)}
        call(
            client,
            "put_bucket_lifecycle_configuration",
            doing,
            Bucket=name,
            LifecycleConfiguration=configuration,
        )
    else:
        call(client, "delete_bucket_lifecycle", doing, Bucket=name)


# In the order in which they are written: closed first, then what is said about its contents.
PIECES = (
    Piece(("public_access_blocked",), _read_public_access, _write_public_access),
    Piece(("object_ownership",), _read_ownership, _write_ownership),
    Piece(("encryption", "encryption_key_id"), _read_encryption, _write_encryption),
    Piece(("versioning",), _read_versioning, _write_versioning),
    Piece(("policy",), _read_policy, _write_policy),
    Piece(("lifecycle_rules",), _read_lifecycle, _write_lifecycle),
)


def read(client: t.Any, name: str) -> View:
    """All of it, with the tags."""
    view: View = {}
    for piece in PIECES:
        view.update(piece.read(client, name))
    return {**view, "tags": read_tags(client, name)}


def read_tags(client: t.Any, name: str) -> tags.Tags:
    doing = f"read the tags of the bucket {name}"
    answer = call_unless(("NoSuchTagSet",), client, "get_bucket_tagging", doing, Bucket=name)
    return tags.from_list(answer["TagSet"]) if answer else {}
