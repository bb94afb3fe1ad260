"""The start of the ways to and from the control plane, as AWS describes it."""

NAME = "portkey-gateway-dev-inbound"


def group(aws, name):
    named = [{"Name": "group-name", "Values": [name]}]
    (found,) = aws("ec2").describe_security_groups(Filters=named)["SecurityGroups"]
    return found


def test_the_endpoint_would_be_reached_by_the_gateway_only(aws, tagged):
    found = group(aws, "portkey-gateway-dev-control-plane")
    assert tagged(found["Tags"])
    (rule,) = found["IpPermissions"]
    (source,) = rule["UserIdGroupPairs"]
    assert (rule["FromPort"], rule["IpRanges"]) == (443, [])
    assert source["GroupId"] == group(aws, "portkey-gateway-dev-gateway")["GroupId"]
    assert aws("ec2").describe_vpc_endpoints()["VpcEndpoints"] == []


def test_the_load_balancer_in_front_lets_in_nobody_but_privatelink(aws):
    (balancer,) = aws("elbv2").describe_load_balancers(Names=[NAME])["LoadBalancers"]
    assert (balancer["Type"], balancer["Scheme"]) == ("network", "internal")
    assert balancer["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "off"
    assert group(aws, NAME)["IpPermissions"] == []
