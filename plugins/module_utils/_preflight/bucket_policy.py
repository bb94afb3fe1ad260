# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Whether the policy of a bucket lets load balancers write their access logs there."""

from __future__ import annotations

import fnmatch
import typing as t
from collections.abc import Mapping

from .._load_balancer.access_logs import SERVICES as LOG_WRITERS


def _listed(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else [value]


def _is_writer(principal: t.Any, lb_type: str) -> bool:
    if principal == "*":
        return True
    services, accounts = _listed(principal.get("Service", [])), _listed(principal.get("AWS", []))
    # In older regions an account of AWS writes for application load balancers; which one depends on the region.
    is_account = lb_type == "application" and bool(accounts)
    return LOG_WRITERS[lb_type] in services or "*" in accounts or is_account


def allows_logs(policy: Mapping[str, t.Any], lb_type: str, target: str) -> bool:
    """Whether a statement lets a load balancer put its logs at ``target``, which ends in ``/AWSLogs/any``."""
    return any(
        statement.get("Effect") == "Allow"
        and _is_writer(statement.get("Principal", {}), lb_type)
        and any(fnmatch.fnmatchcase("s3:PutObject", action) for action in _listed(statement.get("Action", [])))
        and any(_covers(resource, target) for resource in _listed(statement.get("Resource", [])))
        for statement in _listed(policy.get("Statement", []))
    )


def _covers(resource: str, target: str) -> bool:
    """A policy may end in the account's own path, which is longer than ``target``, or cover more."""
    return fnmatch.fnmatchcase(target, resource) or resource.startswith(target.removesuffix("any"))
