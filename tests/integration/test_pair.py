"""Two environments of one project in one inventory and account: what they are, and that neither touches the other.

prod is what the Terraform system's own prod.tfvars say, read by the vars plugin. The other serves MCP.
"""

from __future__ import annotations

import json

import pytest
from ansible_run import Ansible
from readback import Stack, tags
from stacks import begin_with, writes

from emulator.testing import Running

INVENTORY = "tests/integration/inventories/pair"


@pytest.fixture(scope="module")
def begun(ansible: Ansible, emulator: Running) -> None:
    begin_with(ansible, emulator, INVENTORY)


@pytest.fixture(scope="module")
def prod(emulator: Running, begun) -> Stack:
    return Stack(emulator, "portkey-gateway-prod")


@pytest.fixture(scope="module")
def mcp(emulator: Running, begun) -> Stack:
    return Stack(emulator, "portkey-gateway-mcp")


def serving(stack: Stack, port: int) -> list[str]:
    """The target groups to which a listener sends requests."""
    return [name for name, weight in stack.targets(stack.listeners[port]).items() if weight]


# The Terraform system's prod


def test_network_of_prod(prod: Stack):
    assert {name: one["CidrBlock"] for name, one in prod.subnets.items()} == {
        "public-1": "10.0.0.0/20",
        "public-2": "10.0.16.0/20",
        "private-1": "10.0.32.0/20",
        "private-2": "10.0.48.0/20",
    }
    (gateway,) = prod.nat_gateways
    assert {prod.way_out(prod.subnets[f"private-{zone}"]) for zone in "12"} == {gateway["NatGatewayId"]}


def test_instances_of_prod(prod: Stack):
    group = prod.instance_group
    assert (group["MinSize"], group["MaxSize"], group["DesiredCapacity"]) == (1, 2, 1)
    assert prod.launch_template["InstanceType"] == "t4g.medium"
    (provider,) = prod.aws("ecs").describe_capacity_providers(capacityProviders=[f"{prod.id}-capacity-provider"])[
        "capacityProviders"
    ]
    assert provider["autoScalingGroupProvider"]["managedScaling"]["targetCapacity"] == 100


@pytest.mark.parametrize(
    "service, image, size",
    [
        ("gateway", "portkeyai/gateway_enterprise:2.16.0", ("256", "1024")),
        ("redis", "redis:7.2-alpine", ("256", "512")),
    ],
)
def test_services_of_prod(prod: Stack, service: str, image: str, size: tuple[str, str]):
    assert set(prod.services("gateway", "redis", "data-service")) == {"gateway", "redis"}
    definition = prod.definition(service)
    assert prod.container(service)["image"] == image
    assert (definition["cpu"], definition["memory"]) == size
    assert prod.service(service)["runningCount"] == 1


def test_what_the_terraform_files_say_reaches_the_gateway(prod: Stack):
    environment = prod.environment("gateway")
    own = ("SERVICE_NAME", "DATASERVICE_BASEPATH", "ANALYTICS_STORE", "LOG_STORE")
    assert [environment[name] for name in own] == [
        "gateway",
        "http://data-service:8081",
        "control_plane",
        "s3_assume",
    ]
    assert environment["LOG_STORE_GENERATIONS_BUCKET"] == "portkey-prod-logs"
    secrets = {one["Name"]: one["ARN"] for one in prod.aws("secretsmanager").list_secrets()["SecretList"]}
    client_auth = secrets["portkey-gateway/prod/clientauth-organizations"]
    assert prod.container_secrets("gateway") == {
        name: f"{client_auth}:{name}::" for name in ("PORTKEY_CLIENT_AUTH", "ORGANISATIONS_TO_SYNC")
    }
    docker = secrets["portkey-gateway/prod/docker-credentials"]
    assert prod.container("gateway")["repositoryCredentials"] == {"credentialsParameter": docker}


