"""The services of a stack, row by row as the seed's reference describes them."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import services, stack
from ansible_collections.portkey.gateway.plugins.module_utils._config.place import Place
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY

ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret:"
WITH_DATA_SERVICE = {"dataservice_config": {"enable_dataservice": True}}
ELASTICACHE = {
    "redis_configuration": {
        "redis_type": "aws-elastic-cache",
        "endpoint": "rediss://c:6379",
        "tls": True,
        "mode": "cluster",
    }
}
MCP = {"server_mode": "mcp", "mcp_gateway_base_url": "https://mcp.example.com"}
ALL = {
    **MCP,
    "server_mode": "all",
    "create_lb": True,
    "lb_type": "application",
    "alb_routing_configuration": {
        "enable_host_based_routing": True,
        "gateway_host": "gw.example.com",
        "mcp_host": "mcp.example.com",
    },
}
BEDROCK = "arn:aws:iam::123456789012:policy/bedrock"


HOOK = {"target_type": "PAUSE", "lifecycle_stages": ["POST_SCALE_UP"]}


@pytest.fixture
def defined(configured):
    """The services' definitions by name, in their order."""

    def run(partition="aws", **variables):
        config = configured(**variables)
        names = stack.stack_names(config)
        found = services.service_definitions(
            config, names, Place(partition, config["aws_region"], "123456789012"), [HOOK]
        )
        return {one["name"]: one for one in found}

    return run


@pytest.mark.parametrize(
    "variables, expected",
    [
        ({}, ["redis", "gateway"]),
        (WITH_DATA_SERVICE, ["redis", "data-service", "gateway"]),
        ({**WITH_DATA_SERVICE, **ELASTICACHE}, ["data-service", "gateway"]),
        (ELASTICACHE, ["gateway"]),
    ],
)
def test_which_services_there_are_with_redis_before_the_gateway(defined, variables, expected):
    assert list(defined(**variables)) == expected


GATEWAY, MCP_PORT = {"name": "gateway", "app_protocol": "http"}, {"name": "mcp", "app_protocol": "http"}


@pytest.mark.parametrize(
    "variables, expected",
    [
        ({}, [{**GATEWAY, "container_port": 8787}]),
        (MCP, [{**MCP_PORT, "container_port": 8788}]),
        (ALL, [{**GATEWAY, "container_port": 8787}, {**MCP_PORT, "container_port": 8788}]),
        ({"gateway_config": {"gateway_port": 9000}}, [{**GATEWAY, "container_port": 9000}]),
    ],
)
def test_ports_of_the_gateway(defined, variables, expected):
    gateway = defined(**variables)["gateway"]
    assert gateway["ports"] == expected
    assert gateway["service_connect"] == [
        {
            "port_name": port["name"],
            "discovery_name": port["name"],
            "client_aliases": [{"port": port["container_port"], "dns_name": port["name"]}],
            "timeout": {"idle_timeout_seconds": 300, "per_request_timeout_seconds": 15},
        }
        for port in expected
    ]


@pytest.mark.parametrize(
    "service, name, port",
    [("data-service", "data-service-port", 8081), ("redis", "redis-port", 6379)],
)
def test_port_of_the_others(defined, service, name, port):
    one = defined(**WITH_DATA_SERVICE)[service]
    assert one["ports"] == [{"name": name, "container_port": port, "app_protocol": None}]
    assert one["service_connect"] == [
        {
            "port_name": name,
            "discovery_name": service,
            "client_aliases": [{"port": port, "dns_name": service}],
            "timeout": {"idle_timeout_seconds": 3600},
        }
    ]


@pytest.mark.parametrize(
    "variables, service, command, start_period",
    [
        ({}, "gateway", "wget -qO- http://localhost:8787/v1/health || exit 1", 60),
        (MCP, "gateway", "wget -qO- http://localhost:8788/v1/health || exit 1", 60),
        (ALL, "gateway", "wget -qO- http://localhost:8787/v1/health || exit 1", 60),
        (
            {"dataservice_config": {"enable_dataservice": True, "port": 9001}},
            "data-service",
            "wget -qO- http://localhost:9001/health || exit 1",
            60,
        ),
        ({}, "redis", "redis-cli ping | grep -q PONG || exit 1", 10),
    ],
)
def test_health(defined, variables, service, command, start_period):
    assert defined(**variables)[service]["health_check"] == {
        "command": ["CMD-SHELL", command],
        "interval": 30,
        "timeout": 5,
        "retries": 3,
        "start_period": start_period,
    }


