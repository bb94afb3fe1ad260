"""Interface endpoints: asked for, accepted by the service's owner, available; with an interface in each subnet."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call
from ..pages import page
from ..times import moment
from . import interfaces
from .common import backend, backend_of, ec2, forget_tags, tags_of
from .privatelink import LEAVING, Endpoint, Market, Service, market, new_id, passes, tagged, unsuccessful

if TYPE_CHECKING:
    from ...world import World

PAGE = 1000
# The hosted zone of the endpoints' own names, which is another in each region.
ZONE = "Z7HUB22UULQXV"


@ec2("CreateVpcEndpoint")
def create_vpc_endpoint(world: World, call: Call) -> Any:
    """Only of the type that PrivateLink is about; moto makes the others."""
    params = call.params
    if params.get("VpcEndpointType", "Gateway") != "Interface":
        return call.forward()
    known = market(world)
    service = known.visible(params["ServiceName"], call.account, call.region, params.get("ServiceRegion"))
    vpc = backend(call).get_vpc(params["VpcId"])
    subnets = params.get("SubnetIds", [])
    groups = params.get("SecurityGroupIds") or [backend(call).get_default_security_group(vpc.id).id]
    _check_subnets(call, vpc.id, subnets, service)
    _check_groups(call, vpc.id, groups)
    # AWS's own default.
    private_dns = params.get("PrivateDnsEnabled", service.private_dns_name is not None)
    if private_dns:
        if service.acceptance_required:
            raise _not_accepted(service)
        _check_private_dns(call, known, service, vpc.id)
    endpoint = Endpoint(
        id=new_id("vpce"),
        owner=call.account,
        region=call.region,
        service_name=service.name,
        service_id=service.id,
        service_region=service.region,
        state="pendingAcceptance" if service.acceptance_required else "pending",
        created=world.now,
        vpc_id=vpc.id,
        groups=list(groups),
        private_dns_enabled=bool(private_dns),
    )
    known.endpoints[endpoint.id] = endpoint
    _follow(endpoint, subnets)
    tagged(call, "vpc-endpoint", endpoint.id)
    if endpoint.state == "pending":
        begin(world, endpoint)
    return {"VpcEndpoint": _described(call, known, endpoint), "ClientToken": params.get("ClientToken")}


def begin(world: World, endpoint: Endpoint) -> None:
    """It is accepted, and becomes available."""
    endpoint.state = "pending"
    world.after("vpc_endpoint_create", functools.partial(_available, endpoint))


def _available(endpoint: Endpoint) -> None:
    if endpoint.state == "pending":
        endpoint.state = "available"


def _check_subnets(call: Call, vpc_id: str, subnets: list[str], service: Service, others: tuple[str, ...] = ()) -> None:
    zones: dict[str, str] = {}
    for subnet_id in [*others, *subnets]:
        subnet = backend(call).get_subnet(subnet_id)
        if subnet.vpc_id != vpc_id:
            raise AwsError("InvalidParameter", f"The subnet {subnet_id} is not in the VPC {vpc_id}")
        zone = subnet.availability_zone
        if zone in zones:
            message = f"Found another VPC endpoint subnet in the availability zone of {subnet_id}."
            raise AwsError("DuplicateSubnetsInSameZone", message)
        # Across regions, the zones of the service do not matter.
        if service.region == call.region and service.zones is not None and zone not in service.zones:
            message = (
                f"The VPC endpoint service {service.name} does not support the availability zone of the subnet: "
                f"{subnet_id}."
            )
            raise AwsError("InvalidParameter", message)
        zones[zone] = subnet_id


def _check_groups(call: Call, vpc_id: str, groups: list[str]) -> None:
    for group_id in groups:
        group = backend(call).get_security_group_from_id(group_id)
        if group is None or group.vpc_id != vpc_id:
            raise AwsError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist in {vpc_id}")


def _not_accepted(service: Service) -> AwsError:
    message = (
        f"Private DNS can only be enabled after the endpoint connection is accepted by the owner of {service.name}."
    )
    return AwsError("InvalidParameter", message)


def _check_private_dns(call: Call, known: Market, service: Service, vpc_id: str) -> None:
    if service.private_dns_name is None:
        message = (
            f"Private DNS can't be enabled because the service {service.name} does not provide a private DNS name."
        )
        raise AwsError("InvalidParameter", message)
    if service.verification != "verified":
        message = (
            f"Private DNS can't be enabled because the service {service.name} has not verified the private DNS name."
        )
        raise AwsError("InvalidParameter", message)
    vpc = backend(call).get_vpc(vpc_id)
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        message = (
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true "
            f"for {vpc_id}"
        )
        raise AwsError("InvalidParameter", message)
    if any(_conflicts(known, other, service, vpc_id) for other in known.endpoints.values()):
        message = (
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
            f"{service.private_dns_name} in the VPC {vpc_id}"
        )
        raise AwsError("InvalidParameter", message)


def _conflicts(known: Market, other: Endpoint, service: Service, vpc_id: str) -> bool:
    """Whether another endpoint has the name in the VPC already."""
    theirs = known.services.get(other.service_id)
    same = theirs is not None and theirs.private_dns_name == service.private_dns_name
    return same and other.vpc_id == vpc_id and other.private_dns_enabled and other.state not in LEAVING


def _follow(endpoint: Endpoint, subnets: list[str]) -> None:
    """Interfaces in these subnets, with the endpoint's groups."""
    for subnet_id in subnets:
        if subnet_id not in endpoint.interfaces:
            made = interfaces.attach(
                endpoint.owner,
                endpoint.region,
                subnet_id,
                endpoint.groups,
                f"VPC Endpoint Interface {endpoint.id}",
                kind="vpc_endpoint",
                requester="amazon-vpc",
            )
            endpoint.interfaces[subnet_id] = str(made.id)
    for subnet_id in set(endpoint.interfaces) - set(subnets):
        interfaces.detach(endpoint.owner, endpoint.region, endpoint.interfaces.pop(subnet_id))
    ec2_backend = backend_of(endpoint.owner, endpoint.region)
    found = [ec2_backend.get_security_group_from_id(one) for one in endpoint.groups]
    for interface_id in endpoint.interfaces.values():
        ec2_backend.enis[interface_id]._group_set = list(found)