def test_prod_moves_its_traffic_at_once_between_two_sets_of_tasks(prod: Stack):
    service = prod.service("gateway")
    assert service["deploymentConfiguration"]["strategy"] == "BLUE_GREEN"
    assert service["deploymentConfiguration"]["bakeTimeInMinutes"] == 1
    balancer, listeners, groups = prod.balancer, prod.listeners, prod.target_groups
    assert (balancer["Type"], balancer["Scheme"]) == ("network", "internal")
    assert {port: one["Protocol"] for port, one in listeners.items()} == {80: "TCP", 8080: "TCP"}
    assert set(groups) == {"default-blue", "default-green"}
    assert serving(prod, 80) == serving(prod, 8080) == ["default-blue"]
    (wired,) = service["loadBalancers"]
    advanced = wired["advancedConfiguration"]
    assert advanced["alternateTargetGroupArn"] == groups["default-green"]["TargetGroupArn"]
    assert advanced["productionListenerRule"] == listeners[80]["ListenerArn"]
    assert advanced["testListenerRule"] == listeners[8080]["ListenerArn"]
    assert prod.ingress("lb") == {(80, "10.20.0.0/16"), (8080, "10.20.0.0/16")}


# The other: MCP behind an internal network load balancer, in equal steps


def test_mcp_serves_on_its_own_port_alone(mcp: Stack):
    (port,) = mcp.container("gateway")["portMappings"]
    assert (port["name"], port["containerPort"], port["appProtocol"]) == ("mcp", 8788, "http")
    assert "http://localhost:8788/v1/health" in mcp.container("gateway")["healthCheck"]["command"][-1]
    (connect,) = mcp.service("gateway")["deployments"][0]["serviceConnectConfiguration"]["services"]
    assert [(one["dnsName"], one["port"]) for one in connect["clientAliases"]] == [("mcp", 8788)]
    environment = mcp.environment("gateway")
    assert environment["SERVER_MODE"] == "mcp"
    assert environment["MCP_PORT"] == "8788"
    assert environment["MCP_GATEWAY_BASE_URL"] == "https://mcp.example.com"
    assert mcp.ingress("gateway") == {(8788, "lb")}
    assert mcp.ingress("lb") == {(80, "10.0.0.0/16"), (8080, "10.0.0.0/16")}


def test_mcp_is_deployed_in_equal_steps(mcp: Stack):
    deployment = mcp.service("gateway")["deploymentConfiguration"]
    assert deployment["strategy"] == "LINEAR"
    assert deployment["linearConfiguration"] == {"stepPercent": 25.0, "stepBakeTimeInMinutes": 1}
    breaker = deployment["deploymentCircuitBreaker"]
    assert (breaker["enable"], breaker["rollback"]) == (True, False)
    groups = mcp.target_groups
    assert {name: (one["Port"], one["Protocol"]) for name, one in groups.items()} == {
        "default-blue": (8788, "TCP"),
        "default-green": (8788, "TCP"),
    }
    assert mcp.health("default-blue") == {"healthy"}


# Side by side


def test_nothing_is_shared(prod: Stack, mcp: Stack):
    assert prod.vpc["VpcId"] != mcp.vpc["VpcId"]
    for stack, environment in ((prod, "prod"), (mcp, "mcp")):
        for one in (stack.vpc, stack.instance_group, *stack.security_groups.values(), *stack.subnets.values()):
            assert tags(one["Tags"])["Environment"] == environment
    clusters = prod.aws("ecs").list_clusters()["clusterArns"]
    assert sorted(arn.split("/")[-1] for arn in clusters) == [mcp.cluster, prod.cluster]


def written_names(emulator: Running) -> str:
    """All that the writing calls of the last run said."""
    return json.dumps([call["parameters"] for call in writes(emulator)])


def test_a_change_of_one_does_not_touch_the_other(ansible: Ansible, emulator: Running, prod: Stack, mcp: Stack):
    """And of prod itself nothing changes but the size of its tasks."""
    emulator.post("reset", only="calls")
    ansible.play("site.yml", "--limit", "prod", inventory=INVENTORY, portkey_gateway_config={"cpu": 512}).ok()
    assert sorted(f"{call['service']}:{call['operation']}" for call in writes(emulator)) == [
        "ecs:RegisterTaskDefinition",
        "ecs:UpdateService",
    ]
    assert "portkey-gateway-mcp" not in written_names(emulator)
    assert prod.definition("gateway")["cpu"] == "512"
    assert (len(prod.deployments("gateway")), len(mcp.deployments("gateway"))) == (2, 1)
    assert serving(prod, 80) == ["default-green"]
    assert serving(mcp, 80) == ["default-blue"]
