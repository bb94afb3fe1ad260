"""Load balancers."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from moto.utilities.utils import get_partition

from ...registry import AwsError, Call, handles
from ..ec2.common import backend
from ..ec2.privatelink import market
from ..pages import page
from ..times import moment
from . import interfaces
from .attributes import load_balancer_defaults
from .state import KINDS, LoadBalancer, Store, arn_of, new_id, publish, store_of, withdraw
from .validation import check_choice, check_load_balancer_name, check_tags, invalid

if TYPE_CHECKING:
    from ...world import World

# Where Route 53 finds the load balancers of a region: application, network.
HOSTED_ZONES = {
    "us-east-1": ("Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI"),
    "us-west-2": ("Z1H1FL5HABSF5", "Z18D5FSROUN65G"),
}
ELSEWHERE = ("Z2P70J7EXAMPLE", "Z2P70J7EXAMPLE")
DNS_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}
PAGE = 400


@handles("elbv2", "CreateLoadBalancer")
def create_load_balancer(world: World, call: Call) -> Any:
    params, store = call.params, store_of(world, call)
    name, kind = params["Name"], params.get("Type", "application")
    check_load_balancer_name(name)
    check_choice("type", kind, [*KINDS])
    check_tags(params.get("Tags", []))
    subnets = _subnets(call, kind)
    vpc_id = _vpc_of(call, subnets)
    groups = _security_groups(call, kind, vpc_id)
    wanted = LoadBalancer(
        arn="",
        name=name,
        type=kind,
        scheme=params.get("Scheme", "internet-facing"),
        vpc_id=vpc_id,
        dns_name="",
        zone_id=HOSTED_ZONES.get(call.region, ELSEWHERE)[kind == "network"],
        created=world.now,
        ip_address_type=params.get("IpAddressType", "ipv4"),
        subnets=subnets,
        security_groups=groups,
        attributes=load_balancer_defaults(kind),
    )
    existing = next((one for one in store.load_balancers.values() if one.name == name), None)
    if existing is not None:
        if _settings(existing) != _settings(wanted):
            message = f"A load balancer with the same name '{name}' exists, but with different settings"
            raise AwsError("DuplicateLoadBalancerName", message)
        return {"LoadBalancers": [_described(existing)]}
    _check_reachable(call, wanted)
    _start(world, call, store, wanted)
    publish(call.account, call.region, wanted.arn, params.get("Tags", []))
    return {"LoadBalancers": [_described(wanted)]}


def _settings(balancer: LoadBalancer) -> tuple[Any, ...]:
    """What must be the same for a repeated creation to be the same load balancer."""
    return (
        balancer.type,
        balancer.scheme,
        balancer.ip_address_type,
        sorted(balancer.subnets.values()),
        sorted(balancer.security_groups),
    )


def _start(world: World, call: Call, store: Store, balancer: LoadBalancer) -> None:
    identifier = new_id()
    balancer.arn = arn_of(call, f"loadbalancer/{KINDS[balancer.type]}/{balancer.name}/{identifier}")
    balancer.dns_name = _dns_name(call.region, balancer, identifier)
    store.load_balancers[balancer.arn] = balancer
    interfaces.follow(call.account, call.region, balancer)
    world.after(f"{balancer.type}_load_balancer_create", functools.partial(_active, balancer))


def _active(balancer: LoadBalancer) -> None:
    balancer.state = "active"


def _dns_name(region: str, balancer: LoadBalancer, identifier: str) -> str:
    suffix = DNS_SUFFIXES.get(get_partition(region), "amazonaws.com")
    if balancer.type == "network":
        return f"{balancer.name}-{identifier}.elb.{region}.{suffix}".lower()
    internal = "internal-" if balancer.scheme == "internal" else ""
    return f"{internal}{balancer.name}-{int(identifier, 16) % 10**10:010d}.{region}.elb.{suffix}".lower()


def _subnets(call: Call, kind: str) -> dict[str, str]:
    """The subnets by availability zone."""
    params = call.params
    wanted = [*params.get("Subnets", []), *(one["SubnetId"] for one in params.get("SubnetMappings", []))]
    by_zone: dict[str, str] = {}
    for subnet_id in dict.fromkeys(wanted):
        subnet = _subnet(call, subnet_id)
        if subnet.availability_zone in by_zone:
            message = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
            raise AwsError("InvalidConfigurationRequest", message)
        by_zone[subnet.availability_zone] = subnet_id
    if not by_zone:
        raise invalid("At least one subnet must be specified")
    if kind == "application" and len(by_zone) < 2:
        raise invalid("At least two subnets in two different Availability Zones must be specified")
    return dict(sorted(by_zone.items()))


def _subnet(call: Call, subnet_id: str) -> Any:
    for zone in backend(call).subnets.values():
        if subnet_id in zone:
            return zone[subnet_id]
    raise AwsError("SubnetNotFound", f"The subnet ID '{subnet_id}' does not exist")


def _vpc_of(call: Call, subnets: dict[str, str]) -> str:
    vpcs = {_subnet(call, subnet_id).vpc_id for subnet_id in subnets.values()}
    if len(vpcs) > 1:
        raise AwsError("InvalidConfigurationRequest", "All subnets must belong to the same VPC")
    return str(vpcs.pop())


def _security_groups(call: Call, kind: str, vpc_id: str) -> list[str]:
    wanted = list(dict.fromkeys(call.params.get("SecurityGroups", [])))
    for group_id in wanted:
        check_security_group(call, group_id, vpc_id)
    if not wanted and kind == "application":
        return [backend(call).get_default_security_group(vpc_id).id]
    return wanted


def check_security_group(call: Call, group_id: str, vpc_id: str) -> None:
    group = backend(call).get_security_group_from_id(group_id)
    if group is None:
        raise AwsError("InvalidSecurityGroup", f"Security group '{group_id}' does not exist")
    if group.vpc_id != vpc_id:
        message = f"One or more security groups are invalid: '{group_id}' is not in VPC '{vpc_id}'"
        raise AwsError("InvalidConfigurationRequest", message)


def _check_reachable(call: Call, balancer: LoadBalancer) -> None:
    check_choice("scheme", balancer.scheme, ["internet-facing", "internal"])
    check_choice("ipAddressType", balancer.ip_address_type, ["ipv4", "dualstack", "dualstack-without-public-ipv4"])
    gateways = backend(call).internet_gateways.values()
    attached = any(gateway.vpc and gateway.vpc.id == balancer.vpc_id for gateway in gateways)
    if balancer.scheme == "internet-facing" and not attached:
        raise AwsError("InvalidSubnet", f"VPC {balancer.vpc_id} has no internet gateway")


@handles("elbv2", "DescribeLoadBalancers")
def describe_load_balancers(world: World, call: Call) -> Any:
    params, store = call.params, store_of(world, call)
    arns, names = params.get("LoadBalancerArns", []), params.get("Names", [])
    if arns and names:
        raise invalid("Load balancer names and load balancer ARNs cannot be specified at the same time")
    every = list(store.load_balancers.values())
    missing = sorted({*arns} - {one.arn for one in every}) + sorted({*names} - {one.name for one in every})
    if missing:
        raise AwsError("LoadBalancerNotFound", f"Load balancers '[{', '.join(missing)}]' not found")
    wanted = [one for one in every if not (arns or names) or one.arn in arns or one.name in names]
    items, marker = page(wanted, params.get("Marker"), params.get("PageSize"), PAGE)
    return {"LoadBalancers": [_described(one) for one in items], "NextMarker": marker}


@handles("elbv2", "DeleteLoadBalancer")
def delete_load_balancer(world: World, call: Call) -> Any:
    """A load balancer that does not exist is as good as deleted. Target groups stay."""
    store, arn = store_of(world, call), call.params["LoadBalancerArn"]
    check_arn(arn)
    balancer = store.load_balancers.get(arn)
    if balancer is None:
        return {}
    if balancer.attributes["deletion_protection.enabled"] == "true":
        message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        raise AwsError("OperationNotPermitted", message)
    _check_no_endpoint_service(world, arn)
    _check_no_target(store, balancer)
    _let_go(world, call, [*(one for each in store.listeners_of(arn) for one in each.certificates)], arn)
    for listener in store.listeners_of(arn):
        forget_listener(call, store, listener.arn)
    del store.load_balancers[arn]
    withdraw(call.account, call.region, arn)
    interfaces.release(world, call.account, call.region, balancer)
    return {}


def _let_go(world: World, call: Call, certificates: list[str], arn: str) -> None:
    """Of certificates, which count as used for a while, and of the web ACL before it."""
    from ..acm import released
    from ..wafv2 import forget

    released(world, call, certificates)
    forget(call, arn)


def _check_no_endpoint_service(world: World, arn: str) -> None:
    """A network load balancer behind a PrivateLink service has to stay."""
    if any(arn in service.balancers for service in market(world).services.values()):
        raise _associated(arn)


def _check_no_target(store: Store, balancer: LoadBalancer) -> None:
    """An application load balancer to which a network load balancer leads has to stay as well."""
    if any(balancer.arn in group.balancer_targets for group in store.target_groups.values()):
        raise _associated(balancer.arn)


def _associated(arn: str) -> AwsError:
    message = f"Load balancer '{arn}' cannot be deleted because it is currently associated with another service"
    return AwsError("ResourceInUse", message)


def check_arn(arn: str) -> None:
    if not re.fullmatch(r"arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:loadbalancer/.+", arn):
        raise invalid(f"'{arn}' is not a valid load balancer ARN")


def forget_listener(call: Call, store: Store, arn: str) -> None:
    for rule in store.rules_of(arn):
        del store.rules[rule.arn]
        withdraw(call.account, call.region, rule.arn)
    del store.listeners[arn]
    withdraw(call.account, call.region, arn)


@handles("elbv2", "SetSubnets")
def set_subnets(world: World, call: Call) -> Any:
    balancer = store_of(world, call).load_balancer(call.params["LoadBalancerArn"])
    subnets = _subnets(call, balancer.type)
    if _vpc_of(call, subnets) != balancer.vpc_id:
        raise AwsError("InvalidConfigurationRequest", "All subnets must belong to the same VPC")
    balancer.subnets = subnets
    interfaces.follow(call.account, call.region, balancer)
    return {"AvailabilityZones": _zones(balancer), "IpAddressType": balancer.ip_address_type}


@handles("elbv2", "SetSecurityGroups")
def set_security_groups(world: World, call: Call) -> Any:
    balancer = store_of(world, call).load_balancer(call.params["LoadBalancerArn"])
    groups = list(dict.fromkeys(call.params["SecurityGroups"]))
    if balancer.type == "network" and not balancer.security_groups:
        message = (
            "You cannot specify security groups for a Network Load Balancer that was created without security groups"
        )
        raise AwsError("InvalidConfigurationRequest", message)
    if not groups:
        raise AwsError("InvalidConfigurationRequest", "At least one security group must be specified")
    for group_id in groups:
        check_security_group(call, group_id, balancer.vpc_id)
    enforced = call.params.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
    if enforced is not None:
        if balancer.type != "network":
            raise invalid("Only network load balancers have rules for the traffic of PrivateLink")
        check_choice("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", enforced, ["on", "off"])
        balancer.private_link_rules = enforced
    balancer.security_groups = groups
    interfaces.follow(call.account, call.region, balancer)
    return {
        "SecurityGroupIds": groups,
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": balancer.private_link_rules,
    }


@handles("elbv2", "SetIpAddressType")
def set_ip_address_type(world: World, call: Call) -> Any:
    balancer = store_of(world, call).load_balancer(call.params["LoadBalancerArn"])
    wanted = call.params["IpAddressType"]
    check_choice("ipAddressType", wanted, ["ipv4", "dualstack", "dualstack-without-public-ipv4"])
    balancer.ip_address_type = wanted
    return {"IpAddressType": wanted}


def _zones(balancer: LoadBalancer) -> list[dict[str, Any]]:
    return [
        {"ZoneName": zone, "SubnetId": subnet_id, "LoadBalancerAddresses": []}
        for zone, subnet_id in balancer.subnets.items()
    ]


def _described(balancer: LoadBalancer) -> dict[str, Any]:
    described: dict[str, Any] = {
        "LoadBalancerArn": balancer.arn,
        "DNSName": balancer.dns_name,
        "CanonicalHostedZoneId": balancer.zone_id,
        "CreatedTime": moment(balancer.created),
        "LoadBalancerName": balancer.name,
        "Scheme": balancer.scheme,
        "VpcId": balancer.vpc_id,
        "State": {"Code": balancer.state},
        "Type": balancer.type,
        "AvailabilityZones": _zones(balancer),
        "IpAddressType": balancer.ip_address_type,
    }
    if balancer.security_groups:
        described["SecurityGroups"] = balancer.security_groups
        if balancer.type == "network":
            described["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = balancer.private_link_rules
    return described
