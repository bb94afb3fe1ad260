# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the load balancer's names, its certificate, the redirect to it, and the firewall before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import edge
from ..faults import Fault, fault
from ..rulebook import Config, RuleBook
from .common import at_least, within
from .load_balancer import HOST, LONGEST_HOST

book = RuleBook()

_ROUTING = "alb_routing_configuration"
_HOSTS = ("create_lb", "lb_type", "server_mode", _ROUTING, "dns", "certificate.create")
_ZONE = re.compile(r"Z[A-Z0-9]{1,31}|([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]+\.?")
# A certificate's own name cannot be longer.
_LONGEST_COMMON_NAME = 64
_GROUP = re.compile(r"AWSManagedRules[A-Za-z0-9]+")
# These need to be told where an application logs people in, which a gateway does not.
_LOGIN_GROUPS = ("AWSManagedRulesATPRuleSet", "AWSManagedRulesACFPRuleSet")
_RULE = re.compile(r"[\w-]{1,128}")
_FEWEST_REQUESTS, _MOST_REQUESTS = 10, 2_000_000_000


def _switched_on(config: Config) -> Iterator[tuple[str, bool]]:
    yield "dns.create_records", config["dns"]["create_records"]
    yield "certificate.create", config["certificate"]["create"]
    yield "http_redirect", config["http_redirect"]
    yield "waf.enable", config["waf"]["enable"]


@book.needs("create_lb", "dns.create_records", "certificate.create", "http_redirect", "waf.enable")
def load_balancer_there(config: Config) -> Iterator[Fault]:
    for path, is_on in _switched_on(config):
        if is_on and not config["create_lb"]:
            yield fault(
                path, True, "It is about the stack's load balancer.", "Set portkey_create_lb: true, or switch it off."
            )


@book.needs("create_lb", "lb_type", "http_redirect", "waf.enable")
def application_only(config: Config) -> Iterator[Fault]:
    if not config["create_lb"] or config["lb_type"] == "application":
        return
    if config["http_redirect"]:
        yield fault(
            "http_redirect",
            True,
            "Only application load balancers redirect.",
            "Set portkey_lb_type: application, or switch it off: nothing listens on port 80 then.",
        )
    if config["waf"]["enable"]:
        yield fault(
            "waf.enable",
            True,
            "AWS WAF does not protect network load balancers.",
            "Set portkey_lb_type: application, or switch it off.",
        )


@book.needs("create_lb", "http_redirect", "tls_certificate_arn", "certificate.create")
def redirect_leads_to_tls(config: Config) -> Iterator[Fault]:
    if edge.is_redirecting(config) and not edge.is_tls(config):
        yield fault(
            "http_redirect",
            True,
            "It leads to HTTPS, for which there is no certificate.",
            "Set portkey_certificate.create: true or portkey_tls_certificate_arn, or switch it off.",
        )


@book.needs("tls_certificate_arn", "certificate.create")
def one_certificate(config: Config) -> Iterator[Fault]:
    if config["certificate"]["create"] and config["tls_certificate_arn"]:
        yield fault(
            "tls_certificate_arn",
            config["tls_certificate_arn"],
            "A stack that makes its certificate cannot be given one as well.",
            "Remove it, or set portkey_certificate.create: false.",
        )


@book.needs(*_HOSTS)
def hosts(config: Config) -> Iterator[Fault]:
    if not (edge.makes_records(config) or edge.makes_certificate(config)):
        return
    by_host, served = edge.is_routed_by_host(config), edge.served(config)
    for service, runs in served.items():
        path = f"dns.{service}_host"
        host = config["dns"][f"{service}_host"]
        if by_host and host and host.lower() != config[_ROUTING][f"{service}_host"].lower():
            fix = f"Remove it: portkey_{_ROUTING}.{service}_host is the host by which requests are routed."
            yield fault(path, host, "A host is named in one place.", fix)
        elif not by_host and runs:
            yield from _host(config, path, host, is_first=service == "gateway" or not served["gateway"])


