"""Tags: resource types as AWS names them."""

from __future__ import annotations

from typing import Any

from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE

from ...registry import Call
from .common import ec2

EC2_PREFIX_TO_RESOURCE.update({"nat": "natgateway", "eipalloc": "elastic-ip", "eni": "network-interface"})


@ec2("DeleteRouteTable")
def delete_route_table(world: Any, call: Call) -> Any:
    """moto's, and the tags go."""
    return call.forward()
