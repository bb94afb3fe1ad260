# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Hosted zones and single lookups in them, by the calls that cost the same however large a zone is."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..api import call, call_for_first_page, call_unless
from ..aws import error_code

NO_ZONE = ("NoSuchHostedZone",)
_AT_ONE_NAME = 100


def bare_id(zone_id: str) -> str:
    return zone_id.rpartition("/")[2]


def dotted(name: str) -> str:
    """As Route 53 writes names."""
    return name.lower().rstrip(".") + "."


def find(client: t.Any, zone_id: str) -> dict[str, t.Any] | None:
    answer = call_unless(NO_ZONE, client, "get_hosted_zone", f"look for the hosted zone {zone_id}", Id=zone_id)
    return _view(answer["HostedZone"]) if answer else None


def named(client: t.Any, name: str) -> list[dict[str, t.Any]]:
    """All with that name: a public one and a private one may share it."""
    doing = f"look for the hosted zone {name}"
    answer = call_for_first_page(client, "list_hosted_zones_by_name", doing, DNSName=dotted(name))
    return [_view(one) for one in answer["HostedZones"] if dotted(one["Name"]) == dotted(name)]


def every(client: t.Any) -> list[dict[str, t.Any]]:
    return [_view(one) for one in call(client, "list_hosted_zones", "list the hosted zones")["HostedZones"]]


def _view(zone: dict[str, t.Any]) -> dict[str, t.Any]:
    is_private = bool(zone.get("Config", {}).get("PrivateZone"))
    return {"id": bare_id(zone["Id"]), "name": dotted(zone["Name"]), "is_private": is_private}


def at_name(client: t.Any, zone_id: str, name: str) -> list[dict[str, t.Any]]:
    """Everything that the zone has at one name."""
    try:
        answer = call_for_first_page(
            client,
            "list_resource_record_sets",
            f"look for {name}",
            HostedZoneId=zone_id,
            StartRecordName=dotted(name),
            MaxItems=str(_AT_ONE_NAME),
        )
    except AnsibleAWSError as error:
        if error_code(error) in NO_ZONE:
            return []
        raise
    return [one for one in answer["ResourceRecordSets"] if dotted(one["Name"]) == dotted(name)]
