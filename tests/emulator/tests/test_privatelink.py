"""PrivateLink: endpoints to somebody else's service, and services of the account to which others connect."""

from __future__ import annotations

import pytest

from emulator.testing import refused

from . import builders
from .ecs_stack import Stack

OFFERED = "com.amazonaws.vpce.us-east-1.vpce-svc-0c2c1c323d9f56d95"
NAME = "cp.example.com"
ACCOUNT, OTHER = "123456789012", "299329113195"


def offer(emulator, **more) -> None:
    given = {"name": OFFERED, "private_dns_name": NAME, "allowed": [ACCOUNT], **more}
    emulator.post("privatelink", offer=given)


def connect(emulator, net, **more) -> str:
    asked = {"PrivateDnsEnabled": False, "SubnetIds": net.subnets[:2], **more}
    made = emulator.client("ec2").create_vpc_endpoint(
        VpcEndpointType="Interface", VpcId=net.vpc, ServiceName=OFFERED, **asked
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def seen(emulator, endpoint: str):
    return emulator.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]


def private_dns(emulator, endpoint: str, on: bool = True) -> None:
    emulator.client("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=on)


def test_a_service_is_only_there_for_whom_its_owner_lets_in(emulator):
    net, ec2 = builders.network(emulator), emulator.client("ec2")
    offer(emulator, allowed=[])
    with refused("InvalidServiceName", f"The Vpc Endpoint Service '{OFFERED}' does not exist"):
        ec2.describe_vpc_endpoint_services(ServiceNames=[OFFERED])
    with refused("InvalidServiceName"):
        connect(emulator, net)
    offer(emulator)
    (detail,) = ec2.describe_vpc_endpoint_services(ServiceNames=[OFFERED])["ServiceDetails"]
    assert (detail["AcceptanceRequired"], detail["Owner"]) == (True, OTHER)


def test_an_endpoint_waits_for_the_owner_and_private_dns_for_the_endpoint(slow):
    net = builders.network(slow)
    offer(slow)
    with refused("InvalidParameter", "Private DNS can only be enabled after the endpoint connection is accepted"):
        connect(slow, net, PrivateDnsEnabled=True)
    endpoint = connect(slow, net)
    assert seen(slow, endpoint)["State"] == "pendingAcceptance"
    with refused("InvalidParameter", f"accepted by the owner of {OFFERED}."):
        private_dns(slow, endpoint)
    slow.post("privatelink", accept=endpoint)
    assert seen(slow, endpoint)["State"] == "pending"
    with refused("IncorrectState"):
        private_dns(slow, endpoint)
    slow.advance(90)
    assert [one["DnsName"] for one in seen(slow, endpoint)["DnsEntries"]] == [
        f"{endpoint}.vpce-svc-0c2c1c323d9f56d95.us-east-1.vpce.amazonaws.com"
    ]
    with refused("InvalidParameter", "requires both enableDnsSupport and enableDnsHostnames"):
        private_dns(slow, endpoint)
    slow.client("ec2").modify_vpc_attribute(VpcId=net.vpc, EnableDnsHostnames={"Value": True})
    private_dns(slow, endpoint)
    shown = seen(slow, endpoint)
    assert (shown["State"], shown["PrivateDnsEnabled"], shown["DnsEntries"][1]["DnsName"]) == ("pending", True, NAME)
    slow.advance(90)
    assert seen(slow, endpoint)["State"] == "available"
    second = connect(slow, net)
    slow.post("privatelink", accept=second)
    slow.advance(90)
    with refused("InvalidParameter", f"conflicting DNS domain for {NAME}"):
        private_dns(slow, second)


@pytest.mark.parametrize(("zones", "names"), [(["us-east-1b"], None), (None, "twice")])
def test_one_subnet_in_each_zone_that_the_service_is_in(emulator, zones, names):
    net, ec2 = builders.network(emulator), emulator.client("ec2")
    offer(emulator, zones=zones)
    if names:
        twin = ec2.create_subnet(VpcId=net.vpc, CidrBlock="10.0.200.0/24", AvailabilityZone="us-east-1a")
        with refused("DuplicateSubnetsInSameZone"):
            connect(emulator, net, SubnetIds=[net.subnets[0], twin["Subnet"]["SubnetId"]])
    else:
        with refused("InvalidParameter", "does not support the availability zone of the subnet"):
            connect(emulator, net)


def test_another_region_has_to_be_named_and_served(emulator):
    ec2 = emulator.client("ec2", "eu-west-1")
    offer(emulator)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    asked = {"VpcEndpointType": "Interface", "VpcId": vpc, "SubnetIds": [subnet], "PrivateDnsEnabled": False}
    with refused("InvalidServiceName"):
        ec2.create_vpc_endpoint(ServiceName=OFFERED, ServiceRegion="us-east-1", **asked)
    offer(emulator, regions=["eu-west-1"])
    with refused("InvalidServiceName"):
        ec2.create_vpc_endpoint(ServiceName=OFFERED, **asked)
    made = ec2.create_vpc_endpoint(ServiceName=OFFERED, ServiceRegion="us-east-1", **asked)["VpcEndpoint"]
    assert (made["ServiceRegion"], made["State"]) == ("us-east-1", "pendingAcceptance")


def test_an_endpoint_holds_its_group_and_subnets_until_it_is_gone(slow):
    net, ec2 = builders.network(slow), slow.client("ec2")
    offer(slow, acceptance_required=False)
    group = ec2.create_security_group(GroupName="cp", Description="cp", VpcId=net.vpc)["GroupId"]
    endpoint = connect(slow, net, SecurityGroupIds=[group])
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint, "vpce-0"])["Unsuccessful"][0]["ResourceId"] == "vpce-0"
    assert seen(slow, endpoint)["State"] == "deleting"
    with refused("DependencyViolation"):
        ec2.delete_vpc(VpcId=net.vpc)
    slow.advance(60)
    with refused("InvalidVpcEndpointId.NotFound"):
        seen(slow, endpoint)
    ec2.delete_security_group(GroupId=group)


