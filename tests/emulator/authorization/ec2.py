"""EC2."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from .need import NEW, Found, Need, Params, Request, of_service

_EC2_KINDS = {
    "AllocationId": "elastic-ip",
    "GroupId": "security-group",
    "InstanceId": "instance",
    "InstanceIds": "instance",
    "InternetGatewayId": "internet-gateway",
    "LaunchTemplateId": "launch-template",
    "NatGatewayId": "natgateway",
    "RouteTableId": "route-table",
    "SubnetId": "subnet",
    "VolumeId": "volume",
    "VpcId": "vpc",
}
_EC2_CREATED = {
    "AllocateAddress": "elastic-ip",
    "CreateInternetGateway": "internet-gateway",
    "CreateLaunchTemplate": "launch-template",
    "CreateNatGateway": "natgateway",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
}
# Where AWS asks about fewer things than the call names, or about what it does not name.
_EC2_ASKED = {"CreateRoute": ("route-table",), "DeleteRoute": ("route-table",), "ReplaceRoute": ("route-table",)}
_EC2_UNNAMED = {"DisassociateRouteTable": ("route-table", "subnet")}
_EC2_PREFIXES = {
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "i": "instance",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
}
_EC2_LOOKS = ("Describe",)
_EC2_LOOKS_AT_ONE = ("DescribeVpcAttribute",)


@of_service("ec2")
def _ec2(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation.startswith(_EC2_LOOKS) and operation not in _EC2_LOOKS_AT_ONE:
        return
    of = functools.partial(request.arn, "ec2")
    if operation in ("CreateTags", "DeleteTags"):
        for one in params["Resources"]:
            yield Need(request.action, of(f"{_EC2_PREFIXES[one.split('-')[0]]}/{one}"))
        return
    for kind, identity in _ec2_things(operation, params):
        yield Need(request.action, of(f"{kind}/{identity}"))
    for specification in params.get("TagSpecifications") or []:
        yield Need("ec2:CreateTags", of(f"{specification['ResourceType']}/{NEW}"))


def _ec2_things(operation: str, params: Params) -> Iterator[tuple[str, str]]:
    asked = _EC2_ASKED.get(operation)
    if operation in _EC2_CREATED:
        yield _EC2_CREATED[operation], NEW
    for kind in _EC2_UNNAMED.get(operation, ()):
        yield kind, NEW
    for key, kind in _EC2_KINDS.items():
        if params.get(key) and (asked is None or kind in asked):
            for identity in params[key] if isinstance(params[key], list) else [params[key]]:
                yield kind, identity
