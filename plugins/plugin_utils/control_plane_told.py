# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What a person has to know, and has to tell Portkey, of the ways to and from the control plane."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

Item = Mapping[str, t.Any]

_AGAIN = "Then run site.yml again, which goes on from here."


def told(plan: Item, outputs: Item) -> list[str]:
    """``plan`` is preflight_stack.control_plane, ``outputs`` the role's control_plane_outputs."""
    lines = []
    if plan["outbound"]["enabled"] and outputs.get("outbound"):
        lines.append(_outbound(plan, outputs["outbound"]))
    if plan["inbound"]["enabled"] and outputs.get("inbound"):
        lines += _inbound(plan, outputs["inbound"])
    return lines


def _outbound(plan: Item, seen: Item) -> str:
    status, endpoint = seen["status"], seen.get("endpoint_id")
    place = f"account {plan['account_id']}, region {plan['region']}"
    service = f"service {plan['outbound']['service_name']}"
    internet = "Control plane: the gateway reaches it through the internet, for now."
    if seen["serves"]:
        return f"Control plane: the gateway reaches it by PrivateLink, through endpoint {endpoint}."
    if status == "not_allowed":
        return (
            f"{internet} Portkey has not allowed the account to connect by PrivateLink. "
            f"Ask the support of Portkey to allow it: {place}, {service}. {_AGAIN}"
        )
    if status == "pending_acceptance":
        return (
            f"{internet} Portkey has to accept the endpoint. "
            f"Ask the support of Portkey to accept it: endpoint {endpoint}, {place}, {service}. {_AGAIN}"
        )
    if status in ("available", "pending"):
        return f"{internet} Endpoint {endpoint} is {status}, and not ready yet. {_AGAIN}"
    delete = f"aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {endpoint} --region {plan['region']}"
    return (
        f"{internet} Endpoint {endpoint} is {status}, and AWS lets no such endpoint come back. Settle it with "
        f"the support of Portkey ({place}, {service}), and delete it: {delete}. Then run site.yml again, which makes "
        "another one."
    )


def _inbound(plan: Item, service: Item) -> list[str]:
    wanted = plan["inbound"]
    zones = ", ".join(service.get("availability_zones") or [])
    name = wanted["private_dns_name"]
    lines = [
        f"For Portkey, to connect to the gateway by PrivateLink: service {service['service_name']}, "
        f"region {plan['region']}{', zones ' + zones if zones else ''}, port {wanted['port']}"
        f"{', private DNS name ' + name if name else ''}."
    ]
    if wanted["acceptance_required"]:
        lines.append("When Portkey has connected, playbooks/accept.yml shows the endpoint and accepts it.")
    proof = service.get("private_dns_name_configuration") or {}
    if name and proof and proof.get("state") != "verified":
        lines.append(
            f"To prove that {name} is yours, make a {proof['type']} record {proof['name']}.{_parent(name)} with the "
            f"value {proof['value']} in public DNS. AWS looks for it in the next run of site.yml; now it is "
            f"{proof['state']}."
        )
    return lines


def _parent(name: str) -> str:
    """Of a wildcard, the domain that it stands for."""
    return name.removeprefix("*.")
