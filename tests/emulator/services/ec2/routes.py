"""Routes: to gateways that exist, and black holes when these have gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models.route_tables import Route

from ...registry import AwsError, Call
from .common import ec2
from .nat_gateways import known_to_routes

if TYPE_CHECKING:
    from ...world import World


def _state(route: Any) -> str:
    gateway = route.gateway
    detached = gateway is not None and gateway.id.startswith("igw-") and gateway.vpc is None
    nat_gone = route.nat_gateway is not None and route.nat_gateway.state in ("deleted", "failed")
    return "blackhole" if detached or nat_gone else "active"


Route.state = property(_state)  # type: ignore[method-assign,assignment]


def _check_nat_gateway(world: World, call: Call) -> None:
    gateway_id = call.params.get("NatGatewayId")
    if gateway_id and not known_to_routes(world, call, gateway_id):
        raise AwsError("InvalidNatGatewayID.NotFound", f"The natGateway ID '{gateway_id}' does not exist")


@ec2("CreateRoute")
def create_route(world: World, call: Call) -> Any:
    _check_nat_gateway(world, call)
    return call.forward()


@ec2("ReplaceRoute")
def replace_route(world: World, call: Call) -> Any:
    _check_nat_gateway(world, call)
    return call.forward()
