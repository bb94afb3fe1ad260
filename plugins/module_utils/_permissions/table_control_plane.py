# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What it takes to reach the control plane by PrivateLink, and to let it in."""

from __future__ import annotations

from .._config import control_plane
from .grant import CREATE, DEPLOY, READ, UNINSTALL, grant
from .resources import Stack


def outbound(stack: Stack) -> bool:
    return control_plane.is_outbound(stack["config"])


def inbound(stack: Stack) -> bool:
    return control_plane.is_inbound(stack["config"])


def front(stack: Stack) -> bool:
    return control_plane.is_front(stack["config"])


def across_regions(stack: Stack) -> bool:
    return (outbound(stack) or inbound(stack)) and control_plane.is_elsewhere(stack["config"])


# Whether anything is left of a feature that is off now is asked without it, too.
_LOOKING = (
    grant("ec2", READ, "DescribeVpcEndpoints DescribeVpcEndpointServiceConfigurations"),
    grant("ec2", READ, "DescribeVpcEndpointServices", when=outbound),
    grant("ec2", READ, "DescribeVpcEndpointConnections", when=inbound),
    grant("ec2", READ, "DescribeVpcEndpointServicePermissions", "vpc-endpoint-service", when=inbound),
)

_OUTBOUND = (
    grant("ec2", CREATE, "CreateVpcEndpoint", "vpc-endpoint", "vpc", "subnet", "security-group", when=outbound),
    grant("ec2", CREATE, "ModifyVpcEndpoint", "vpc-endpoint", "subnet", "security-group", when=outbound),
    grant("ec2", CREATE, "CreateTags DeleteTags", "vpc-endpoint", when=outbound),
    # The private name of the endpoint is in a hosted zone that AWS makes and ties to the VPC.
    grant("route53", CREATE, "AssociateVPCWithHostedZone", "hosted-zone", when=outbound),
)

_INBOUND = (
    grant(
        "ec2",
        CREATE,
        "CreateVpcEndpointServiceConfiguration ModifyVpcEndpointServiceConfiguration "
        "ModifyVpcEndpointServicePermissions StartVpcEndpointServicePrivateDnsVerification CreateTags DeleteTags",
        "vpc-endpoint-service",
        when=inbound,
    ),
    grant("ec2", DEPLOY, "AcceptVpcEndpointConnections", "vpc-endpoint-service", when=inbound),
)

_FRONT = (
    grant(
        "elasticloadbalancing",
        CREATE,
        "CreateLoadBalancer ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets AddTags RemoveTags "
        "CreateListener",
        "inbound-balancer",
        when=front,
    ),
    grant(
        "elasticloadbalancing",
        CREATE,
        "CreateTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes DeleteTargetGroup RegisterTargets "
        "DeregisterTargets AddTags RemoveTags",
        "inbound-target-group",
        when=front,
    ),
    grant(
        "elasticloadbalancing",
        CREATE,
        "ModifyListener AddTags RemoveTags DeleteListener",
        "inbound-listener",
        when=front,
    ),
)

_REMOVAL = (
    grant("elasticloadbalancing", UNINSTALL, "ModifyLoadBalancerAttributes DeleteLoadBalancer", "inbound-balancer"),
    grant("elasticloadbalancing", UNINSTALL, "DeregisterTargets DeleteTargetGroup", "inbound-target-group"),
)

GRANTS = (
    *_LOOKING,
    *_OUTBOUND,
    *_INBOUND,
    *_FRONT,
    *_REMOVAL,
    grant("vpce", CREATE, "AllowMultiRegion", when=across_regions),
)
