# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Who is connected to an endpoint service, or asks for it; and letting them in or not."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..api import call
from ..module import GatewayError, Outcome
from ..shape import snake
from .private_link import Item, call_on_each, named

_PENDING = "pendingacceptance"
# What AWS has let in, or is about to.
_ACCEPTED = ("available", "pending")
_REJECTED = ("rejected",)


def connections(client: t.Any, service_id: str) -> list[Item]:
    found = call(
        client,
        "describe_vpc_endpoint_connections",
        f"look at the connections of {service_id}",
        Filters=[{"Name": "service-id", "Values": [service_id]}],
    )["VpcEndpointConnections"]
    return sorted(found, key=lambda one: str(one["VpcEndpointId"]))


def reject(client: t.Any, service_id: str, endpoints: list[str]) -> None:
    doing = f"reject connections to {service_id}"
    call_on_each(client, "reject_vpc_endpoint_connections", doing, ServiceId=service_id, VpcEndpointIds=endpoints)


def accept(client: t.Any, service_id: str, endpoints: list[str]) -> None:
    doing = f"accept connections to {service_id}"
    call_on_each(client, "accept_vpc_endpoint_connections", doing, ServiceId=service_id, VpcEndpointIds=endpoints)


def service_id_of(client: t.Any, name: str) -> str | None:
    """Of the endpoint service with this name."""
    operation, items = "describe_vpc_endpoint_service_configurations", "ServiceConfigurations"
    found = named(client, operation, items, "endpoint service", name)
    return min((str(one["ServiceId"]) for one in found), default=None)


def _known_service(client: t.Any, name: str) -> str:
    found = service_id_of(client, name)
    if found is None:
        raise GatewayError(f"There is no endpoint service {name}, to which anybody could connect.")
    return found


def _state(connection: Item) -> str:
    return str(connection["VpcEndpointState"]).lower()


def _meant(found: list[Item], params: Mapping[str, t.Any]) -> list[Item]:
    """Those that the user names, or those of the owners whom he trusts that ask to be let in."""
    wanted = params["endpoint_ids"]
    if wanted is None:
        return [one for one in found if one["VpcEndpointOwner"] in params["owners"] and _state(one) == _PENDING]
    known = {one["VpcEndpointId"]: one for one in found}
    missing = [one for one in wanted if one not in known]
    if missing:
        there = ", ".join(f"{one} of {known[one]['VpcEndpointOwner']}" for one in known) or "nobody"
        raise GatewayError(f"{', '.join(missing)} is not connected to {params['service']}; there is {there}.")
    return [known[one] for one in wanted]


def ensure(module: t.Any) -> Outcome:
    client, params = module.client("ec2"), module.params
    service_id = _known_service(client, params["service"])
    found = connections(client, service_id)
    act, done = (accept, _ACCEPTED) if params["state"] == "accepted" else (reject, _REJECTED)
    todo = [one["VpcEndpointId"] for one in _meant(found, params) if _state(one) not in done]
    before = {one["VpcEndpointId"]: one["VpcEndpointState"] for one in found if one["VpcEndpointId"] in todo}
    after = dict.fromkeys(todo, params["state"])
    if todo and not module.check_mode:
        act(client, service_id, todo)
        found = connections(client, service_id)
    return Outcome({**_result(service_id, found), "endpoint_ids": todo}, before, after, bool(todo))


def info(module: t.Any) -> Outcome:
    client = module.client("ec2")
    service_id = service_id_of(client, module.params["service"])
    found = connections(client, service_id) if service_id else []
    return Outcome(_result(service_id, found), changed=False)


def _result(service_id: str | None, found: list[Item]) -> Item:
    return {"service_id": service_id, "connections": [snake(one) for one in found]}
