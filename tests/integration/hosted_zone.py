"""A public hosted zone of the user's, in a file of its own: a change of this one makes stacks anew."""

from __future__ import annotations

from typing import Any

from emulator.testing import Running

ZONE = "example.com"


def with_zone(emulator: Running) -> dict[str, Any]:
    """The user's zone, with a record that is nobody's business."""
    route53 = emulator.client("route53")
    zone = route53.create_hosted_zone(Name=ZONE, CallerReference="1")["HostedZone"]["Id"]
    change_records(emulator, zone, "CREATE", "www.example.com", "192.0.2.1")
    return {}


def change_records(emulator: Running, zone: str, action: str, name: str, address: str) -> None:
    record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": address}]}
    batch: Any = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    emulator.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
