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
    "SubnetIds": "subnet",
    "AddSubnetIds": "subnet",
    "RemoveSubnetIds": "subnet",
    "SecurityGroupIds": "security-group",
    "AddSecurityGroupIds": "security-group",
    "RemoveSecurityGroupIds": "security-group",
    "VpcEndpointId": "vpc-endpoint",
    "VpcEndpointIds": "vpc-endpoint",
    "ServiceId": "vpc-endpoint-service",
    "ServiceIds": "vpc-endpoint-service",
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
    "CreateVpcEndpoint": "vpc-endpoint",
    "CreateVpcEndpointServiceConfiguration": "vpc-endpoint-service",
}
# Where AWS asks about fewer things than the call names, or about what it does not name.
_EC2_ASKED = {"CreateRoute": ("route-table",), "DeleteRoute": ("route-table",), "ReplaceRoute": ("route-table",)}
_EC2_ASKED |= dict.fromkeys(("AcceptVpcEndpointConnections", "RejectVpcEndpointConnections"), ("vpc-endpoint-service",))
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
    "vpce": "vpc-endpoint",
}
_EC2_LOOKS = ("Describe",)
_EC2_LOOKS_AT_ONE = ("DescribeVpcAttribute", "DescribeVpcEndpointServicePermissions")
# The private name of an endpoint is in a hosted zone that AWS ties to the VPC.
_EC2_NAMES = ("CreateVpcEndpoint", "ModifyVpcEndpoint")


@of_service("ec2")
def _ec2(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation.startswith(_EC2_LOOKS) and operation not in _EC2_LOOKS_AT_ONE:
        return
    of = functools.partial(request.arn, "ec2")
    if operation in ("CreateTags", "DeleteTags"):
        for one in params["Resources"]:
            yield Need(request.action, of(f"{_kind_of(one)}/{one}"))
        return
    for kind, identity in _ec2_things(operation, params):
        yield Need(request.action, of(f"{kind}/{identity}"))
    for specification in params.get("TagSpecifications") or []:
        yield Need("ec2:CreateTags", of(f"{specification['ResourceType']}/{NEW}"))
    if operation in _EC2_NAMES:
        yield Need("route53:AssociateVPCWithHostedZone", f"arn:{request.partition}:route53:::hostedzone/{NEW}")
    if any(params.get(key) for key in ("ServiceRegion", "SupportedRegions", "AddSupportedRegions")):
        yield Need("vpce:AllowMultiRegion")


def _kind_of(identity: str) -> str:
    if identity.startswith("vpce-svc-"):
        return "vpc-endpoint-service"
    return _EC2_PREFIXES[identity.split("-")[0]]


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
