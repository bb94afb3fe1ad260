# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the load balancer of a stack consists of, from the configuration alone.

A *rule* is one way into the gateway service: ``gateway`` and ``mcp`` on an Application Load Balancer, where a listener
rule tells them apart, ``default`` on a Network Load Balancer, where the listener itself forwards. Each rule has a blue
target group and, with a traffic-shifting strategy, a green one and a second way in on the test listener.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t
from collections.abc import Mapping

from .._config import edge, strategy, timeouts
from .._config.names import SMOKE_GATE

BLUE, GREEN = "blue", "green"
PRODUCTION, TEST = "production", "test"
# Sends plain HTTP to production's HTTPS; nothing is routed by it.
REDIRECT = "redirect"
_HTTP = 80

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
# By whether there is a certificate.
PORTS = {PRODUCTION: {True: 443, False: 80}, TEST: {True: 8443, False: 8080}}
_PROTOCOLS = {"application": {True: "HTTPS", False: "HTTP"}, "network": {True: "TLS", False: "TCP"}}
_PRIORITIES = {"gateway": 100, "mcp": 200}

_NOT_FOUND = {"status_code": "404", "content_type": "text/plain", "message_body": "Not Found"}

Item = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Choices:
    """What the user chose, as far as the load balancer is concerned."""

    config: Mapping[str, t.Any]
    names: Mapping[str, t.Any]

    @property
    def is_application(self) -> bool:
        return self.config["lb_type"] == "application"

    @property
    def is_shifting(self) -> bool:
        return strategy.is_traffic_shifting(strategy.chosen_strategy(self.config["gateway_deployment_configuration"]))

    @property
    def certificate(self) -> str:
        return self.config["tls_certificate_arn"] or ""

    @property
    def is_tls(self) -> bool:
        """By a certificate that is given, or by the stack's own, whose ARN AWS gives later."""
        return edge.is_tls(self.config)

    @property
    def colours(self) -> list[str]:
        return [BLUE, GREEN] if self.is_shifting else [BLUE]

    @property
    def listener_names(self) -> list[str]:
        return [PRODUCTION, TEST] if self.is_shifting else [PRODUCTION]

    @property
    def rules(self) -> dict[str, int]:
        """The ways in, and the port of the container that each leads to."""
        mode, ports = self.config["server_mode"], self.config["gateway_config"]
        to_gateway, to_mcp = int(ports["gateway_port"]), int(ports["mcp_port"])
        if not self.is_application:
            return {"default": to_mcp if mode == "mcp" else to_gateway}
        both = {"gateway": to_gateway, "mcp": to_mcp}
        return both if mode == "all" else {mode: both[mode]}

    def target_group(self, rule: str, colour: str) -> str:
        return self.names["services"]["gateway"]["target_groups"][rule][colour]


def plan(config: Mapping[str, t.Any], names: Mapping[str, t.Any]) -> Item:
    """The parameters of the role load_balancer, without their prefix."""
    choices = Choices(config, names)
    wanted = bool(config["create_lb"])
    return {
        "state": "present" if wanted else "absent",
        "name": names["load_balancer"],
        "security_group_name": names["load_balancer_security_group"],
        "role_name": names["load_balancer_role"],
        "type": config["lb_type"],
        "scheme": "internal" if config["internal_lb"] else "internet-facing",
        "allowed_cidrs": list(config["allowed_lb_cidrs"]),
        "smoke_gate_security_group": _smoke_gate_group(choices) if wanted else None,
        "access_logs": _access_logs(config),
        "idle_timeout_seconds": timeouts.balancer_idle(config),
        "target_groups": _target_groups(choices) if wanted else [],
        "listeners": _listeners(choices) if wanted else [],
        "rules": _rules(choices) if wanted and choices.is_application else [],
        "target_group_names": names["services"]["gateway"]["target_groups"],
    }


def _smoke_gate_group(choices: Choices) -> str | None:
    """Who may call the test listener, whatever clients may."""
    is_on = choices.is_shifting and choices.config["gateway_smoke_gate"]["enable_smoke_gate"]
    return choices.names["functions"][SMOKE_GATE]["security_group"] if is_on else None


