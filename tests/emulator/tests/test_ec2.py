"""EC2: NAT gateways, addresses, what depends on what, launch templates, instances."""

from __future__ import annotations

import pytest

from emulator.testing import refused

from . import builders


def _nat(emulator, net, **options):
    ec2 = emulator.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    answer = ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=address, **options)
    return answer["NatGateway"]["NatGatewayId"], address


def _state(emulator, gateway):
    return emulator.client("ec2").describe_nat_gateways(NatGatewayIds=[gateway])["NatGateways"][0]["State"]


def test_a_nat_gateway_lives_through_its_states_and_is_visible_for_an_hour_after(slow):
    ec2, net = slow.client("ec2"), builders.network(slow)
    gateway, address = _nat(slow, net)
    assert _state(slow, gateway) == "pending"
    slow.advance(110)
    assert _state(slow, gateway) == "available"
    with refused("InvalidIPAddress.InUse", "is in use."):
        ec2.release_address(AllocationId=address)
    association = ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]["AssociationId"]
    with refused("AuthFailure", "You do not have permission"):
        ec2.disassociate_address(AssociationId=association)
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert _state(slow, gateway) == "deleting"
    with refused("InvalidIPAddress.InUse"):
        ec2.release_address(AllocationId=address)
    slow.advance(60)
    assert _state(slow, gateway) == "deleted"
    ec2.release_address(AllocationId=address)
    with refused("NatGatewayNotFound"):
        ec2.delete_nat_gateway(NatGatewayId=gateway)
    slow.advance(3700)
    with refused("NatGatewayNotFound"):
        _state(slow, gateway)


def test_a_nat_gateway_without_a_way_out_or_with_a_used_address_fails(emulator):
    ec2, net = emulator.client("ec2"), builders.network(emulator)
    _unused, address = _nat(emulator, net)
    second = ec2.create_nat_gateway(SubnetId=net.subnets[1], AllocationId=address)["NatGateway"]["NatGatewayId"]
    failed = ec2.describe_nat_gateways(NatGatewayIds=[second])["NatGateways"][0]
    assert (failed["State"], failed["FailureCode"]) == ("failed", "Resource.AlreadyAssociated")
    lonely = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=lonely, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    free = ec2.allocate_address(Domain="vpc")["AllocationId"]
    third = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=free)["NatGateway"]["NatGatewayId"]
    assert ec2.describe_nat_gateways(NatGatewayIds=[third])["NatGateways"][0]["FailureCode"] == "Gateway.NotAttached"


def test_nat_gateways_are_found_by_tag_state_and_vpc(emulator):
    ec2, net = emulator.client("ec2"), builders.network(emulator)
    tags = [{"ResourceType": "natgateway", "Tags": [{"Key": "Project", "Value": "portkey"}]}]
    gateway, address = _nat(emulator, net, TagSpecifications=tags)
    for name, value in (("tag:Project", "portkey"), ("vpc-id", net.vpc), ("state", "available")):
        found = ec2.describe_nat_gateways(Filter=[{"Name": name, "Values": [value]}])["NatGateways"]
        assert [one["NatGatewayId"] for one in found] == [gateway]
    assert not ec2.describe_nat_gateways(Filter=[{"Name": "tag:Project", "Values": ["other"]}])["NatGateways"]
    ec2.create_tags(Resources=[address], Tags=[{"Key": "Name", "Value": "out"}])
    types = {tag["ResourceId"]: tag["ResourceType"] for tag in ec2.describe_tags()["Tags"]}
    assert types == {gateway: "natgateway", address: "elastic-ip"}


def test_the_same_client_token_makes_one_gateway(emulator):
    ec2, net = emulator.client("ec2"), builders.network(emulator)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    wanted = {"SubnetId": net.subnets[0], "AllocationId": address, "ClientToken": "one"}
    first, second = (ec2.create_nat_gateway(**wanted)["NatGateway"]["NatGatewayId"] for _unused in range(2))
    assert first == second
    with refused("IdempotentParameterMismatch"):
        ec2.create_nat_gateway(**{**wanted, "SubnetId": net.subnets[1]})


