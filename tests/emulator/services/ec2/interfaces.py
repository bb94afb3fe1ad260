"""Network interfaces that AWS services put into the user's subnets, and which only they can take away."""

from __future__ import annotations

from typing import Any

from moto.ec2.utils import random_eni_attach_id, random_public_ip

from ...registry import AwsError, Call
from .common import backend, backend_of, ec2


def attach(
    account: str,
    region: str,
    subnet_id: str,
    groups: list[str],
    description: str,
    *,
    kind: str = "interface",
    public: bool = False,
    requester: str = "amazon-elb",
) -> Any:
    """A requester-managed interface in use, with an address of its subnet."""
    ec2_backend = backend_of(account, region)
    subnet = ec2_backend.get_subnet(subnet_id)
    interface = ec2_backend.create_network_interface(
        subnet, subnet.get_available_subnet_ip(instance=None), group_ids=groups or None, description=description
    )
    interface.requester_managed = True
    interface.requester_id = requester
    interface.interface_type = kind
    interface.status = "in-use"
    interface.service_attachment_id = random_eni_attach_id()
    if not groups:
        interface._group_set = []
    if public:
        interface.public_ip = random_public_ip()
    return interface


def detach(account: str, region: str, interface_id: str) -> None:
    """The service takes its interface away."""
    interface = backend_of(account, region).enis.get(interface_id)
    if interface is not None:
        interface.public_ip = None
        interface.delete()


@ec2("DeleteNetworkInterface")
def delete_network_interface(world: Any, call: Call) -> Any:
    """Only what nobody uses can be deleted."""
    interface = backend(call).get_network_interface(call.params["NetworkInterfaceId"])
    if interface.requester_managed:
        raise AwsError("OperationNotPermitted", "You are not allowed to manage 'ela-attach' attachments.")
    if interface.status == "in-use":
        message = f"Network interface '{interface.id}' is currently in use."
        raise AwsError("InvalidParameterValue", message)
    return call.forward()
