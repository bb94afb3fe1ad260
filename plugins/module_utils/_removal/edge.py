# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Names, certificates and the firewall. Nobody is to be led to a load balancer that goes, so names are first."""

from __future__ import annotations

from .._acm import certificate
from .._audit.resource import Resource
from .._route53 import records
from .._wafv2 import web_acl
from .work import Removal, Work


def remove_records(work: Work, resource: Resource) -> None:
    records.remove_all(work.client("route53"), resource.id, resource.more["owner"])


def remove_certificate(work: Work, resource: Resource) -> None:
    certificate.delete(work.client("acm"), resource.id, work.timeout, work.clock)


def remove_web_acl(work: Work, resource: Resource) -> None:
    acl_id = resource.more["id"]
    web_acl.delete(work.client("wafv2"), resource.name, acl_id, resource.id, work.timeout, work.clock)


REMOVALS = {
    "route53_records": Removal(remove_records),
    "wafv2_web_acl": Removal(remove_web_acl, ("elbv2_load_balancer",)),
    "acm_certificate": Removal(remove_certificate, ("elbv2_load_balancer",)),
}
