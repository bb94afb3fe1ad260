"""The load balancer as Elastic Load Balancing describes it."""

NAME = "portkey-gateway-dev-lb"


def the_balancer(aws):
    (balancer,) = aws("elbv2").describe_load_balancers(Names=[NAME])["LoadBalancers"]
    return balancer


def test_it_is_internal_in_the_private_subnets_behind_its_security_group(aws, tagged):
    balancer = the_balancer(aws)
    assert (balancer["Type"], balancer["Scheme"]) == ("network", "internal")
    ids = [zone["SubnetId"] for zone in balancer["AvailabilityZones"]]
    ranges = {subnet["CidrBlock"] for subnet in aws("ec2").describe_subnets(SubnetIds=ids)["Subnets"]}
    assert ranges == {"10.40.128.0/20", "10.40.144.0/20"}
    (described,) = aws("elbv2").describe_tags(ResourceArns=[balancer["LoadBalancerArn"]])["TagDescriptions"]
    assert tagged(described["Tags"])


def test_only_the_vpc_may_call_and_only_the_listener_s_port(aws):
    (group,) = aws("ec2").describe_security_groups(GroupIds=the_balancer(aws)["SecurityGroups"])["SecurityGroups"]
    (rule,) = group["IpPermissions"]
    assert (rule["FromPort"], rule["ToPort"]) == (80, 80)
    assert [allowed["CidrIp"] for allowed in rule["IpRanges"]] == ["10.40.0.0/16"]


def test_the_listener_forwards_to_the_gateway_s_port(aws):
    (listener,) = aws("elbv2").describe_listeners(LoadBalancerArn=the_balancer(aws)["LoadBalancerArn"])["Listeners"]
    assert (listener["Port"], listener["Protocol"]) == (80, "TCP")
    (group,) = aws("elbv2").describe_target_groups()["TargetGroups"]
    assert listener["DefaultActions"][0]["TargetGroupArn"] == group["TargetGroupArn"]
    assert (group["Port"], group["Protocol"], group["TargetType"]) == (8787, "TCP", "ip")
    attributes = aws("elbv2").describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
    assert {"Key": "deregistration_delay.timeout_seconds", "Value": "60"} in attributes
