# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The ways through the load balancers: listener, rule, and the target groups with their shares and their health."""

from __future__ import annotations

import typing as t

from .found import Facts, Found, Resource


def load_balancers(found: Found) -> list[Facts]:
    health = {group["arn"]: group for service in found.services for group in service["target_groups"]}
    return [_load_balancer(one, found, health) for one in found.load_balancers]


def _load_balancer(balancer: Resource, found: Found, health: dict[str, Resource]) -> Facts:
    listeners = sorted(balancer["listeners"], key=lambda one: int(one["port"]))
    return {
        "name": balancer["load_balancer_name"],
        "kind": balancer["type"],
        "scheme": balancer["scheme"],
        "dns_name": balancer["dns_name"],
        "state": balancer["state"]["code"],
        "listeners": [_listener(one, found, health) for one in listeners],
    }


def _listener(listener: Resource, found: Found, health: dict[str, Resource]) -> Facts:
    rules = sorted(listener["rules"], key=lambda one: int(one["priority"]))
    ways = [{"when": _conditions(rule), "groups": _groups(rule, found, health)} for rule in rules]
    own = _groups(listener, found, health)
    if own or not ways:
        ways.append({"when": "everything else" if rules else "everything", "groups": own})
    return {"port": listener["port"], "protocol": listener["protocol"], "ways": ways}


def _conditions(rule: Resource) -> str:
    told = []
    for condition in rule.get("conditions") or []:
        values = condition.get("values") or [
            value for key, inner in condition.items() if key.endswith("_config") for value in _values(inner)
        ]
        told.append(f"{condition['field'].replace('-', ' ')} {' or '.join(values)}")
    return " and ".join(told) or "everything"


def _values(inner: t.Any) -> list[str]:
    return list((inner or {}).get("values") or [])


def _groups(way: Resource, found: Found, health: dict[str, Resource]) -> list[Facts]:
    weights = way["target_group_weights"]
    total = sum(weights.values())
    names = {one["target_group_arn"]: one["target_group_name"] for one in found.target_groups}
    told = [
        {
            "name": names.get(arn, arn.rpartition(":targetgroup/")[2].partition("/")[0]),
            "percent": round(100 * weight / total, 1) if total else 0.0,
            "healthy": health.get(arn, {}).get("healthy", 0),
            "targets": len(health.get(arn, {}).get("targets", [])),
        }
        for arn, weight in weights.items()
    ]
    # By colour, so that the two of a way stand in the same order everywhere.
    return sorted(told, key=lambda group: str(group["name"]).rpartition("-")[2])
