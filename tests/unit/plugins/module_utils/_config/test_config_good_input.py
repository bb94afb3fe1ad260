"""Good configurations, in which no fault is found."""

from __future__ import annotations

import pytest

ACM = "arn:aws:acm:us-west-2:123456789012:certificate/0b1c"
HOSTS = {"enable_host_based_routing": True, "gateway_host": "gw.example.com", "mcp_host": "mcp.example.com"}
ALL = {
    "server_mode": "all",
    "create_lb": True,
    "lb_type": "application",
    "mcp_gateway_base_url": "https://mcp.example.com",
    "alb_routing_configuration": HOSTS,
}
SHIFTING = {"create_lb": True, "gateway_deployment_configuration": {"enable_blue_green": True}}
EXISTING_VPC = {
    "create_new_vpc": False,
    "vpc_id": "vpc-0123456789abcdef0",
    "public_subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "private_subnet_ids": ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
}
DEPLOYMENT = "gateway_deployment_configuration"
GATE = "gateway_smoke_gate"
FUNCTION = "arn:aws:lambda:us-west-2:123456789012:function:check"
STORAGE = {"log_store_bucket": "portkey-logs", "bucket_region": "us-west-2"}
NOVA = "amazon.nova-pro-v1:0"
BEDROCK_ROLE = "arn:aws:iam::210987654321:role/models"
ELASTICACHE = {"redis_type": "aws-elastic-cache", "endpoint": "redis://cache.example.com:6379"}


def with_deployment(**settings):
    return {"create_lb": True, "gateway_deployment_configuration": settings}


def with_hook(**settings):
    on = {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["POST_SCALE_UP"]}
    return {**SHIFTING, "gateway_lifecycle_hook": {**on, **settings}}


def with_gate(**settings):
    return {**SHIFTING, GATE: {"enable_smoke_gate": True, **settings}}


def with_profile(**settings):
    return {"bedrock": {"inference_profiles": [{"profile": f"us.{NOVA}", "regions": ["us-west-2"], **settings}]}}


def with_access_logs(bucket):
    return {"create_lb": True, "enable_lb_access_logs": True, "lb_access_logs_bucket": bucket}


def with_codedeploy(**settings):
    return {**with_deployment(controller="codedeploy", **settings), "lb_type": "application"}


def with_routing(**settings):
    return {**ALL, "alb_routing_configuration": {**HOSTS, **settings}}


