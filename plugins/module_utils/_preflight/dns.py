# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The hosted zones of the stack's names: which they are, whether they hold the names, and what is there already."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._config.edge import HOSTS, ZONE_ID
from .._route53.records import obstacle, registry_of
from .._route53.zones import at_name, dotted, find, named
from ..api import call_unless
from .connection import Connection, Findings, is_denied

_RECORDS = "portkey_dns.hosted_zone"

Zone = dict[str, t.Any]


def hosted_zones(connection: Connection, question: dict[str, t.Any]) -> Findings:
    client = connection.client("route53")
    found = Findings(facts={"hosted_zones": {}})
    places = (
        ("records", "records_zone", _RECORDS, False),
        ("certificate", "certificate_zone", question.get("certificate_zone_variable") or "", True),
    )
    try:
        for purpose, key, variable, must_be_public in places:
            if question.get(key):
                zone, about = _zone(client, variable, question[key], must_be_public)
                found.add(about)
                if zone is not None:
                    found.add(_covers(variable, zone, question["hosts"]))
                    found.facts["hosted_zones"][purpose] = zone["id"]
                    if purpose == "records":
                        found.add(_in_the_way(connection, client, zone, question))
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        zone = question.get("records_zone") or question.get("certificate_zone")
        rule, fix = f"It must be possible to look at it. {error}", "Allow what playbooks/permissions.yml prints."
        return Findings.fault(_RECORDS, zone, rule, fix)
    return found


def _zone(client: t.Any, variable: str, wanted: str, must_be_public: bool) -> tuple[Zone | None, Findings]:
    if ZONE_ID.fullmatch(wanted):
        one = find(client, wanted)
        candidates = [one] if one else []
    else:
        candidates = named(client, wanted)
    fitting = [one for one in candidates if not (must_be_public and one["is_private"])]
    if len(fitting) == 1:
        return fitting[0], Findings()
    if not candidates:
        rule, fix = "The hosted zone must exist in the account.", "Correct it, or make the zone."
    elif not fitting:
        rule = "A public certificate is proven in a public hosted zone; this one is private."
        fix = "Name the public zone of the domain in portkey_certificate.hosted_zone."
    else:
        kinds = ", ".join(f"{one['id']} ({'private' if one['is_private'] else 'public'})" for one in fitting)
        rule, fix = f"Several hosted zones have that name: {kinds}.", "Write the id of the one that is meant."
    return None, Findings.fault(variable, wanted, rule, fix)


def _covers(variable: str, zone: Zone, hosts: list[dict[str, str]]) -> Findings:
    found = Findings()
    for one in hosts:
        if not f".{dotted(one['host'])}".endswith(f".{zone['name']}"):
            rule = f"It must lie in the hosted zone {zone['name'].rstrip('.')} of {variable}."
            found.add(Findings.fault(one["variable"], one["host"], rule, "Correct the host or the zone."))
    return found


def _in_the_way(connection: Connection, client: t.Any, zone: Zone, question: dict[str, t.Any]) -> Findings:
    """Records that the stack has not made. One that leads to its load balancer already is welcome, whoever made it."""
    registry = registry_of(client, zone, question["owner"])
    if registry.is_foreign:
        rule = f"The zone has a TXT record {registry.name} that this collection has not written."
        return Findings.fault(_RECORDS, question["records_zone"], rule, "Remove that record.")
    # What there is now leads there, or will not be there when the names are made.
    target = _dns_name(connection, question["load_balancer"])
    written = registry.of(HOSTS)
    found = Findings()
    for one in question["hosts"]:
        wanted = {"name": one["host"], "type": "A", "alias_dns_name": target or "nowhere"}
        there = at_name(client, zone["id"], one["host"])
        in_the_way = obstacle(wanted, there, written.get(("A", dotted(one["host"]))))
        if in_the_way:
            rule = f"The hosted zone has {in_the_way} at that name, which the stack has not made."
            fix = "Remove the record, or choose another host. To keep it, set portkey_dns.create_records: false."
            found.add(Findings.fault(one["variable"], one["host"], rule, fix))
    return found


def _dns_name(connection: Connection, name: str) -> str | None:
    answer = call_unless(
        ("LoadBalancerNotFound",),
        connection.client("elbv2"),
        "describe_load_balancers",
        "look up the load balancer",
        Names=[name],
    )
    balancers = answer["LoadBalancers"] if answer else []
    return str(balancers[0]["DNSName"]) if balancers else None
