"""One zone to six, and back: the subnets, the ways out, and nothing left of a zone that is given up."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_run import Ansible, Run

from emulator.testing import Running

TAGS = {"Project": "portkey-gateway", "Environment": "dev", "ManagedBy": "Ansible"}
BLOCKS = [str(block) for block in ipaddress.ip_network("10.0.0.0/16").subnets(new_prefix=20)]


@pytest.fixture
def network(ansible: Ansible):
    def run(zones: int, single: bool) -> Run:
        variables = {"portkey_num_az": zones, "portkey_single_nat_gateway": single, "portkey_create_lb": False}
        return ansible.play("tests/integration/network.yml", **variables).ok()

    return run


def owned(emulator: Running, operation: str, key: str) -> list[dict]:
    listed = getattr(emulator.client("ec2"), operation)()[key]
    return [one for one in listed if TAGS.items() <= {tag["Key"]: tag["Value"] for tag in one.get("Tags", [])}.items()]


def default_routes(emulator: Running) -> dict[str, str]:
    """The way out of each subnet, by its range."""
    ranges = {subnet["SubnetId"]: subnet["CidrBlock"] for subnet in owned(emulator, "describe_subnets", "Subnets")}
    found = {}
    for table in owned(emulator, "describe_route_tables", "RouteTables"):
        ways = [route for route in table["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
        for association in table["Associations"]:
            if association.get("SubnetId") and ways:
                found[ranges[association["SubnetId"]]] = ways[0].get("NatGatewayId") or ways[0]["GatewayId"]
    return found


def assert_network(emulator: Running, zones: int, gateways: int) -> None:
    subnets = {one["CidrBlock"]: one["AvailabilityZone"] for one in owned(emulator, "describe_subnets", "Subnets")}
    assert sorted(subnets, key=BLOCKS.index) == BLOCKS[: 2 * zones]
    places = [f"us-east-1{letter}" for letter in "abcdef"[:zones]]
    assert [subnets[block] for block in BLOCKS[: 2 * zones]] == places * 2
    alive = [
        one["NatGatewayId"]
        for one in owned(emulator, "describe_nat_gateways", "NatGateways")
        if one["State"] == "available"
    ]
    assert len(alive) == gateways == len(owned(emulator, "describe_addresses", "Addresses"))
    routes = default_routes(emulator)
    public, private = BLOCKS[:zones], BLOCKS[zones : 2 * zones]
    assert all(routes[block].startswith("igw-") for block in public)
    assert {routes[block] for block in private} == set(alive)


def test_one_zone_then_six_with_a_gateway_each(network, emulator: Running):
    emulator.post("reset")
    network(1, single=True)
    assert_network(emulator, zones=1, gateways=1)
    emulator.post("reset")
    network(6, single=False)
    assert_network(emulator, zones=6, gateways=6)


def test_fewer_zones_leave_nothing_of_the_others(network, emulator: Running):
    """The subnets that stay keep their ranges, so they need not be the first blocks any longer."""
    network(2, single=True)
    subnets = owned(emulator, "describe_subnets", "Subnets")
    assert {one["AvailabilityZone"] for one in subnets} == {"us-east-1a", "us-east-1b"} and len(subnets) == 4
    assert len(owned(emulator, "describe_addresses", "Addresses")) == 1
    assert len(owned(emulator, "describe_route_tables", "RouteTables")) == 3
    network(2, single=True).unchanged()