def test_a_route_needs_a_gateway_that_is_known_and_becomes_a_black_hole_after_it(slow):
    ec2, net = slow.client("ec2"), builders.network(slow)
    table = ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    gateway, _unused = _nat(slow, net)
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": gateway}
    with refused("InvalidNatGatewayID.NotFound"):
        ec2.create_route(**route)
    slow.advance(3)
    ec2.create_route(**route)
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    slow.advance(200)
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert [one["State"] for one in routes if one.get("NatGatewayId")] == ["blackhole"]
    with refused("InvalidNatGatewayID.NotFound"):
        ec2.create_route(**{**route, "DestinationCidrBlock": "192.168.0.0/16"})


def test_a_vpc_goes_only_after_everything_in_it(emulator):
    ec2, net = emulator.client("ec2"), builders.network(emulator)
    gateway, address = _nat(emulator, net)
    group = ec2.create_security_group(GroupName="one", Description="one", VpcId=net.vpc)["GroupId"]
    other = ec2.create_security_group(GroupName="two", Description="two", VpcId=net.vpc)["GroupId"]
    rule = [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": group}]}]
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=rule)
    table = ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    for subnet in net.subnets:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)

    def delete_vpc_is_refused():
        with refused("DependencyViolation", f"The vpc '{net.vpc}' has dependencies and cannot be deleted."):
            ec2.delete_vpc(VpcId=net.vpc)

    with refused("DependencyViolation", f"The subnet '{net.subnets[0]}' has dependencies"):
        ec2.delete_subnet(SubnetId=net.subnets[0])
    with refused("DependencyViolation", "has some mapped public address(es). Please unmap those"):
        ec2.detach_internet_gateway(InternetGatewayId=net.gateway, VpcId=net.vpc)
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    ec2.release_address(AllocationId=address)
    with refused("DependencyViolation", f"resource {group} has a dependent object"):
        ec2.delete_security_group(GroupId=group)
    ec2.revoke_security_group_ingress(GroupId=other, IpPermissions=rule)
    with refused("DependencyViolation", f"The routeTable '{table}' has dependencies"):
        ec2.delete_route_table(RouteTableId=table)
    with refused("DependencyViolation", f"The internetGateway '{net.gateway}' has dependencies"):
        ec2.delete_internet_gateway(InternetGatewayId=net.gateway)
    for delete in (
        lambda: [ec2.delete_security_group(GroupId=one) for one in (group, other)],
        lambda: [ec2.delete_subnet(SubnetId=one) for one in net.subnets],
        lambda: ec2.detach_internet_gateway(InternetGatewayId=net.gateway, VpcId=net.vpc),
        lambda: ec2.delete_route_table(RouteTableId=table),
    ):
        delete_vpc_is_refused()
        delete()
    ec2.delete_vpc(VpcId=net.vpc)


def test_the_default_security_group_stays(emulator):
    ec2, net = emulator.client("ec2"), builders.network(emulator)
    wanted = [{"Name": "vpc-id", "Values": [net.vpc]}, {"Name": "group-name", "Values": ["default"]}]
    group = ec2.describe_security_groups(Filters=wanted)["SecurityGroups"][0]["GroupId"]
    with refused("CannotDelete", "cannot be deleted by a user"):
        ec2.delete_security_group(GroupId=group)


def test_a_service_s_interface_is_not_the_user_s(emulator):
    ec2, net = emulator.client("ec2"), builders.network(emulator)
    _nat(emulator, net)
    (interface,) = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert interface["RequesterManaged"] and interface["InterfaceType"] == "nat_gateway"
    with refused("OperationNotPermitted"):
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])


def test_a_dry_run_changes_nothing(emulator):
    ec2, net = emulator.client("ec2"), builders.network(emulator)
    with refused("DryRunOperation", "Request would have succeeded"):
        ec2.delete_subnet(SubnetId=net.subnets[0], DryRun=True)
    assert len(ec2.describe_subnets(SubnetIds=net.subnets)["Subnets"]) == 2


def test_tags_end_with_what_they_are_on(emulator):
    ec2, net = emulator.client("ec2"), builders.network(emulator)
    ec2.create_tags(Resources=[net.subnets[0]], Tags=[{"Key": "a", "Value": "b"}])
    ec2.delete_subnet(SubnetId=net.subnets[0])
    assert ec2.describe_tags()["Tags"] == []


