"""A public application load balancer for gateway and MCP, with everything switched on that can be, read back."""

from __future__ import annotations

import pytest
from ansible_run import Ansible
from readback import ACCOUNT, Stack, actions, as_list, name_of, resources, trust_of
from stacks import begin_with, writes
from worlds import APPLICATION, BUCKETS, LOGS, LOGS_PREFIX, ROUTING, own_application

from emulator.testing import Running

AMI_PARAMETER = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
PRODUCTION, TEST = 443, 8443
SERVICES = ("gateway", "data-service", "redis")


@pytest.fixture(scope="module")
def variables(ansible: Ansible, emulator: Running):
    return begin_with(ansible, emulator, prepare=own_application, **APPLICATION)


@pytest.fixture(scope="module")
def stack(emulator: Running, variables) -> Stack:
    return Stack(emulator)


# C. Network


def test_three_zones_each_with_a_way_out_of_its_own(stack: Stack):
    subnets, gateways = stack.subnets, {one["SubnetId"]: one["NatGatewayId"] for one in stack.nat_gateways}
    assert {name: (one["CidrBlock"], one["AvailabilityZone"]) for name, one in subnets.items()} == {
        "public-1": ("10.0.0.0/20", "us-east-1a"),
        "public-2": ("10.0.16.0/20", "us-east-1b"),
        "public-3": ("10.0.32.0/20", "us-east-1c"),
        "private-1": ("10.0.48.0/20", "us-east-1a"),
        "private-2": ("10.0.64.0/20", "us-east-1b"),
        "private-3": ("10.0.80.0/20", "us-east-1c"),
    }
    assert len(stack.addresses) == len(gateways) == 3
    for zone in "123":
        assert stack.way_out(subnets[f"private-{zone}"]) == gateways[subnets[f"public-{zone}"]["SubnetId"]]
        assert stack.way_out(subnets[f"public-{zone}"]).startswith("igw-")


# D. Cluster


def test_the_image_follows_the_x86_instance_type(stack: Stack):
    assert stack.launch_template["InstanceType"] == "m5.large"
    assert stack.launch_template["ImageId"] == f"resolve:ssm:{AMI_PARAMETER}"
    assert set(stack.instance_group["VPCZoneIdentifier"].split(",")) == stack.subnet_ids("private")


# E. Services


def test_each_service_runs_as_often_as_is_wanted(stack: Stack):
    counts = {name: (one["desiredCount"], one["runningCount"]) for name, one in stack.services(*SERVICES).items()}
    assert counts == {"gateway": (2, 2), "data-service": (1, 1), "redis": (1, 1)}


def test_the_gateway_serves_both_on_two_ports(stack: Stack):
    definition, container = stack.definition("gateway"), stack.container("gateway")
    assert (definition["cpu"], definition["memory"]) == ("512", "1024")
    ports = {(one["name"], one["containerPort"], one["appProtocol"]) for one in container["portMappings"]}
    assert ports == {("gateway", 8787, "http"), ("mcp", 8788, "http")}
    assert "http://localhost:8787/v1/health" in container["healthCheck"]["command"][-1]
    connect = stack.service("gateway")["deployments"][0]["serviceConnectConfiguration"]["services"]
    aliases = {(one["portName"], alias["dnsName"], alias["port"]) for one in connect for alias in one["clientAliases"]}
    assert aliases == {("gateway", "gateway", 8787), ("mcp", "mcp", 8788)}


def test_environment_of_the_gateway(stack: Stack):
    assert stack.environment("gateway") == {
        "SERVICE_NAME": "gateway",
        "ANALYTICS_STORE": "control_plane",
        "LOG_STORE": "s3_assume",
        "CACHE_STORE": "redis",
        "REDIS_URL": "redis://redis:6379",
        "REDIS_TLS_ENABLED": "false",
        "REDIS_MODE": "standalone",
        "LOG_STORE_REGION": "us-east-1",
        "LOG_STORE_GENERATIONS_BUCKET": BUCKETS["log_store_bucket"],
        "DATASERVICE_BASEPATH": "http://data-service:8081",
        "SERVER_MODE": "all",
        "PORT": "8787",
        "MCP_PORT": "8788",
        "MCP_GATEWAY_BASE_URL": "https://mcp.example.com",
    }


