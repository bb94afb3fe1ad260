"""Bad configurations, each with exactly the variables that preflight must name; and how faults are told.

What belongs to a topic has a file of its own beside this one.
"""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config.faults import HIDDEN, report

DEPLOYMENT = "gateway_deployment_configuration"
CANARY = f"{DEPLOYMENT}.canary_configuration"
LINEAR = f"{DEPLOYMENT}.linear_configuration"
ELASTICACHE = {"redis_type": "aws-elastic-cache", "endpoint": "redis://cache.example.com:6379"}


def with_deployment(**settings):
    return {"create_lb": True, "gateway_deployment_configuration": settings}


# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    # Pausing and uninstalling
    ("an unknown service to scale", {"scale_services": ["gateway", "redis-cache"]}, {"scale_services"}),
    ("no time to come to rest", {"scale_wait_timeout": 0}, {"scale_wait_timeout"}),
    ("no time to go", {"uninstall_wait_timeout": -1}, {"uninstall_wait_timeout"}),
    ("too short a recovery", {"uninstall_secret_recovery_days": 3}, {"uninstall_secret_recovery_days"}),
    ("too long a recovery", {"uninstall_secret_recovery_days": 31}, {"uninstall_secret_recovery_days"}),
    # Types
    ("text for a number", {"num_az": "two"}, {"num_az"}),
    ("a fraction for a whole number", {"max_asg_size": 2.5}, {"max_asg_size"}),
    ("a boolean for a number", {"target_capacity": True}, {"target_capacity"}),
    ("text for a boolean", {"create_lb": "maybe"}, {"create_lb"}),
    ("text for the interrupt switch", {"rollback_on_interrupt": "ask"}, {"rollback_on_interrupt"}),
    ("a number for a boolean", {"internal_lb": 2}, {"internal_lb"}),
    ("text for a dict", {"gateway_config": "cpu=256"}, {"gateway_config"}),
    ("a list for a dict", {"redis_configuration": ["redis"]}, {"redis_configuration"}),
    ("text for the storage", {"object_storage": "portkey-logs"}, {"object_storage"}),
    ("text for a nested dict", with_deployment(canary_configuration="10%"), {CANARY}),
    ("text for a list", {"allowed_lb_cidrs": "10.0.0.0/8"}, {"allowed_lb_cidrs"}),
    ("a dict for a list", {"private_subnet_ids": {"a": 1}}, {"private_subnet_ids"}),
    ("a list for text", {"vpc_cidr": ["10.0.0.0/16"]}, {"vpc_cidr"}),
    ("a fraction for text", {"gateway_image": {"tag": 2.16}}, {"gateway_image.tag"}),
    ("a boolean for text", {"environment": True}, {"environment"}),
    ("text for a nested number", {"gateway_config": {"memory": "1 GB"}}, {"gateway_config.memory"}),
    (
        "text for a percentage",
        with_deployment(canary_configuration={"canary_percent": "ten"}),
        {f"{CANARY}.canary_percent"},
    ),
    ("an empty item", {"create_lb": True, "allowed_lb_cidrs": [None]}, {"allowed_lb_cidrs"}),
    ("a dict for a secret", {"docker_password": {"a": "b"}}, {"docker_password"}),
    # Names
    ("an unknown variable", {"gateway_imgae": {}}, {"gateway_imgae"}),
    ("a variable of another place", {"gateway_port": 8787}, {"gateway_port"}),
    ("an unknown key", {"gateway_config": {"cpus": 256}}, {"gateway_config.cpus"}),
    ("an unknown nested key", with_deployment(linear_configuration={"percent": 5}), {f"{LINEAR}.percent"}),
    ("an unknown service", {"secrets": {"data_service": {}}}, {"secrets.data_service"}),
    # Required
    ("no storage", {"object_storage": None}, {"object_storage"}),
    ("no bucket", {"object_storage": {"bucket_region": "us-west-2"}}, {"object_storage.log_store_bucket"}),
    ("no bucket region", {"object_storage": {"log_store_bucket": "logs"}}, {"object_storage.bucket_region"}),
    ("no CIDR for a new VPC", {"vpc_cidr": None}, {"vpc_cidr"}),
    ("an empty CIDR", {"vpc_cidr": ""}, {"vpc_cidr"}),
    ("an existing VPC without ids", {"create_new_vpc": False}, {"vpc_id", "public_subnet_ids", "private_subnet_ids"}),
    ("an existing cluster without names", {"create_cluster": False}, {"cluster_name", "capacity_provider_name"}),
    # Project
    ("a project with an underscore", {"project_name": "port_key"}, {"project_name"}),
    ("a project that ends with a hyphen", {"project_name": "portkey-"}, {"project_name"}),
    ("a project that is too long", {"project_name": "p" * 65}, {"project_name"}),
    ("an environment with a slash", {"environment": "dev/eu"}, {"environment"}),
    ("an environment that is too long", {"environment": "e" * 33}, {"environment"}),
    ("no region", {"aws_region": "virginia"}, {"aws_region"}),
    ("an availability zone for a region", {"aws_region": "us-west-2a"}, {"aws_region"}),
    (
        "a profile and a key",
        {"aws_connection": {"profile": "p", "access_key": "a", "secret_key": "s"}},
        {"aws_connection.profile"},
    ),
    ("a key without its secret", {"aws_connection": {"access_key": "a"}}, {"aws_connection.secret_key"}),
    ("a secret without its key", {"aws_connection": {"secret_key": "s"}}, {"aws_connection.access_key"}),
    (
        "an endpoint without a scheme",
        {"aws_connection": {"endpoint_url": "127.0.0.1:4599"}},
        {"aws_connection.endpoint_url"},
    ),
    ("a tag of ours", {"tags": {"Project": "x"}}, {"tags.Project"}),
    ("a reserved tag", {"tags": {"aws:owner": "x"}}, {"tags.aws:owner"}),
    ("a tag that is a number", {"tags": {"cost": 7}}, {"tags.cost"}),
    ("a tag that is too long", {"tags": {"team": "x" * 257}}, {"tags.team"}),
    ("too many tags", {"tags": {f"t{n}": "x" for n in range(41)}}, {"tags"}),
    # Several at once
    (
        "faults of all kinds together",
        {
            "num_az": "x",
            "vpc_cidr": "10.0.0.1/16",
            "gateway_config": {"cpu": 1, "gateway_port": 0},
            "lb_typ": "network",
        },
        {"num_az", "vpc_cidr", "gateway_config.cpu", "gateway_config.gateway_port", "lb_typ"},
    ),
    # Operation
    ("an image without a version", {"deploy_image": "portkeyai/gateway_enterprise"}, {"deploy_image"}),
    ("a tag with the repository", {"deploy_tag": "portkeyai/gateway_enterprise:2.17.0"}, {"deploy_tag"}),
    ("a digest that is too short", {"deploy_tag": "sha256:0123"}, {"deploy_tag"}),
    ("an image and a tag", {"deploy_image": "a/b:1", "deploy_tag": "2"}, {"deploy_tag"}),
    ("a rollback to nowhere", {"rollback_to": "yesterday"}, {"rollback_to"}),
    ("less than no tasks", {"scale_count": -1}, {"scale_count"}),
    ("limits the wrong way round", {"scale_min": 3, "scale_max": 2}, {"scale_max"}),
    ("no lines of log", {"logs_lines": 0}, {"logs_lines"}),
    ("a span in words", {"logs_since": "an hour ago"}, {"logs_since"}),
    ("no time to wait", {"wait_timeout": 0}, {"wait_timeout"}),
    ("no time to wait for the lock", {"lock_wait": -1}, {"lock_wait"}),
    ("a lock too short to renew", {"lock_lifetime": 29}, {"lock_lifetime"}),
    ("a lock for ever", {"lock_lifetime": 86401}, {"lock_lifetime"}),
    ("a bucket with its scheme", {"lock_bucket": "s3://locks"}, {"lock_bucket"}),
    ("no time to verify", {"verify_timeout": 0}, {"verify_timeout"}),
    ("a URL without a scheme", {"verify_url": "gateway.example.com"}, {"verify_url"}),
    ("a test URL without a scheme", {"verify_test_url": "gateway.example.com:8080"}, {"verify_test_url"}),
    ("a service that nobody knows", {"service": "database"}, {"service"}),
    ("a service that is switched off", {"service": "data-service"}, {"service"}),
    ("a Redis that is elsewhere", {"service": "redis", "redis_configuration": ELASTICACHE}, {"service"}),
    ("waiting for something else", {"deploy_wait_until": "tomorrow"}, {"deploy_wait_until"}),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)