def test_subnets_and_groups_of_an_endpoint_change(emulator):
    net, ec2 = builders.network(emulator), emulator.client("ec2")
    offer(emulator, acceptance_required=False)
    endpoint = connect(emulator, net, SubnetIds=net.subnets[:1])
    group = ec2.create_security_group(GroupName="cp", Description="cp", VpcId=net.vpc)["GroupId"]
    before = [one["GroupId"] for one in seen(emulator, endpoint)["Groups"]]
    ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint,
        AddSubnetIds=net.subnets[1:2],
        AddSecurityGroupIds=[group],
        RemoveSecurityGroupIds=before,
    )
    shown = seen(emulator, endpoint)
    assert sorted(shown["SubnetIds"]) == sorted(net.subnets[:2])
    assert [one["GroupId"] for one in shown["Groups"]] == [group]
    assert len(shown["NetworkInterfaceIds"]) == 2


def served(stack: Stack, **more) -> dict:
    balancer = stack.balance("network")["balancer"]
    made = stack.ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[balancer], **more)
    return {**made["ServiceConfiguration"], "balancer": balancer}


def test_the_same_token_makes_one_endpoint_and_one_service(emulator):
    net, stack = builders.network(emulator), Stack(emulator)
    offer(emulator)
    first, second = (connect(emulator, net, ClientToken="one") for _unused in range(2))
    assert first == second
    asked = {"NetworkLoadBalancerArns": [stack.balance("network")["balancer"]], "ClientToken": "one"}
    made = [stack.ec2.create_vpc_endpoint_service_configuration(**asked) for _unused in range(2)]
    assert len({one["ServiceConfiguration"]["ServiceId"] for one in made}) == 1


def test_who_is_let_in_connects_and_waits_to_be_accepted(emulator):
    stack = Stack(emulator)
    service = served(stack, AcceptanceRequired=True)
    asked = {"service": service["ServiceName"], "owner": OTHER}
    with pytest.raises(ValueError, match="does not exist"):
        emulator.post("privatelink", connect=asked)
    stack.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service["ServiceId"], AddAllowedPrincipals=[f"arn:aws:iam::{OTHER}:root"]
    )
    endpoint = emulator.post("privatelink", connect=asked)["endpoint"]
    (seen_here,) = stack.ec2.describe_vpc_endpoint_connections()["VpcEndpointConnections"]
    assert (seen_here["VpcEndpointOwner"], seen_here["VpcEndpointState"]) == (OTHER, "pendingAcceptance")
    assert _deletion(stack, service) == "ExistingVpcEndpointConnections"
    stack.ec2.accept_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint])
    (seen_here,) = stack.ec2.describe_vpc_endpoint_connections()["VpcEndpointConnections"]
    assert seen_here["VpcEndpointState"] == "available"
    stack.ec2.reject_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint])
    assert _deletion(stack, service) is None