def test_environment_of_the_data_service(stack: Stack):
    assert stack.environment("data-service") == {
        "SERVICE_NAME": "data-service",
        "ANALYTICS_STORE": "control_plane",
        "LOG_STORE": "s3_assume",
        "ENABLE_LOKI": "false",
        "ENABLE_PROMETHEUS": "false",
        "PROMETHEUS_PUSH_ENABLED": "false",
        "LOKI_PUSH_ENABLED": "false",
        "HYBRID_DEPLOYMENT": "ON",
        "CACHE_STORE": "redis",
        "REDIS_URL": "redis://redis:6379",
        "REDIS_TLS_ENABLED": "false",
        "REDIS_MODE": "standalone",
        "LOG_STORE_REGION": "us-east-1",
        "PORT": "8081",
        "ALBUS_ENDPOINT": "https://albus.portkey.ai",
        "LOG_EXPORTS_BUCKET": BUCKETS["log_exports_bucket"],
        "FINETUNES_BUCKET": BUCKETS["finetune_bucket"],
        "AWS_S3_FINETUNE_BUCKET": BUCKETS["finetune_bucket"],
        "GATEWAY_BASE_URL": "http://gateway:8787",
    }


def test_container_of_the_data_service(stack: Stack):
    definition, container = stack.definition("data-service"), stack.container("data-service")
    assert (definition["cpu"], definition["memory"]) == ("256", "1024")
    assert container["image"] == "portkeyai/data-service:1.9.0"
    assert "docker-credentials" in container["repositoryCredentials"]["credentialsParameter"]
    (port,) = container["portMappings"]
    assert (port["name"], port["containerPort"]) == ("data-service-port", 8081)
    health = container["healthCheck"]
    assert "http://localhost:8081/health" in health["command"][-1]
    assert [health[key] for key in ("interval", "timeout", "retries", "startPeriod")] == [30, 5, 3, 60]
    (connect,) = stack.service("data-service")["deployments"][0]["serviceConnectConfiguration"]["services"]
    assert [(one["dnsName"], one["port"]) for one in connect["clientAliases"]] == [("data-service", 8081)]
    (group,) = stack.aws("logs").describe_log_groups(logGroupNamePrefix="/ecs/portkey-gateway/dev/data-service")[
        "logGroups"
    ]
    assert group["retentionInDays"] == 14


def test_who_reaches_whom(stack: Stack):
    assert stack.ingress("lb") == {(PRODUCTION, "0.0.0.0/0"), (TEST, "0.0.0.0/0")}
    assert stack.ingress("gateway") == {(8787, "lb"), (8788, "lb"), (8787, "data-service")}
    assert stack.ingress("data-service") == {(8081, "gateway")}
    assert stack.ingress("redis") == {(6379, "gateway"), (6379, "data-service")}


