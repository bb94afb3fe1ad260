"""A whole stack: its services run and serve, its parts know one another, and what can carry the stack's tags does."""

STEM = "portkey-gateway-dev"
CLUSTER = f"{STEM}-cluster"


def test_the_services_run_in_the_private_subnets(aws):
    services = aws("ecs").describe_services(cluster=CLUSTER, services=["gateway", "redis"])["services"]
    (vpc,) = aws("ec2").describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [f"{STEM}-vpc"]}])["Vpcs"]
    subnets = aws("ec2").describe_subnets(
        Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}, {"Name": "tag:Name", "Values": ["*-private-*"]}]
    )["Subnets"]
    assert [service["serviceName"] for service in services] == ["gateway", "redis"]
    for service in services:
        assert service["runningCount"] == service["desiredCount"] == 1
        placed = service["networkConfiguration"]["awsvpcConfiguration"]
        assert set(placed["subnets"]) == {subnet["SubnetId"] for subnet in subnets}


def test_the_listener_leads_to_the_gateway_s_healthy_task(aws):
    (balancer,) = aws("elbv2").describe_load_balancers(Names=[f"{STEM}-lb"])["LoadBalancers"]
    (listener,) = aws("elbv2").describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    group = listener["DefaultActions"][0]["TargetGroupArn"]
    (target,) = aws("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert target["TargetHealth"]["State"] == "healthy"
    (task,) = aws("ecs").list_tasks(cluster=CLUSTER, serviceName="gateway")["taskArns"]
    (described,) = aws("ecs").describe_tasks(cluster=CLUSTER, tasks=[task])["tasks"]
    details = {detail["name"]: detail["value"] for detail in described["attachments"][0]["details"]}
    assert target["Target"]["Id"] == details["privateIPv4Address"]


def test_the_gateway_finds_redis_by_service_connect(aws):
    redis, gateway = (
        aws("ecs").describe_services(cluster=CLUSTER, services=[name])["services"][0] for name in ("redis", "gateway")
    )
    connect = redis["deployments"][0]["serviceConnectConfiguration"]
    (offered,) = connect["services"]
    (alias,) = offered["clientAliases"]
    definition = aws("ecs").describe_task_definition(taskDefinition=gateway["taskDefinition"])["taskDefinition"]
    (container,) = [one for one in definition["containerDefinitions"] if one["name"] == "gateway"]
    url = {pair["name"]: pair["value"] for pair in container["environment"]}["REDIS_URL"]
    assert url == f"redis://{alias['dnsName']}:{alias['port']}"