@pytest.mark.parametrize("service, days", [("gateway", 14), ("data-service", 14), ("redis", 7)])
def test_logs(defined, service, days):
    assert defined(**WITH_DATA_SERVICE)[service]["log"] == {
        "group": f"/ecs/portkey/dev/{service}",
        "region": "us-west-2",
        "stream_prefix": f"{service}-service",
        "retention_days": days,
    }


@pytest.mark.parametrize(
    "variables, service, expected",
    [
        ({}, "gateway", []),
        ({"create_lb": True}, "gateway", [("load_balancer", 8787)]),
        ({"create_lb": True, **MCP}, "gateway", [("load_balancer", 8788)]),
        (ALL, "gateway", [("load_balancer", 8787), ("load_balancer", 8788)]),
        (
            {"create_lb": True, **WITH_DATA_SERVICE},
            "gateway",
            [("load_balancer", 8787), ("data-service", 8787)],
        ),
        (WITH_DATA_SERVICE, "data-service", [("gateway", 8081)]),
        ({}, "redis", [("gateway", 6379)]),
        (WITH_DATA_SERVICE, "redis", [("gateway", 6379), ("data-service", 6379)]),
    ],
)
def test_ingress(defined, variables, service, expected):
    assert [(one["source"], one["port"]) for one in defined(**variables)[service]["ingress"]] == expected


COMMON = {
    "CACHE_STORE": "redis",
    "REDIS_URL": "redis://redis:6379",
    "REDIS_TLS_ENABLED": "false",
    "REDIS_MODE": "standalone",
    "LOG_STORE_REGION": "us-west-2",
}
ELASTICACHE_ENVIRONMENT = {
    "CACHE_STORE": "aws-elastic-cache",
    "REDIS_URL": "rediss://c:6379",
    "REDIS_TLS_ENABLED": "true",
    "REDIS_MODE": "cluster",
}
OF_GATEWAY = {**COMMON, "SERVER_MODE": "", "PORT": "8787", "LOG_STORE_GENERATIONS_BUCKET": "portkey-logs"}
OF_DATA_SERVICE = {
    **COMMON,
    "PORT": "8081",
    "ALBUS_ENDPOINT": "https://albus.portkey.ai",
    "LOG_EXPORTS_BUCKET": "portkey-logs",
    "FINETUNES_BUCKET": "portkey-logs",
    "AWS_S3_FINETUNE_BUCKET": "portkey-logs",
    "GATEWAY_BASE_URL": "http://gateway:8787",
}
OF_MCP = {"MCP_PORT": "8788", "MCP_GATEWAY_BASE_URL": "https://mcp.example.com"}


@pytest.mark.parametrize(
    "variables, service, expected",
    [
        ({}, "gateway", OF_GATEWAY),
        (MCP, "gateway", {**OF_GATEWAY, **OF_MCP, "SERVER_MODE": "mcp"}),
        (ALL, "gateway", {**OF_GATEWAY, **OF_MCP, "SERVER_MODE": "all"}),
        (ELASTICACHE, "gateway", {**OF_GATEWAY, **ELASTICACHE_ENVIRONMENT}),
        (WITH_DATA_SERVICE, "gateway", {**OF_GATEWAY, "DATASERVICE_BASEPATH": "http://data-service:8081"}),
        ({"gateway_config": {"gateway_port": 9000}}, "gateway", {**OF_GATEWAY, "PORT": "9000"}),
        (WITH_DATA_SERVICE, "data-service", OF_DATA_SERVICE),
        ({**WITH_DATA_SERVICE, **ELASTICACHE}, "data-service", {**OF_DATA_SERVICE, **ELASTICACHE_ENVIRONMENT}),
        (
            {
                **WITH_DATA_SERVICE,
                "object_storage": {
                    "log_store_bucket": "portkey-logs",
                    "bucket_region": "eu-west-1",
                    "log_exports_bucket": "exports",
                    "finetune_bucket": "tuning",
                },
            },
            "data-service",
            {
                **OF_DATA_SERVICE,
                "LOG_STORE_REGION": "eu-west-1",
                "LOG_EXPORTS_BUCKET": "exports",
                "FINETUNES_BUCKET": "tuning",
                "AWS_S3_FINETUNE_BUCKET": "tuning",
            },
        ),
        ({}, "redis", {}),
    ],
)
def test_environment_that_the_stack_sets(defined, variables, service, expected):
    assert defined(**variables)[service]["environment"] == expected


