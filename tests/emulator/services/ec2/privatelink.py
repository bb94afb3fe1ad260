"""What PrivateLink knows: endpoint services, whose endpoints they serve, and what names DNS has for them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random

from ...registry import AwsError, Call
from .common import backend_of, matches, tags_of

if TYPE_CHECKING:
    from ...world import World

# In these an endpoint is connected, or asks for it.
CONNECTED = ("available", "pendingAcceptance", "pending")
# An endpoint that AWS or its owner has given up, and one that is no more.
LEAVING = ("deleting", "deleted")


@dataclasses.dataclass
class Service:
    """An endpoint service, the account's own or somebody else's."""

    id: str
    name: str
    region: str
    owner: str
    acceptance_required: bool
    private_dns_name: str | None = None
    # Of the private name: verified, pendingVerification or failed; and the TXT record that proves the ownership.
    verification: str = "verified"
    txt_name: str = ""
    txt_value: str = ""
    principals: list[str] = dataclasses.field(default_factory=list)
    regions: list[str] = dataclasses.field(default_factory=list)
    # None: wherever it is asked for.
    zones: list[str] | None = None
    # Of the account's own ones.
    balancers: list[str] = dataclasses.field(default_factory=list)
    state: str = "Available"

    def admits(self, account: str) -> bool:
        root = f":iam::{account}:"
        return account == self.owner or any(one == "*" or root in one for one in self.principals)

    def serves(self, region: str) -> bool:
        return region == self.region or region in self.regions


@dataclasses.dataclass
class Endpoint:
    """An interface endpoint, the account's own or somebody else's that is connected to its service."""

    id: str
    owner: str
    region: str
    service_name: str
    service_id: str
    service_region: str
    state: str
    created: float
    vpc_id: str = ""
    # Its interface, by subnet.
    interfaces: dict[str, str] = dataclasses.field(default_factory=dict)
    groups: list[str] = dataclasses.field(default_factory=list)
    private_dns_enabled: bool = False
    policy: str | None = None


class Market:
    """All of them, whosever they are and wherever."""

    def __init__(self) -> None:
        self.services: dict[str, Service] = {}
        self.endpoints: dict[str, Endpoint] = {}
        # The TXT records that are in public DNS, by name.
        self.txt: dict[str, str] = {}

    def named(self, name: str) -> Service | None:
        return next((one for one in self.services.values() if one.name == name), None)

    def visible(self, name: str, account: str, region: str, service_region: str | None = None) -> Service:
        """The service, as far as an account may know of it: AWS does not tell others from what does not exist."""
        found = self.named(name)
        if (
            found is None
            or not found.admits(account)
            or not found.serves(region)
            or found.region != (service_region or region)
        ):
            raise AwsError("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")
        return found

    def connections(self, service_id: str) -> list[Endpoint]:
        return [one for one in self.endpoints.values() if one.service_id == service_id]

    def own_service(self, call: Call, service_id: str) -> Service:
        found = self.services.get(service_id)
        if found is None or found.owner != call.account or found.region != call.region:
            message = f"The VpcEndpointService Id '{service_id}' does not exist"
            raise AwsError("InvalidVpcEndpointServiceId.NotFound", message)
        return found


def market(world: World) -> Market:
    found: Market = world.store(Market, "", "")
    return found


def new_id(prefix: str) -> str:
    return f"{prefix}-{mock_random.get_random_hex(17)}"


def tagged(call: Call, kind: str, resource_id: str) -> None:
    """The tags that come with the creation."""
    for specification in call.params.get("TagSpecifications", []):
        if specification["ResourceType"] != kind:
            raise AwsError("InvalidParameterValue", f"'{specification['ResourceType']}' is not a valid taggable type")
        tags = {tag["Key"]: tag["Value"] for tag in specification.get("Tags", [])}
        backend_of(call.account, call.region).create_tags([resource_id], tags)


def passes(call: Call, resource_id: str, values: dict[str, Any]) -> bool:
    tags = tags_of(call.account, call.region, resource_id)
    return matches(call.params.get("Filters"), values, tags)


def unsuccessful(resource_id: str, code: str, message: str) -> dict[str, Any]:
    """What the calls on several things answer, with status 200."""
    return {"ResourceId": resource_id, "Error": {"Code": code, "Message": message}}
