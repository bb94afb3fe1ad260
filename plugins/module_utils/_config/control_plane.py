# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How the gateway reaches Portkey's control plane, and how the control plane reaches the gateway."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from .._load_balancer.plan import PORTS, PRODUCTION
from . import edge
from .place import Place

Config = Mapping[str, t.Any]
Item = dict[str, t.Any]

PRIVATELINK, IP_ALLOW_LIST = "privatelink", "ip_allow_list"
# An endpoint of one zone is gone when the zone is.
LEAST_ZONES = 2
# The vendor's name, which leads to the endpoint inside of the VPC.
_HOST = "https://aws-cp.portkey.ai"
# Where the gateway finds the control plane by PrivateLink; without these it takes the addresses of the internet.
ENVIRONMENT = {
    "ALBUS_BASEPATH": f"{_HOST}/albus",
    "CONTROL_PLANE_BASEPATH": f"{_HOST}/api/v1",
    "SOURCE_SYNC_API_BASEPATH": f"{_HOST}/api/v1/sync",
    "CONFIG_READER_PATH": f"{_HOST}/api/model-configs",
}


def is_outbound(config: Config) -> bool:
    """Whether the gateway is to reach the control plane by PrivateLink."""
    return bool(config["control_plane"]["outbound"] == PRIVATELINK)


def is_inbound(config: Config) -> bool:
    """Whether the control plane is to reach the gateway by PrivateLink."""
    return bool(config["create_lb"] and config["control_plane"]["inbound"] == PRIVATELINK)


def is_front(config: Config) -> bool:
    """Whether that takes a network load balancer in front of the application load balancer."""
    return is_inbound(config) and bool(config["lb_type"] == "application")


def is_elsewhere(config: Config) -> bool:
    """Whether the vendor is in another region, so that its endpoint or its service crosses regions."""
    return bool(config["control_plane"]["outbound_service_region"] != config["aws_region"])


def production_port(config: Config) -> int:
    return PORTS[PRODUCTION][edge.is_tls(config)]


def accounts(principals: list[str]) -> list[str]:
    """The accounts that principals are of."""
    return sorted({one.split(":")[4] for one in principals if one.startswith("arn:")})


def plan(config: Config, names: Mapping[str, t.Any], place: Place, live: Mapping[str, t.Any]) -> Item:
    """What the role control_plane is handed. ``live`` is what of it there is already."""
    return {
        "account_id": place.account_id,
        "region": place.region,
        "is_used": is_outbound(config) or is_inbound(config),
        "leftovers": {
            "outbound": bool(live.get("outbound")) and not is_outbound(config),
            "inbound": bool(live.get("inbound")) and not is_inbound(config),
        },
        "outbound": _outbound(config, names["control_plane"], live),
        "inbound": _inbound(config, names["control_plane"]),
        "load_balancer": _load_balancer(config, names["control_plane"]),
    }


def _outbound(config: Config, names: Mapping[str, t.Any], live: Mapping[str, t.Any]) -> Item:
    settings = config["control_plane"]
    return {
        "enabled": is_outbound(config),
        "is_live": bool(live.get("endpoint")),
        "name": names["endpoint"],
        "security_group_name": names["endpoint_security_group"],
        "service_name": settings["outbound_service_name"],
        "service_region": settings["outbound_service_region"],
        "minimum_zones": LEAST_ZONES,
        "environment": dict(ENVIRONMENT),
    }


def _inbound(config: Config, names: Mapping[str, t.Any]) -> Item:
    settings, port = config["control_plane"], production_port(config)
    vendor = settings["outbound_service_region"]
    return {
        "enabled": is_inbound(config),
        "front": is_front(config),
        "service_name": names["endpoint_service"],
        "load_balancer_name": names["load_balancer"],
        "security_group_name": names["load_balancer_security_group"],
        "target_group_name": names["target_groups"][str(port)],
        "target_group_names": dict(names["target_groups"]),
        "port": port,
        # Over TLS the check cannot know the name in the certificate, which a network load balancer does not look at.
        "health_check_protocol": "HTTPS" if edge.is_tls(config) else "HTTP",
        "acceptance_required": settings["inbound_acceptance_required"],
        "allowed_principals": list(settings["inbound_allowed_principals"]),
        "allowed_accounts": accounts(settings["inbound_allowed_principals"]),
        "private_dns_name": settings["inbound_private_dns_name"] or "",
        "supported_regions": [vendor] if vendor != config["aws_region"] else [],
    }


def _load_balancer(config: Config, names: Mapping[str, t.Any]) -> Item:
    """Who of the control plane comes to the production listener: by its addresses, or through a load balancer.

    Without ``private_link_rules`` a network load balancer lets in who comes by PrivateLink, whatever its group says.
    """
    settings = config["control_plane"]
    return {
        "cidrs": list(settings["inbound_cidrs"]) if settings["inbound"] == IP_ALLOW_LIST else [],
        "security_group": names["load_balancer_security_group"] if is_front(config) else "",
        "private_link_rules": not is_inbound(config),
    }
