# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Emptying a bucket: every version, every delete marker, every upload that was begun."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from .. import wait
from ..api import call, call_for_first_page
from ..module import GatewayError

# DeleteObjects takes no more, and a page holds no more.
_AT_ONCE = 1000
_FEW = 3


def is_empty(client: t.Any, name: str) -> bool:
    found = call_for_first_page(client, "list_object_versions", f"look into the bucket {name}", Bucket=name, MaxKeys=1)
    return not _versions(found)


def remove_contents(client: t.Any, name: str, timeout: float, clock: wait.Clock = wait.SYSTEM_CLOCK) -> None:
    """All of it. What is written meanwhile goes as well, as long as it comes to an end within ``timeout`` seconds."""
    _abort_uploads(client, name)
    until = clock.now() + timeout
    while True:
        page = call_for_first_page(
            client, "list_object_versions", f"list the contents of the bucket {name}", Bucket=name, MaxKeys=_AT_ONCE
        )
        found = _versions(page)
        if not found:
            return
        if clock.now() > until:
            raise wait.WaitTimedOut(f"Timed out after {timeout:g} s emptying the bucket {name}", found[:_FEW])
        _delete(client, name, found)


def _versions(page: Mapping[str, t.Any]) -> list[dict[str, str]]:
    """Of the first page; the next call begins anew, as these are gone by then."""
    listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    return [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in listed]


def _delete(client: t.Any, name: str, objects: list[dict[str, str]]) -> None:
    doing = f"delete the contents of the bucket {name}"
    answer = call(client, "delete_objects", doing, Bucket=name, Delete={"Objects": objects, "Quiet": True})
    refused = answer.get("Errors", [])
    if refused:
        said = "; ".join(f"{one['Key']}: {one.get('Code')} {one.get('Message', '')}" for one in refused[:_FEW])
        raise GatewayError(f"{len(refused)} objects of the bucket {name} cannot be deleted. {said}")


def _abort_uploads(client: t.Any, name: str) -> None:
    doing = f"abort the uploads to the bucket {name}"
    for upload in call(client, "list_multipart_uploads", doing, Bucket=name).get("Uploads", []):
        call(client, "abort_multipart_upload", doing, Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])