def test_regions_zones_and_instance_types(emulator):
    ec2 = emulator.client("ec2")
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    assert zones == [f"us-east-1{letter}" for letter in "abcdef"]
    assert {"us-east-1", "us-west-2"} <= {region["RegionName"] for region in ec2.describe_regions()["Regions"]}
    types = ec2.describe_instance_types(InstanceTypes=["t4g.medium", "m5.large"])["InstanceTypes"]
    architectures = {one["InstanceType"]: one["ProcessorInfo"]["SupportedArchitectures"] for one in types}
    assert architectures == {"t4g.medium": ["arm64"], "m5.large": ["x86_64"]}
    with refused("InvalidInstanceType", "t9.none"):
        ec2.describe_instance_types(InstanceTypes=["t9.none"])
    wanted = [{"Name": "instance-type", "Values": ["t4g.medium"]}]
    offers = ec2.describe_instance_type_offerings(LocationType="availability-zone", Filters=wanted)
    # As in AWS: us-east-1e has no Graviton.
    assert {one["Location"] for one in offers["InstanceTypeOfferings"]} == {*zones} - {"us-east-1e"}


@pytest.mark.parametrize("name, architecture", [(builders.AMI_ARM, "arm64"), (builders.AMI_X86, "x86_64")])
def test_the_ecs_images_exist_with_the_architecture_of_their_name(emulator, name, architecture):
    image = emulator.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    (found,) = emulator.client("ec2").describe_images(ImageIds=[image])["Images"]
    assert found["Architecture"] == architecture


def test_launch_templates_have_versions(emulator):
    ec2, net = emulator.client("ec2"), builders.network(emulator)
    template = builders.launch_template(emulator, net, UserData="Zmlyc3Q=")
    named = {"LaunchTemplateId": template}
    ec2.create_launch_template_version(**named, SourceVersion="1", LaunchTemplateData={"UserData": "c2Vjb25k"})
    versions = ec2.describe_launch_template_versions(**named)["LaunchTemplateVersions"]
    assert [(one["VersionNumber"], one["DefaultVersion"]) for one in versions] == [(2, False), (1, True)]
    data = versions[0]["LaunchTemplateData"]
    assert (data["UserData"], data["InstanceType"]) == ("c2Vjb25k", "t4g.medium")
    assert "TagSpecifications" not in data
    ec2.modify_launch_template(**named, DefaultVersion="2")
    gone = ec2.delete_launch_template_versions(**named, Versions=["1", "2"])
    assert [one["VersionNumber"] for one in gone["SuccessfullyDeletedLaunchTemplateVersions"]] == [1]
    assert [one["VersionNumber"] for one in gone["UnsuccessfullyDeletedLaunchTemplateVersions"]] == [2]
    with refused("InvalidLaunchTemplateId.VersionNotFound"):
        ec2.describe_launch_template_versions(**named, Versions=["1"])
    (found,) = ec2.describe_launch_templates(LaunchTemplateNames=["nodes"])["LaunchTemplates"]
    assert (found["DefaultVersionNumber"], found["LatestVersionNumber"]) == (2, 2)
    with refused("InvalidLaunchTemplateName.AlreadyExistsException"):
        builders.launch_template(emulator, builders.network(emulator))
    ec2.delete_launch_template(**named)
    with refused("InvalidLaunchTemplateName.NotFoundException"):
        ec2.describe_launch_templates(LaunchTemplateNames=["nodes"])


def test_an_instance_starts_only_with_a_profile_that_has_propagated(slow):
    ec2, image = slow.client("ec2"), slow.client("ssm").get_parameter(Name=builders.AMI_ARM)["Parameter"]["Value"]
    wanted = {"ImageId": image, "InstanceType": "t4g.medium", "MinCount": 1, "MaxCount": 1}
    profile = {"Name": builders.instance_profile(slow)}
    message = "Value (nodes) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
    with refused("InvalidParameterValue", message):
        ec2.run_instances(**wanted, IamInstanceProfile=profile)
    slow.advance(9)
    instance = ec2.run_instances(**wanted, IamInstanceProfile=profile)["Instances"][0]["InstanceId"]
    (changed,) = ec2.terminate_instances(InstanceIds=[instance])["TerminatingInstances"]
    assert changed["CurrentState"]["Name"] == "shutting-down"
