"""What a test says in the name of somebody else: of the owner of a service, or of who connects to the account's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...admin import Body, endpoint
from ...registry import AwsError
from .endpoints import begin
from .privatelink import Endpoint, Service, market, new_id

if TYPE_CHECKING:
    from ...server import Emulator


@endpoint("POST", "privatelink")
def privatelink(emulator: Emulator, body: Body) -> Any:
    """{"offer": {...}}, {"accept" | "reject" | "expire" | "fail": id}, {"connect": {...}}, or {"publish": {...}}."""
    (action, given) = body.popitem()
    if action not in _ACTIONS:
        raise ValueError(f"{action!r}: it must be one of {', '.join(_ACTIONS)}")
    return _ACTIONS[action](emulator, given)


def _offer(emulator: Emulator, given: Body) -> Any:
    """A service of another account, or what is different about one: ``allowed`` are the accounts that may connect."""
    known, name = market(emulator.world), given["name"]
    region, identity = name.split(".")[3:5]
    service = known.services.setdefault(
        identity, Service(identity, name, region, owner=given.get("owner", "299329113195"), acceptance_required=True)
    )
    if "allowed" in given:
        service.principals = [f"arn:aws:iam::{account}:root" for account in given["allowed"]]
    for field in ("acceptance_required", "private_dns_name", "regions", "zones"):
        if field in given:
            setattr(service, field, given[field])
    return {"service": name}


def _endpoint(emulator: Emulator, endpoint_id: str) -> Endpoint:
    return market(emulator.world).endpoints[endpoint_id]


def _accept(emulator: Emulator, endpoint_id: str) -> Any:
    found = _endpoint(emulator, endpoint_id)
    if found.state != "pendingAcceptance":
        raise ValueError(f"{endpoint_id} is {found.state}")
    begin(emulator.world, found)
    return {"state": found.state}


def _become(state: str) -> Any:
    def act(emulator: Emulator, endpoint_id: str) -> Any:
        _endpoint(emulator, endpoint_id).state = state
        return {"state": state}

    return act


def _connect(emulator: Emulator, given: Body) -> Any:
    """Another account makes an endpoint to a service of this one."""
    world = emulator.world
    owner, region = given["owner"], given.get("region", "us-east-1")
    known = market(world)
    found = known.named(given["service"])
    try:
        service = known.visible(given["service"], owner, region, found.region if found else None)
    except AwsError as error:
        raise ValueError(str(error)) from None
    made = Endpoint(
        id=new_id("vpce"),
        owner=owner,
        region=region,
        service_name=service.name,
        service_id=service.id,
        service_region=service.region,
        state="pendingAcceptance",
        created=world.now,
    )
    known.endpoints[made.id] = made
    if not service.acceptance_required:
        begin(world, made)
    return {"endpoint": made.id}


def _publish(emulator: Emulator, given: Body) -> Any:
    """A TXT record in public DNS."""
    market(emulator.world).txt[given["name"]] = given["value"]
    return {"published": given["name"]}


_ACTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "offer": _offer,
    "accept": _accept,
    "reject": _become("rejected"),
    "expire": _become("expired"),
    "fail": _become("failed"),
    "connect": _connect,
    "publish": _publish,
}
