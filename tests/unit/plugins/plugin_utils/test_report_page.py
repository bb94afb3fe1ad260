"""The report of a stack: what is derived, what is escaped, what is told of networks and load balancers."""

from __future__ import annotations

import datetime
import re

import pytest
from ansible_collections.portkey.gateway.plugins.plugin_utils._report import balancing, costs, network, outside
from ansible_collections.portkey.gateway.plugins.plugin_utils._report import timeline as timelines
from ansible_collections.portkey.gateway.plugins.plugin_utils._report.found import Found
from ansible_collections.portkey.gateway.plugins.plugin_utils._report.page import page
from ansible_collections.portkey.gateway.plugins.plugin_utils._report.timeline import timeline

NOW = datetime.datetime(2026, 1, 1, 1, tzinfo=datetime.UTC)
GROUPS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup"
BLUE, GREEN = f"{GROUPS}/dev-blue/1", f"{GROUPS}/dev-green/2"


def at(minute: float) -> str:
    return (NOW - datetime.timedelta(minutes=60 - minute)).isoformat()


def deployment(status="SUCCESSFUL", strategy="CANARY", steps=((10.0, 10),), bake=5, end=20, **more):
    return {
        "status": status,
        "stage": None,
        "reason": None,
        "strategy": strategy,
        "is_first": False,
        "traffic_steps": [{"percent": percent, "minutes": minutes} for percent, minutes in steps],
        "bake_minutes": bake,
        "created_at": at(0),
        "started_at": at(0),
        "finished_at": None if end is None else at(end),
        "rollback_started_at": None,
        "production_traffic": 100.0,
        "task_definition": "portkey-dev-gateway:2",
        "images": ["gateway:2"],
        **more,
    }


@pytest.mark.parametrize(
    "given, points, at_most, note",
    [
        (deployment(), [(0, 0), (5, 0), (5, 10), (15, 10), (15, 100), (20, 100)], [], timelines.FROM_THE_END),
        (
            deployment(strategy="LINEAR", steps=((50.0, 4),), bake=2, end=10),
            [(0, 0), (4, 0), (4, 50), (8, 50), (8, 100), (10, 100)],
            [],
            timelines.FROM_THE_END,
        ),
        (
            deployment(strategy="BLUE_GREEN", steps=(), bake=5),
            [(0, 0), (15, 0), (15, 100), (20, 100)],
            [],
            timelines.FROM_THE_END,
        ),
        # The clocks of AWS and of its stages are not so exact that this could not be.
        (
            deployment(end=12),
            [(0, 0), (0, 0), (0, 10), (7, 10), (7, 100), (12, 100)],
            [],
            timelines.FROM_THE_END,
        ),
        (deployment(strategy="ROLLING", steps=(), bake=0), [(0, 0), (20, 100)], [], timelines.WITH_THE_TASKS),
        (deployment(is_first=True), [(0, 0), (20, 0), (20, 100)], [], timelines.FIRST),
        (deployment(strategy=None), [(0, 0), (10, None), (20, 100)], [], timelines.NOT_TOLD),
        (
            deployment("IN_PROGRESS", end=None, production_traffic=10.0),
            [(0, 0), (60, 0), (60, 10)],
            [(0, 0), (0, 0), (0, 10), (10, 10), (10, 10), (60, 10)],
            timelines.TOLD,
        ),
        (
            deployment("ROLLBACK_SUCCESSFUL", rollback_started_at=at(8), end=9),
            [(0, 0), (4.5, None), (9, 0)],
            [(0, 0), (0, 0), (0, 10), (8, 10), (9, 0)],
            timelines.WENT_BACK,
        ),
        (
            deployment("ROLLBACK_SUCCESSFUL", rollback_started_at=at(12), end=14),
            [(0, 0), (7, None), (14, 0)],
            [(0, 0), (0, 0), (0, 10), (10, 10), (10, 100), (12, 100), (14, 0)],
            timelines.WENT_BACK,
        ),
        (deployment("STOPPED"), [(0, 0)], [], timelines.FAILED),
        (deployment("PENDING", started_at=None, created_at=None, end=None), [], [], timelines.NOT_BEGUN),
    ],
)
def test_the_traffic_of_a_deployment(given, points, at_most, note):
    told = timeline(given, NOW)
    assert [(round(one.minute, 6), one.percent) for one in told.points] == points
    assert [(round(one.minute, 6), one.percent) for one in told.at_most] == at_most
    assert told.note == note