@pytest.mark.parametrize(
    "service, s3, policies",
    [
        ("gateway", {"s3:GetObject", "s3:PutObject"}, {"bedrock", "vectors"}),
        (
            "data-service",
            {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"},
            {"exports"},
        ),
    ],
)
def test_task_roles(stack: Stack, service: str, s3: set[str], policies: set[str]):
    managed, inline = stack.policies(stack.role(service, "task"))
    assert {name_of(arn) for arn in managed} == policies
    by_service = {action.split(":")[0] for action in actions(inline)}
    assert by_service == {"s3", "ssmmessages"}
    on_buckets = [one for one in inline if as_list(one["Action"])[0].startswith("s3:")]
    assert actions(on_buckets) == s3
    assert resources(on_buckets) == {f"arn:aws:s3:::{bucket}/*" for bucket in BUCKETS.values()}


def test_exec_is_open_where_it_was_asked_for(stack: Stack):
    enabled = {name: one["enableExecuteCommand"] for name, one in stack.services(*SERVICES).items()}
    assert enabled == {"gateway": True, "data-service": True, "redis": False}
    assert stack.policies(stack.role("redis", "task")) == (set(), [])


# F. Load balancer


def test_load_balancer(stack: Stack):
    balancer = stack.balancer
    assert (balancer["Type"], balancer["Scheme"]) == ("application", "internet-facing")
    assert {one["SubnetId"] for one in balancer["AvailabilityZones"]} == stack.subnet_ids("public")
    assert balancer["SecurityGroups"] == [stack.security_groups["lb"]["GroupId"]]
    attributes = stack.balancer_attributes
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert attributes["access_logs.s3.enabled"] == "true"
    assert (attributes["access_logs.s3.bucket"], attributes["access_logs.s3.prefix"]) == (LOGS, LOGS_PREFIX)


@pytest.mark.parametrize("port", [PRODUCTION, TEST])
def test_listener(stack: Stack, variables, port: int):
    assert set(stack.listeners) == {PRODUCTION, TEST}
    listener = stack.listeners[port]
    assert (listener["Protocol"], listener["SslPolicy"]) == ("HTTPS", "ELBSecurityPolicy-TLS13-1-2-2021-06")
    assert [one["CertificateArn"] for one in listener["Certificates"]] == [variables["portkey_tls_certificate_arn"]]
    (action,) = listener["DefaultActions"]
    assert action["FixedResponseConfig"] == {
        "StatusCode": "404",
        "ContentType": "text/plain",
        "MessageBody": "Not Found",
    }


@pytest.mark.parametrize("port", [PRODUCTION, TEST])
@pytest.mark.parametrize("service, priority", [("gateway", 100), ("mcp", 200)])
def test_rule(stack: Stack, service: str, priority: int, port: int):
    assert set(stack.rules) == {(one, other) for one in (PRODUCTION, TEST) for other in (100, 200)}
    rule = stack.rules[port, priority]
    conditions = {one["Field"]: one for one in rule["Conditions"]}
    assert conditions["host-header"]["HostHeaderConfig"]["Values"] == [f"{service}.example.com"]
    assert set(conditions["path-pattern"]["PathPatternConfig"]["Values"]) == {f"/{service}", f"/{service}/*"}
    (transform,) = rule["Transforms"]
    assert transform["Type"] == "url-rewrite"
    (rewrite,) = transform["UrlRewriteConfig"]["Rewrites"]
    assert rewrite == {"Regex": f"^/{service}/?(.*)$", "Replace": "/$1"}
    assert [name for name, weight in stack.targets(rule).items() if weight] == [f"{service}-blue"]


@pytest.mark.parametrize("name", ["gateway-blue", "gateway-green", "mcp-blue", "mcp-green"])
def test_target_group(stack: Stack, name: str):
    assert len(stack.target_groups) == 4
    group = stack.target_groups[name]
    port = 8787 if name.startswith("gateway") else 8788
    assert (group["TargetType"], group["Protocol"], group["Port"]) == ("ip", "HTTP", port)
    assert (group["HealthCheckPath"], group["Matcher"]["HttpCode"]) == ("/v1/health", "200")
    timing = ("HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds", "HealthyThresholdCount")
    assert [group[key] for key in (*timing, "UnhealthyThresholdCount")] == [30, 5, 2, 3]
    found = stack.aws("elbv2").describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
    assert {"Key": "deregistration_delay.timeout_seconds", "Value": "60"} in found
    assert stack.health(name) == ({"healthy"} if name.endswith("blue") else set())


def test_ecs_may_shift_the_traffic(stack: Stack):
    role = "portkey-gateway-dev-us-east-1-ecs-load-balancer"
    managed, _unused = stack.policies(role)
    assert {name_of(arn) for arn in managed} == {"AmazonECSInfrastructureRolePolicyForLoadBalancers"}
    assert trust_of(stack, role)["Principal"] == {"Service": "ecs.amazonaws.com"}
    groups, rules = stack.target_groups, stack.rules
    wired = {one["targetGroupArn"]: one for one in stack.service("gateway")["loadBalancers"]}
    for name, port, priority in (("gateway", 8787, 100), ("mcp", 8788, 200)):
        one = wired[groups[f"{name}-blue"]["TargetGroupArn"]]
        assert (one["containerName"], one["containerPort"]) == ("gateway", port)
        assert one["advancedConfiguration"] == {
            "alternateTargetGroupArn": groups[f"{name}-green"]["TargetGroupArn"],
            "productionListenerRule": rules[PRODUCTION, priority]["RuleArn"],
            "testListenerRule": rules[TEST, priority]["RuleArn"],
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
        }


# G. Deployment strategies


def test_the_gateway_and_only_the_gateway_shifts_its_traffic(stack: Stack):
    deployments = {name: one["deploymentConfiguration"] for name, one in stack.services(*SERVICES).items()}
    gateway = deployments["gateway"]
    assert gateway["strategy"] == "CANARY"
    assert gateway["canaryConfiguration"] == {"canaryPercent": 20.0, "canaryBakeTimeInMinutes": 1}
    assert {deployments[name].get("strategy", "ROLLING") for name in ("data-service", "redis")} == {"ROLLING"}


# H. Autoscaling


def test_autoscaling(stack: Stack):
    limits = {name: (one["MinCapacity"], one["MaxCapacity"]) for name, one in stack.scalable_targets.items()}
    assert limits == {"gateway": (1, 4), "data-service": (1, 3)}
    found = {
        name: (
            one["PredefinedMetricSpecification"]["PredefinedMetricType"],
            one["TargetValue"],
            one["ScaleInCooldown"],
            one["ScaleOutCooldown"],
        )
        for name, one in stack.scaling_policies.items()
    }
    assert found == {
        "gateway-cpu": ("ECSServiceAverageCPUUtilization", 60, 180, 30),
        "gateway-memory": ("ECSServiceAverageMemoryUtilization", 75, 180, 30),
        "data-service-cpu": ("ECSServiceAverageCPUUtilization", 70, 120, 60),
        "data-service-memory": ("ECSServiceAverageMemoryUtilization", 70, 120, 60),
    }


# Live changes. From here on the tests follow each other, and each run begins where the one before ended.

CHANGES = {
    # Another strategy, and another size in the same deployment.
    "portkey_gateway_deployment_configuration": {},
    "portkey_gateway_config": {"desired_task_count": 2, "cpu": 1024, "memory": 2048, "enable_execute_command": False},
    "portkey_gateway_deployment_circuit_breaker": {"enable": False, "rollback": False},
    "portkey_gateway_autoscaling": {"enable_autoscaling": False},
    "portkey_dataservice_config": {"enable_dataservice": False},
    "portkey_data_service_task_role_policy_arns": {},
    "portkey_enable_lb_access_logs": False,
    "portkey_single_nat_gateway": True,
    "portkey_alb_routing_configuration": {**ROUTING, "enable_path_based_routing": False},
}
LATER_CHANGES = {
    "portkey_create_lb": False,
    "portkey_gateway_image": {"image": "portkeyai/gateway_enterprise", "tag": "2.17.0"},
    "portkey_instance_type": "m5.xlarge",
}


@pytest.fixture(scope="module")
def wanted(variables) -> dict:
    """Much is switched off at once; one policy of the gateway's stays."""
    policies = variables["portkey_gateway_task_role_policy_arns"]
    return {**variables, **CHANGES, "portkey_gateway_task_role_policy_arns": {"bedrock": policies["bedrock"]}}


@pytest.fixture(scope="module")
def changed(stack: Stack, wanted, ansible: Ansible, emulator: Running) -> None:
    emulator.post("reset", only="calls")
    ansible.play(**wanted).ok()


def test_the_gateway_changes_in_one_deployment(changed, stack: Stack, emulator: Running):
    calls = [call["parameters"] for call in emulator.calls(operation="RegisterTaskDefinition")]
    assert [one["family"] for one in calls] == ["portkey-gateway-dev-gateway"]
    definition, service = stack.definition("gateway"), stack.service("gateway")
    assert (definition["cpu"], definition["memory"]) == ("1024", "2048")
    assert len(stack.deployments("gateway")) == 2
    assert service["deploymentConfiguration"].get("strategy", "ROLLING") == "ROLLING"
    assert service["deploymentConfiguration"]["deploymentCircuitBreaker"]["enable"] is False
    assert service["enableExecuteCommand"] is False
    assert (service["desiredCount"], service["runningCount"]) == (2, 2)


def test_what_the_strategy_had_made_is_gone(changed, stack: Stack):
    assert set(stack.listeners) == {PRODUCTION}
    assert set(stack.rules) == {(PRODUCTION, 100), (PRODUCTION, 200)}
    assert len(stack.target_groups) == 2
    assert all(stack.health(name) == {"healthy"} for name in stack.target_groups)
    assert "ecs-load-balancer" not in stack.role_names
    assert stack.ingress("lb") == {(PRODUCTION, "0.0.0.0/0")}
    assert not any(one.get("advancedConfiguration") for one in stack.service("gateway")["loadBalancers"])


def test_what_autoscaling_had_made_is_gone(changed, stack: Stack):
    assert stack.scalable_targets == {}
    assert stack.scaling_policies == {}


def test_what_the_data_service_had_made_is_gone(changed, stack: Stack):
    assert set(stack.services(*SERVICES)) == {"gateway", "redis"}
    assert set(stack.security_groups) == {"gateway", "redis", "lb", "instance"}
    assert stack.ingress("redis") == {(6379, "gateway")}
    assert not {name for name in stack.role_names if name.startswith("data-service")}
    logs = stack.aws("logs").describe_log_groups(logGroupNamePrefix="/ecs/portkey-gateway/dev/")["logGroups"]
    assert {one["logGroupName"].split("/")[-1] for one in logs} == {"gateway", "redis"}
    families = stack.aws("ecs").list_task_definition_families(familyPrefix="portkey-gateway-dev", status="ACTIVE")
    assert set(families["families"]) == {"portkey-gateway-dev-gateway", "portkey-gateway-dev-redis"}


def test_the_access_logs_the_rewrites_the_policy_and_the_exec_channels_are_gone(changed, stack: Stack):
    assert stack.balancer_attributes["access_logs.s3.enabled"] == "false"
    for priority, host in ((100, "gateway.example.com"), (200, "mcp.example.com")):
        rule = stack.rules[PRODUCTION, priority]
        assert rule.get("Transforms", []) == []
        conditions = {one["Field"]: one for one in rule["Conditions"]}
        assert conditions["host-header"]["HostHeaderConfig"]["Values"] == [host]
    managed, inline = stack.policies(stack.role("gateway", "task"))
    assert {name_of(arn) for arn in managed} == {"bedrock"}
    assert {action.split(":")[0] for action in actions(inline)} == {"s3"}


def test_one_nat_gateway_serves_all_zones(changed, stack: Stack):
    (gateway,) = stack.nat_gateways
    assert gateway["SubnetId"] == stack.subnets["public-1"]["SubnetId"]
    assert len(stack.addresses) == 1
    assert {stack.way_out(stack.subnets[f"private-{zone}"]) for zone in "123"} == {gateway["NatGatewayId"]}


@pytest.fixture(scope="module")
def changed_again(changed, wanted, ansible: Ansible, emulator: Running) -> dict:
    emulator.post("reset", only="calls")
    after = {**wanted, **LATER_CHANGES}
    ansible.play(**after).ok()
    return after


def test_without_a_load_balancer_nothing_of_it_is_left(changed_again, stack: Stack):
    assert stack.balancers == []
    assert stack.target_groups == {}
    assert set(stack.security_groups) == {"gateway", "redis", "instance"}
    assert stack.ingress("gateway") == set()
    service = stack.service("gateway")
    assert service["loadBalancers"] == []
    assert stack.container("gateway")["image"] == "portkeyai/gateway_enterprise:2.17.0"
    assert len(stack.deployments("gateway")) == 3
    assert len(stack.deployments("redis")) == 1


def test_the_instances_are_replaced_by_such_of_the_new_type(changed_again, stack: Stack):
    (refresh, *_earlier) = stack.aws("autoscaling").describe_instance_refreshes(
        AutoScalingGroupName=f"{stack.id}-instances"
    )["InstanceRefreshes"]
    assert refresh["Preferences"]["MinHealthyPercentage"] == 60
    assert refresh["Preferences"]["InstanceWarmup"] == 30
    assert refresh["Preferences"]["ScaleInProtectedInstances"] == "Refresh"
    ids = [one["InstanceId"] for one in stack.instance_group["Instances"]]
    found = stack.aws("ec2").describe_instances(InstanceIds=ids)["Reservations"]
    assert {one["InstanceType"] for each in found for one in each["Instances"]} == {"m5.xlarge"}


def test_then_there_is_nothing_to_change(changed_again, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**changed_again).unchanged()
    assert writes(emulator) == []