def test_ours_win_over_the_users_and_null_is_left_out(defined):
    given = {"A": "b", "N": 7, "ON": True, "OUT": None, "PORT": "1", "CACHE_STORE": "memory"}
    environment = defined(environment_variables={"gateway": given})["gateway"]["environment"]
    assert environment == {**OF_GATEWAY, "A": "b", "N": "7", "ON": "true"}


@pytest.mark.parametrize(
    "service, actions",
    [
        ("gateway", ["s3:GetObject", "s3:PutObject"]),
        ("data-service", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]),
    ],
)
@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_task_role(defined, service, actions, partition):
    storage = {"log_store_bucket": "logs", "bucket_region": "us-west-2", "finetune_bucket": "tuning"}
    one = defined(partition, object_storage=storage, **WITH_DATA_SERVICE)[service]
    assert one["task_policy_statements"] == [
        {
            "Effect": "Allow",
            "Action": actions,
            "Resource": [f"arn:{partition}:s3:::logs/*", f"arn:{partition}:s3:::tuning/*"],
        }
    ]


def test_further_policies(defined):
    variables = {
        "gateway_task_role_policy_arns": {"bedrock": BEDROCK},
        "data_service_task_role_policy_arns": {"more": BEDROCK},
    }
    found = defined(**variables, **WITH_DATA_SERVICE)
    assert found["gateway"]["task_role_policy_arns"] == {"bedrock": BEDROCK}
    assert found["data-service"]["task_role_policy_arns"] == {"more": BEDROCK}
    assert found["redis"]["task_role_policy_arns"] == {} == {one: 1 for one in found["redis"]["task_policy_statements"]}


@pytest.mark.parametrize(
    "service, image, pull_secret, cpu, memory",
    [
        ("gateway", "portkeyai/gateway_enterprise:2.16.0", "<DockerCredentialsSecretArn>", 256, 1024),
        ("data-service", "portkeyai/data-service:1.9.0", "<DockerCredentialsSecretArn>", 256, 1024),
        ("redis", "redis:7.2-alpine", None, 256, 512),
    ],
)
def test_image_and_size(defined, service, image, pull_secret, cpu, memory):
    one = defined(**WITH_DATA_SERVICE)[service]
    assert (one["image"], one["pull_secret"], one["cpu"], one["memory"]) == (image, pull_secret, cpu, memory)


@pytest.mark.parametrize(
    "service, variables",
    [
        ("gateway", {"gateway_config": {"enable_execute_command": True}}),
        ("data-service", {"dataservice_config": {"enable_dataservice": True, "enable_execute_command": True}}),
        ("redis", {"redis_configuration": {"enable_execute_command": True}}),
    ],
)
def test_exec_is_switched_on_for_one_service(defined, service, variables):
    found = defined(**variables)
    assert {name for name, one in found.items() if one["enable_execute_command"]} == {service}


@pytest.mark.parametrize("create_lb, seconds", [(True, 150), (False, None)])
def test_only_the_gateway_has_a_load_balancer(defined, create_lb, seconds):
    found = defined(create_lb=create_lb, **WITH_DATA_SERVICE)
    assert found["gateway"]["has_load_balancer"] is create_lb
    assert found["gateway"]["health_check_grace_period_seconds"] == seconds
    assert not found["redis"]["has_load_balancer"] and not found["data-service"]["has_load_balancer"]


def test_only_the_gateway_shifts_traffic_and_has_hooks(defined):
    found = defined(
        create_lb=True,
        gateway_deployment_configuration={"canary_configuration": {"canary_percent": 20}},
        gateway_deployment_circuit_breaker={"rollback": False},
        **WITH_DATA_SERVICE,
    )
    assert {name: one["strategy"] for name, one in found.items()} == {
        "redis": "rolling",
        "data-service": "rolling",
        "gateway": "canary",
    }
    gateway = found["gateway"]["deployment_configuration"]
    assert gateway["canary_configuration"] == {"canary_percent": 20.0, "canary_bake_time_in_minutes": 10}
    assert gateway["deployment_circuit_breaker"] == {"enable": True, "rollback": False}
    assert gateway["lifecycle_hooks"] == [HOOK]
    for other in ("redis", "data-service"):
        assert found[other]["deployment_configuration"]["strategy"] == "ROLLING"
        assert "lifecycle_hooks" not in found[other]["deployment_configuration"]
        assert found[other]["deployment_configuration"]["deployment_circuit_breaker"]["rollback"] is True


