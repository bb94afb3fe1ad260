# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A lock as an S3 object: conditional writes, which S3 itself decides."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..api import call, call_unless
from ..aws import error_code
from .entry import Seen, Value, parsed, text
from .store import age

# It is another one by now, is gone, or is being written at this moment.
_LOST = ("PreconditionFailed", "412", "ConditionalRequestConflict", "409", "NoSuchKey", "404")


class S3Store:
    def __init__(self, client: t.Any, bucket: str, name: str) -> None:
        self.client = client
        self.place = {"Bucket": bucket, "Key": name.lstrip("/")}

    def read(self) -> Seen | None:
        answer = call_unless(("NoSuchKey", "404"), self.client, "get_object", "read the stack's lock", **self.place)
        if answer is None:
            return None
        content = answer["Body"].read().decode("utf-8", "replace")
        return Seen(parsed(content), answer["ETag"], age(answer, answer["LastModified"]))

    def create(self, value: Value) -> bool:
        return self._put(value, IfNoneMatch="*")

    def replace(self, seen: Seen, value: Value) -> bool:
        return self._put(value, IfMatch=seen.version)

    def remove(self, seen: Seen) -> None:
        doing = "remove the stack's lock"
        call_unless(_LOST, self.client, "delete_object", doing, IfMatch=seen.version, **self.place)

    def _put(self, value: Value, **condition: str) -> bool:
        try:
            call(
                self.client,
                "put_object",
                "write the stack's lock",
                Body=text(value).encode(),
                ContentType="application/json",
                **condition,
                **self.place,
            )
        except AnsibleAWSError as error:
            if error_code(error) in _LOST:
                return False
            raise
        return True
