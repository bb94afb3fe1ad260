"""What seed_reference B to H lists for the dev configuration, read back from the emulator attribute by attribute."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from ansible_run import Ansible
from readback import ACCOUNT, actions, name_of, tags
from stacks import calls_of_creation

from emulator.testing import Running

STACK = "portkey-gateway-dev"
CLUSTER = f"{STACK}-cluster"
TAGS = {"Project": "portkey-gateway", "Environment": "dev", "ManagedBy": "Ansible"}
AMI_PARAMETER = "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
SECRET_ARN = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:portkey-gateway/dev"


@pytest.fixture(scope="module")
def written(ansible: Ansible, emulator: Running) -> list[dict[str, Any]]:
    """What the run that made the dev stack wrote."""
    return [call for call in calls_of_creation(ansible, emulator) if call["mutating"]]


@pytest.fixture(scope="module")
def aws(written, emulator: Running):
    """boto3 clients for the account in which the dev stack was made."""
    clients: dict[str, Any] = {}
    return lambda name: clients.setdefault(name, emulator.client(name))


def owned(listed: list[dict]) -> bool:
    return TAGS.items() <= tags(listed).items()


@pytest.fixture(scope="module")
def vpc(aws):
    (found,) = [vpc for vpc in aws("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    return found


@pytest.fixture(scope="module")
def subnets(aws, vpc):
    """Subnets by CIDR."""
    listed = aws("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]
    return {subnet["CidrBlock"]: subnet for subnet in listed}


@pytest.fixture(scope="module")
def security_groups(aws, vpc):
    """Security groups by name."""
    listed = aws("ec2").describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])
    return {group["GroupName"]: group for group in listed["SecurityGroups"]}


@pytest.fixture(scope="module")
def services(aws):
    listed = aws("ecs").describe_services(cluster=CLUSTER, services=["gateway", "redis"], include=["TAGS"])
    return {service["serviceName"]: service for service in listed["services"]}


@pytest.fixture(scope="module")
def definitions(aws, services):
    """The task definition of each service."""
    return {
        name: aws("ecs").describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        for name, service in services.items()
    }


@pytest.fixture(scope="module")
def instance_group(aws):
    (found,) = aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    return found


def role_policies(aws, name: str) -> tuple[set[str], list[dict]]:
    """The managed policies' names and the statements of the inline ones."""
    iam = aws("iam")
    attached = {policy["PolicyName"] for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]}
    statements: list[dict] = []
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        statements += document["Statement"]
    return attached, statements


def trust(aws, name: str) -> dict:
    (statement,) = aws("iam").get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    return statement


# B. Secrets


@pytest.mark.parametrize(
    "name, keys",
    [
        ("portkey-gateway/dev/docker-credentials", {"username", "password"}),
        ("portkey-gateway/dev/clientauth-organizations", {"PORTKEY_CLIENT_AUTH", "ORGANISATIONS_TO_SYNC"}),
    ],
)
def test_secret(aws, name, keys):
    secret = aws("secretsmanager").describe_secret(SecretId=name)
    assert owned(secret["Tags"])
    value = json.loads(aws("secretsmanager").get_secret_value(SecretId=name)["SecretString"])
    assert set(value) == keys
    assert all(isinstance(part, str) and part for part in value.values())


# C. Network


def test_vpc(aws, vpc):
    assert vpc["CidrBlock"] == "10.0.0.0/16"
    assert owned(vpc["Tags"])
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = aws("ec2").describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)
        assert answer[attribute[0].upper() + attribute[1:]]["Value"] is True


@pytest.mark.parametrize(
    "cidr, zone",
    [
        ("10.0.0.0/20", "us-east-1a"),
        ("10.0.16.0/20", "us-east-1b"),
        ("10.0.32.0/20", "us-east-1a"),
        ("10.0.48.0/20", "us-east-1b"),
    ],
)
def test_subnet(subnets, cidr, zone):
    assert len(subnets) == 4
    assert subnets[cidr]["AvailabilityZone"] == zone
    assert owned(subnets[cidr]["Tags"])


def routes_of(aws, subnet: dict) -> dict[str, dict]:
    (table,) = aws("ec2").describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": [subnet["SubnetId"]]}]
    )["RouteTables"]
    assert owned(table["Tags"])
    return {route["DestinationCidrBlock"]: route for route in table["Routes"]}


