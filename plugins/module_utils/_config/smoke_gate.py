# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the function of the AI smoke gate is told: what to ask the test listener, and when to be content."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

SOURCES = ["smoke_gate.py", "gate_checks.py", "gate_client.py", "hook_answers.py"]
HANDLER = "smoke_gate.handler"
RUNTIME = "python3.13"
MEMORY_MIB = 128
# AWS's longest, and what starting and answering may take beside the requests.
LONGEST_SECONDS, SPARE_SECONDS = 900, 30

Item = dict[str, t.Any]
Config = Mapping[str, t.Any]

# Passed on to the function as they are.
_PLAIN = (
    "attempts",
    "allowed_failures",
    "max_latency_ms",
    "request_timeout_seconds",
    "health_path",
    "chat_path",
    "mcp_path",
    "provider",
    "model",
    "headers",
    "credentials_secret_arn",
    "verify_tls",
)


def function(config: Config) -> Item:
    gate = config["gateway_smoke_gate"]
    ways_in = {"gateway": _serves(config, "gateway"), "mcp": _serves(config, "mcp")}
    return {
        "description": "Tries a new version of the AI gateway on the test listener",
        "sources": SOURCES,
        "handler": HANDLER,
        "runtime": RUNTIME,
        "timeout": _timeout(gate, ways_in),
        "memory_size": MEMORY_MIB,
        "in_vpc": True,
        "settings": {key: gate[key] for key in _PLAIN} | {way: _way_in(config, way) for way in ways_in if ways_in[way]},
        "secret_arns": [gate["credentials_secret_arn"]] if gate["credentials_secret_arn"] else [],
    }


def _serves(config: Config, way: str) -> bool:
    return config["server_mode"] in (way, "all")


def _timeout(gate: Mapping[str, t.Any], ways_in: Mapping[str, bool]) -> int:
    """Enough for the slowest course: health of each way in, two chat completions, one initialize."""
    checks = sum(ways_in.values()) + 2 * ways_in["gateway"] + ways_in["mcp"]
    needed = checks * int(gate["attempts"]) * int(gate["request_timeout_seconds"])
    return min(LONGEST_SECONDS, SPARE_SECONDS + needed)


def _way_in(config: Config, way: str) -> Item:
    """How the load balancer tells that a request is for this way in."""
    routing = config["alb_routing_configuration"]
    is_routed = config["lb_type"] == "application"
    return {
        "host": routing[f"{way}_host"] if is_routed and routing["enable_host_based_routing"] else "",
        "path": routing[f"{way}_path"].rstrip("/") if is_routed and routing["enable_path_based_routing"] else "",
    }
