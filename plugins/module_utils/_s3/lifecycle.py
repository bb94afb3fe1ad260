# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The lifecycle of a bucket's objects: rules as a user writes them, and as S3 has them."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping

Rule = dict[str, t.Any]

# Where S3 keeps each of ours.
_PLACES = {
    "expiration_days": ("Expiration", "Days"),
    "expired_object_delete_marker": ("Expiration", "ExpiredObjectDeleteMarker"),
    "noncurrent_version_expiration_days": ("NoncurrentVersionExpiration", "NoncurrentDays"),
    "abort_incomplete_multipart_upload_days": ("AbortIncompleteMultipartUpload", "DaysAfterInitiation"),
}


def normal(rules: Iterable[Mapping[str, t.Any]]) -> list[Rule]:
    """Without what is not set, in the order of their ids, since theirs means nothing to S3."""
    kept = [{key: value for key, value in one.items() if value not in (None, False, "")} for one in rules]
    return sorted(kept, key=lambda one: str(one["id"]))


def to_api(rules: Iterable[Rule]) -> list[Rule]:
    return [_to_api(one) for one in rules]


def _to_api(rule: Rule) -> Rule:
    made: Rule = {"ID": rule["id"], "Status": "Enabled", "Filter": {"Prefix": rule.get("prefix", "")}}
    for key, (outer, inner) in _PLACES.items():
        if key in rule:
            made.setdefault(outer, {})[inner] = rule[key]
    return made


def from_api(rules: Iterable[Mapping[str, t.Any]]) -> list[Rule]:
    return normal(_from_api(one) for one in rules)


def _from_api(rule: Mapping[str, t.Any]) -> Rule:
    """What this collection has no word for stays under AWS's, so that the rule differs from any of ours."""
    found: Rule = {"id": rule.get("ID", ""), "prefix": _prefix(rule)}
    known: set[tuple[str, str]] = set()
    for key, (outer, inner) in _PLACES.items():
        if inner in rule.get(outer, {}):
            found[key] = rule[outer][inner]
            known.add((outer, inner))
    foreign = {key: value for key, value in rule.items() if not _is_known(key, value, known)}
    return {**found, **foreign}


def _prefix(rule: Mapping[str, t.Any]) -> str:
    return str(rule.get("Filter", {}).get("Prefix") or rule.get("Prefix") or "")


def _is_known(key: str, value: t.Any, known: set[tuple[str, str]]) -> bool:
    if key in ("ID", "Prefix"):
        return True
    if key == "Status":
        return bool(value == "Enabled")
    if key == "Filter":
        return set(value) <= {"Prefix"}
    return isinstance(value, Mapping) and all((key, inner) in known for inner in value)