GOOD = [
    ("the least", {}),
    ("numbers as text, as -e gives them", {"num_az": "3", "create_lb": "true", "target_capacity": "80"}),
    ("all by host", ALL),
    ("all by path", with_routing(enable_host_based_routing=False, enable_path_based_routing=True)),
    ("one host, two paths", with_routing(enable_path_based_routing=True, mcp_host="gw.example.com")),
    ("mcp on a network load balancer", {"server_mode": "mcp", "create_lb": True, "mcp_gateway_base_url": "http://m"}),
    ("canary at its least", with_deployment(canary_configuration={"canary_percent": 0.1})),
    ("canary in tenths", with_deployment(canary_configuration={"canary_percent": 12.3})),
    ("a canary by CodeDeploy", with_codedeploy(canary_configuration={"canary_percent": 10})),
    ("all at once by CodeDeploy behind an NLB", {**with_codedeploy(enable_blue_green=True), "lb_type": "network"}),
    ("canary by defaults", with_deployment(canary_configuration={})),
    ("linear at its least", with_deployment(linear_configuration={"step_percent": 3})),
    ("linear at once", with_deployment(linear_configuration={"step_percent": "100"})),
    ("a rolling update with the circuit breaker off", {"gateway_deployment_circuit_breaker": {"enable": False}}),
    ("an existing VPC", EXISTING_VPC),
    ("access logs in the gateway's own bucket", with_access_logs("portkey-logs")),
    (
        "buckets that are made",
        {
            **with_access_logs("access-logs"),
            "create_lb_access_logs_bucket": True,
            "lb_access_logs_expire_after_days": 90,
            "object_storage": {**STORAGE, "create": True, "bucket_region": "eu-west-1", "expire_after_days": 365},
        },
    ),
    ("a model and a role", {"bedrock": {"models": [NOVA], "role_arns": [BEDROCK_ROLE], "external_id": "portkey:1"}}),
    (
        "a profile by its ARN",
        with_profile(profile=f"arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.{NOVA}"),
    ),
    (
        "a profile of GovCloud",
        {"aws_region": "us-gov-west-1", **with_profile(profile=f"us-gov.{NOVA}", regions=["us-gov-east-1"])},
    ),
    ("a global profile", with_profile(profile=f"global.{NOVA}", regions=[])),
    ("an application's profile", with_profile(profile="x1y2z3x1y2z3", model=NOVA, regions=["global"])),
    ("an existing cluster", {"create_cluster": False, "cluster_name": "mine", "capacity_provider_name": "FARGATE"}),
    ("ElastiCache", {"redis_configuration": {**ELASTICACHE, "tls": True, "mode": "cluster"}}),
    ("ElastiCache without a scheme", {"redis_configuration": {**ELASTICACHE, "endpoint": "cache.example.com:6379"}}),
    ("a placeholder CIDR without a load balancer", {"allowed_lb_cidrs": ["X.X.X.X/Y"]}),
    ("a certificate", {"create_lb": True, "tls_certificate_arn": ACM}),
    ("a policy of AWS", {"gateway_task_role_policy_arns": {"b": "arn:aws:iam::aws:policy/AmazonBedrockReadOnly"}}),
    (
        "GovCloud",
        {
            "aws_region": "us-gov-west-1",
            "gateway_task_role_policy_arns": {"b": "arn:aws-us-gov:iam::123456789012:policy/x"},
        },
    ),
    ("the placeholder of the seed", {"docker_cred_secret_arn": "<DockerCredentialsSecretArn>"}),
    (
        "an image of another registry",
        {"gateway_image": {"image": "123456789012.dkr.ecr.us-west-2.amazonaws.com/portkey/gateway_enterprise"}},
    ),
    ("an image by its digest", {"gateway_image": {"tag": f"sha256:{'0' * 64}"}}),
    ("a deployed image by tag and digest", {"deploy_image": f"localhost:5000/gateway:1@sha256:{'a' * 64}"}),
    ("a deployed tag", {"deploy_tag": "2.17.0"}),
    ("a rollback to a revision", {"rollback_to": "arn:aws:ecs:us-west-2:123456789012:service-revision/c/gateway/1"}),
    ("logs of the last minutes", {"logs_since": "15m"}),
    ("logs since a moment", {"logs_since": "2026-01-31T12:00:00+01:00"}),
    ("logs since a day", {"logs_since": "2026-01-31"}),
    ("an image of a local registry", {"gateway_image": {"image": "localhost:5000/gateway"}}),
    ("the largest task", {"gateway_config": {"cpu": 16384, "memory": 122880}}),
    (
        "a hook",
        {
            **SHIFTING,
            "gateway_lifecycle_hook": {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["POST_SCALE_UP"]},
        },
    ),
    ("a hook with code of one's own", with_hook(code_path=__file__, handler="checks.handler")),
    ("a hook that exists", with_hook(function_arn=f"{FUNCTION}:live", hook_details={"team": "gateway"})),
    ("ten pauses", {**SHIFTING, "gateway_pause_hooks": [{"pause_stages": ["POST_SCALE_UP"]}] * 10}),
    ("a smoke gate", with_gate(allowed_failures=4, headers={"x-portkey-config": "pc-1"})),
    ("alarms", {DEPLOYMENT: {"alarms": {"alarm_names": ["slow", "wrong"], "rollback": False}}}),
    ("early success", {DEPLOYMENT: {"minimum_healthy_percent": 50, "early_success_criteria": {"healthy_percent": 60}}}),
    ("tags", {"tags": {"team": "gateway", "cost-center": "42"}}),
    ("six zones in the smallest VPC", {"num_az": 6, "vpc_cidr": "10.0.0.0/24"}),
    ("no instances at first", {"min_asg_size": 0, "desired_asg_size": 0, "max_asg_size": 1}),
    ("null for a default", {"num_az": None, "gateway_config": None}),
]


@pytest.mark.parametrize("variables", [case[1] for case in GOOD], ids=[case[0] for case in GOOD])
def test_good_input_is_accepted(checked, variables):
    assert checked(**variables).faults == []
