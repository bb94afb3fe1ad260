from __future__ import annotations

import json

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import account, advice, check, stack

ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret:"
DOCKER, CLIENT = "portkey/dev/docker-credentials", "portkey/dev/clientauth-organizations"
CLIENT_VALUES = {"client_auth": "key", "organisations": "one,two"}
NO_DOCKER = {"docker_username": None, "docker_password": None}


def test_no_secret_value_is_in_what_is_public(checked):
    values = {
        "docker_username": "s3cret-user",
        "docker_password": "s3cret-word",
        "client_auth": "s3cret-key",
        "organisations": "s3cret-id",
    }
    result = checked(**values)
    assert "s3cret" in json.dumps(result.config)
    assert "s3cret" not in json.dumps(result.public)


def test_no_secret_value_is_in_a_stack(checked, account):
    values = {
        "docker_username": "s3cret-user",
        "docker_password": "s3cret-word",
        "client_auth": "s3cret-key",
        "organisations": "s3cret-id",
    }
    result = checked(**values)
    assert "s3cret" not in json.dumps(stack.build(result.public, account, check.made_secrets(result.config)))


@pytest.mark.parametrize(
    "variables, found, expected",
    [
        ({}, {}, []),
        (NO_DOCKER, {}, ["portkey_docker_cred_secret_arn"]),
        (
            {**NO_DOCKER, "docker_cred_secret_arn": "<DockerCredentialsSecretArn>"},
            {},
            ["portkey_docker_cred_secret_arn"],
        ),
        ({**NO_DOCKER, "docker_cred_secret_arn": f"{ARN}mine-AbCdEf"}, {}, []),
        (NO_DOCKER, {DOCKER: f"{ARN}{DOCKER}-AbCdEf"}, []),
        ({"secrets": {"gateway": {"KEY": "<ClientOrgSecretNameArn>"}}}, {}, ["portkey_secrets"]),
        ({"secrets": {"gateway": {"KEY": "<ClientOrgSecretNameArn>"}}, **CLIENT_VALUES}, {}, []),
        ({"secrets": {"gateway": {"KEY": "<ClientOrgSecretNameArn>"}}}, {CLIENT: f"{ARN}{CLIENT}-AbCdEf"}, []),
        (
            {**NO_DOCKER, "secrets": {"gateway": {"KEY": "<DockerCredentialsSecretArn>"}}},
            {},
            ["portkey_docker_cred_secret_arn"],
        ),
    ],
)
def test_a_placeholder_needs_its_secret(checked, variables, found, expected):
    result = checked(**variables)
    assert result.faults == []
    assert [one.variable for one in check.missing_secrets(result.config, found)] == expected


def test_a_placeholder_in_a_file_is_a_fault_of_the_file(checked):
    files = {"s.json": {"gateway": {"KEY": "<ClientOrgSecretNameArn>"}}}
    result = checked(files, secrets_file_path="s.json")
    assert [one.variable for one in check.missing_secrets(result.config, {})] == ["portkey_secrets_file_path"]


def test_the_client_auth_that_is_given_is_what_the_services_read(checked):
    both = {"PORTKEY_CLIENT_AUTH": "<ClientOrgSecretNameArn>", "ORGANISATIONS_TO_SYNC": "<ClientOrgSecretNameArn>"}
    assert checked(**CLIENT_VALUES).config["secrets"] == {"gateway": both, "data-service": both}
    assert checked().config["secrets"] is None
    given = {"gateway": {}, "data-service": {}}
    assert checked(**CLIENT_VALUES, secrets={}).config["secrets"] == given


@pytest.mark.parametrize(
    "variables, expected",
    [
        ({}, []),
        ({"num_az": 1}, ["portkey_num_az"]),
        ({"vpc_cidr": "10.0.0.0/24"}, ["portkey_vpc_cidr"]),
        ({"enable_lb_access_logs": True, "lb_access_logs_bucket": "logs"}, ["portkey_enable_lb_access_logs"]),
        (
            {"create_lb": True, "enable_lb_access_logs": True, "lb_access_logs_bucket": "logs"},
            ["portkey_enable_lb_access_logs"],
        ),
        (
            {
                "server_mode": "mcp",
                "mcp_gateway_base_url": "http://m",
                "alb_routing_configuration": {"enable_path_based_routing": True},
            },
            ["portkey_alb_routing_configuration"],
        ),
        ({**CLIENT_VALUES, "secrets": {}}, ["portkey_client_auth"]),
        (
            {
                "create_lb": True,
                "lb_type": "application",
                "gateway_deployment_configuration": {
                    "controller": "codedeploy",
                    "enable_blue_green": True,
                    "alarms": {"alarm_names": ["errors"]},
                },
                "gateway_deployment_circuit_breaker": {"enable": True},
            },
            ["portkey_gateway_deployment_circuit_breaker", "portkey_gateway_deployment_configuration.alarms"],
        ),
        ({"max_request_seconds": 350, "create_lb": True}, []),
        ({"max_request_seconds": 351, "create_lb": True}, ["portkey_max_request_seconds"] * 2),
        (
            {"max_request_seconds": 900, "create_lb": True, "lb_type": "application"},
            ["portkey_max_request_seconds"],
        ),
        # What is at fault gets no advice.
        ({"num_az": 1, "vpc_cidr": "x"}, []),
    ],
)
def test_advice(checked, variables, expected):
    texts = advice.advice(checked(**variables))
    assert [text.split(":")[0].split(" ")[0] for text in texts] == expected


