from __future__ import annotations

import pytest

ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret:"
DOCKER, CLIENT = "portkey/dev/docker-credentials", "portkey/dev/clientauth-organizations"
NO_DOCKER = {"docker_username": None, "docker_password": None}


def test_what_the_account_says_goes_through(built, account):
    found = built()
    for key in ("account_id", "partition", "dns_suffix", "architecture", "ami_parameter", "ami_id"):
        assert found[key] == account[key]
    assert found["availability_zones"] == ["us-west-2a", "us-west-2b"]
    assert (found["id"], found["region"]) == ("portkey-dev", "us-west-2")
    assert found["config"]["gateway_config"]["cpu"] == 256
    assert "docker_password" not in found["config"]


def test_tags(built):
    assert built(tags={"team": "gateway"})["tags"] == {
        "Project": "portkey",
        "Environment": "dev",
        "ManagedBy": "Ansible",
        "team": "gateway",
    }


def test_network_of_a_new_vpc(built):
    assert built(vpc_cidr="10.1.0.0/20", num_az=1)["network"] == {
        "vpc_cidr": "10.1.0.0/20",
        "public_cidrs": ["10.1.0.0/24"],
        "private_cidrs": ["10.1.1.0/24"],
        "surplus_zones": [],
    }


def test_network_of_a_live_vpc(built):
    live = {"portkey-dev-private-1": {"cidr": "10.0.32.0/20", "zone": "us-west-2c"}}
    found = built({"live_vpc": {"id": "vpc-1", "subnets": live}}, num_az=1)
    assert found["network"]["private_cidrs"] == ["10.0.32.0/20"]
    assert found["availability_zones"] == ["us-west-2c"]


def test_zones_that_the_stack_had_before(built):
    def subnet(number, owned=True):
        return {"id": f"subnet-{number}", "cidr": f"10.0.{number}.0/24", "zone": "us-west-2a", "owned": owned}

    live = {
        "portkey-dev-public-1": subnet(0),
        "portkey-dev-public-3": subnet(2),
        "portkey-dev-private-3": subnet(5),
        "portkey-dev-private-4": subnet(6, owned=False),
        "portkey-dev-private-9": subnet(7),
        "mine": subnet(8, owned=False),
    }
    network = built({"live_vpc": {"id": "vpc-1", "subnets": live}}, num_az=2)["network"]
    assert network["surplus_zones"] == [
        {
            "number": 3,
            "subnets": [
                {"name": "portkey-dev-private-3", "id": "subnet-5", "cidr": "10.0.5.0/24"},
                {"name": "portkey-dev-public-3", "id": "subnet-2", "cidr": "10.0.2.0/24"},
            ],
            "elastic_ip": "portkey-dev-nat-3",
            "private_route_table": "portkey-dev-private-3",
        }
    ]


def test_network_of_an_existing_vpc(built):
    found = built(
        {"vpc_cidr": "172.31.0.0/16", "availability_zones": ["us-west-2d"]},
        create_new_vpc=False,
        vpc_id="vpc-01234567",
        public_subnet_ids=["subnet-01234567"],
        private_subnet_ids=["subnet-11234567"],
    )
    assert found["network"] == {
        "vpc_cidr": "172.31.0.0/16",
        "public_cidrs": [],
        "private_cidrs": [],
        "surplus_zones": [],
    }
    assert found["availability_zones"] == ["us-west-2d"]


@pytest.mark.parametrize(
    "variables, seen, docker, client",
    [
        ({}, {}, (True, None), (False, None)),
        ({}, {DOCKER: f"{ARN}d"}, (True, f"{ARN}d"), (False, None)),
        (NO_DOCKER, {DOCKER: f"{ARN}d", CLIENT: f"{ARN}c"}, (False, f"{ARN}d"), (False, f"{ARN}c")),
        (
            {**NO_DOCKER, "docker_cred_secret_arn": f"{ARN}mine"},
            {DOCKER: f"{ARN}d"},
            (False, f"{ARN}mine"),
            (False, None),
        ),
        ({"docker_cred_secret_arn": "<DockerCredentialsSecretArn>"}, {}, (True, None), (False, None)),
        ({"client_auth": "key", "organisations": "one"}, {}, (True, None), (True, None)),
    ],
)
def test_who_makes_the_secrets(built, variables, seen, docker, client):
    found = built({"secrets": seen}, **variables)["secrets"]
    cache = ("ecr-pullthroughcache/portkey/dev/docker-hub", False, None)
    expected = {"docker_credentials": (DOCKER, *docker), "client_auth": (CLIENT, *client), "image_cache": cache}
    assert {key: (one["name"], one["managed"], one["arn"]) for key, one in found.items()} == expected


def test_names_of_an_existing_cluster(built):
    found = built(create_cluster=False, cluster_name="shared", capacity_provider_name="FARGATE")
    assert (found["names"]["cluster"], found["names"]["capacity_provider"]) == ("shared", "FARGATE")
    assert found["services"][-1]["names"]["service"] == "portkey-dev-gateway"


@pytest.mark.parametrize("create_lb, state", [(True, "present"), (False, "absent")])
def test_the_load_balancers_plan_is_part_of_it(built, create_lb, state):
    assert built(create_lb=create_lb)["load_balancer"]["state"] == state


def test_what_is_live(built):
    assert built({"live_server_mode": "mcp"}, server_mode="mcp", mcp_gateway_base_url="http://m")["live"] == {
        "server_mode": "mcp",
        "lb_type": None,
        "controller": None,
        "codedeploy": False,
        "capacity_providers": [],
        "instances": False,
        "elasticache": False,
        "image_cache": False,
    }