def test_the_report_has_a_numbered_paragraph_for_each_fault(checked):
    faults = checked(num_az=9, gateway_config={"memory": 1}).faults
    text = report(faults)
    assert text.startswith("The configuration has 2 faults. Nothing was changed.\n\n1. portkey_num_az = 9\n")
    assert (
        "2. portkey_gateway_config.memory = 1\n   Rule: With 256 CPU units it must be 512, 1024 or 2048 MiB.\n   Fix:"
        in text
    )


@pytest.mark.parametrize(
    "variables",
    [
        {"docker_password": {"really": "hunter2"}},
        {"docker_passwrod": "hunter2"},
        {"secrets": {"gateway": {"KEY": "hunter2"}}},
        {"secrets": "hunter2"},
        {"secrets": {"gatewy": "hunter2"}},
        {"docker_cred_secret_arn": "hunter2"},
        {"environment_variables": {"gateway": {"A": ["hunter2"]}}},
        {"organisations": ["hunter2"]},
        {"aws_connection": {"secret_key": ["hunter2"]}},
        {"aws_connection": {"secret": "hunter2"}},
    ],
)
def test_what_may_be_a_secret_is_not_shown(checked, variables):
    faults = checked(**variables).faults
    assert faults
    assert "hunter2" not in report(faults)
    assert any(one.value == HIDDEN for one in faults)
