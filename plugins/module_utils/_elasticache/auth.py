# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The AUTH token of a cache: where it is kept, and whether the cache has heard of the one that is there now.

It is read only where ElastiCache is to be told, and goes nowhere else.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
import typing as t

from ..api import call
from ..module import GatewayError
from .api import Group

KEY = "REDIS_PASSWORD"
_CURRENT = "AWSCURRENT"
# What ElastiCache takes; beside letters and digits only these.
_TOKEN = re.compile(r"[A-Za-z0-9!&#$^<>-]{16,128}")


@dataclasses.dataclass(frozen=True)
class Version:
    """The current version of a secret."""

    id: str
    created: datetime.datetime


def current_version(secrets: t.Any, secret: str) -> Version:
    doing = f"look at the versions of the secret {secret}"
    found = call(secrets, "list_secret_version_ids", doing, SecretId=secret)
    for one in found.get("Versions", []):
        if _CURRENT in one.get("VersionStages", []):
            return Version(one["VersionId"], one["CreatedDate"])
    raise GatewayError(f"The secret {secret} has no value, and was to have the token of the cache.")


def read_token(secrets: t.Any, secret: str, version: Version) -> str:
    doing = f"read the secret {secret}"
    answer = call(secrets, "get_secret_value", doing, SecretId=secret, VersionId=version.id)
    try:
        value = json.loads(answer.get("SecretString") or "")
        token = value.get(KEY) if isinstance(value, dict) else None
    except ValueError:
        token = None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise GatewayError(
            f"The secret {secret} must be a JSON object whose key {KEY} is a token that ElastiCache takes: 16 to 128 "
            "letters, digits and of !&#$^<>-. It was not used."
        )
    return token


def is_news(version: Version, group: Group) -> bool:
    """Whether the token has been changed since the cache was told. AWS shows no token, only when it got its last."""
    told = group.get("AuthTokenLastModifiedDate") or group.get("ReplicationGroupCreateTime")
    return told is not None and version.created > told
