# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the role load_balancer tells the roles after it, from what its tasks made."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from .plan import PRODUCTION, TEST

Item = dict[str, t.Any]

_TLS = ("HTTPS", "TLS")


def outputs(made: Mapping[str, t.Any], converged: Mapping[str, t.Any]) -> Item:
    """``made`` holds the load balancer (or None), security_group_id, role_arn, and ARNs by name."""
    balancer = made["load_balancer"] or {}
    rule_arns = _rule_arns(converged["rules"], made["rules"])
    return {
        "arn": balancer.get("load_balancer_arn"),
        "dns_name": balancer.get("dns_name"),
        "zone_id": balancer.get("canonical_hosted_zone_id"),
        "url": _url(balancer.get("dns_name"), converged["listeners"], PRODUCTION),
        "test_url": _url(balancer.get("dns_name"), converged["listeners"], TEST),
        "security_group_id": made["security_group_id"],
        "role_arn": made["role_arn"],
        "target_groups": {
            rule: {colour: made["target_groups"].get(name) for colour, name in colours.items()}
            for rule, colours in made["target_group_names"].items()
            if any(route["rule"] == rule for route in converged["routes"])
        },
        "listeners": dict(made["listeners"]),
        "rules": rule_arns,
        "routes": [_route(route, made, rule_arns) for route in converged["routes"]],
        "serving_target_groups": [
            made["target_groups"].get(route["serving_target_group"]) for route in converged["routes"]
        ],
        "leftovers": converged["leftovers"],
    }


def _url(dns_name: str | None, listeners: list[Item], name: str) -> str | None:
    """The test listener's has its port, since that is none of the ports that the protocols have."""
    found = next((listener for listener in listeners if listener["name"] == name), None)
    if not dns_name or found is None:
        return None
    port = "" if name == PRODUCTION else f":{found['port']}"
    return f"{'https' if found['protocol'] in _TLS else 'http'}://{dns_name}{port}"


def _rule_arns(rules: list[Item], arns: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for rule, arn in zip(rules, arns, strict=True):
        found.setdefault(rule["rule"], {})[rule["listener"]] = arn
    return found


def _route(route: Item, made: Mapping[str, t.Any], rule_arns: Mapping[str, Mapping[str, str]]) -> Item:
    """An item of ecs_service's ``load_balancers``, but for the container's name."""
    entrances = rule_arns.get(route["rule"]) or made["listeners"]
    alternate = route["alternate_target_group"]
    shifting = {
        "alternate_target_group_arn": made["target_groups"].get(alternate),
        "production_listener_rule": entrances.get(PRODUCTION),
        "test_listener_rule": entrances.get(TEST),
        "role_arn": made["role_arn"],
    }
    return {
        "target_group_arn": made["target_groups"].get(route["target_group"]),
        "container_port": route["container_port"],
        "advanced_configuration": shifting if alternate else None,
    }
