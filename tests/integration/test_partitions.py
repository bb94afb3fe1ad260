"""One run: a new stack in China, and one in GovCloud on a network, a cluster and an ElastiCache that exist."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_run import Ansible
from readback import ACCOUNT, Stack, actions, resources, trust_of
from stacks import writes
from worlds import GOV, NODES, existing_in_gov

from emulator.testing import Running

INVENTORY = "tests/integration/inventories/partitions"
CHINA = "cn-north-1"
PARTITIONS = {CHINA: "aws-cn", GOV: "aws-us-gov"}
ARN = re.compile(r"arn:([a-z-]+):[a-z0-9-]+:([a-z0-9-]*):")


@pytest.fixture(scope="module")
def run(ansible: Ansible, emulator: Running) -> dict[str, Any]:
    """The variables. What is recorded are the calls of the run itself."""
    emulator.post("reset")
    variables = existing_in_gov(emulator)
    emulator.post("reset", only="calls")
    ansible.play(inventory=INVENTORY, **variables).ok()
    return variables


@pytest.fixture(scope="module")
def china(emulator: Running, run) -> Stack:
    return Stack(emulator, "portkey-china", CHINA)


@pytest.fixture(scope="module")
def gov(emulator: Running, run) -> Stack:
    return Stack(emulator, "portkey-gov", GOV, cluster=NODES, vpc_name=NODES)


@pytest.mark.parametrize("region", PARTITIONS)
def test_every_arn_that_was_sent_is_of_the_regions_partition(emulator: Running, run, region: str):
    sent = [json.dumps(call["parameters"]) for call in emulator.calls(region=region)]
    found = {arn for one in sent for arn in ARN.findall(one)}
    assert {partition for partition, _unused in found} == {PARTITIONS[region]}
    assert {place for _unused, place in found} - {""} == {region}


def test_every_call_went_to_one_of_the_two_regions(emulator: Running, run):
    assert {call["region"] for call in emulator.calls()} == set(PARTITIONS)


# China


def test_domains_and_arns_in_china(china: Stack):
    assert trust_of(china, "portkey-china-cn-north-1-instance")["Principal"] == {"Service": "ec2.amazonaws.com.cn"}
    managed, _unused = china.policies("portkey-china-cn-north-1-instance")
    assert managed == {"arn:aws-cn:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"}
    shifting, _unused = china.policies("portkey-china-cn-north-1-ecs-load-balancer")
    assert shifting == {"arn:aws-cn:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"}
    execution, _unused = china.policies(china.role("gateway", "execution"))
    assert execution == {"arn:aws-cn:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"}
    condition = trust_of(china, china.role("gateway", "task"))["Condition"]
    assert condition["ArnLike"] == {"aws:SourceArn": f"arn:aws-cn:ecs:{CHINA}:{ACCOUNT}:*"}
    _unused, inline = china.policies(china.role("gateway", "task"))
    buckets = [one for one in inline if "s3:GetObject" in one["Action"]]
    assert resources(buckets) == {"arn:aws-cn:s3:::portkey-china-logs/*"}
    assert china.balancer["DNSName"].endswith(".amazonaws.com.cn")


def test_the_stack_in_china_serves(china: Stack):
    running = {name: one["runningCount"] for name, one in china.services("gateway", "redis").items()}
    assert running == {"gateway": 1, "redis": 1}
    assert china.health("gateway-blue") == {"healthy"}
    assert set(china.scalable_targets) == {"gateway"}
    (condition,) = [one for one in china.rules[80, 100]["Conditions"] if one["Field"] == "host-header"]
    assert condition["HostHeaderConfig"]["Values"] == ["gateway.example.com.cn"]


# GovCloud, on what exists


def test_what_exists_was_neither_made_again_nor_changed(emulator: Running, gov: Stack):
    written = {(call["service"], call["operation"]) for call in writes(emulator) if call["region"] == GOV}
    assert written <= {
        ("ec2", "AuthorizeSecurityGroupIngress"),
        ("ec2", "CreateSecurityGroup"),
        ("ec2", "CreateTags"),
        ("ecs", "CreateService"),
        ("ecs", "RegisterTaskDefinition"),
        ("iam", "AttachRolePolicy"),
        ("iam", "CreateRole"),
        ("iam", "PutRolePolicy"),
        ("logs", "CreateLogGroup"),
        ("logs", "PutRetentionPolicy"),
        ("secretsmanager", "CreateSecret"),
        ("servicediscovery", "CreateHttpNamespace"),
    }
    tagged = [call["parameters"] for call in emulator.calls(region=GOV, operation="CreateTags")]
    ids = {one for call in tagged for one in call["Resources"]}
    assert ids <= {group["GroupId"] for group in gov.security_groups.values()}
    assert gov.vpc["Tags"] == [{"Key": "Name", "Value": NODES}]
    created = [call["parameters"] for call in emulator.calls(region=GOV, operation="CreateService")]
    assert {one["cluster"].split("/")[-1] for one in created} == {NODES}
    assert gov.balancers == []


def test_the_services_are_in_what_exists(gov: Stack, run):
    services = gov.services("portkey-gov-gateway", "portkey-gov-data-service", "portkey-gov-redis")
    assert set(services) == {"portkey-gov-gateway", "portkey-gov-data-service"}
    for one in services.values():
        network = one["networkConfiguration"]["awsvpcConfiguration"]
        assert set(network["subnets"]) == set(run["existing"]["private"])
        (strategy,) = one["capacityProviderStrategy"]
        assert (strategy["capacityProvider"], strategy["weight"]) == ("shared-instances", 1)
        assert one["loadBalancers"] == []
        assert one.get("healthCheckGracePeriodSeconds", 0) == 0
        assert one["runningCount"] == 1
    assert set(gov.security_groups) == {"gateway", "data-service"}
    assert gov.ingress("gateway") == {(8787, "data-service")}
    assert gov.ingress("data-service") == {(8081, "gateway")}


@pytest.mark.parametrize("service", ["gateway", "data-service"])
def test_the_cache_is_the_elasticache_with_its_password(gov: Stack, run, service: str):
    environment = gov.environment(f"portkey-gov-{service}")
    assert {name: environment[name] for name in environment if name.startswith(("REDIS", "CACHE"))} == {
        "CACHE_STORE": "aws-elastic-cache",
        "REDIS_URL": "rediss://cache.portkey.usgw1.cache.amazonaws.com:6379",
        "REDIS_TLS_ENABLED": "true",
        "REDIS_MODE": "cluster",
    }
    secrets = gov.container_secrets(f"portkey-gov-{service}")
    assert secrets["REDIS_PASSWORD"] == f"{run['existing']['redis']}:REDIS_PASSWORD::"
    _unused, inline = gov.policies(gov.role(f"portkey-gov-{service}", "execution"))
    assert actions(inline) == {
        "secretsmanager:GetSecretValue",
        "secretsmanager:DescribeSecret",
        "secretsmanager:ListSecretVersionIds",
    }
    assert {run["existing"]["docker"], run["existing"]["redis"]} < resources(inline)


def test_buckets_that_are_not_named_are_the_log_stores(gov: Stack):
    environment = gov.environment("portkey-gov-data-service")
    buckets = ("LOG_EXPORTS_BUCKET", "FINETUNES_BUCKET", "AWS_S3_FINETUNE_BUCKET")
    assert {environment[name] for name in buckets} == {"portkey-gov-logs"}
    assert environment["LOG_STORE_REGION"] == GOV


def test_the_second_run_changes_nothing(ansible: Ansible, emulator: Running, run):
    emulator.post("reset", only="calls")
    ansible.play(inventory=INVENTORY, **run).unchanged()
    assert writes(emulator) == []