@ec2("ModifyVpcEndpoint")
def modify_vpc_endpoint(world: World, call: Call) -> Any:
    known, params = market(world), call.params
    endpoint = _own(known, call, params["VpcEndpointId"])
    if endpoint is None:
        return call.forward()
    service = known.services[endpoint.service_id]
    private_dns = params.get("PrivateDnsEnabled")
    if private_dns and endpoint.state == "pendingAcceptance":
        raise _not_accepted(service)
    if endpoint.state != "available":
        message = f"The VPC endpoint {endpoint.id} is in the state {endpoint.state}, in which it cannot be modified"
        raise AwsError("IncorrectState", message)
    kept = [one for one in endpoint.interfaces if one not in params.get("RemoveSubnetIds", [])]
    added = params.get("AddSubnetIds", [])
    _check_subnets(call, endpoint.vpc_id, added, service, tuple(kept))
    groups = [one for one in endpoint.groups if one not in params.get("RemoveSecurityGroupIds", [])]
    groups += params.get("AddSecurityGroupIds", [])
    _check_groups(call, endpoint.vpc_id, groups)
    if not groups:
        raise AwsError("InvalidParameter", "An interface endpoint must have at least one security group")
    if private_dns and not endpoint.private_dns_enabled:
        _check_private_dns(call, known, service, endpoint.vpc_id)
    endpoint.groups = groups
    _follow(endpoint, [*kept, *added])
    if private_dns is not None:
        endpoint.private_dns_enabled = private_dns
    begin(world, endpoint)
    return {"Return": True}


def _own(known: Market, call: Call, endpoint_id: str) -> Endpoint | None:
    """None is moto's business."""
    found = known.endpoints.get(endpoint_id)
    if found is not None and found.owner == call.account and found.region == call.region:
        return found
    if endpoint_id in backend(call).vpc_end_points:
        return None
    raise AwsError("InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist")


@ec2("DeleteVpcEndpoints")
def delete_vpc_endpoints(world: World, call: Call) -> Any:
    known, failed = market(world), []
    for endpoint_id in call.params["VpcEndpointIds"]:
        try:
            endpoint = _own(known, call, endpoint_id)
        except AwsError:
            message = f"The VpcEndPoint Id '{endpoint_id}' does not exist"
            failed.append(unsuccessful(endpoint_id, "InvalidVpcEndpoint.NotFound", message))
            continue
        if endpoint is None:
            backend(call).delete_vpc_endpoints([endpoint_id])
        elif endpoint.state not in LEAVING:
            endpoint.state = "deleting"
            endpoint.private_dns_enabled = False
            world.after("vpc_endpoint_delete", functools.partial(_gone, world, endpoint))
    return {"Unsuccessful": failed}