@pytest.mark.parametrize(
    "variables, expected",
    [
        ({}, []),
        ({"gateway_config": {"cpu": 2048, "memory": 4096}}, ["portkey_gateway_config.memory"]),
        (
            {"gateway_config": {"cpu": 4096, "memory": 8192}},
            ["portkey_gateway_config.cpu", "portkey_gateway_config.memory"],
        ),
        (
            {
                "redis_configuration": {
                    "cpu": 4096,
                    "memory": 8192,
                    "redis_type": "aws-elastic-cache",
                    "endpoint": "c:1",
                }
            },
            [],
        ),
        ({"dataservice_config": {"cpu": 1024, "memory": 8192}}, []),
        (
            {"dataservice_config": {"enable_dataservice": True, "cpu": 1024, "memory": 8192}},
            ["portkey_dataservice_config.memory"],
        ),
    ],
)
def test_a_task_must_fit_on_an_instance(checked, account, variables, expected):
    result = checked(**variables)
    assert result.faults == []
    assert [one.variable for one in check.unfit_for_account(result.config, account)] == expected


def test_on_an_existing_cluster_the_instances_are_not_known(checked, account):
    config = checked(gateway_config={"cpu": 4096, "memory": 8192}).config
    assert check.unfit_for_account(config, {**account, "instance": None}) == []


CACHE = {"redis_configuration": {"redis_type": "aws-elastic-cache", "create": True}}


@pytest.mark.parametrize(
    "variables, node, expected",
    [
        (CACHE, "us-west-2c", ["portkey_num_az"]),
        (CACHE, "us-west-2b", []),
        ({}, "us-west-2c", []),
    ],
)
def test_a_zone_with_a_node_of_the_cache_does_not_go(checked, account, variables, node, expected):
    config = checked(**variables).config
    zones = {
        f"portkey-dev-{kind}-{n}": zone for n, zone in ((1, "a"), (2, "b"), (3, "c")) for kind in ("public", "private")
    }
    subnets = {
        name: {"id": f"subnet-{n}", "cidr": f"10.0.{n * 16}.0/20", "zone": f"us-west-2{zone}", "owned": True}
        for n, (name, zone) in enumerate(zones.items())
    }
    nodes = [node] if variables else []
    seen = {**account, "live_vpc": {"id": "vpc-1", "subnets": subnets}, "live_elasticache_zones": nodes}
    faults = check.unfit_for_account(config, seen)
    assert [one.variable for one in faults] == expected
    assert all(node in one.rule for one in faults)


@pytest.mark.parametrize(
    "live, inbound, allowed",
    [
        ("internal", True, False),
        ("internal", False, True),
        ("internet-facing", True, True),
        (None, True, True),
    ],
)
def test_a_load_balancer_to_which_the_control_plane_comes_keeps_its_scheme(checked, account, live, inbound, allowed):
    config = checked(create_lb=True, internal_lb=False).config
    seen = {**account, "live_lb_scheme": live, "live_control_plane": {"inbound": inbound}}
    faults = check.unfit_for_account(config, seen)
    assert [one.variable for one in faults] == ([] if allowed else ["portkey_internal_lb"])


def test_a_vpc_without_room(checked, account):
    live = {"id": "vpc-1", "subnets": {"all": {"cidr": "10.0.0.0/16", "zone": "us-west-2a"}}}
    (fault,) = check.unfit_for_account(checked().config, {**account, "live_vpc": live})
    assert fault.variable == "portkey_num_az"


def asked(result):
    return account.questions(result.config, result.faults)


