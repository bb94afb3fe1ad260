from __future__ import annotations

import re

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config.names import fitted, resource_names

LONG = ("portkey-gateway-of-the-whole-company-for-all-its-departments-xyz", "production-of-the-third-region")
PAIRS = [
    ("portkey", "dev"),
    ("portkey", "prod"),
    ("portkey-gateway", "dev"),
    ("p", "d"),
    LONG,
    (LONG[0], "production-of-the-third-regioo"),
    (f"{LONG[0][:-1]}a", LONG[1]),
    ("internal", "dev"),
    ("sg", "dev"),
    ("aws", "dev"),
    ("ecs-things", "dev"),
    ("Fargate", "dev"),
]

# The service's own limit, and what a name may look like.
HYPHENS = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
LIMITS = {
    "load_balancer": (32, rf"(?!internal-){HYPHENS}"),
    "target_groups": (32, HYPHENS),
    "load_balancer_role": (64, r"[\w+=,.@-]+"),
    "instance_role": (64, r"[\w+=,.@-]+"),
    "lifecycle_hook_invoke_role": (64, r"[\w+=,.@-]+"),
    "execution_role": (64, r"[\w+=,.@-]+"),
    "task_role": (64, r"[\w+=,.@-]+"),
    "function": (64, r"[A-Za-z0-9_-]+"),
    "role": (64, r"[\w+=,.@-]+"),
    "launch_template": (128, r"[A-Za-z0-9().\-/_]{3,}"),
    "cluster": (255, r"[A-Za-z0-9_-]+"),
    "capacity_provider": (255, r"(?!aws|ecs|fargate)[A-Za-z0-9_-]+"),
    "auto_scaling_group": (255, r"[^:]+"),
    "namespace": (253, r"[!-~]+"),
    "service": (255, r"[A-Za-z0-9_-]+"),
    "family": (255, r"[A-Za-z0-9_-]+"),
    "security_group": (255, r"(?!sg-)[A-Za-z0-9-]+"),
    "instance_security_group": (255, r"(?!sg-)[A-Za-z0-9-]+"),
    "load_balancer_security_group": (255, r"(?!sg-)[A-Za-z0-9-]+"),
    "log_group": (512, r"[\w./#-]+"),
    "exec_log_group": (512, r"[\w./#-]+"),
    "docker_secret": (512, r"[\w/+=.@-]+"),
    "client_auth_secret": (512, r"[\w/+=.@-]+"),
}


def flat(names, path=()):
    """Each name with the keys that lead to it."""
    for key, value in names.items() if isinstance(names, dict) else enumerate(names):
        if isinstance(value, str):
            yield (*path, str(key)), value
        else:
            yield from flat(value, (*path, str(key)))


@pytest.mark.parametrize("project, environment", PAIRS)
def test_names_keep_to_the_limits_of_aws(project, environment):
    for path, name in flat(resource_names(project, environment, "ap-southeast-2", num_az=6)):
        kind = next((key for key in reversed(path) if key in LIMITS), None)
        limit, pattern = LIMITS.get(kind, (255, r".+"))
        assert len(name) <= limit, path
        assert re.fullmatch(pattern, name, re.IGNORECASE if kind == "capacity_provider" else 0), (path, name)


def test_every_limit_is_tried():
    keys = {key for path in dict(flat(resource_names("portkey", "dev", "us-east-1"))) for key in path}
    assert set(LIMITS) <= keys


@pytest.mark.parametrize(
    "path, name",
    [
        (("cluster",), "portkey-gateway-dev-cluster"),
        (("namespace",), "portkey-gateway-dev"),
        (("exec_log_group",), "/aws/ecs/portkey-gateway/dev"),
        (("docker_secret",), "portkey-gateway/dev/docker-credentials"),
        (("client_auth_secret",), "portkey-gateway/dev/clientauth-organizations"),
        (("services", "gateway", "service"), "gateway"),
        (("services", "data-service", "service"), "data-service"),
        (("services", "redis", "service"), "redis"),
        (("services", "gateway", "log_group"), "/ecs/portkey-gateway/dev/gateway"),
        (("services", "data-service", "log_group"), "/ecs/portkey-gateway/dev/data-service"),
        (("services", "gateway", "task_role"), "portkey-gateway-dev-us-east-1-gateway-task"),
        (("services", "gateway", "target_groups", "default", "blue"), "portkey-gateway-dev-default-blue"),
        (("load_balancer",), "portkey-gateway-dev-lb"),
        (("private_subnets", "2"), "portkey-gateway-dev-private-3"),
    ],
)
def test_names_read_as_the_design_says(path, name):
    names = resource_names("portkey-gateway", "dev", "us-east-1", num_az=3)
    assert dict(flat(names))[path] == name


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_no_two_environments_share_a_name(region):
    # Within a cluster of its own, a stack's services are called alike everywhere.
    names = [
        {name for path, name in flat(resource_names(*pair, region)) if path[-1] not in ("service", "container")}
        for pair in PAIRS
    ]
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            assert not one & other


def test_only_what_is_global_differs_between_regions():
    """IAM's roles, and the names of records."""
    one, other = (dict(flat(resource_names("portkey", "dev", region))) for region in ("us-east-1", "eu-west-1"))
    assert {path[-1] for path in one if one[path] != other[path]} == {
        "dns_owner",
        "instance_role",
        "load_balancer_role",
        "role",
        "service_role",
        "lifecycle_hook_invoke_role",
        "execution_role",
        "task_role",
    }


def test_in_an_existing_cluster_the_services_carry_the_stack():
    names = resource_names("portkey", "dev", "us-east-1", cluster_name="shared", capacity_provider_name="FARGATE")
    assert (names["cluster"], names["capacity_provider"]) == ("shared", "FARGATE")
    assert names["services"]["gateway"]["service"] == "portkey-dev-gateway"
    assert names["services"]["redis"]["container"] == "redis"


@pytest.mark.parametrize(
    "stem, suffix, limit, reserved, expected",
    [
        ("portkey-dev", "lb", 32, (), "portkey-dev-lb"),
        ("portkey-dev", "", 32, (), "portkey-dev"),
        ("a" * 29, "lb", 32, (), f"{'a' * 29}-lb"),
        ("a" * 30, "lb", 32, (), f"{'a' * 20}-b1186de8-lb"),
        ("a" * 40, "", 32, (), f"{'a' * 23}-e33cdf9c"),
        (f"{'a' * 19}-bcdefghijk", "lb", 32, (), f"{'a' * 19}-aa1ac21f-lb"),
        ("internal-dev", "lb", 32, ("internal-",), "portkey-internal-dev-e9042ebe-lb"),
    ],
)
def test_fitted(stem, suffix, limit, reserved, expected):
    assert fitted(stem, suffix, limit, reserved) == expected
    assert len(expected) <= limit