def _gone(world: World, endpoint: Endpoint) -> None:
    _follow(endpoint, [])
    forget_tags(endpoint.owner, endpoint.region, endpoint.id)
    market(world).endpoints.pop(endpoint.id, None)


@ec2("DescribeVpcEndpoints")
def describe_vpc_endpoints(world: World, call: Call) -> Any:
    known, wanted = market(world), call.params.get("VpcEndpointIds")
    mine = [one for one in known.endpoints.values() if (one.owner, one.region) == (call.account, call.region)]
    for endpoint_id in wanted or []:
        _own(known, call, endpoint_id)
    found = []
    for endpoint in mine:
        values = {
            "vpc-endpoint-id": endpoint.id,
            "vpc-id": endpoint.vpc_id,
            "service-name": endpoint.service_name,
            "service-region": endpoint.service_region,
            "vpc-endpoint-state": endpoint.state,
            "vpc-endpoint-type": "Interface",
        }
        if (not wanted or endpoint.id in wanted) and passes(call, endpoint.id, values):
            found.append(_described(call, known, endpoint))
    items, token = page(found, call.params.get("NextToken"), call.params.get("MaxResults"), PAGE)
    return {"VpcEndpoints": items, "NextToken": token}


@ec2("DescribeVpcEndpointServices")
def describe_vpc_endpoint_services(world: World, call: Call) -> Any:
    """Of somebody else's services one sees what one may connect to. Without a name moto answers, with AWS's own."""
    names = call.params.get("ServiceNames", [])
    if not any(".vpce." in name for name in names):
        return call.forward()
    regions = call.params.get("ServiceRegions") or [call.region]
    found = [market(world).visible(name, call.account, call.region, regions[0]) for name in names]
    return {"ServiceNames": [one.name for one in found], "ServiceDetails": [_detail(call, one) for one in found]}


def _detail(call: Call, service: Service) -> dict[str, Any]:
    zones = [zone.name for zone in backend(call).describe_availability_zones([], [], [])]
    detail: dict[str, Any] = {
        "ServiceName": service.name,
        "ServiceId": service.id,
        "ServiceType": [{"ServiceType": "Interface"}],
        "ServiceRegion": service.region,
        "AvailabilityZones": zones if service.zones is None else service.zones,
        "Owner": service.owner,
        "BaseEndpointDnsNames": [f"{service.id}.{service.region}.vpce.amazonaws.com"],
        "VpcEndpointPolicySupported": False,
        "AcceptanceRequired": service.acceptance_required,
        "ManagesVpcEndpoints": False,
        "Tags": [],
        "SupportedIpAddressTypes": ["ipv4"],
    }
    if service.private_dns_name:
        detail["PrivateDnsName"] = service.private_dns_name
        detail["PrivateDnsNames"] = [{"PrivateDnsName": service.private_dns_name}]
        detail["PrivateDnsNameVerificationState"] = service.verification
    return detail


def _described(call: Call, known: Market, endpoint: Endpoint) -> dict[str, Any]:
    ec2_backend = backend_of(endpoint.owner, endpoint.region)
    groups = [ec2_backend.get_security_group_from_id(one) for one in endpoint.groups]
    return {
        "VpcEndpointId": endpoint.id,
        "VpcEndpointType": "Interface",
        "VpcId": endpoint.vpc_id,
        "ServiceName": endpoint.service_name,
        "ServiceRegion": endpoint.service_region,
        "State": endpoint.state,
        "RouteTableIds": [],
        "SubnetIds": list(endpoint.interfaces),
        "Groups": [{"GroupId": one.id, "GroupName": one.name} for one in groups if one],
        "IpAddressType": "ipv4",
        "PrivateDnsEnabled": endpoint.private_dns_enabled,
        "RequesterManaged": False,
        "NetworkInterfaceIds": list(endpoint.interfaces.values()),
        "DnsEntries": _names(known, endpoint),
        "CreationTimestamp": moment(endpoint.created),
        "OwnerId": endpoint.owner,
        "Tags": tags_of(endpoint.owner, endpoint.region, endpoint.id),
    }


def _names(known: Market, endpoint: Endpoint) -> list[dict[str, str]]:
    service = known.services.get(endpoint.service_id)
    own = f"{endpoint.id}.{endpoint.service_id}.{endpoint.service_region}.vpce.amazonaws.com"
    entries = [{"DnsName": own, "HostedZoneId": ZONE}]
    if endpoint.private_dns_enabled and service and service.private_dns_name:
        entries.append({"DnsName": service.private_dns_name, "HostedZoneId": f"Z{endpoint.id[-12:].upper()}"})
    return entries
