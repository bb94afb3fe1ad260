"""Elastic IP addresses: what is in use cannot be released, and a service's association is the service's."""

from __future__ import annotations

from typing import Any

from ...registry import AwsError, Call
from .common import backend, ec2


def _address(call: Call) -> Any:
    allocation_id, public_ip = call.params.get("AllocationId"), call.params.get("PublicIp")
    if allocation_id:
        return backend(call).address_by_allocation([allocation_id])[0]
    if public_ip:
        return backend(call).address_by_ip([public_ip])[0]
    raise AwsError("MissingParameter", "Either public IP or allocation id must be specified")


@ec2("ReleaseAddress")
def release_address(world: Any, call: Call) -> Any:
    address = _address(call)
    if address.association_id or address.instance:
        raise AwsError("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")
    return call.forward()


@ec2("DisassociateAddress")
def disassociate_address(world: Any, call: Call) -> Any:
    for address in backend(call).addresses:
        wanted = (call.params.get("AssociationId"), call.params.get("PublicIp"))
        named = address.association_id == wanted[0] or address.public_ip == wanted[1]
        if named and address.eni is not None and address.eni.requester_managed:
            raise AwsError("AuthFailure", "You do not have permission to access the specified resource.")
    return call.forward()