def subnet(number, zone, name):
    return {
        "subnet_id": f"subnet-{number}",
        "availability_zone": zone,
        "cidr_block": f"10.0.{number}.0/24",
        "tags": {"Name": name},
    }


def table(target, *subnets, main=False):
    route = {"destination_cidr_block": "0.0.0.0/0", **target}
    uses = [{"subnet_id": one, "main": False} for one in subnets] + ([{"main": True}] if main else [])
    return {"routes": [{"destination_cidr_block": "10.0.0.0/16", "gateway_id": "local"}, route], "associations": uses}


def service(**more):
    return {
        "name": "gateway",
        "healthy": True,
        "problems": [],
        "running": 1,
        "desired": 1,
        "pending": 0,
        "controller": "ECS",
        "strategy": "CANARY",
        "autoscaling": None,
        "task_definition": "portkey-dev-gateway:2",
        "images": ["gateway:2"],
        "revisions": [],
        "target_groups": [
            {"arn": BLUE, "healthy": 1, "targets": [{}]},
            {"arn": GREEN, "healthy": 0, "targets": [{}, {}]},
        ],
        "tasks": [
            {
                "id": "0123456789abcdef",
                "task_definition": "portkey-dev-gateway:2",
                "subnet": "subnet-3",
                "health": "UNKNOWN",
                "status": "RUNNING",
            }
        ],
        "deployments": [deployment()],
        **more,
    }


def read(**more):
    config = {
        "create_new_vpc": True,
        "create_cluster": True,
        "capacity": {"type": "ec2"},
        "min_asg_size": 1,
        "max_asg_size": 2,
        "public_subnet_ids": [],
        "private_subnet_ids": [],
    }
    names = {
        "public_subnets": ["public-1", "public-2"],
        "private_subnets": ["private-1", "private-2"],
        "services": {"gateway": {}, "redis": {}},
    }
    stack = {"id": "portkey-dev", "region": "us-east-1", "account_id": "123456789012", "config": config, "names": names}
    return {
        "stack": {**stack, "secrets": {"client_auth": {"arn": "arn:aws:secret"}, "docker_credentials": {"arn": None}}},
        "services": [service()],
        "vpcs": [{"vpc_id": "vpc-1", "cidr_block": "10.0.0.0/16", "tags": {"Name": "portkey-dev-vpc"}}],
        "subnets": [
            subnet(3, "us-east-1a", "private-1"),
            subnet(1, "us-east-1a", "public-1"),
            subnet(2, "us-east-1b", "public-2"),
            subnet(4, "us-east-1b", "private-2"),
            subnet(9, "us-east-1c", "of somebody else"),
        ],
        "route_tables": [
            table({"nat_gateway_id": "nat-1"}, main=True),
            table({"gateway_id": "igw-1"}, "subnet-1", "subnet-2"),
        ],
        "nat_gateways": [
            {
                "nat_gateway_id": "nat-1",
                "subnet_id": "subnet-1",
                "state": "available",
                "nat_gateway_addresses": [{"public_ip": "192.0.2.7"}],
            }
        ],
        "instances": [],
        "load_balancers": [],
        "target_groups": [],
        "task_definitions": [],
        **more,
    }


def found(**more) -> Found:
    return Found(**read(**more))


def test_zones_have_the_stacks_subnets_with_what_lies_in_them():
    told = network.zones(found())
    assert [zone["name"] for zone in told] == ["us-east-1a", "us-east-1b"]
    public, private = told[0]["subnets"]
    assert (public["kind"], public["way_out"], private["kind"], private["way_out"]) == (
        "public",
        "igw-1",
        "private",
        "nat-1",
    )
    assert [(one["kind"], one["more"]) for one in public["residents"]] == [("NAT gateway", "192.0.2.7")]
    assert [(one["kind"], one["name"], one["state"]) for one in private["residents"]] == [
        ("task of gateway", "01234567", "running")
    ]


