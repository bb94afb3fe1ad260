# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Where the gateway of a stack can be asked from here, and where it cannot, and why."""

from __future__ import annotations

import typing as t
import urllib.parse
from collections.abc import Iterator, Mapping

from .._config.services import serves_gateway, serves_mcp
from .plan import PRODUCTION, TEST

Item = dict[str, t.Any]

_TLS = ("HTTPS", "TLS")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def endpoints(stack: Mapping[str, t.Any], balancers: list[Item], services: list[Item]) -> Item:
    """``balancers`` are what elbv2_load_balancer_info tells, ``services`` what ecs_service_status_info does."""
    config = stack["config"]
    dns_name = next((balancer["dns_name"] for balancer in balancers), None)
    if not config["verify_url"]:
        if dns_name is None:
            return _none("The stack has no load balancer: set portkey_verify_url to where the gateway is reached.")
        if config["internal_lb"]:
            return _none(
                f"The load balancer {dns_name} is internal, and answers inside of the VPC only. Where it is reached,"
                f" set portkey_verify_url to {_own_url(stack, _name(stack, dns_name), PRODUCTION)}."
            )
    found = list(_routes(stack, _production(stack, dns_name), "production", _validates(stack, "verify_url")))
    skipped = []
    if _listener(stack, TEST):
        if config["verify_test_url"] or _test_serves(stack, balancers, services):
            url = config["verify_test_url"] or _test(stack, dns_name)
            validates = _validates(stack, "verify_test_url" if config["verify_test_url"] else "verify_url")
            found += _routes(stack, url, "test", validates)
        else:
            skipped.append("The test listener leads to no tasks: it does while a deployment shifts traffic.")
    return {"endpoints": found, "skipped": skipped}


def _none(reason: str) -> Item:
    return {"endpoints": [], "skipped": [reason]}


def _listener(stack: Mapping[str, t.Any], name: str) -> Item | None:
    return next((one for one in stack["load_balancer"]["listeners"] if one["name"] == name), None)


def _name(stack: Mapping[str, t.Any], dns_name: str | None) -> str:
    """The name that the stack has given to its load balancer in DNS, or the one that AWS has."""
    names = list(_own_hosts(stack).values())
    return str(names[0] if names else dns_name)


def _own_hosts(stack: Mapping[str, t.Any]) -> Mapping[str, str]:
    return {} if stack["config"]["verify_url"] else (stack.get("edge") or {}).get("hosts", {})


def _own_url(stack: Mapping[str, t.Any], dns_name: str, name: str) -> str:
    listener = _listener(stack, name) or {}
    scheme = "https" if listener.get("protocol") in _TLS else "http"
    port = listener.get("port", _DEFAULT_PORTS[scheme])
    return f"{scheme}://{dns_name}" + ("" if port == _DEFAULT_PORTS[scheme] else f":{port}")


def _production(stack: Mapping[str, t.Any], dns_name: str | None) -> str:
    return str(stack["config"]["verify_url"] or _own_url(stack, _name(stack, dns_name), PRODUCTION))


def _test(stack: Mapping[str, t.Any], dns_name: str | None) -> str:
    """The production's host, with the test listener's port."""
    if not stack["config"]["verify_url"]:
        return _own_url(stack, _name(stack, dns_name), TEST)
    given = urllib.parse.urlsplit(stack["config"]["verify_url"])
    port = t.cast(Item, _listener(stack, TEST))["port"]
    return urllib.parse.urlunsplit((given.scheme, f"{given.hostname}:{port}", given.path, "", ""))


def _validates(stack: Mapping[str, t.Any], variable: str) -> bool:
    """No certificate is made out to the load balancer's own name."""
    config = stack["config"]
    is_named = bool(config[variable]) or bool(_own_hosts(stack))
    return is_named and bool(config["verify_validate_certs"])


def _routes(stack: Mapping[str, t.Any], url: str, listener: str, validate_certs: bool) -> Iterator[Item]:
    config, own = stack["config"], _own_hosts(stack)
    routing = config["alb_routing_configuration"]
    by_rule = config["create_lb"] and config["lb_type"] == "application"
    first = next(iter(own.values()), "")
    for service, is_served in (("gateway", serves_gateway), ("mcp", serves_mcp)):
        if not is_served(config["server_mode"]):
            continue
        path = routing[f"{service}_path"] if by_rule and routing["enable_path_based_routing"] else ""
        host = routing[f"{service}_host"] if by_rule and routing["enable_host_based_routing"] else ""
        # A name of its own in DNS needs no header that says it.
        named = bool(first) and urllib.parse.urlsplit(url).hostname == first
        base = url.replace(first, own.get(service, first), 1) if named else url
        yield {
            "name": f"{service} on the {listener} listener",
            "url": base.rstrip("/") + path,
            "headers": {"Host": host} if host and not named else {},
            "validate_certs": validate_certs,
            "chats": service == "gateway",
        }


def _test_serves(stack: Mapping[str, t.Any], balancers: list[Item], services: list[Item]) -> bool:
    """Whether the target group behind the test listener has a healthy target."""
    port = t.cast(Item, _listener(stack, TEST))["port"]
    behind = {
        place["serving_target_group"]
        for balancer in balancers
        for listener in balancer["listeners"]
        if listener["port"] == port
        for place in (listener, *listener["rules"])
    }
    return any(group["healthy"] and group["arn"] in behind for one in services for group in one["target_groups"])