def _access_logs(config: Mapping[str, t.Any]) -> Item:
    return {
        "enabled": bool(config["enable_lb_access_logs"]),
        "bucket": config["lb_access_logs_bucket"] or "",
        "prefix": config["lb_access_logs_prefix"] or "",
        "is_made": bool(config["create_lb_access_logs_bucket"]),
    }


def _target_groups(choices: Choices) -> list[Item]:
    return [
        {
            "name": choices.target_group(rule, colour),
            "rule": rule,
            "colour": colour,
            "protocol": "HTTP" if choices.is_application else "TCP",
            "port": port,
            "health_check": _health_check(choices.is_application),
            "attributes": {"deregistration_delay.timeout_seconds": str(timeouts.deregistration(choices.config))},
        }
        for rule, port in choices.rules.items()
        for colour in choices.colours
    ]


def _health_check(is_application: bool) -> Item:
    common = {
        "port": "traffic-port",
        "interval_seconds": 30,
        "healthy_threshold_count": 2,
        "unhealthy_threshold_count": 3,
    }
    if is_application:
        return {**common, "protocol": "HTTP", "path": "/v1/health", "matcher": "200", "timeout_seconds": 5}
    return {**common, "protocol": "TCP", "timeout_seconds": 10}


def _listeners(choices: Choices) -> list[Item]:
    redirect = [_redirect()] if edge.is_redirecting(choices.config) else []
    return [*(_listener(choices, name) for name in choices.listener_names), *redirect]


def _redirect() -> Item:
    return {
        "name": REDIRECT,
        "port": _HTTP,
        "protocol": "HTTP",
        "certificates": [],
        "ssl_policy": None,
        "rule": None,
        "target_group": None,
        "fixed_response": None,
        "redirect": {"protocol": "HTTPS", "port": str(PORTS[PRODUCTION][True]), "status_code": "HTTP_301"},
    }


def _listener(choices: Choices, name: str) -> Item:
    is_tls = choices.is_tls
    listener = {
        "name": name,
        "port": PORTS[name][is_tls],
        "protocol": _PROTOCOLS[choices.config["lb_type"]][is_tls],
        "certificates": [choices.certificate] if choices.certificate else [],
        "ssl_policy": TLS_POLICY if is_tls else None,
    }
    if choices.is_application:
        return {**listener, "rule": None, "target_group": None, "fixed_response": dict(_NOT_FOUND)}
    rule = next(iter(choices.rules))
    return {**listener, "rule": rule, "target_group": _first_target(choices, rule, name), "fixed_response": None}


def _first_target(choices: Choices, rule: str, listener: str) -> str:
    """Where a new listener forwards to, until ECS moves it."""
    return choices.target_group(rule, BLUE if listener == PRODUCTION else GREEN)


def _rules(choices: Choices) -> list[Item]:
    return [
        {
            "rule": rule,
            "listener": listener,
            "priority": _PRIORITIES[rule],
            **_routing(choices.config["alb_routing_configuration"], rule),
            "target_group": _first_target(choices, rule, listener),
        }
        for listener in choices.listener_names
        for rule in choices.rules
    ]


def _routing(routing: Mapping[str, t.Any], rule: str) -> Item:
    conditions: list[Item] = []
    transforms: list[Item] = []
    if routing["enable_host_based_routing"]:
        conditions.append({"field": "host-header", "values": [routing[f"{rule}_host"]]})
    path = routing[f"{rule}_path"].rstrip("/") if routing["enable_path_based_routing"] else ""
    if path:
        # One rewrite for both: the path alone becomes "/", with or without a query behind it.
        rewrite = {"regex": f"^{_literal(path)}/?(.*)$", "replace": "/$1"}
        transforms.append({"type": "url-rewrite", "rewrites": [rewrite]})
    conditions.append({"field": "path-pattern", "values": [path, f"{path}/*"] if path else ["/*"]})
    return {"conditions": conditions, "transforms": transforms}


def _literal(path: str) -> str:
    """The path, so that a regular expression finds it as it is written."""
    return re.sub(r"([.$^*+?()\[\]{}|\\])", r"\\\1", path)
