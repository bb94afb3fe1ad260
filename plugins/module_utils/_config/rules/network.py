# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the VPC and its subnets, new or existing."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from .. import network
from ..faults import Fault, either, fault
from ..rulebook import Config, RuleBook
from .common import required, within

book = RuleBook()

_VPC_ID = re.compile(r"vpc-[0-9a-f]{8,17}")
_SUBNET_ID = re.compile(r"subnet-[0-9a-f]{8,17}")
_ALB_ZONES = 2
_WITH_NEW, _WITH_EXISTING = "with portkey_create_new_vpc: true", "with portkey_create_new_vpc: false"


def cidr_fault(path: str, cidr: str) -> Fault | None:
    """Why ``cidr`` is not the CIDR of an IPv4 network, if so."""
    try:
        loose = ipaddress.IPv4Network(cidr, strict=False)
    except ValueError:
        return fault(path, cidr, "It must be an IPv4 CIDR.", "Write it like 10.0.0.0/16.")
    if "/" not in cidr:
        return fault(
            path, cidr, "It must be an IPv4 CIDR with its prefix length.", f"Write {cidr}/32, if one address is meant."
        )
    if str(loose.network_address) != cidr.split("/", maxsplit=1)[0]:
        return fault(path, cidr, "The address must be the first of its network.", f"Write {loose}.")
    return None


@book.needs("num_az")
def zones(config: Config) -> Iterator[Fault]:
    yield from within(config, "num_az", 1, network.MAXIMUM_ZONES)


@book.needs("create_new_vpc", "vpc_cidr")
def vpc_cidr(config: Config) -> Iterator[Fault]:
    if not config["create_new_vpc"]:
        return
    yield from required(config, "vpc_cidr", _WITH_NEW)
    if config["vpc_cidr"]:
        yield from _vpc_cidr(config["vpc_cidr"])


def _vpc_cidr(cidr: str) -> Iterator[Fault]:
    wrong = cidr_fault("vpc_cidr", cidr)
    if wrong:
        yield wrong
        return
    least, greatest = network.LARGEST_PREFIX, network.smallest_vpc_prefix()
    prefix = ipaddress.IPv4Network(cidr).prefixlen
    overlapped = [one for one in network.RESERVED if ipaddress.IPv4Network(cidr).overlaps(ipaddress.IPv4Network(one))]
    if overlapped:
        yield fault(
            "vpc_cidr",
            cidr,
            f"It must not overlap {either(overlapped)}, which the instances use themselves.",
            "Use another range, like 10.0.0.0/16.",
        )
    if not least <= prefix <= greatest:
        yield fault(
            "vpc_cidr",
            cidr,
            f"Its prefix lies between /{least} and /{greatest}: a VPC is /{least} at most, and each subnet, a "
            f"sixteenth of it, /{network.SMALLEST_PREFIX} at least.",
            "Use a prefix in that range; /20 or larger is advised.",
        )


@book.needs("create_new_vpc", "vpc_id")
def vpc_id(config: Config) -> Iterator[Fault]:
    if config["create_new_vpc"]:
        return
    yield from required(config, "vpc_id", _WITH_EXISTING)
    if config["vpc_id"] and not _VPC_ID.fullmatch(config["vpc_id"]):
        yield fault("vpc_id", config["vpc_id"], "It must be the id of a VPC.", "Write it like vpc-0a1b2c3d4e5f67890.")


def _subnets(config: Config, variable: str) -> Iterator[Fault]:
    if config["create_new_vpc"]:
        return
    yield from required(config, variable, _WITH_EXISTING)
    ids = config[variable]
    for subnet in ids:
        if not _SUBNET_ID.fullmatch(subnet):
            yield fault(
                variable, subnet, "Each item must be the id of a subnet.", "Write it like subnet-0a1b2c3d4e5f67890."
            )
    repeated = sorted({subnet for subnet in ids if ids.count(subnet) > 1})
    if repeated:
        yield fault(variable, repeated, "Each subnet is named once.", "Remove the repetition.")


@book.needs("create_new_vpc", "public_subnet_ids")
def public_subnets(config: Config) -> Iterator[Fault]:
    yield from _subnets(config, "public_subnet_ids")


@book.needs("create_new_vpc", "private_subnet_ids")
def private_subnets(config: Config) -> Iterator[Fault]:
    yield from _subnets(config, "private_subnet_ids")


@book.needs("create_new_vpc", "public_subnet_ids", "private_subnet_ids")
def subnets_are_public_or_private(config: Config) -> Iterator[Fault]:
    both = sorted(set(config["public_subnet_ids"]) & set(config["private_subnet_ids"]))
    if both and not config["create_new_vpc"]:
        yield fault(
            "private_subnet_ids", both, "A subnet is either public or private.", "Remove it from one of the two lists."
        )


@book.needs("create_lb", "lb_type", "create_new_vpc", "num_az")
def alb_zones(config: Config) -> Iterator[Fault]:
    if (
        config["create_lb"]
        and config["lb_type"] == "application"
        and config["create_new_vpc"]
        and config["num_az"] == 1
    ):
        yield fault(
            "num_az",
            1,
            "An application load balancer needs two availability zones.",
            "Set portkey_num_az to 2 or more.",
        )


@book.needs("create_lb", "lb_type", "create_new_vpc", "internal_lb", "public_subnet_ids", "private_subnet_ids")
def alb_subnets(config: Config) -> Iterator[Fault]:
    if config["create_new_vpc"] or not (config["create_lb"] and config["lb_type"] == "application"):
        return
    variable = "private_subnet_ids" if config["internal_lb"] else "public_subnet_ids"
    if len(config[variable]) == 1:
        yield fault(
            variable,
            config[variable],
            "An application load balancer needs subnets in two availability zones.",
            f"Add a subnet of another zone to portkey_{variable}.",
        )
