# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What is allowed but probably not what the user wants."""

from __future__ import annotations

import ipaddress
import typing as t
from collections.abc import Iterator, Mapping

from . import capacity, codedeploy, control_plane, edge, secrets, services, timeouts
from .check import Checked
from .rulebook import is_faulted

_ADVISED_PREFIX = 20
_ADVISED_ZONES = 2


def _network(config: Mapping[str, t.Any]) -> Iterator[str]:
    if not config["create_new_vpc"]:
        return
    if config["num_az"] < _ADVISED_ZONES:
        yield "portkey_num_az: two or more availability zones are advised."
    if ipaddress.IPv4Network(config["vpc_cidr"]).prefixlen > _ADVISED_PREFIX:
        yield f"portkey_vpc_cidr: /{_ADVISED_PREFIX} or larger is advised."


def _load_balancer(config: Mapping[str, t.Any]) -> Iterator[str]:
    if config["enable_lb_access_logs"] and not config["create_lb"]:
        yield "portkey_enable_lb_access_logs has no effect: there is no load balancer."
    elif config["create_lb_access_logs_bucket"] and not config["enable_lb_access_logs"]:
        yield "portkey_create_lb_access_logs_bucket has no effect: portkey_enable_lb_access_logs is off."
    elif config["enable_lb_access_logs"] and config["lb_type"] == "network" and not edge.is_tls(config):
        yield "portkey_enable_lb_access_logs: network load balancers log TLS only, and there is no certificate."
    if services.serves_mcp(config["server_mode"]) and config["alb_routing_configuration"]["enable_path_based_routing"]:
        yield "portkey_alb_routing_configuration: path routing is deprecated with the modes mcp and all; route by host."


def _capacity(config: Mapping[str, t.Any]) -> Iterator[str]:
    settings = config["capacity"]
    if not capacity.is_fargate(config):
        return
    if settings["fargate_spot_weight"] and not settings["fargate_base"]:
        yield (
            "portkey_capacity: with fargate_base 0, AWS may take all tasks of a service back at once. "
            "Set it to the number of tasks that must stay."
        )
    if not config["create_cluster"] and config["capacity_provider_name"]:
        yield "portkey_capacity_provider_name has no effect: portkey_capacity.type is fargate."


def _long_requests(config: Mapping[str, t.Any]) -> Iterator[str]:
    longest, silent = config["max_request_seconds"] or 0, timeouts.SILENT_SECONDS
    if longest <= silent:
        return
    name = f"portkey_max_request_seconds is {longest}"
    forget = f"forget connections on which nothing is sent for {silent} s"
    if config["create_lb"] and config["lb_type"] == "network":
        yield (
            f"{name}, but network load balancers {forget}. "
            "Have clients stream or send TCP keep-alives, or choose an application load balancer."
        )
    if config["create_new_vpc"]:
        yield (
            f"{name}, but NAT gateways {forget}. "
            "What providers take longer for needs streaming, TCP keep-alives or a VPC endpoint."
        )


def _smoke_gate(config: Mapping[str, t.Any]) -> Iterator[str]:
    if config["gateway_smoke_gate"]["enable_smoke_gate"] and not config["internal_lb"] and config["allowed_lb_cidrs"]:
        yield (
            "portkey_gateway_smoke_gate: it reaches a public load balancer through the NAT gateways, "
            "whose addresses portkey_allowed_lb_cidrs must contain."
        )


def _codedeploy(config: Mapping[str, t.Any]) -> Iterator[str]:
    if not codedeploy.is_controller(config):
        return
    if config["gateway_deployment_circuit_breaker"]["enable"]:
        yield (
            "portkey_gateway_deployment_circuit_breaker has no effect on the gateway: CodeDeploy has none. "
            "It gives up a deployment whose tasks do not become healthy within 60 minutes, and goes back."
        )
    if config["gateway_deployment_configuration"]["alarms"]:
        yield (
            "portkey_gateway_deployment_configuration.alarms do not reach ECS, which watches none for a service of "
            "CodeDeploy: the deployment group watches them."
        )


def _control_plane(config: Mapping[str, t.Any]) -> Iterator[str]:
    if config["control_plane"]["inbound"] == control_plane.IP_ALLOW_LIST and not config["allowed_lb_cidrs"]:
        yield (
            "portkey_control_plane.inbound: ip_allow_list lets in nobody more, as portkey_allowed_lb_cidrs is empty, "
            "which lets in everybody."
        )


def _secrets(config: Mapping[str, t.Any]) -> Iterator[str]:
    values = (config["secrets"] or {}).values()
    is_used = secrets.CLIENT_AUTH_PLACEHOLDER in secrets.used_placeholders(None, values)
    if secrets.is_made(config, secrets.CLIENT_AUTH_KEYS) and not is_used:
        yield f"portkey_client_auth has no effect: no secret of the services is {secrets.CLIENT_AUTH_PLACEHOLDER}."


_TOPICS = (
    (("create_new_vpc", "num_az", "vpc_cidr"), _network),
    (
        (
            "enable_lb_access_logs",
            "create_lb_access_logs_bucket",
            "create_lb",
            "lb_type",
            "tls_certificate_arn",
            "certificate",
            "server_mode",
            "alb_routing_configuration",
        ),
        _load_balancer,
    ),
    (("capacity", "create_cluster", "capacity_provider_name"), _capacity),
    (("max_request_seconds", "create_lb", "lb_type", "create_new_vpc"), _long_requests),
    (("gateway_smoke_gate", "internal_lb", "allowed_lb_cidrs"), _smoke_gate),
    (("gateway_deployment_configuration", "gateway_deployment_circuit_breaker"), _codedeploy),
    (("control_plane", "allowed_lb_cidrs"), _control_plane),
    (("secrets", "secrets_file_path", "client_auth", "organisations"), _secrets),
)


def advice(checked: Checked) -> list[str]:
    """Advice on what is not at fault."""
    return [
        text
        for needs, topic in _TOPICS
        if not any(is_faulted(path, checked.faults) for path in needs)
        for text in topic(checked.config)
    ]
