from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import network


@pytest.mark.parametrize(
    "cidr, zones, public, private",
    [
        ("10.0.0.0/16", 1, ["10.0.0.0/20"], ["10.0.16.0/20"]),
        ("10.0.0.0/16", 2, ["10.0.0.0/20", "10.0.16.0/20"], ["10.0.32.0/20", "10.0.48.0/20"]),
        (
            "172.16.0.0/20",
            3,
            ["172.16.0.0/24", "172.16.1.0/24", "172.16.2.0/24"],
            ["172.16.3.0/24", "172.16.4.0/24", "172.16.5.0/24"],
        ),
    ],
)
def test_subnets_are_the_sixteenths_in_order(cidr, zones, public, private):
    assert network.subnet_cidrs(cidr, zones) == (public, private)


@pytest.mark.parametrize("prefix", range(network.LARGEST_PREFIX, network.smallest_vpc_prefix() + 1))
def test_every_allowed_vpc_has_room_for_all_zones(prefix):
    public, private = network.subnet_cidrs(f"10.0.0.0/{prefix}", network.MAXIMUM_ZONES)
    subnets = [ipaddress.IPv4Network(cidr) for cidr in public + private]
    assert len(set(subnets)) == 2 * network.MAXIMUM_ZONES
    assert all(subnet.subnet_of(ipaddress.IPv4Network(f"10.0.0.0/{prefix}")) for subnet in subnets)
    assert all(16 <= subnet.prefixlen <= 28 for subnet in subnets)