def balancer():
    rule = {
        "priority": "100",
        "conditions": [
            {"field": "host-header", "host_header_config": {"values": ["gw.example.com"]}},
            {"field": "path-pattern", "values": ["/*"]},
        ],
        "target_group_weights": {GREEN: 25, BLUE: 75},
    }
    listener = {"port": 80, "protocol": "HTTP", "rules": [rule], "target_group_weights": {}}
    return {
        "load_balancer_name": "dev-lb",
        "type": "application",
        "scheme": "internet-facing",
        "dns_name": "dev.example.com",
        "state": {"code": "active"},
        "availability_zones": [{"subnet_id": "subnet-1"}, {"subnet_id": "subnet-2"}],
        "listeners": [listener],
    }


def test_ways_through_the_load_balancer_have_shares_and_health():
    ((listener,),) = [one["listeners"] for one in balancing.load_balancers(found(load_balancers=[balancer()]))]
    (way,) = listener["ways"]
    assert way["when"] == "host header gw.example.com and path pattern /*"
    assert [tuple(group.values()) for group in way["groups"]] == [("dev-blue", 75.0, 1, 1), ("dev-green", 25.0, 0, 2)]


def test_what_costs_is_counted():
    instances = [
        {"instance_id": f"i-{number}", "instance_type": "t4g.medium", "state": {"name": "running"}} for number in (1, 2)
    ]
    told = {
        one["what"]: (one["count"], one["hint"])
        for one in costs.costs(found(load_balancers=[balancer()], instances=instances))
    }
    assert {what: count for what, (count, hint) in told.items()} == {
        "instance t4g.medium": 2,
        "NAT gateway": 1,
        "public IPv4 address": 3,
        "application load balancer": 1,
        "log group": 1,
        "secret": 1,
    }
    assert "Zones without one of their own" in told["NAT gateway"][1]


def test_on_fargate_the_tasks_cost():
    read_ = found(services=[service(running=3), service(running=1)])
    read_.stack["config"]["capacity"] = {"type": "fargate"}
    assert [one["count"] for one in costs.costs(read_) if one["what"] == "task on Fargate"] == [4]


def definition(**environment):
    values = [{"name": name, "value": value} for name, value in environment.items()]
    return {"container_definitions": [{"environment": values}]}


def test_only_the_host_of_an_address_is_told():
    given = definition(REDIS_URL="rediss://user:hunter22@cache.example.com:6380", LOG_STORE_GENERATIONS_BUCKET="logs")
    assert [tuple(one.values()) for one in outside.outside(found(task_definitions=[given]))] == [
        ("Control plane", "Portkey"),
        ("ElastiCache", "cache.example.com"),
        ("Log store in S3", "logs"),
    ]
    assert "hunter22" not in page(read(task_definitions=[given]), NOW)


def test_the_stacks_own_redis_is_not_outside():
    given = definition(REDIS_URL="redis://redis:6379", ALBUS_ENDPOINT="https://albus.example.com/v1")
    assert [tuple(one.values()) for one in outside.outside(found(task_definitions=[given]))] == [
        ("Control plane", "albus.example.com")
    ]


def test_the_page_stands_alone_and_escapes_what_it_shows():
    bad = service(
        healthy=False,
        problems=["<script>alert(1)</script>"],
        deployments=[deployment(reason="<img src=x onerror=alert(1)>")],
    )
    shown = page(read(services=[bad]), NOW)
    assert "&lt;script&gt;alert(1)" in shown and "&lt;img src=x" in shown
    assert "<script" not in shown and "<img" not in shown
    assert "<svg" in shown and "Reckoned back from the end" in shown
    # Names of formats are no addresses that a browser asks for.
    assert set(re.findall(r"https?://[^\s\"'<]+", re.sub(r"<!--.*?-->", "", shown))) == {
        "http://www.w3.org/2000/svg"
    } | set(re.findall(r"http://www.w3.org/1999/xlink", shown))


def test_a_stack_without_a_network_of_its_own_or_deployments_has_a_page_too():
    empty = read(vpcs=[], subnets=[], route_tables=[], nat_gateways=[], services=[service(deployments=[], tasks=[])])
    shown = page(empty, NOW)
    assert "no load balancer" in shown and "AWS tells of none." in shown
