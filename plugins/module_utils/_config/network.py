# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Where the subnets of a new VPC lie: public subnet k is the k-th block, private subnet k the (k + num_az)-th."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Iterable, Mapping, Sequence

SUBNET_BITS = 4
# What AWS accepts, for a VPC and for a subnet alike.
LARGEST_PREFIX, SMALLEST_PREFIX = 16, 28
MAXIMUM_ZONES = 6

# What an instance uses itself: Docker's bridge, links, loopback. Addresses of the VPC there would be out of reach.
RESERVED = ("172.17.0.0/16", "169.254.0.0/16", "127.0.0.0/8")


def smallest_vpc_prefix() -> int:
    """The longest prefix of a VPC whose subnets are still large enough for AWS."""
    return SMALLEST_PREFIX - SUBNET_BITS


class NoRoom(Exception):
    """The VPC has no free block for another subnet."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """One public and one private subnet in each zone."""

    zones: list[str]
    public: list[str]
    private: list[str]


def blocks(vpc_cidr: str) -> list[str]:
    """The sixteenths of the VPC, of which the subnets are made."""
    return [str(block) for block in ipaddress.IPv4Network(vpc_cidr).subnets(prefixlen_diff=SUBNET_BITS)]


def plan(
    vpc_cidr: str,
    available_zones: Sequence[str],
    public_names: Sequence[str],
    private_names: Sequence[str],
    live: Mapping[str, Mapping[str, str]],
) -> Plan:
    """Where the subnets lie. Those that are ``live`` stay, by their names, and only what is missing finds a place.

    So the number of zones can change without moving a subnet in which tasks run.
    """
    count = len(public_names)
    cidrs = {name: live[name]["cidr"] for name in [*public_names, *private_names] if name in live}
    taken = [one["cidr"] for one in live.values()]
    for name, first_choice in zip([*public_names, *private_names], blocks(vpc_cidr)[: 2 * count], strict=True):
        if name not in cidrs:
            cidrs[name] = _free(vpc_cidr, first_choice, taken)
            taken.append(cidrs[name])
    return Plan(
        zones=_zones(available_zones, list(zip(public_names, private_names, strict=True)), live),
        public=[cidrs[name] for name in public_names],
        private=[cidrs[name] for name in private_names],
    )


def _free(vpc_cidr: str, first_choice: str, taken: Iterable[str]) -> str:
    used = [ipaddress.IPv4Network(cidr) for cidr in taken]
    for candidate in [first_choice, *blocks(vpc_cidr)]:
        if not any(ipaddress.IPv4Network(candidate).overlaps(one) for one in used):
            return candidate
    raise NoRoom


def _zones(
    available: Sequence[str], pairs: Sequence[tuple[str, str]], live: Mapping[str, Mapping[str, str]]
) -> list[str]:
    kept = [next((live[name]["zone"] for name in pair if name in live), None) for pair in pairs]
    others = iter([zone for zone in available if zone not in kept])
    return [zone or next(others) for zone in kept]
