# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""All questions to the account at once. Not one call changes anything, so check mode makes the same."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._config.faults import HIDDEN, report
from ..aws import error_code, error_message
from ..module import BOTO_ERRORS, GatewayError, Outcome
from . import (
    cluster,
    compute,
    control_plane,
    dns,
    elasticache,
    identity,
    image_cache,
    network,
    observability,
    permissions,
    secrets,
    storage,
)
from .connection import Connection, Findings

_THREADS = 12

# What is known of an account of which nothing was asked.
NOTHING: dict[str, t.Any] = {
    "account_id": None,
    "availability_zones": [],
    "architecture": None,
    "ami_parameter": None,
    "ami_id": None,
    "instance": None,
    "vpc_cidr": None,
    "live_vpc": None,
    "live_server_mode": None,
    "live_controller": None,
    "live_codedeploy": False,
    "live_elasticache": False,
    "live_elasticache_zones": [],
    "live_lb_type": None,
    "live_lb_scheme": None,
    "live_insights_default": None,
    "live_observability": observability.NOTHING,
    "live_edge": {},
    "hosted_zones": {},
    "live_capacity_providers": [],
    "live_instances": False,
    "live_control_plane": None,
    "live_image_cache": False,
    "secrets": None,
}

Check = Callable[[], Findings]


def _failed(error: BaseException) -> Findings:
    """A call that failed for a reason that no check expects."""
    about = identity.credentials_fault(error)
    if about:
        return about
    said = f"{error_code(error)}: {error_message(error)}" if error_code(error) else str(error)
    return Findings.fault(
        "AWS account", HIDDEN, f"The account must answer. {said}", "Check permissions, region and network."
    )


def _guarded(check: Check) -> Findings:
    try:
        return check()
    except (AnsibleAWSError, *BOTO_ERRORS) as error:
        return _failed(error)


def _checks(connection: Connection, asked: dict[str, t.Any]) -> list[Check]:
    """One check per question that was asked, in the order in which their faults are reported."""
    checks: list[Check] = []

    def add(function: Callable[..., Findings], *arguments: t.Any) -> None:
        checks.append(lambda: function(connection, *arguments))

    for name, function in (
        ("zones", compute.availability_zones),
        ("vpc", network.vpc),
        ("network", network.live_vpc),
        ("cluster", cluster.cluster),
        ("instance_type", compute.instance_type),
        ("instance_type", compute.offered_zones),
        ("certificate_arn", storage.certificate),
        ("access_logs", storage.access_logs),
        ("own_buckets", storage.own_buckets),
        ("edge", dns.hosted_zones),
        ("elasticache", elasticache.cache),
        ("image_cache", image_cache.live),
        ("live", cluster.live),
        ("observability", observability.observability),
        ("control_plane", control_plane.live),
        ("permissions", permissions.permissions),
    ):
        if asked[name] is not None:
            add(function, asked[name])
    if asked["buckets"]:
        for bucket in asked["buckets"]["names"]:
            add(storage.bucket, bucket, asked["buckets"]["region"])
    for given in asked["given_secrets"] or []:
        add(secrets.given_secret, given["variable"], given["arn"])
    for own in asked["own_secrets"] or []:
        add(secrets.own_secret, own["name"], own["is_made"])
    return checks


def _gather(pool: ThreadPoolExecutor, connection: Connection, asked: dict[str, t.Any]) -> Findings:
    first = [
        pool.submit(_guarded, lambda: identity.identity(connection)),
        pool.submit(_guarded, lambda: identity.region_exists(connection)),
    ]
    # Where there may be no such region, nothing would answer there: wait for that to be known.
    if connection.region not in connection.known_regions() and _is_wrong(first):
        return _sum(first)
    later = [pool.submit(_guarded, check) for check in _checks(connection, asked)]
    # Without credentials or region, all the others fail with the same.
    if _is_wrong(first):
        return _sum(first)
    findings = _sum([*first, *later])
    if asked["own_secrets"] is not None:
        findings.facts.setdefault("secrets", {})
    return findings


def _is_wrong(futures: list[Future[Findings]]) -> bool:
    return any(future.result().faults for future in futures)


def _sum(futures: list[Future[Findings]]) -> Findings:
    total = Findings()
    for future in futures:
        total.add(future.result())
    return total


def _connect(module: t.Any) -> Connection:
    try:
        return Connection(module)
    except BOTO_ERRORS as error:
        raise _as_failure(_failed(error), {}) from error


def _as_failure(findings: Findings, account: dict[str, t.Any]) -> GatewayError:
    return GatewayError(
        report(findings.faults),
        faults=[one.as_dict() for one in findings.faults],
        account=account,
        remarks=findings.warnings,
    )


def examine(module: t.Any) -> Outcome:
    """What the account says to the questions in the module's options. Faults are a failure, with all that was seen."""
    connection = _connect(module)
    asked = module.params
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        findings = _gather(pool, connection, asked)
    findings.add(compute.compare_zones(findings.facts, asked["instance_type"] or "", asked["zones"]))
    account = {
        **NOTHING,
        "partition": connection.partition.name,
        "region": connection.region,
        "dns_suffix": connection.partition.dns_suffix,
        **findings.facts,
    }
    if findings.faults:
        raise _as_failure(findings, account)
    return Outcome({"account": account, "faults": [], "remarks": findings.warnings}, changed=False)
