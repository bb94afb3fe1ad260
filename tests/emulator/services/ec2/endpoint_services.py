"""Endpoint services of the account: a network load balancer that others reach by PrivateLink, where they are let in."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random

from ...registry import AwsError, Call
from ..elbv2.state import store_of
from ..pages import page
from ..times import moment
from .common import ec2, forget_tags, tags_of
from .endpoints import begin
from .privatelink import Endpoint, Market, Service, market, new_id, passes, tagged, unsuccessful

if TYPE_CHECKING:
    from ...world import World

PAGE = 1000
PRINCIPAL = re.compile(r"\*|arn:aws[\w-]*:iam::\d{12}:(root|user/[\w+=,.@-]+|role/[\w+=,.@-]+)")


@ec2("CreateVpcEndpointServiceConfiguration")
def create_service(world: World, call: Call) -> Any:
    params, known = call.params, market(world)
    balancers = params.get("NetworkLoadBalancerArns", [])
    if not balancers:
        message = "You must provide at least one Network or Gateway Load Balancer ARN"
        raise AwsError("InvalidParameter", message)
    _check_balancers(world, call, balancers)
    identity = new_id("vpce-svc")
    service = Service(
        id=identity,
        name=f"com.amazonaws.vpce.{call.region}.{identity}",
        region=call.region,
        owner=call.account,
        acceptance_required=params.get("AcceptanceRequired", True),
        regions=list(params.get("SupportedRegions", [])),
        balancers=list(balancers),
        state="Pending",
    )
    _name(service, params.get("PrivateDnsName"))
    known.services[service.id] = service
    tagged(call, "vpc-endpoint-service", service.id)
    world.after("vpc_endpoint_service_create", functools.partial(_available, service))
    return {"ServiceConfiguration": _described(world, call, service), "ClientToken": params.get("ClientToken")}


def _available(service: Service) -> None:
    if service.state == "Pending":
        service.state = "Available"


def _check_balancers(world: World, call: Call, arns: list[str]) -> None:
    for arn in arns:
        balancer = store_of(world, call).load_balancers.get(arn)
        if balancer is None:
            raise AwsError("InvalidLoadBalancerArn.NotFound", f"The load balancer '{arn}' does not exist")
        if balancer.type != "network":
            raise AwsError("InvalidParameter", f"The load balancer {arn} must be a network load balancer")
        if balancer.state != "active":
            raise AwsError("InvalidParameter", f"The load balancer {arn} must be active, and is {balancer.state}")
        if any(arn in one.balancers for one in market(world).services.values()):
            raise AwsError(
                "InvalidParameter", f"The load balancer {arn} is associated with an endpoint service already"
            )


def _name(service: Service, name: str | None) -> None:
    """A private name has to be proven by a record that AWS makes up."""
    service.private_dns_name = name or None
    service.verification = "pendingVerification"
    service.txt_name = f"_{mock_random.get_random_hex(20)}"
    service.txt_value = f"vpce:{mock_random.get_random_hex(20)}"


@ec2("ModifyVpcEndpointServiceConfiguration")
def modify_service(world: World, call: Call) -> Any:
    params = call.params
    service = market(world).own_service(call, params["ServiceId"])
    added = params.get("AddNetworkLoadBalancerArns", [])
    _check_balancers(world, call, added)
    balancers = [one for one in service.balancers if one not in params.get("RemoveNetworkLoadBalancerArns", [])]
    if not [*balancers, *added]:
        raise AwsError("InvalidParameter", "An endpoint service must have at least one load balancer")
    service.balancers = [*balancers, *added]
    if params.get("AcceptanceRequired") is not None:
        service.acceptance_required = params["AcceptanceRequired"]
    if params.get("RemovePrivateDnsName"):
        service.private_dns_name = None
    elif params.get("PrivateDnsName"):
        _name(service, params["PrivateDnsName"])
    removed = params.get("RemoveSupportedRegions", [])
    service.regions = [one for one in service.regions if one not in removed] + params.get("AddSupportedRegions", [])
    return {"Return": True}


@ec2("ModifyVpcEndpointServicePermissions")
def modify_permissions(world: World, call: Call) -> Any:
    params = call.params
    service = market(world).own_service(call, params["ServiceId"])
    added, removed = params.get("AddAllowedPrincipals", []), params.get("RemoveAllowedPrincipals", [])
    for principal in added:
        if not PRINCIPAL.fullmatch(principal):
            raise AwsError("InvalidPrincipal", f"Invalid Principal: '{principal}'")
    service.principals = [one for one in service.principals if one not in removed]
    service.principals += [one for one in added if one not in service.principals]
    return {"ReturnValue": True}


@ec2("DescribeVpcEndpointServicePermissions")
def describe_permissions(world: World, call: Call) -> Any:
    service = market(world).own_service(call, call.params["ServiceId"])
    return {
        "AllowedPrincipals": [
            {"PrincipalType": "Account", "Principal": one, "ServiceId": service.id} for one in service.principals
        ]
    }


@ec2("StartVpcEndpointServicePrivateDnsVerification")
def verify(world: World, call: Call) -> Any:
    known = market(world)
    service = known.own_service(call, call.params["ServiceId"])
    if service.private_dns_name is None:
        raise AwsError("InvalidParameter", f"The endpoint service {service.id} has no private DNS name")
    if service.verification != "verified":
        service.verification = "pendingVerification"
        world.after("private_dns_verification", functools.partial(_verified, known, service))
    return {"ReturnValue": True}


def _verified(known: Market, service: Service) -> None:
    proven = known.txt.get(f"{service.txt_name}.{service.private_dns_name}") == service.txt_value
    service.verification = "verified" if proven else "failed"


@ec2("DeleteVpcEndpointServiceConfigurations")
def delete_services(world: World, call: Call) -> Any:
    """What cannot be deleted is only told in the answer."""
    known, failed = market(world), []
    for service_id in call.params["ServiceIds"]:
        try:
            service = known.own_service(call, service_id)
        except AwsError as error:
            failed.append(unsuccessful(service_id, "InvalidVpcEndpointService.NotFound", str(error)))
            continue
        if any(one.state in ("available", "pendingAcceptance", "pending") for one in known.connections(service_id)):
            message = "Service has existing active VPC Endpoint connections!"
            failed.append(unsuccessful(service_id, "ExistingVpcEndpointConnections", message))
            continue
        del known.services[service.id]
        forget_tags(call.account, call.region, service.id)
    return {"Unsuccessful": failed}


@ec2("DescribeVpcEndpointServiceConfigurations")
def describe_services(world: World, call: Call) -> Any:
    known, wanted = market(world), call.params.get("ServiceIds")
    for service_id in wanted or []:
        known.own_service(call, service_id)
    found = []
    for service in known.services.values():
        mine = (service.owner, service.region) == (call.account, call.region)
        values = {"service-id": service.id, "service-name": service.name, "service-state": service.state}
        if mine and (not wanted or service.id in wanted) and passes(call, service.id, values):
            found.append(_described(world, call, service))
    items, token = page(found, call.params.get("NextToken"), call.params.get("MaxResults"), PAGE)
    return {"ServiceConfigurations": items, "NextToken": token}


def _described(world: World, call: Call, service: Service) -> dict[str, Any]:
    balancers = store_of(world, call).load_balancers
    zones = sorted({zone for arn in service.balancers if arn in balancers for zone in balancers[arn].subnets})
    described: dict[str, Any] = {
        "ServiceType": [{"ServiceType": "Interface"}],
        "ServiceId": service.id,
        "ServiceName": service.name,
        "ServiceState": service.state,
        "AvailabilityZones": zones,
        "AcceptanceRequired": service.acceptance_required,
        "ManagesVpcEndpoints": False,
        "NetworkLoadBalancerArns": list(service.balancers),
        "SupportedIpAddressTypes": ["ipv4"],
        "BaseEndpointDnsNames": [f"{service.id}.{service.region}.vpce.amazonaws.com"],
        "SupportedRegions": [
            {"Region": one, "ServiceState": "Available"} for one in service.regions or [service.region]
        ],
        "Tags": tags_of(call.account, call.region, service.id),
    }
    if service.private_dns_name:
        described["PrivateDnsName"] = service.private_dns_name
        described["PrivateDnsNameConfiguration"] = {
            "State": service.verification,
            "Type": "TXT",
            "Name": service.txt_name,
            "Value": service.txt_value,
        }
    return described


@ec2("DescribeVpcEndpointConnections")
def describe_connections(world: World, call: Call) -> Any:
    known = market(world)
    found = []
    for endpoint in known.endpoints.values():
        service = known.services.get(endpoint.service_id)
        if service is None or (service.owner, service.region) != (call.account, call.region):
            continue
        values = {
            "service-id": service.id,
            "vpc-endpoint-id": endpoint.id,
            "vpc-endpoint-owner": endpoint.owner,
            "vpc-endpoint-state": endpoint.state,
        }
        if passes(call, endpoint.id, values):
            found.append(_connection(endpoint, service))
    items, token = page(found, call.params.get("NextToken"), call.params.get("MaxResults"), PAGE)
    return {"VpcEndpointConnections": items, "NextToken": token}


def _connection(endpoint: Endpoint, service: Service) -> dict[str, Any]:
    return {
        "ServiceId": service.id,
        "VpcEndpointId": endpoint.id,
        "VpcEndpointOwner": endpoint.owner,
        "VpcEndpointState": endpoint.state,
        "VpcEndpointRegion": endpoint.region,
        "CreationTimestamp": moment(endpoint.created),
        "NetworkLoadBalancerArns": list(service.balancers),
        "IpAddressType": "ipv4",
    }


@ec2("AcceptVpcEndpointConnections")
def accept(world: World, call: Call) -> Any:
    return _answer(world, call, ("pendingAcceptance", "rejected"), lambda endpoint: begin(world, endpoint))


@ec2("RejectVpcEndpointConnections")
def reject(world: World, call: Call) -> Any:
    def rejected(endpoint: Endpoint) -> None:
        endpoint.state = "rejected"

    return _answer(world, call, ("pendingAcceptance", "pending", "available", "rejected"), rejected)


def _answer(world: World, call: Call, states: tuple[str, ...], act: Any) -> Any:
    known, failed = market(world), []
    service = known.own_service(call, call.params["ServiceId"])
    for endpoint_id in call.params["VpcEndpointIds"]:
        endpoint = known.endpoints.get(endpoint_id)
        if endpoint is None or endpoint.service_id != service.id:
            message = f"The VpcEndpoint Id '{endpoint_id}' does not exist"
            failed.append(unsuccessful(endpoint_id, "InvalidVpcEndpoint.NotFound", message))
        elif endpoint.state not in states:
            message = f"The VPC endpoint {endpoint_id} is in the state {endpoint.state}"
            failed.append(unsuccessful(endpoint_id, "InvalidState", message))
        else:
            act(endpoint)
    return {"Unsuccessful": failed}
