# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the load balancer, the server mode and the routing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import services
from ..faults import Fault, fault
from ..rulebook import Config, RuleBook
from .common import ARN_PLACE, URL, at_least
from .network import cidr_fault
from .storage import bucket_fault

book = RuleBook()

_ROUTING = "alb_routing_configuration"
HOST = re.compile(r"(\*\.)?([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_PATH = re.compile(r"(/[A-Za-z0-9_.~$-]+)+")
LONGEST_HOST, _LONGEST_PATH = 128, 126


@book.needs("server_mode", "lb_type")
def all_needs_application(config: Config) -> Iterator[Fault]:
    if config["server_mode"] == "all" and config["lb_type"] != "application":
        yield fault(
            "lb_type",
            config["lb_type"],
            "portkey_server_mode: all needs an application load balancer, which can tell the two services apart.",
            "Set portkey_lb_type to application, or portkey_server_mode to gateway or mcp.",
        )


@book.needs("server_mode", f"{_ROUTING}.enable_host_based_routing", f"{_ROUTING}.enable_path_based_routing")
def all_needs_routing(config: Config) -> Iterator[Fault]:
    routing = config[_ROUTING]
    is_routed = routing["enable_host_based_routing"] or routing["enable_path_based_routing"]
    if config["server_mode"] == "all" and not is_routed:
        yield fault(
            _ROUTING,
            {"enable_host_based_routing": False, "enable_path_based_routing": False},
            "portkey_server_mode: all needs routing by host or by path.",
            f"Set portkey_{_ROUTING}.enable_host_based_routing to true, and both hosts.",
        )


@book.needs("server_mode", "mcp_gateway_base_url")
def mcp_base_url(config: Config) -> Iterator[Fault]:
    url = config["mcp_gateway_base_url"]
    if not services.serves_mcp(config["server_mode"]):
        return
    if not url:
        yield fault(
            "mcp_gateway_base_url",
            url,
            f"It is required with portkey_server_mode: {config['server_mode']}.",
            "Write the URL under which clients reach the MCP server, like https://mcp.example.com.",
        )
    elif not URL.fullmatch(url):
        yield fault(
            "mcp_gateway_base_url",
            url,
            "It must be a URL with http:// or https://.",
            "Write it like https://mcp.example.com.",
        )


def _hosts_in_use(config: Config) -> dict[str, str]:
    """The host of each service that the server mode runs, by the key that holds it."""
    mode = config["server_mode"]
    used = {"gateway_host": services.serves_gateway(mode), "mcp_host": services.serves_mcp(mode)}
    return {key: config[_ROUTING][key] for key, is_used in used.items() if is_used}


@book.needs("server_mode", _ROUTING)
def hosts(config: Config) -> Iterator[Fault]:
    if not config[_ROUTING]["enable_host_based_routing"]:
        return
    for key, host in _hosts_in_use(config).items():
        if not host:
            yield fault(
                f"{_ROUTING}.{key}",
                host,
                f"It is required with enable_host_based_routing and portkey_server_mode: {config['server_mode']}.",
                "Write the host name under which clients call.",
            )
        elif not HOST.fullmatch(host) or len(host) > LONGEST_HOST:
            yield fault(
                f"{_ROUTING}.{key}",
                host,
                f"It must be a host name of at most {LONGEST_HOST} characters, without scheme, port and path.",
                "Write it like gateway.example.com.",
            )


@book.needs("server_mode", _ROUTING)
def hosts_differ(config: Config) -> Iterator[Fault]:
    routing = config[_ROUTING]
    if not routing["enable_host_based_routing"] or routing["enable_path_based_routing"]:
        return
    used = list(_hosts_in_use(config).values())
    if len(used) == 2 and used[0] and used[0].lower() == used[1].lower():
        yield fault(
            f"{_ROUTING}.mcp_host",
            used[1],
            "Without path routing the two services need different hosts.",
            "Give the MCP server another host.",
        )


@book.needs(_ROUTING)
def paths(config: Config) -> Iterator[Fault]:
    routing = config[_ROUTING]
    if not routing["enable_path_based_routing"]:
        return
    for key in ("gateway_path", "mcp_path"):
        if not _PATH.fullmatch(routing[key]) or len(routing[key]) > _LONGEST_PATH:
            yield fault(
                f"{_ROUTING}.{key}",
                routing[key],
                "It begins with a slash, does not end with one, and has letters, digits and _ . ~ $ - between slashes.",
                "Write it like /mcp.",
            )
    if routing["gateway_path"] == routing["mcp_path"]:
        yield fault(
            f"{_ROUTING}.mcp_path", routing["mcp_path"], "The two services need different paths.", "Change one of them."
        )


@book.needs("create_lb", "allowed_lb_cidrs")
def allowed_cidrs(config: Config) -> Iterator[Fault]:
    if not config["create_lb"]:
        return
    cidrs = config["allowed_lb_cidrs"]
    yield from filter(None, (cidr_fault("allowed_lb_cidrs", cidr) for cidr in cidrs))
    repeated = sorted({cidr for cidr in cidrs if cidrs.count(cidr) > 1})
    if repeated:
        yield fault("allowed_lb_cidrs", repeated, "Each CIDR is named once.", "Remove the repetition.")


@book.needs("tls_certificate_arn", "aws_region")
def certificate(config: Config) -> Iterator[Fault]:
    arn = config["tls_certificate_arn"]
    if not arn:
        return
    place = ARN_PLACE.fullmatch(arn)
    if not place or place["service"] != "acm" or ":certificate/" not in arn:
        yield fault(
            "tls_certificate_arn",
            arn,
            "It must be the ARN of an ACM certificate.",
            "Write it like arn:aws:acm:us-east-1:123456789012:certificate/...",
        )
    elif place["region"] != config["aws_region"]:
        yield fault(
            "tls_certificate_arn",
            arn,
            f"The certificate must be in the stack's region, {config['aws_region']}; this is in {place['region']}.",
            "Request or import the certificate there.",
        )


@book.needs("enable_lb_access_logs", "lb_access_logs_bucket")
def access_logs_bucket(config: Config) -> Iterator[Fault]:
    bucket = config["lb_access_logs_bucket"]
    if not config["enable_lb_access_logs"]:
        return
    if bucket:
        yield from bucket_fault("lb_access_logs_bucket", bucket)
    else:
        rule = "It is required with portkey_enable_lb_access_logs: true."
        yield fault("lb_access_logs_bucket", bucket, rule, "Name the bucket.")


@book.needs("lb_access_logs_expire_after_days")
def access_logs_days(config: Config) -> Iterator[Fault]:
    if config["lb_access_logs_expire_after_days"] is not None:
        yield from at_least(config, "lb_access_logs_expire_after_days", 1)


@book.needs("lb_access_logs_prefix")
def access_logs_prefix(config: Config) -> Iterator[Fault]:
    prefix = config["lb_access_logs_prefix"]
    if prefix.startswith("/") or prefix.endswith("/") or "AWSLogs" in prefix:
        yield fault(
            "lb_access_logs_prefix",
            prefix,
            "It neither begins nor ends with a slash, and does not hold AWSLogs, which AWS adds itself.",
            f"Write {prefix.replace('AWSLogs', '').strip('/') or 'nothing'}.",
        )
