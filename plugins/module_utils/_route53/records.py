# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The records of one owner and purpose in a hosted zone: made, changed and deleted together, and nobody else's."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .. import wait
from .._config.edge import EVERY_PURPOSE
from ..api import call, call_unless
from ..aws import error_code
from ..module import GatewayError, Outcome, is_known
from .ownership import Key, Record, Registry, to_api, value_of, wanted_value
from .zones import NO_ZONE, at_name, bare_id, dotted, find

_NOT_AS_SEEN = "InvalidChangeBatch"
_BACKOFF = wait.Backoff(first=1, factor=1.5, most=10, jitter=0.2)


def registry_of(client: t.Any, zone: Mapping[str, t.Any], owner: str) -> Registry:
    name = f"{owner}.{zone['name']}"
    return Registry.read(name, at_name(client, zone["id"], name))


def obstacle(wanted: Mapping[str, t.Any], there: Sequence[Record], registered: str | None) -> str | None:
    """What is in the way of a record, in words. What says the same already is not; nor is what we have written."""
    kind = wanted["type"]
    others = [one["Type"] for one in there if "CNAME" in (kind, one["Type"]) and one["Type"] != kind]
    if others:
        return f"a record of the type {others[0]}"
    same = [one for one in there if one["Type"] == kind]
    if not same or value_of(same[0]) == wanted_value(wanted):
        return None
    current = value_of(same[0])
    if len(same) == 1 and current is not None and current == registered:
        return None
    return f"a record of the type {kind} that leads to {current or 'several places'}"


def ensure(module: t.Any) -> Outcome:
    client, params = module.client("route53"), module.params
    zone = find(client, params["hosted_zone_id"])
    if zone is None:
        if params["records"]:
            raise GatewayError(f"There is no hosted zone {params['hosted_zone_id']}.")
        return Outcome({"records": []})
    # In check mode, names may not be known yet.
    unknown = [one for one in params["records"] if not is_known(one["name"])]
    records = [one for one in params["records"] if is_known(one["name"])]
    plan = Plan(client, zone, params["owner"], params["purpose"], records)
    before, after = plan.before, {**plan.after, **{f"{one['type']} {one['name']}": one["value"] for one in unknown}}
    if plan.changes and not module.check_mode:
        _change(client, zone["id"], plan.changes, params)
    result = {"records": [{"name": one["name"], "type": one["type"], "value": wanted_value(one)} for one in records]}
    return Outcome(result, before or None, after or None)


class Plan:
    """What there is, what there will be, and the changes between, as Route 53 takes them at once."""

    def __init__(
        self, client: t.Any, zone: Mapping[str, t.Any], owner: str, purpose: str, records: Sequence[Mapping[str, t.Any]]
    ) -> None:
        self.client, self.zone = client, zone
        registry = registry_of(client, zone, owner)
        if registry.is_foreign and records:
            raise GatewayError(f"The TXT record {registry.name} is not this collection's: remove it, and run again.")
        is_all = purpose == EVERY_PURPOSE
        self.registered = registry.every() if is_all else dict(registry.of(purpose))
        self.wanted = {(one["type"], dotted(one["name"])): one for one in records}
        self.there = {name: at_name(client, zone["id"], name) for name in self._names()}
        self.changes: list[Record] = []
        self.before: dict[str, str] = {}
        self.after: dict[str, str] = {}
        kept = {key: value for key in self.wanted for value in [self._keep(key)] if value is not None}
        for key in self.registered.keys() - self.wanted.keys():
            self._remove(key)
        entries = {**({} if is_all else registry.entries), purpose: kept}
        if not registry.is_foreign:
            self.changes += registry.change_to({key: value for key, value in entries.items() if value})

    def _names(self) -> list[str]:
        return sorted({name for _kind, name in (*self.wanted, *self.registered)})

    def _current(self, key: Key) -> Record | None:
        kind, name = key
        return next((one for one in self.there[name] if one["Type"] == kind), None)

    def _keep(self, key: Key) -> str | None:
        """The record as it is to be; its value is written down when it is ours."""
        record, current, value = self.wanted[key], self._current(key), wanted_value(self.wanted[key])
        words = " ".join(key)
        in_the_way = obstacle(record, self.there[key[1]], self.registered.get(key))
        if in_the_way:
            raise GatewayError(
                f"The hosted zone {self.zone['name']} has {in_the_way} at {key[1]}, which the stack has not made. "
                "Remove it, or choose another name."
            )
        self.after[words] = value
        if current is None:
            self.changes.append({"Action": "CREATE", "ResourceRecordSet": to_api(record)})
            return value
        self.before[words] = str(value_of(current))
        if self.before[words] != value:
            self.changes.append({"Action": "UPSERT", "ResourceRecordSet": to_api(record)})
            return value
        # What said the same before us stays whose it is.
        return value if key in self.registered else None

    def _remove(self, key: Key) -> None:
        current = self._current(key)
        if current is None:
            return
        if value_of(current) == self.registered[key]:
            self.before[" ".join(key)] = self.registered[key]
            self.changes.append({"Action": "DELETE", "ResourceRecordSet": current})


def _change(client: t.Any, zone_id: str, changes: list[Record], params: Mapping[str, t.Any]) -> None:
    answer = call(
        client,
        "change_resource_record_sets",
        f"change records of {zone_id}",
        HostedZoneId=zone_id,
        ChangeBatch={"Changes": changes},
    )
    if params["wait"]:
        change = bare_id(answer["ChangeInfo"]["Id"])
        wait.poll(
            lambda: call(client, "get_change", f"ask about the change {change}", Id=change)["ChangeInfo"]["Status"],
            lambda status: status == "INSYNC",
            what=f"the change {change} to reach all name servers",
            timeout=params["wait_timeout"],
            backoff=_BACKOFF,
        )


def remove_all(client: t.Any, zone_id: str, owner: str) -> None:
    """Everything that is written down for an owner, as far as it still is what was written."""
    try:
        _remove_what_is_there(client, zone_id, owner)
    except AnsibleAWSError as error:
        if error_code(error) != _NOT_AS_SEEN:
            raise
        # Deleted already by a first try whose answer was lost, or by somebody meanwhile: so what is there now?
        _remove_what_is_there(client, zone_id, owner)


def _remove_what_is_there(client: t.Any, zone_id: str, owner: str) -> None:
    zone = find(client, zone_id)
    if zone is None:
        return
    registry = registry_of(client, zone, owner)
    if registry.raw is None or registry.is_foreign:
        return
    changes: list[Record] = [{"Action": "DELETE", "ResourceRecordSet": registry.raw}]
    for (kind, name), value in registry.every().items():
        same = [one for one in at_name(client, zone_id, name) if one["Type"] == kind and value_of(one) == value]
        changes += [{"Action": "DELETE", "ResourceRecordSet": one} for one in same]
    call_unless(
        NO_ZONE,
        client,
        "change_resource_record_sets",
        f"delete records of {zone_id}",
        HostedZoneId=zone_id,
        ChangeBatch={"Changes": changes},
    )
