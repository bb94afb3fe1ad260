# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How long each part on a request's way waits for it, from one number: ``max_request_seconds``.

Without the number, each part has AWS's default, or the seed's where it has one; with it, none has less than that.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

# Of a connection on which nothing is sent: an Application Load Balancer's default.
BALANCER_IDLE_SECONDS = 60
DEREGISTRATION_SECONDS = 60
# Service Connect's defaults: of a connection, and of a request over HTTP. Requests over TCP have no end.
CONNECT_IDLE_SECONDS, CONNECT_TCP_IDLE_SECONDS, CONNECT_REQUEST_SECONDS = 300, 3600, 15
# Between SIGTERM and SIGKILL: what AWS does by itself, and the most it takes.
STOP_SECONDS, MOST_STOP_SECONDS = 30, 120
# Network Load Balancers and NAT gateways forget connections on which nothing is sent, whatever we want.
SILENT_SECONDS = 350

Config = Mapping[str, t.Any]


def balancer_idle(config: Config) -> int:
    """Of an Application Load Balancer."""
    return max(BALANCER_IDLE_SECONDS, config["max_request_seconds"] or 0)


def deregistration(config: Config) -> int:
    """For how long a target that leaves may still answer."""
    return max(DEREGISTRATION_SECONDS, config["max_request_seconds"] or 0)


def service_connect(config: Config, app_protocol: str | None) -> dict[str, int]:
    """Of a service in Service Connect; AWS's own too are named, as what is not would stay. Over TCP no request ends."""
    longest = config["max_request_seconds"] or 0
    if app_protocol is None:
        return {"idle_timeout_seconds": max(CONNECT_TCP_IDLE_SECONDS, longest)}
    return {
        "idle_timeout_seconds": max(CONNECT_IDLE_SECONDS, longest),
        "per_request_timeout_seconds": max(CONNECT_REQUEST_SECONDS, longest),
    }


def stop(config: Config) -> int | None:
    """Of a container with requests; None leaves it to AWS."""
    longest = config["max_request_seconds"]
    return None if longest is None else min(MOST_STOP_SECONDS, max(STOP_SECONDS, longest))