def _deletion(stack: Stack, service: dict) -> str | None:
    answer = stack.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])
    return answer["Unsuccessful"][0]["Error"]["Code"] if answer["Unsuccessful"] else None


def test_a_private_name_is_usable_when_its_record_is_in_dns(emulator):
    stack = Stack(emulator)
    service = served(stack, PrivateDnsName="gateway.example.com")
    proof = service["PrivateDnsNameConfiguration"]
    assert (proof["State"], proof["Type"]) == ("pendingVerification", "TXT")

    def verified() -> str:
        stack.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service["ServiceId"])
        (found,) = stack.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
        return found["PrivateDnsNameConfiguration"]["State"]

    assert verified() == "failed"
    emulator.post("privatelink", publish={"name": f"{proof['Name']}.gateway.example.com", "value": proof["Value"]})
    assert verified() == "verified"


def test_only_an_active_network_load_balancer_can_be_behind_it(slow):
    net = builders.network(slow)
    elbv2, ec2 = slow.client("elbv2"), slow.client("ec2")
    made = elbv2.create_load_balancer(Name="front", Type="network", Scheme="internal", Subnets=net.subnets[:2])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    with refused("InvalidParameter", "must be active"):
        ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn])
    slow.advance(200)
    ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn])
    (service,) = ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    assert service["ServiceState"] == "Pending"


def test_a_network_load_balancer_in_front_of_an_application_load_balancer(emulator):
    net, elbv2 = builders.network(emulator), emulator.client("elbv2")
    made = elbv2.create_load_balancer(Name="alb", Type="application", Scheme="internal", Subnets=net.subnets[:2])
    alb = made["LoadBalancers"][0]["LoadBalancerArn"]
    with refused("ValidationError", "target type 'alb'"):
        elbv2.create_target_group(Name="wrong", TargetType="alb", Protocol="TLS", Port=80, VpcId=net.vpc)
    group = elbv2.create_target_group(Name="front", TargetType="alb", Protocol="TCP", Port=80, VpcId=net.vpc)
    (group,) = group["TargetGroups"]
    assert group["HealthCheckProtocol"] == "HTTP"
    register = {"TargetGroupArn": group["TargetGroupArn"], "Targets": [{"Id": alb, "Port": 80}]}
    with refused("ValidationError", "at least one listener that matches"):
        elbv2.register_targets(**register)
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    listener = elbv2.create_listener(LoadBalancerArn=alb, Port=80, Protocol="HTTP", DefaultActions=[fixed])
    elbv2.register_targets(**register)
    arn = listener["Listeners"][0]["ListenerArn"]
    with refused("ResourceInUse", "is in use by registered target"):
        elbv2.delete_listener(ListenerArn=arn)
    with refused("ResourceInUse", "associated with another service"):
        elbv2.delete_load_balancer(LoadBalancerArn=alb)
    elbv2.deregister_targets(**register)
    elbv2.delete_load_balancer(LoadBalancerArn=alb)


def test_whether_the_rules_count_for_privatelink_is_said(emulator):
    net, elbv2 = builders.network(emulator), emulator.client("elbv2")
    group = emulator.client("ec2").create_security_group(GroupName="front", Description="f", VpcId=net.vpc)["GroupId"]
    made = elbv2.create_load_balancer(
        Name="front", Type="network", Scheme="internal", Subnets=net.subnets[:2], SecurityGroups=[group]
    )["LoadBalancers"][0]
    key = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    assert made[key] == "on"
    elbv2.set_security_groups(LoadBalancerArn=made["LoadBalancerArn"], SecurityGroups=[group], **{key: "off"})
    assert elbv2.describe_load_balancers()["LoadBalancers"][0][key] == "off"
