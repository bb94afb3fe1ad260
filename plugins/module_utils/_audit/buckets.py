# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Buckets. Their names are the user's own, so that only their tags tell whose they are."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._config.buckets import REGION_TAG
from .._permissions import denial
from .._s3.pieces import read_tags
from ..api import call
from ..aws import error_code
from ..tags import Tags
from .resource import Resource, Stack

_THREADS = 8
# Gone meanwhile, or closed to us: who makes a bucket can read its tags.
_NOT_OURS = ("NoSuchBucket", *denial.CODES)


def read(client: t.Any, stack: Stack) -> Iterator[Resource]:
    names = [one["Name"] for one in call(client, "list_buckets", "list the buckets").get("Buckets", [])]

    def look(name: str) -> Tags:
        try:
            return read_tags(client, name)
        except AnsibleAWSError as error:
            if error_code(error) in _NOT_OURS:
                return {}
            raise

    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        found = dict(zip(names, pool.map(look, names), strict=True))
    for name, tags in found.items():
        if stack.owns(tags) and tags.get(REGION_TAG) == stack.region:
            yield Resource("s3_bucket", name, name, tags)
