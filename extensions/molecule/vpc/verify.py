"""The network as EC2 describes it."""

STACK = [{"Name": "tag:Project", "Values": ["portkey-gateway"]}]
LIVE = [{"Name": "state", "Values": ["pending", "available"]}]
RANGES = {"public": ["10.40.0.0/20", "10.40.16.0/20"], "private": ["10.40.128.0/20", "10.40.144.0/20"]}


def the_vpc(aws):
    (vpc,) = aws("ec2").describe_vpcs(Filters=STACK)["Vpcs"]
    return vpc


def subnets(aws, kind):
    found = aws("ec2").describe_subnets(Filters=[*STACK, {"Name": "tag:Name", "Values": [f"*-{kind}-*"]}])["Subnets"]
    return sorted(found, key=lambda subnet: subnet["AvailabilityZone"])


def default_routes(aws, subnet_ids):
    """Where each subnet's way out leads: by what kind of gateway, and which."""
    tables = aws("ec2").describe_route_tables(Filters=STACK)["RouteTables"]
    ways = {}
    for table in tables:
        (route,) = [route for route in table["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
        for association in table["Associations"]:
            ways[association.get("SubnetId")] = route
    return [ways[subnet_id] for subnet_id in subnet_ids]


def test_the_vpc_has_names_in_its_dns_and_the_stack_s_tags(aws, tagged):
    vpc = the_vpc(aws)
    assert vpc["CidrBlock"] == "10.40.0.0/16"
    assert tagged(vpc["Tags"])
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = aws("ec2").describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)
        assert answer[attribute[0].upper() + attribute[1:]]["Value"] is True


def test_each_zone_has_a_public_and_a_private_subnet(aws):
    for kind, ranges in RANGES.items():
        found = subnets(aws, kind)
        assert [subnet["AvailabilityZone"] for subnet in found] == ["us-east-1a", "us-east-1b"]
        assert [subnet["CidrBlock"] for subnet in found] == ranges


def test_the_public_subnets_lead_to_the_internet_and_the_private_ones_through_one_nat_gateway(aws):
    (internet,) = aws("ec2").describe_internet_gateways(Filters=STACK)["InternetGateways"]
    assert [attached["VpcId"] for attached in internet["Attachments"]] == [the_vpc(aws)["VpcId"]]
    (nat,) = aws("ec2").describe_nat_gateways(Filters=LIVE)["NatGateways"]
    assert nat["SubnetId"] == subnets(aws, "public")[0]["SubnetId"]
    public = default_routes(aws, [subnet["SubnetId"] for subnet in subnets(aws, "public")])
    private = default_routes(aws, [subnet["SubnetId"] for subnet in subnets(aws, "private")])
    assert {route["GatewayId"] for route in public} == {internet["InternetGatewayId"]}
    assert {route["NatGatewayId"] for route in private} == {nat["NatGatewayId"]}


def test_exactly_one_address_is_paid_for(aws, tagged):
    (address,) = aws("ec2").describe_addresses()["Addresses"]
    assert tagged(address["Tags"])