@pytest.mark.parametrize(
    "desired, minimum, maximum, expected",
    [(1, 2, 5, 2), (3, 2, 5, 3), (9, 2, 5, 5)],
)
@pytest.mark.parametrize("service, prefix", [("gateway", "gateway"), ("data-service", "dataservice")])
def test_with_autoscaling_the_count_is_the_scalers(defined, service, prefix, desired, minimum, maximum, expected):
    settings = {"enable_autoscaling": True, "autoscaling_min_capacity": minimum, "autoscaling_max_capacity": maximum}
    counts = {"desired_task_count": desired, **({"enable_dataservice": True} if prefix == "dataservice" else {})}
    one = defined(**{f"{prefix}_autoscaling": settings, f"{prefix}_config": counts})[service]
    assert (one["desired_count"], one["desired_count_policy"]) == (expected, "create")
    assert one["autoscaling"] == {
        "min_capacity": minimum,
        "max_capacity": maximum,
        "target_cpu_utilization": 70,
        "target_memory_utilization": 70,
        "scale_in_cooldown": 120,
        "scale_out_cooldown": 60,
    }


def test_without_autoscaling_the_count_is_ours(defined):
    found = defined(gateway_config={"desired_task_count": 4})
    assert (found["gateway"]["desired_count"], found["gateway"]["desired_count_policy"]) == (4, "always")
    assert (found["redis"]["desired_count"], found["redis"]["autoscaling"]) == (1, None)


def secret(name):
    return {"gateway": {name: f"{ARN}mine-AbCdEf"}}


def test_container_definition(defined):
    gateway = defined(secrets=secret("KEY"), environment_variables={"gateway": {"A": "b"}})["gateway"]
    (container,) = services.container_definitions(gateway, {"<DockerCredentialsSecretArn>": f"{ARN}docker-AbCdEf"})
    environment = container.pop("environment")
    assert {one["name"]: one["value"] for one in environment} == {**OF_GATEWAY, "A": "b"}
    assert container == {
        "name": "gateway",
        "image": "portkeyai/gateway_enterprise:2.16.0",
        "essential": True,
        "portMappings": [{"name": "gateway", "containerPort": 8787, "protocol": "tcp", "appProtocol": "http"}],
        "secrets": [{"name": "KEY", "valueFrom": f"{ARN}mine-AbCdEf:KEY::"}],
        "healthCheck": {
            "command": ["CMD-SHELL", "wget -qO- http://localhost:8787/v1/health || exit 1"],
            "interval": 30,
            "timeout": 5,
            "retries": 3,
            "startPeriod": 60,
        },
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/portkey/dev/gateway",
                "awslogs-region": "us-west-2",
                "awslogs-stream-prefix": "gateway-service",
            },
        },
        "repositoryCredentials": {"credentialsParameter": f"{ARN}docker-AbCdEf"},
    }


def test_redis_is_public_and_speaks_tcp(defined):
    redis = defined()["redis"]
    (container,) = services.container_definitions(redis, {})
    assert "repositoryCredentials" not in container
    assert container["portMappings"] == [{"name": "redis-port", "containerPort": 6379, "protocol": "tcp"}]
    assert services.secret_arns(redis, {}) == []


@pytest.mark.parametrize("client_auth", [f"{ARN}client-AbCdEf", KNOWN_AFTER_APPLY])
def test_placeholders_become_arns(defined, client_auth):
    variables = {"client_auth": "key", "organisations": "one"}
    gateway = defined(**variables)["gateway"]
    arns = {"<DockerCredentialsSecretArn>": f"{ARN}docker-AbCdEf", "<ClientOrgSecretNameArn>": client_auth}
    (container,) = services.container_definitions(gateway, arns)
    assert container["secrets"] == [
        {"name": name, "valueFrom": f"{client_auth}:{name}::"}
        for name in ("ORGANISATIONS_TO_SYNC", "PORTKEY_CLIENT_AUTH")
    ]
    assert services.secret_arns(gateway, arns) == sorted({client_auth, f"{ARN}docker-AbCdEf"})


def test_the_execution_role_reads_exactly_what_is_used(defined):
    variables = {
        **WITH_DATA_SERVICE,
        "docker_username": None,
        "docker_password": None,
        "docker_cred_secret_arn": f"{ARN}docker-AbCdEf",
        "secrets": {
            "gateway": {"A": f"{ARN}one-AbCdEf", "B": f"{ARN}one-AbCdEf"},
            "data-service": {"A": f"{ARN}two-AbCdEf"},
        },
    }
    found = defined(**variables)
    assert services.secret_arns(found["gateway"], {}) == [f"{ARN}docker-AbCdEf", f"{ARN}one-AbCdEf"]
    assert services.secret_arns(found["data-service"], {}) == [f"{ARN}docker-AbCdEf", f"{ARN}two-AbCdEf"]