def _host(config: Config, path: str, host: str, is_first: bool) -> Iterator[Fault]:
    if not host and is_first:
        rule = f"It is required for records and certificates, with portkey_server_mode: {config['server_mode']}."
        yield fault(path, host, rule, "Write the host name under which clients call.")
    elif host and (not HOST.fullmatch(host) or len(host) > LONGEST_HOST):
        rule = f"It must be a host name of at most {LONGEST_HOST} characters, without scheme, port and path."
        yield fault(path, host, rule, "Write it like gateway.example.com.")


@book.needs(*_HOSTS)
def hosts_that_dns_takes(config: Config) -> Iterator[Fault]:
    if not (edge.makes_records(config) or edge.makes_certificate(config)):
        return
    found = edge.hosts(config)
    for service, host in found.items():
        if host.startswith("*"):
            rule = "Records and a certificate are made for one name, not for all below another."
            yield fault(edge.host_path(config, service), host, rule, "Write the whole name, or make them by yourself.")
    first = next(iter(found), None)
    if edge.makes_certificate(config) and first and len(found[first]) > _LONGEST_COMMON_NAME:
        rule = f"The first name of a certificate has at most {_LONGEST_COMMON_NAME} characters."
        yield fault(edge.host_path(config, first), found[first], rule, "Choose a shorter one.")


@book.needs("create_lb", "dns.create_records", "dns.hosted_zone", "certificate.create", "certificate.hosted_zone")
def zones(config: Config) -> Iterator[Fault]:
    wanted = {}
    if edge.makes_records(config):
        wanted["dns.hosted_zone"] = config["dns"]["hosted_zone"]
    if edge.makes_certificate(config):
        path = "certificate.hosted_zone" if config["certificate"]["hosted_zone"] else "dns.hosted_zone"
        wanted[path] = edge.certificate_zone(config)
    for path, zone in wanted.items():
        if not zone:
            rule = "It is required for the records of names and for those that prove a certificate."
            yield fault(path, zone, rule, "Write the zone's name, like example.com, or its id.")
        elif not _ZONE.fullmatch(zone):
            yield fault(
                path,
                zone,
                "It must be the name of a hosted zone or its id.",
                "Write it like example.com or Z1D633PJN98FT9.",
            )


@book.needs("certificate")
def certificate_wait(config: Config) -> Iterator[Fault]:
    yield from at_least(config, "certificate.wait_timeout", 1)


@book.needs("waf")
def rule_groups(config: Config) -> Iterator[Fault]:
    waf = config["waf"]
    groups = waf["managed_rule_groups"]
    for group in groups:
        if not _GROUP.fullmatch(group):
            yield fault(
                "waf.managed_rule_groups",
                group,
                "It must be a managed rule group of AWS.",
                "Write it like AWSManagedRulesCommonRuleSet.",
            )
        elif group in _LOGIN_GROUPS:
            rule = "This group protects a login page, which the gateway does not have."
            yield fault("waf.managed_rule_groups", group, rule, "Remove it.")
    repeated = sorted({group for group in groups if groups.count(group) > 1})
    if repeated:
        yield fault("waf.managed_rule_groups", repeated, "Each group is named once.", "Remove the repetition.")
    if waf["enable"] and not groups and waf["rate_limit"] is None:
        yield fault(
            "waf.managed_rule_groups",
            groups,
            "A firewall without any rule does nothing, and costs.",
            "Name a group, set portkey_waf.rate_limit, or switch it off.",
        )


@book.needs("waf")
def counted_rules(config: Config) -> Iterator[Fault]:
    for group, rules in config["waf"]["counted_rules"].items():
        is_list = isinstance(rules, list) and all(isinstance(one, str) and _RULE.fullmatch(one) for one in rules)
        if not is_list:
            yield fault(
                f"waf.counted_rules.{group}", rules, "It must be a list of names of rules.", "Write it like [RuleName]."
            )


@book.needs("waf")
def rate_limit(config: Config) -> Iterator[Fault]:
    if config["waf"]["rate_limit"] is not None:
        yield from within(config, "waf.rate_limit", _FEWEST_REQUESTS, _MOST_REQUESTS)
