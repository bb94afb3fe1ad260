# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Where the subnets of a new VPC lie: public subnet k is the k-th block, private subnet k the (k + num_az)-th."""

from __future__ import annotations

import ipaddress
import itertools

SUBNET_BITS = 4
# What AWS accepts, for a VPC and for a subnet alike.
LARGEST_PREFIX, SMALLEST_PREFIX = 16, 28
MAXIMUM_ZONES = 6


def smallest_vpc_prefix() -> int:
    """The longest prefix of a VPC whose subnets are still large enough for AWS."""
    return SMALLEST_PREFIX - SUBNET_BITS


def subnet_cidrs(vpc_cidr: str, num_az: int) -> tuple[list[str], list[str]]:
    """The CIDRs of the public and of the private subnets."""
    blocks = ipaddress.IPv4Network(vpc_cidr).subnets(prefixlen_diff=SUBNET_BITS)
    chosen = [str(block) for block in itertools.islice(blocks, 2 * num_az)]
    return chosen[:num_az], chosen[num_az:]
