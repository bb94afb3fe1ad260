"""A load balancer's network interfaces: one in each of its subnets, and for a while after its end."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from ..ec2 import interfaces
from ..ec2.common import backend_of
from .state import LoadBalancer

if TYPE_CHECKING:
    from ...world import World


def follow(account: str, region: str, balancer: LoadBalancer) -> None:
    """Interfaces in the load balancer's subnets, with its security groups."""
    for subnet_id in balancer.subnets.values():
        if subnet_id not in balancer.interfaces:
            balancer.interfaces[subnet_id] = _attach(account, region, balancer, subnet_id)
    for subnet_id in set(balancer.interfaces) - set(balancer.subnets.values()):
        interfaces.detach(account, region, balancer.interfaces.pop(subnet_id))
    backend = backend_of(account, region)
    groups = [backend.get_security_group_from_id(one) for one in balancer.security_groups]
    for interface_id in balancer.interfaces.values():
        backend.enis[interface_id]._group_set = list(groups)


def _attach(account: str, region: str, balancer: LoadBalancer, subnet_id: str) -> str:
    interface = interfaces.attach(
        account,
        region,
        subnet_id,
        balancer.security_groups,
        f"ELB {balancer.path}",
        kind="network_load_balancer" if balancer.type == "network" else "interface",
        public=balancer.scheme == "internet-facing",
    )
    return str(interface.id)


def release(world: World, account: str, region: str, balancer: LoadBalancer) -> None:
    """They outlive the load balancer, and with them what the user may not yet delete."""
    for interface_id in balancer.interfaces.values():
        step = functools.partial(interfaces.detach, account, region, interface_id)
        world.after("load_balancer_interfaces_release", step)