@pytest.mark.parametrize("cidr", ["10.0.0.0/20", "10.0.16.0/20"])
def test_public_subnets_go_out_through_the_internet_gateway(aws, vpc, subnets, cidr):
    (gateway,) = aws("ec2").describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}]
    )["InternetGateways"]
    assert owned(gateway["Tags"])
    assert routes_of(aws, subnets[cidr])["0.0.0.0/0"]["GatewayId"] == gateway["InternetGatewayId"]


@pytest.mark.parametrize("cidr", ["10.0.32.0/20", "10.0.48.0/20"])
def test_private_subnets_go_out_through_the_one_nat_gateway(aws, subnets, cidr):
    (nat,) = aws("ec2").describe_nat_gateways()["NatGateways"]
    assert nat["State"] == "available"
    assert nat["SubnetId"] == subnets["10.0.0.0/20"]["SubnetId"]
    assert owned(nat["Tags"])
    (address,) = aws("ec2").describe_addresses()["Addresses"]
    assert nat["NatGatewayAddresses"][0]["AllocationId"] == address["AllocationId"]
    assert owned(address["Tags"])
    assert routes_of(aws, subnets[cidr])["0.0.0.0/0"]["NatGatewayId"] == nat["NatGatewayId"]


# D. Cluster


def test_cluster(aws):
    (cluster,) = aws("ecs").describe_clusters(clusters=[CLUSTER], include=["CONFIGURATIONS", "TAGS", "SETTINGS"])[
        "clusters"
    ]
    assert cluster["status"] == "ACTIVE"
    assert owned(cluster["tags"])
    exec_configuration = cluster["configuration"]["executeCommandConfiguration"]
    assert exec_configuration["logging"] == "OVERRIDE"
    group = exec_configuration["logConfiguration"]["cloudWatchLogGroupName"]
    assert group.startswith("/aws/ecs/portkey-gateway")
    (listed,) = aws("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert listed["logGroupName"] == group
    provider = f"{STACK}-capacity-provider"
    assert cluster["capacityProviders"] == [provider]
    assert cluster["defaultCapacityProviderStrategy"] == [{"capacityProvider": provider, "weight": 100, "base": 0}]


def test_namespace(aws):
    (namespace,) = aws("servicediscovery").list_namespaces()["Namespaces"]
    assert (namespace["Name"], namespace["Type"]) == (STACK, "HTTP")
    assert owned(aws("servicediscovery").list_tags_for_resource(ResourceARN=namespace["Arn"])["Tags"])


def test_capacity_provider(aws, instance_group):
    (provider,) = aws("ecs").describe_capacity_providers(
        capacityProviders=[f"{STACK}-capacity-provider"], include=["TAGS"]
    )["capacityProviders"]
    settings = provider["autoScalingGroupProvider"]
    assert settings["autoScalingGroupArn"] == instance_group["AutoScalingGroupARN"]
    assert settings["managedDraining"] == "ENABLED"
    assert settings["managedTerminationProtection"] == "ENABLED"
    scaling = settings["managedScaling"]
    assert (scaling["status"], scaling["targetCapacity"]) == ("ENABLED", 100)
    assert (scaling["minimumScalingStepSize"], scaling["maximumScalingStepSize"]) == (1, 2)
    assert owned(provider["tags"])


def test_instance_group(aws, instance_group, subnets):
    assert (instance_group["MinSize"], instance_group["MaxSize"]) == (1, 2)
    assert instance_group["DesiredCapacity"] >= 1
    private = {subnets[cidr]["SubnetId"] for cidr in ("10.0.32.0/20", "10.0.48.0/20")}
    assert set(instance_group["VPCZoneIdentifier"].split(",")) == private
    assert instance_group["HealthCheckType"] == "EC2"
    assert instance_group["NewInstancesProtectedFromScaleIn"] is True
    assert owned(instance_group["Tags"])
    assert "AmazonECSManaged" in tags(instance_group["Tags"])
    assert all(tag["PropagateAtLaunch"] for tag in instance_group["Tags"])


def launch_template_data(aws) -> dict:
    (template,) = aws("ec2").describe_launch_templates()["LaunchTemplates"]
    assert owned(template["Tags"])
    (version,) = aws("ec2").describe_launch_template_versions(
        LaunchTemplateId=template["LaunchTemplateId"], Versions=["$Latest"]
    )["LaunchTemplateVersions"]
    return version["LaunchTemplateData"]


def test_launch_template(aws, security_groups):
    data = launch_template_data(aws)
    assert data["InstanceType"] == "t4g.medium"
    assert data["ImageId"] == f"resolve:ssm:{AMI_PARAMETER}"
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert data["MetadataOptions"]["HttpPutResponseHopLimit"] == 1
    group = security_groups[f"{STACK}-instance"]
    assert data["SecurityGroupIds"] == [group["GroupId"]]
    assert group["IpPermissions"] == []
    user_data = base64.b64decode(data["UserData"]).decode()
    for line in (f"ECS_CLUSTER={CLUSTER}", "ECS_ENABLE_CONTAINER_METADATA=true", "ECS_ENABLE_TASK_IAM_ROLE=true"):
        assert line in user_data
    assert "awsvpcTrunking" in user_data


def test_instances_run_the_image_that_aws_recommends(aws):
    image = aws("ssm").get_parameter(Name=AMI_PARAMETER)["Parameter"]["Value"]
    instances = [one for each in aws("ec2").describe_instances()["Reservations"] for one in each["Instances"]]
    assert {instance["ImageId"] for instance in instances} == {image}
    assert all(TAGS.items() <= tags(instance["Tags"]).items() for instance in instances)


def test_instance_role(aws):
    profile = launch_template_data(aws)["IamInstanceProfile"]
    name = profile.get("Name") or name_of(profile["Arn"])
    (role,) = aws("iam").get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]
    managed, inline = role_policies(aws, role["RoleName"])
    assert managed == {"AmazonEC2ContainerServiceforEC2Role"}
    assert actions(inline) == {
        "ecs:ListAccountSettings",
        "ecs:ListAttributes",
        "ecs:PutAccountSetting",
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    }
    assert trust(aws, role["RoleName"])["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_trunking_was_allowed_before_the_first_instance(aws, written):
    (setting,) = aws("ecs").list_account_settings(name="awsvpcTrunking", effectiveSettings=True)["settings"]
    assert setting["value"] == "enabled"
    order = [call["operation"] for call in written]
    assert order.index("PutAccountSettingDefault") < order.index("CreateAutoScalingGroup")


# E. Services


@pytest.mark.parametrize("name, grace", [("gateway", 150), ("redis", None)])
def test_service(services, subnets, security_groups, name, grace):
    service = services[name]
    assert (service["status"], service["desiredCount"], service["runningCount"]) == ("ACTIVE", 1, 1)
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    assert set(network["subnets"]) == {subnets[cidr]["SubnetId"] for cidr in ("10.0.32.0/20", "10.0.48.0/20")}
    assert network["securityGroups"] == [security_groups[f"{STACK}-{name}"]["GroupId"]]
    assert network["assignPublicIp"] == "DISABLED"
    (strategy,) = service["capacityProviderStrategy"]
    assert (strategy["capacityProvider"], strategy["weight"]) == (f"{STACK}-capacity-provider", 1)
    deployment = service["deploymentConfiguration"]
    assert (deployment["minimumHealthyPercent"], deployment["maximumPercent"]) == (100, 200)
    assert {"enable": True, "rollback": True}.items() <= deployment["deploymentCircuitBreaker"].items()
    assert service["enableECSManagedTags"] is True
    assert service["propagateTags"] == "SERVICE"
    assert service["enableExecuteCommand"] is False
    assert service.get("healthCheckGracePeriodSeconds", 0) == (grace or 0)
    assert owned(service["tags"])


@pytest.mark.parametrize("name, port_name, port", [("gateway", "gateway", 8787), ("redis", "redis-port", 6379)])
def test_service_connect(services, name, port_name, port):
    configuration = services[name]["deployments"][0]["serviceConnectConfiguration"]
    assert configuration["enabled"] is True
    (endpoint,) = configuration["services"]
    assert (endpoint["portName"], endpoint["discoveryName"]) == (port_name, name)
    assert [(alias["port"], alias["dnsName"]) for alias in endpoint["clientAliases"]] == [(port, name)]


@pytest.mark.parametrize(
    "name, image, cpu, memory, port, app_protocol, command, start_period, retention",
    [
        (
            "gateway",
            "portkeyai/gateway_enterprise:2.16.0",
            "256",
            "1024",
            8787,
            "http",
            "http://localhost:8787/v1/health",
            60,
            14,
        ),
        ("redis", "redis:7.2-alpine", "256", "512", 6379, None, "redis-cli ping", 10, 7),
    ],
)
def test_task_definition(
    aws, definitions, name, image, cpu, memory, port, app_protocol, command, start_period, retention
):
    definition = definitions[name]
    assert set(definition["requiresCompatibilities"]) == {"EC2", "FARGATE"}
    assert definition["networkMode"] == "awsvpc"
    assert (definition["cpu"], definition["memory"]) == (cpu, memory)
    (container,) = definition["containerDefinitions"]
    assert container["image"] == image
    (mapping,) = container["portMappings"]
    assert (mapping["containerPort"], mapping.get("appProtocol")) == (port, app_protocol)
    health = container["healthCheck"]
    assert command in health["command"][-1]
    timing = [health[key] for key in ("interval", "timeout", "retries", "startPeriod")]
    assert timing == [30, 5, 3, start_period]
    log = container["logConfiguration"]
    assert log["logDriver"] == "awslogs"
    assert log["options"] == {
        "awslogs-group": f"/ecs/portkey-gateway/dev/{name}",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": f"{name}-service",
    }
    (group,) = aws("logs").describe_log_groups(logGroupNamePrefix=f"/ecs/portkey-gateway/dev/{name}")["logGroups"]
    assert group["retentionInDays"] == retention


def test_gateway_environment_and_secrets(definitions):
    (container,) = definitions["gateway"]["containerDefinitions"]
    environment = {variable["name"]: variable["value"] for variable in container["environment"]}
    bucket = environment.pop("LOG_STORE_GENERATIONS_BUCKET")
    assert bucket
    assert environment == {
        "SERVICE_NAME": "gateway",
        "ANALYTICS_STORE": "control_plane",
        "LOG_STORE": "s3_assume",
        "DATASERVICE_BASEPATH": "http://data-service:8081",
        "CACHE_STORE": "redis",
        "REDIS_URL": "redis://redis:6379",
        "REDIS_TLS_ENABLED": "false",
        "REDIS_MODE": "standalone",
        "LOG_STORE_REGION": "us-east-1",
        "SERVER_MODE": "",
        "PORT": "8787",
    }
    client_auth = f"{SECRET_ARN}/clientauth-organizations"
    for secret in container["secrets"]:
        assert secret["valueFrom"].startswith(client_auth)
        assert secret["valueFrom"].endswith(f":{secret['name']}::")
    assert {secret["name"] for secret in container["secrets"]} == {"PORTKEY_CLIENT_AUTH", "ORGANISATIONS_TO_SYNC"}
    credentials = container["repositoryCredentials"]["credentialsParameter"]
    assert credentials.startswith(f"{SECRET_ARN}/docker-credentials")


def test_redis_is_public_and_needs_no_secret(definitions):
    (container,) = definitions["redis"]["containerDefinitions"]
    assert "repositoryCredentials" not in container
    assert not container.get("secrets")


def test_execution_role_reads_exactly_the_secrets_used(aws, definitions):
    role = name_of(definitions["gateway"]["executionRoleArn"])
    managed, inline = role_policies(aws, role)
    assert managed == {"AmazonECSTaskExecutionRolePolicy"}
    (statement,) = inline
    assert actions(inline) == {
        "secretsmanager:GetSecretValue",
        "secretsmanager:DescribeSecret",
        "secretsmanager:ListSecretVersionIds",
    }
    listed = {secret["ARN"] for secret in aws("secretsmanager").list_secrets()["SecretList"]}
    assert set(statement["Resource"]) == listed
    redis_managed, redis_inline = role_policies(aws, name_of(definitions["redis"]["executionRoleArn"]))
    assert (redis_managed, redis_inline) == ({"AmazonECSTaskExecutionRolePolicy"}, [])


def test_gateway_task_role(aws, definitions):
    role = name_of(definitions["gateway"]["taskRoleArn"])
    managed, inline = role_policies(aws, role)
    assert managed == set()
    assert actions(inline) == {"s3:GetObject", "s3:PutObject"}
    (statement,) = inline
    (container,) = definitions["gateway"]["containerDefinitions"]
    (bucket,) = [one["value"] for one in container["environment"] if one["name"] == "LOG_STORE_GENERATIONS_BUCKET"]
    resources = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
    assert resources == [f"arn:aws:s3:::{bucket}/*"]


@pytest.mark.parametrize("name", ["gateway", "redis"])
def test_task_role_can_only_be_assumed_for_this_account_and_region(aws, definitions, name):
    statement = trust(aws, name_of(definitions[name]["taskRoleArn"]))
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:*"},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }


@pytest.mark.parametrize(
    "group, port, sources",
    [("gateway", 8787, ["lb"]), ("redis", 6379, ["gateway"])],
)
def test_ingress_of_a_service(security_groups, group, port, sources):
    (permission,) = security_groups[f"{STACK}-{group}"]["IpPermissions"]
    assert (permission["FromPort"], permission["ToPort"], permission["IpProtocol"]) == (port, port, "tcp")
    found = [pair["GroupId"] for pair in permission["UserIdGroupPairs"]]
    assert found == [security_groups[f"{STACK}-{source}"]["GroupId"] for source in sources]
    assert permission["IpRanges"] == []


@pytest.mark.parametrize("group", ["gateway", "redis", "instance", "lb"])
def test_egress_is_open(security_groups, group):
    (permission,) = security_groups[f"{STACK}-{group}"]["IpPermissionsEgress"]
    assert permission["IpProtocol"] == "-1"
    assert [one["CidrIp"] for one in permission["IpRanges"]] == ["0.0.0.0/0"]
    assert owned(security_groups[f"{STACK}-{group}"]["Tags"])


def test_redis_was_created_before_the_gateway(written):
    created = [call["parameters"]["serviceName"] for call in written if call["operation"] == "CreateService"]
    assert created == ["redis", "gateway"]


# F. Load balancer


@pytest.fixture(scope="module")
def balancer(aws):
    (found,) = aws("elbv2").describe_load_balancers()["LoadBalancers"]
    return found


def test_load_balancer(aws, balancer, subnets, security_groups):
    assert (balancer["Type"], balancer["Scheme"]) == ("network", "internal")
    assert ":loadbalancer/net/" in balancer["LoadBalancerArn"]
    zones = {zone["SubnetId"] for zone in balancer["AvailabilityZones"]}
    assert zones == {subnets[cidr]["SubnetId"] for cidr in ("10.0.32.0/20", "10.0.48.0/20")}
    group = security_groups[f"{STACK}-lb"]
    assert balancer["SecurityGroups"] == [group["GroupId"]]
    (permission,) = group["IpPermissions"]
    assert (permission["FromPort"], permission["ToPort"]) == (80, 80)
    assert [one["CidrIp"] for one in permission["IpRanges"]] == ["10.0.0.0/16"]
    (described,) = aws("elbv2").describe_tags(ResourceArns=[balancer["LoadBalancerArn"]])["TagDescriptions"]
    assert owned(described["Tags"])


def test_listener_forwards_to_the_one_target_group(aws, balancer):
    (listener,) = aws("elbv2").describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    assert (listener["Port"], listener["Protocol"]) == (80, "TCP")
    (group,) = aws("elbv2").describe_target_groups()["TargetGroups"]
    (action,) = listener["DefaultActions"]
    assert action["Type"] == "forward"
    forwarded = action.get("TargetGroupArn") or action["ForwardConfig"]["TargetGroups"][0]["TargetGroupArn"]
    assert forwarded == group["TargetGroupArn"]


def test_target_group(aws, vpc):
    (group,) = aws("elbv2").describe_target_groups()["TargetGroups"]
    assert (group["TargetType"], group["Protocol"], group["Port"]) == ("ip", "TCP", 8787)
    assert group["VpcId"] == vpc["VpcId"]
    assert group["HealthCheckProtocol"] == "TCP"
    timing = [
        group[f"{key}"] for key in ("HealthCheckTimeoutSeconds", "HealthyThresholdCount", "UnhealthyThresholdCount")
    ]
    assert timing == [10, 2, 3]
    assert group["HealthCheckIntervalSeconds"] == 30
    attributes = aws("elbv2").describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
    assert tags(attributes)["deregistration_delay.timeout_seconds"] == "60"


def test_the_gateway_task_is_a_healthy_target(aws):
    (group,) = aws("elbv2").describe_target_groups()["TargetGroups"]
    (health,) = aws("elbv2").describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    assert (health["Target"]["Port"], health["TargetHealth"]["State"]) == (8787, "healthy")


# H. Autoscaling: off in the dev configuration


def test_nothing_scales_the_services(aws):
    assert aws("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []
