# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the ways to and from Portkey's control plane."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import control_plane, files
from ..faults import Fault, either, fault
from ..partitions import partition_of
from ..rulebook import Config, RuleBook
from ..services import GATEWAY
from .common import REGION
from .network import cidr_fault

book = RuleBook()

_VARIABLE = "control_plane"
# PrivateLink does not leave a partition, and the vendor's service is in this one.
_PARTITION = "aws"
_SERVICE = re.compile(r"com\.amazonaws\.vpce\.(?P<region>[a-z0-9-]+)\.vpce-svc-[0-9a-f]{8,17}")
_PRINCIPAL = re.compile(r"arn:aws:iam::\d{12}:(root|role/[\w+=,.@-]+|user/[\w+=,.@-]+)")
_ENDPOINT = re.compile(r"vpce-[0-9a-f]{8,17}")
_DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@book.needs(f"{_VARIABLE}.outbound", f"{_VARIABLE}.inbound", "aws_region")
def partition(config: Config) -> Iterator[Fault]:
    for way in ("outbound", "inbound"):
        used = config[_VARIABLE][way] == control_plane.PRIVATELINK
        if used and partition_of(config["aws_region"]).name != _PARTITION:
            rule = f"PrivateLink does not leave a partition, and Portkey's is {_PARTITION}."
            yield fault(f"{_VARIABLE}.{way}", control_plane.PRIVATELINK, rule, "Reach it by the internet.")


@book.needs(_VARIABLE)
def service(config: Config) -> Iterator[Fault]:
    """The region is the vendor's with either direction."""
    settings = config[_VARIABLE]
    name, region = settings["outbound_service_name"], settings["outbound_service_region"]
    found = _SERVICE.fullmatch(name)
    if not REGION.fullmatch(region):
        path = f"{_VARIABLE}.outbound_service_region"
        yield fault(path, region, "It must be the code of an AWS region.", "Write it like us-east-1.")
    if not found:
        rule = "It must be the name of an endpoint service."
        like = "Write it like com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0."
        yield fault(f"{_VARIABLE}.outbound_service_name", name, rule, like)
    elif REGION.fullmatch(region) and found["region"] != region:
        rule = f"It must be the region in the service's name, {found['region']}."
        yield fault(f"{_VARIABLE}.outbound_service_region", region, rule, f"Set it to {found['region']}.")


@book.needs(f"{_VARIABLE}.outbound", "create_new_vpc", "num_az", "private_subnet_ids")
def zones(config: Config) -> Iterator[Fault]:
    """Of existing subnets preflight asks the account where they are."""
    if not control_plane.is_outbound(config):
        return
    least = control_plane.LEAST_ZONES
    rule = f"An endpoint of PrivateLink needs {least} availability zones, so that it is there when one of them is not."
    if config["create_new_vpc"] and config["num_az"] < least:
        yield fault("num_az", config["num_az"], rule, f"Set portkey_num_az to {least} or more.")
    if not config["create_new_vpc"] and len(config["private_subnet_ids"]) < least:
        yield fault("private_subnet_ids", config["private_subnet_ids"], rule, "Add a subnet of another zone.")


@book.needs(f"{_VARIABLE}.outbound", "environment_variables", "environment_variables_file_path")
def environment(config: Config) -> Iterator[Fault]:
    if not control_plane.is_outbound(config):
        return
    given = (config["environment_variables"] or {}).get(GATEWAY) or {}
    clashing = [name for name in control_plane.ENVIRONMENT if given.get(name) is not None]
    if clashing:
        where = files.source(config, "environment_variables")
        path = f"{where}.{GATEWAY}" if where == "environment_variables" else where
        rule = "With outbound: privatelink these are set by the collection, as soon as the endpoint is available."
        yield fault(path, clashing, rule, f"Remove {either(clashing)}.")


@book.needs(f"{_VARIABLE}.inbound", "create_lb")
def load_balancer(config: Config) -> Iterator[Fault]:
    way = config[_VARIABLE]["inbound"]
    if way != "none" and not config["create_lb"]:
        rule = "The control plane reaches the gateway through the load balancer, and there is none."
        yield fault(f"{_VARIABLE}.inbound", way, rule, "Set portkey_create_lb to true, or inbound to none.")


@book.needs(f"{_VARIABLE}.inbound", "create_lb", "internal_lb")
def public_load_balancer(config: Config) -> Iterator[Fault]:
    way = config[_VARIABLE]["inbound"]
    if way == control_plane.IP_ALLOW_LIST and config["create_lb"] and config["internal_lb"]:
        rule = "Addresses of the internet reach a public load balancer only, and this one is internal."
        yield fault(f"{_VARIABLE}.inbound", way, rule, "Set it to privatelink, or portkey_internal_lb to false.")


@book.needs(f"{_VARIABLE}.inbound", f"{_VARIABLE}.inbound_cidrs")
def cidrs(config: Config) -> Iterator[Fault]:
    if config[_VARIABLE]["inbound"] != control_plane.IP_ALLOW_LIST:
        return
    path, given = f"{_VARIABLE}.inbound_cidrs", config[_VARIABLE]["inbound_cidrs"]
    if not given:
        yield fault(path, given, "It must name the addresses that are let in.", "Remove it, for Portkey's own.")
    yield from filter(None, (cidr_fault(path, cidr) for cidr in given))


@book.needs(f"{_VARIABLE}.inbound", f"{_VARIABLE}.inbound_allowed_principals")
def principals(config: Config) -> Iterator[Fault]:
    if config[_VARIABLE]["inbound"] != control_plane.PRIVATELINK:
        return
    path, given = f"{_VARIABLE}.inbound_allowed_principals", config[_VARIABLE]["inbound_allowed_principals"]
    if not given:
        yield fault(path, given, "Without anybody who may connect there is no way in.", "Remove it, for Portkey's own.")
    for one in given:
        if not _PRINCIPAL.fullmatch(one):
            rule = "It must be the ARN of an account, a role or a user; * would let in everybody in AWS."
            yield fault(path, one, rule, "Write it like arn:aws:iam::123456789012:root.")


@book.needs(f"{_VARIABLE}.inbound_private_dns_name")
def private_dns_name(config: Config) -> Iterator[Fault]:
    name = config[_VARIABLE]["inbound_private_dns_name"]
    if name and not _DOMAIN.fullmatch(name):
        path = f"{_VARIABLE}.inbound_private_dns_name"
        yield fault(path, name, "It must be a domain name in small letters.", "Write it like gateway.example.com.")


@book.needs("accept_endpoint")
def accepted_endpoint(config: Config) -> Iterator[Fault]:
    endpoint = config["accept_endpoint"]
    if endpoint and not _ENDPOINT.fullmatch(endpoint):
        rule = "It must be the id of an endpoint."
        yield fault("accept_endpoint", endpoint, rule, "Write it like vpce-0123456789abcdef0; the playbook shows them.")
