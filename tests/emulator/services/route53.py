"""Route 53: changes of records are taken as a whole or not at all, and reach the name servers after a while.

moto lets records be made twice, and deleted by other values than they have.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from moto.route53.models import HostedZoneIdentifier, RecordSet, route53_backends

from ..registry import AwsError, Call, handles
from .times import moment

if TYPE_CHECKING:
    from ..world import World

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_ROUTED = ("SetIdentifier", "Weight", "Region", "Failover", "GeoLocation", "MultiValueAnswer")


class Changes(dict[str, float]):
    """By the id of a change: when all name servers have it."""


class Reached(dict[tuple[str, str, str], float]):
    """By zone, name and type: when the name servers have what there is now."""


def _zone_id(self: Any, existing_ids: Any = None, tags: Any = None) -> str:
    return "Z" + "".join(random.choice(_LETTERS) for _unused in range(20))


HostedZoneIdentifier.generate = _zone_id  # type: ignore[method-assign]


def dotted(name: str) -> str:
    return name.lower().rstrip(".") + "."


def _zone(call: Call, zone_id: str) -> Any:
    return route53_backends[call.account][call.partition].get_hosted_zone(zone_id)


def _values(record: RecordSet) -> list[str]:
    """moto keeps them now as texts, now as they came."""
    return [one["Value"] if isinstance(one, dict) else str(one) for one in record.records or []]


def _same(record: RecordSet, given: dict[str, Any]) -> bool:
    alias, wanted = record.alias_target or {}, given.get("AliasTarget") or {}
    if alias or wanted:
        keys = ("HostedZoneId", "DNSName", "EvaluateTargetHealth")
        return all(str(alias.get(one)) == str(wanted.get(one)) for one in keys)
    values = [one["Value"] for one in given.get("ResourceRecords", [])]
    return sorted(_values(record)) == sorted(values) and int(record.ttl or 0) == int(given.get("TTL") or 0)


def _faults(records: list[RecordSet], change: dict[str, Any], zone_name: str) -> Iterator[str]:
    given, action = change["ResourceRecordSet"], change["Action"]
    name, kind = dotted(given["Name"]), given["Type"]
    if not f".{name}".endswith(f".{dotted(zone_name)}"):
        yield f"RRSet with DNS name {name} is not permitted in zone {dotted(zone_name)}"
        return
    at_name = [one for one in records if dotted(one.name) == name]
    same = [one for one in at_name if one.type == kind and one.set_identifier == given.get("SetIdentifier")]
    words = f"[name='{name}', type='{kind}']"
    if action == "DELETE":
        if not same:
            yield f"Tried to delete resource record set {words} but it was not found"
        elif not _same(same[0], given):
            yield f"Tried to delete resource record set {words} but the values provided do not match the current values"
        return
    if action == "CREATE" and same:
        yield f"Tried to create resource record set {words} but it already exists"
    if any("CNAME" in (kind, one.type) and one.type != kind for one in at_name):
        yield (
            f"RRSet of type {kind} with DNS name {name} is not permitted as it conflicts with other records with the "
            f"same DNS name in zone {dotted(zone_name)}"
        )
    if not given.get("AliasTarget") and not (given.get("TTL") is not None and given.get("ResourceRecords")):
        yield (
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
            f"TrafficPolicyInstanceId], but found none in Change with [Action={action}, Name={name}, Type={kind}]"
        )
    if kind == "TXT":
        for one in given.get("ResourceRecords", []):
            if not (one["Value"].startswith('"') and one["Value"].endswith('"')):
                yield f"Invalid Resource Record: 'InvalidCharacterString encountered with {one['Value']}'"


@handles("route53", "ChangeResourceRecordSets")
def change_resource_record_sets(world: World, call: Call) -> Any:
    zone = _zone(call, call.params["HostedZoneId"])
    records = list(zone.rrsets)
    faults: list[str] = []
    touched = []
    # Deletions come first, whatever their order.
    changes = sorted(call.params["ChangeBatch"]["Changes"], key=lambda one: one["Action"] != "DELETE")
    for change in changes:
        found = list(_faults(records, change, zone.name))
        faults += found
        if found:
            continue
        given = copy.deepcopy(change["ResourceRecordSet"])
        key = (dotted(given["Name"]), given["Type"], given.get("SetIdentifier"))
        records = [one for one in records if (dotted(one.name), one.type, one.set_identifier) != key]
        if change["Action"] != "DELETE":
            records.append(_record(given))
        touched.append(key[:2])
    if faults:
        raise AwsError("InvalidChangeBatch", f"[{', '.join(faults)}]", 400)
    zone.rrsets = records
    insync = world.now + world.profile.seconds("route53_change")
    reached: Reached = world.store(Reached, call.account, "")
    for name, kind in touched:
        reached[zone.id, name, kind] = insync
    made: Changes = world.store(Changes, call.account, "")
    change_id = f"C{len(made):013d}EXAMPLE"
    made[change_id] = insync
    return {"ChangeInfo": _info(world, change_id, insync)}


def _record(given: dict[str, Any]) -> RecordSet:
    values = [one["Value"] for one in given.get("ResourceRecords", [])]
    kept = {key: given[key] for key in ("Type", "TTL", "AliasTarget", "HealthCheckId", *_ROUTED) if key in given}
    return RecordSet({**kept, "Name": dotted(given["Name"]), "ResourceRecords": values})  # type: ignore[abstract]


def _info(world: World, change_id: str, insync: float) -> dict[str, Any]:
    status = "INSYNC" if world.now >= insync else "PENDING"
    return {"Id": f"/change/{change_id}", "Status": status, "SubmittedAt": moment(world.now)}


@handles("route53", "GetChange")
def get_change(world: World, call: Call) -> Any:
    change_id = call.params["Id"].rpartition("/")[2]
    made: Changes = world.store(Changes, call.account, "")
    if change_id not in made:
        raise AwsError("NoSuchChange", f"A change with the specified change ID {change_id} does not exist.", 404)
    return {"ChangeInfo": _info(world, change_id, made[change_id])}


def public_since(world: World, account: str, partition: str, name: str, kind: str, value: str) -> float | None:
    """Since when everybody finds this value at the name: in the public zone that is nearest to it."""
    zones = [one for one in route53_backends[account][partition].zones.values() if not one.private_zone]
    holding = [one for one in zones if f".{dotted(name)}".endswith(f".{dotted(one.name)}")]
    if not holding:
        return None
    nearest = max(holding, key=lambda one: len(one.name))
    for record in nearest.rrsets:
        at_name = (dotted(record.name), record.type) == (dotted(name), kind)
        if at_name and [dotted(one) for one in _values(record)] == [dotted(value)]:
            reached: Reached = world.store(Reached, account, "")
            return reached.get((nearest.id, dotted(name), kind), 0.0)
    return None