def test_the_account_is_asked_about_what_is_configured(checked):
    result = checked()
    assert asked(result) == {
        "region": "us-west-2",
        "zones": 2,
        "network": {
            "name": "portkey-dev-vpc",
            "cidr": "10.0.0.0/16",
            "project": "portkey",
            "environment": "dev",
        },
        "instance_type": "t4g.medium",
        "buckets": {"names": ["portkey-logs"], "region": "us-west-2"},
        "given_secrets": [],
        "own_secrets": [{"name": DOCKER, "is_made": True}, {"name": CLIENT, "is_made": False}],
        "elasticache": {
            "subnet_group": "portkey-dev-cache",
            "replication_group": "portkey-dev-cache",
            "tags": {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"},
            "wanted": None,
        },
        "image_cache": {
            "prefix": "portkey-dev",
            "secret": "ecr-pullthroughcache/portkey/dev/docker-hub",
            "repositories": [],
            "tags": {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"},
        },
        "live": {
            "project": "portkey",
            "environment": "dev",
            "cluster": "portkey-dev-cluster",
            "own_cluster": True,
            "service": "gateway",
            "load_balancer": "portkey-dev-lb",
            "server_mode": "gateway",
            "lb_type": "network",
            "create_lb": False,
            "insights": None,
            "codedeploy_role": "portkey-dev-us-west-2-codedeploy",
            "instance_role": None,
        },
        "observability": {
            "alarms": stack.stack_names(result.config)["alarms"],
            "wanted": [],
            "topic": "portkey-dev-alarms",
            "rule": "portkey-dev-deployment-failed",
            "dashboard": "portkey-dev",
            "wants_dashboard": False,
            "tags": {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"},
            "given_topic": None,
            "needs_publishing": False,
            "for_rollback": [],
            "by_codedeploy": False,
        },
        "control_plane": {
            "project": "portkey",
            "environment": "dev",
            "endpoint": "portkey-dev-control-plane",
            "endpoint_security_group": "portkey-dev-control-plane",
            "endpoint_service": "portkey-dev-inbound",
            "load_balancer_security_group": "portkey-dev-inbound",
            "is_outbound": False,
        },
    }


def test_the_account_is_asked_about_what_exists(checked):
    result = checked(
        **NO_DOCKER,
        create_new_vpc=False,
        vpc_id="vpc-01234567",
        public_subnet_ids=["subnet-01234567", "subnet-11234567"],
        private_subnet_ids=["subnet-21234567"],
        create_cluster=False,
        cluster_name="shared",
        capacity_provider_name="FARGATE",
        create_lb=True,
        internal_lb=False,
        lb_type="application",
        tls_certificate_arn="arn:aws:acm:us-west-2:123456789012:certificate/1",
        enable_lb_access_logs=True,
        lb_access_logs_bucket="lb-logs",
        docker_cred_secret_arn=f"{ARN}docker-AbCdEf",
        secrets={"gateway": {"KEY": f"{ARN}mine-AbCdEf"}, "data-service": {"KEY": f"{ARN}mine-AbCdEf"}},
        object_storage={"log_store_bucket": "logs", "bucket_region": "us-west-2", "finetune_bucket": "tune"},
    )
    assert result.faults == []
    questions = asked(result)
    assert "zones" not in questions and "instance_type" not in questions
    assert questions["vpc"] == {
        "id": "vpc-01234567",
        "public_subnet_ids": ["subnet-01234567", "subnet-11234567"],
        "private_subnet_ids": ["subnet-21234567"],
        "two_zones_for": "public",
    }
    assert questions["cluster"] == {
        "name": "shared",
        "capacity_providers": ["FARGATE"],
        "variable": "portkey_capacity_provider_name",
        "needs_insights": False,
    }
    assert questions["certificate_arn"].endswith("certificate/1")
    assert questions["access_logs"] == {"bucket": "lb-logs", "prefix": "", "lb_type": "application"}
    assert questions["buckets"]["names"] == ["logs", "tune"]
    assert questions["given_secrets"] == [
        {"variable": "portkey_docker_cred_secret_arn", "arn": f"{ARN}docker-AbCdEf"},
        {"variable": "portkey_secrets.gateway.KEY", "arn": f"{ARN}mine-AbCdEf"},
    ]
    assert questions["live"]["service"] == "portkey-dev-gateway"
    assert questions["live"]["own_cluster"] is False


@pytest.mark.parametrize("create_lb, lb_type", [(False, "application"), (True, "network")])
def test_two_zones_are_asked_for_an_application_load_balancer_only(checked, create_lb, lb_type):
    """An option that is none would be refused by the module, which takes it for a wrong choice."""
    existing = {"create_new_vpc": False, "vpc_id": "vpc-01234567"}
    subnets = {"public_subnet_ids": ["subnet-01234567"], "private_subnet_ids": ["subnet-11234567"]}
    result = checked(**existing, **subnets, create_lb=create_lb, lb_type=lb_type)
    assert set(asked(result)["vpc"]) == {"id", *subnets}


# What is asked about by the names of the stack.
FOR_NAMES = ("live", "network", "observability", "control_plane", "elasticache", "image_cache")


@pytest.mark.parametrize(
    "variables, unasked",
    [
        ({"num_az": 0}, {"zones", *FOR_NAMES}),
        ({"instance_type": "t4g"}, {"instance_type"}),
        ({"object_storage": None}, {"buckets"}),
        ({"project_name": "a/b"}, {"own_secrets", *FOR_NAMES}),
        ({"control_plane": {"outbound": "x"}}, {"control_plane"}),
        ({"docker_password": None}, {"own_secrets"}),
        ({"server_mode": "x"}, {"live", "observability"}),
        ({"secrets": {"gateway": {"KEY": "x"}}}, {"given_secrets"}),
        (
            {"aws_region": "x"},
            {
                "zones",
                "instance_type",
                "buckets",
                "given_secrets",
                "own_secrets",
                "region",
                *FOR_NAMES,
            },
        ),
    ],
)
def test_what_is_at_fault_is_not_asked_about(checked, variables, unasked):
    assert set(asked(checked())) - set(asked(checked(**variables))) == unasked
