# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What stands before load balancers: certificates and web ACLs by their tags, records by what says whose they are."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from .._acm import certificate
from .._route53 import ownership, zones
from .._wafv2 import web_acl
from .resource import Resource, Stack

# ACM takes ten calls in a second, Route 53 five.
_THREADS = 4


def certificates(client: t.Any, stack: Stack) -> Iterator[Resource]:
    found = [one for one in certificate.listed(client) if one.get("Type", "AMAZON_ISSUED") == "AMAZON_ISSUED"]
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        tags = pool.map(lambda one: certificate.read_tags(client, one["CertificateArn"]), found)
        for one, own in zip(found, tags, strict=True):
            yield Resource("acm_certificate", one["CertificateArn"], one["DomainName"], own)


def web_acls(client: t.Any, stack: Stack) -> Iterator[Resource]:
    for one in web_acl.every(client):
        if stack.may_be(one["Name"]):
            tags = web_acl.read_tags(client, one["ARN"])
            yield Resource("wafv2_web_acl", one["ARN"], one["Name"], tags, more={"id": one["Id"]})


def records(client: t.Any, stack: Stack) -> Iterator[Resource]:
    """By one look into each zone, wherever the configuration says that the stack's names are now."""
    owner = stack.names["dns_owner"]

    def registry(zone: dict[str, t.Any]) -> ownership.Registry:
        name = f"{owner}.{zone['name']}"
        return ownership.Registry.read(name, zones.at_name(client, zone["id"], name))

    every = zones.every(client)
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        for zone, found in zip(every, pool.map(registry, every), strict=True):
            if found.raw is not None and not found.is_foreign:
                tags = stack.tags
                yield Resource("route53_records", zone["id"], found.name, tags, more={"owner": owner})
