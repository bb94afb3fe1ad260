from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import network

ZONES = [f"us-west-2{letter}" for letter in "abcdef"]


def planned(cidr="10.0.0.0/16", count=2, live=None):
    numbers = range(1, count + 1)
    public, private = [f"public-{one}" for one in numbers], [f"private-{one}" for one in numbers]
    return network.plan(cidr, ZONES, public, private, live or {})


def subnet(cidr, zone):
    return {"cidr": cidr, "zone": f"us-west-2{zone}"}


@pytest.mark.parametrize(
    "cidr, count, public, private",
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
def test_the_subnets_of_a_new_vpc_are_its_sixteenths_in_order(cidr, count, public, private):
    plan = planned(cidr, count)
    assert (plan.public, plan.private, plan.zones) == (public, private, ZONES[:count])


@pytest.mark.parametrize("prefix", range(network.LARGEST_PREFIX, network.smallest_vpc_prefix() + 1))
def test_every_allowed_vpc_has_room_for_all_zones(prefix):
    plan = planned(f"10.0.0.0/{prefix}", network.MAXIMUM_ZONES)
    subnets = [ipaddress.IPv4Network(cidr) for cidr in plan.public + plan.private]
    assert len(set(subnets)) == 2 * network.MAXIMUM_ZONES
    assert all(one.subnet_of(ipaddress.IPv4Network(f"10.0.0.0/{prefix}")) for one in subnets)
    assert all(16 <= one.prefixlen <= 28 for one in subnets)


LIVE = {
    "public-1": subnet("10.0.0.0/20", "a"),
    "public-2": subnet("10.0.16.0/20", "b"),
    "private-1": subnet("10.0.32.0/20", "a"),
    "private-2": subnet("10.0.48.0/20", "b"),
}


def test_live_subnets_stay():
    plan = planned(live=LIVE)
    assert plan == planned()


def test_another_zone_moves_no_subnet():
    plan = planned(count=3, live=LIVE)
    assert plan.public == ["10.0.0.0/20", "10.0.16.0/20", "10.0.64.0/20"]
    assert plan.private == ["10.0.32.0/20", "10.0.48.0/20", "10.0.80.0/20"]
    assert plan.zones == ZONES[:3]


def test_one_zone_less_moves_no_subnet():
    plan = planned(count=1, live=LIVE)
    assert (plan.public, plan.private, plan.zones) == (["10.0.0.0/20"], ["10.0.32.0/20"], ["us-west-2a"])


def test_a_stack_keeps_its_zones():
    moved = {name: {**one, "zone": one["zone"].replace("2b", "2d")} for name, one in LIVE.items()}
    assert planned(count=3, live=moved).zones == ["us-west-2a", "us-west-2d", "us-west-2b"]


def test_a_half_made_network_is_completed():
    half = {name: one for name, one in LIVE.items() if name in ("public-1", "private-2")}
    assert planned(live=half) == planned()


def test_subnets_of_others_are_left_their_place():
    foreign = {**LIVE, "database": subnet("10.0.64.0/19", "a")}
    plan = planned(count=3, live=foreign)
    assert (plan.public[2], plan.private[2]) == ("10.0.96.0/20", "10.0.112.0/20")


def test_a_full_vpc_has_no_room():
    full = {"everything": subnet("10.0.0.0/16", "a")}
    with pytest.raises(network.NoRoom):
        planned(live=full)
