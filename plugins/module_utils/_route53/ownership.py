# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Whose a record is. Records have no tags, so a TXT record beside them says it: one for each owner and zone.

Its values name each record with what it was when it was written. A record that has become something else since is
somebody else's, and is left alone. Route 53 takes changes of several records as one, so it never tells of what is not
there, nor is there what it does not tell.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from .zones import dotted

Record = dict[str, t.Any]
Key = tuple[str, str]  # type and name

_HERITAGE = '"heritage=portkey.gateway"'
_TTL = 300
_ALIAS = "alias:"


@dataclasses.dataclass(frozen=True)
class Registry:
    """What is written down: by purpose, the records and their values. ``raw`` is the TXT record as it is."""

    name: str
    entries: Mapping[str, Mapping[Key, str]]
    raw: Record | None = None

    @classmethod
    def read(cls, name: str, found: list[Record]) -> Registry:
        raw = next((one for one in found if one["Type"] == "TXT"), None)
        entries: dict[str, dict[Key, str]] = {}
        values = [one["Value"] for one in raw["ResourceRecords"]] if raw else []
        if _HERITAGE in values:
            for value in values:
                parts = value.strip('"').split(" ", 3)
                if len(parts) == 4:
                    purpose, kind, of, text = parts
                    entries.setdefault(purpose, {})[kind, of] = text
        return cls(dotted(name), entries, raw)

    @property
    def is_foreign(self) -> bool:
        """Whether there is a TXT record of that name which this collection has not written."""
        return self.raw is not None and all(one["Value"] != _HERITAGE for one in self.raw["ResourceRecords"])

    def of(self, purpose: str) -> Mapping[Key, str]:
        return self.entries.get(purpose, {})

    def every(self) -> dict[Key, str]:
        return {key: value for one in self.entries.values() for key, value in one.items()}

    def change_to(self, entries: Mapping[str, Mapping[Key, str]]) -> list[Record]:
        """The change of the TXT record, if there is one."""
        values = sorted(
            f'"{purpose} {kind} {name} {value}"'
            for purpose, records in entries.items()
            for (kind, name), value in records.items()
        )
        wanted = [{"Value": one} for one in (_HERITAGE, *values)] if values else []
        if not wanted:
            return [{"Action": "DELETE", "ResourceRecordSet": self.raw}] if self.raw else []
        if self.raw and sorted(one["Value"] for one in self.raw["ResourceRecords"]) == sorted([_HERITAGE, *values]):
            return []
        record = {"Name": self.name, "Type": "TXT", "TTL": _TTL, "ResourceRecords": wanted}
        return [{"Action": "UPSERT" if self.raw else "CREATE", "ResourceRecordSet": record}]


def value_of(record: Record) -> str | None:
    """A record's value in one word; None for one of several that share a name, by weight or place."""
    if record.get("SetIdentifier"):
        return None
    alias = record.get("AliasTarget")
    if alias:
        # The console writes load balancers with this, which makes no difference to an A record.
        return _ALIAS + dotted(alias["DNSName"]).removeprefix("dualstack.")
    values = [one["Value"] for one in record.get("ResourceRecords", [])]
    return dotted(values[0]) if len(values) == 1 else None


def wanted_value(record: Mapping[str, t.Any]) -> str:
    return _ALIAS + dotted(record["alias_dns_name"]) if record.get("alias_dns_name") else dotted(record["value"])


def to_api(record: Mapping[str, t.Any]) -> Record:
    base = {"Name": dotted(record["name"]), "Type": record["type"]}
    if record.get("alias_dns_name"):
        target = {
            "HostedZoneId": record["alias_zone_id"],
            "DNSName": dotted(record["alias_dns_name"]),
            "EvaluateTargetHealth": False,
        }
        return {**base, "AliasTarget": target}
    return {**base, "TTL": record.get("ttl") or _TTL, "ResourceRecords": [{"Value": record["value"]}]}
