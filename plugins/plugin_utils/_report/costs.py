# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What AWS charges for, counted from what is there. Prices are not told: they differ by region, contract and day."""

from __future__ import annotations

import collections

from ansible_collections.portkey.gateway.plugins.module_utils._config import capacity

from .found import Facts, Found


def costs(found: Found) -> list[Facts]:
    return [
        one
        for one in (*_capacity(found), *_network(found), *_balancers(found), *_cache(found), *_kept(found))
        if one["count"]
    ]


def _driver(count: int, what: str, by: str, hint: str = "") -> Facts:
    return {"count": count, "what": what, "by": by, "hint": hint}


def _capacity(found: Found) -> list[Facts]:
    kinds = collections.Counter(one["instance_type"] for one in found.instances)
    config = found.stack["config"]
    if capacity.is_fargate(config):
        running = sum(one["running"] for one in found.services)
        hint = "By what they ask for, used or not. While traffic is shifted, all tasks run twice."
        return [_driver(running, "task on Fargate", "second, for its CPU and memory; less on Spot", hint)]
    limits = f"The group may have {config['min_asg_size']} to {config['max_asg_size']}."
    hint = f"{limits} While traffic is shifted, all tasks run twice, which may need more of them."
    told = [
        _driver(count, f"instance {kind}", "hour, and GB of its disk", hint) for kind, count in sorted(kinds.items())
    ]
    if config["create_cluster"]:
        return told
    return [_driver(1, f"cluster {config['cluster_name']}", "what its own instances cost", "Shared with others.")]


def _network(found: Found) -> list[Facts]:
    count = len(found.nat_gateways)
    zones = {one["availability_zone"] for one in found.subnets if one["subnet_id"] in found.stack_subnets}
    across = "Zones without one of their own pay for traffic between zones as well." if 0 < count < len(zones) else ""
    hint = f"Most of the traffic is that of requests to providers and of image pulls. {across}".strip()
    addresses = sum(len(one.get("nat_gateway_addresses") or []) for one in found.nat_gateways)
    addresses += sum(
        len(one["availability_zones"]) for one in found.load_balancers if one["scheme"] == "internet-facing"
    )
    return [
        _driver(count, "NAT gateway", "hour, and GB processed", hint),
        _driver(
            addresses,
            "public IPv4 address",
            "hour",
            "Of the NAT gateways and of a load balancer that faces the internet.",
        ),
    ]


def _balancers(found: Found) -> list[Facts]:
    kinds = collections.Counter(one["type"] for one in found.load_balancers)
    return [
        _driver(count, f"{kind} load balancer", "hour, and capacity unit (LCU)")
        for kind, count in sorted(kinds.items())
    ]


def _cache(found: Found) -> list[Facts]:
    cache = found.stack.get("elasticache")
    if not cache:
        return []
    group = cache["replication_group"]
    nodes = group["num_node_groups"] * (1 + group["replicas_per_node_group"])
    return [_driver(nodes, f"node {group['cache_node_type']} of the cache", "hour", "Used or not.")]


def _kept(found: Found) -> list[Facts]:
    secrets = sum(1 for one in found.stack["secrets"].values() if one["arn"])
    return [
        _driver(len(found.services), "log group", "GB taken in and kept", "One for each service."),
        _driver(secrets, "secret", "month, and 10,000 reads", "Every task that starts reads them."),
    ]
