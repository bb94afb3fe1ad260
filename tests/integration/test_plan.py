"""A plan names exactly what the run then changes, and plans without one write.

One stack lives through all of it. Scenarios that have nothing to do with one another share a plan and a run, in
which each has to be found with what belongs to it. The tests follow each other.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import pathlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible_run import ROOT, Ansible, Run
from stacks import writes

from emulator.testing import Running

STACK = "portkey-gateway-dev"
CLUSTER = f"{STACK}-cluster"
ROLES = f"{STACK}-us-east-1"
HOST = "portkey-gateway-local"

Resource = tuple[str, str]
Preparation = Callable[[Running], dict[str, Any] | None]

# Which kind of resource an operation writes, by the names that the plan uses.
WRITES = {
    "application-autoscaling": {
        "RegisterScalableTarget": "application_autoscaling_target",
        "PutScalingPolicy": "application_autoscaling_policy",
    },
    "autoscaling": {"CreateAutoScalingGroup": "autoscaling_group"},
    "ec2": {
        "AllocateAddress": "ec2_eip",
        "AssociateRouteTable": "ec2_vpc_route_table",
        "AttachInternetGateway": "ec2_vpc_igw",
        "AuthorizeSecurityGroupEgress": "ec2_security_group",
        "AuthorizeSecurityGroupIngress": "ec2_security_group",
        "CreateInternetGateway": "ec2_vpc_igw",
        "CreateLaunchTemplate": "ec2_launch_template",
        "CreateNatGateway": "ec2_vpc_nat_gateway",
        "CreateRoute": "ec2_vpc_route_table",
        "CreateRouteTable": "ec2_vpc_route_table",
        "CreateSecurityGroup": "ec2_security_group",
        "CreateSubnet": "ec2_vpc_subnet",
        "CreateVpc": "ec2_vpc_net",
        "ModifyVpcAttribute": "ec2_vpc_net",
        "RevokeSecurityGroupEgress": "ec2_security_group",
        "RevokeSecurityGroupIngress": "ec2_security_group",
    },
    "ecs": {
        "CreateCapacityProvider": "ecs_capacity_provider",
        "CreateCluster": "ecs_cluster",
        "CreateService": "ecs_service",
        "PutAccountSettingDefault": "ecs_account_setting",
        "PutClusterCapacityProviders": "ecs_cluster_capacity_providers",
        "RegisterTaskDefinition": "ecs_task_definition",
        "UpdateService": "ecs_service",
    },
    "elbv2": {
        "CreateListener": "elbv2_listener",
        "CreateLoadBalancer": "elbv2_load_balancer",
        "CreateRule": "elbv2_rule",
        "CreateTargetGroup": "elbv2_target_group",
        "ModifyListener": "elbv2_listener",
        "ModifyLoadBalancerAttributes": "elbv2_load_balancer",
        "ModifyTargetGroupAttributes": "elbv2_target_group",
    },
    "iam": {
        "AddRoleToInstanceProfile": "iam_instance_profile",
        "AttachRolePolicy": "iam_role",
        "CreateInstanceProfile": "iam_instance_profile",
        "CreateRole": "iam_role",
        "PutRolePolicy": "iam_policy",
    },
    "logs": {"CreateLogGroup": "logs_log_group", "PutRetentionPolicy": "logs_log_group"},
    "secretsmanager": {"CreateSecret": "secretsmanager_secret"},
    "servicediscovery": {"CreateHttpNamespace": "servicediscovery_namespace"},
}
# Of a new resource exactly one of these is made; a security group may be made by a rule that refers to it.
CREATIONS = {
    "CreateAutoScalingGroup",
    "CreateInstanceProfile",
    "CreateLaunchTemplate",
    "CreateListener",
    "CreateLoadBalancer",
    "CreateLogGroup",
    "CreateNatGateway",
    "CreateRole",
    "CreateRouteTable",
    "CreateRule",
    "CreateSecret",
    "CreateSecurityGroup",
    "CreateService",
    "CreateSubnet",
    "CreateTargetGroup",
    "CreateVpc",
    "AllocateAddress",
}
# Tags go with whatever they are put on.
TAGGING = {"AddTags", "CreateTags", "TagResource"}


@dataclasses.dataclass(frozen=True)
class Scenario:
    """What the user sets, or what somebody did behind their back; and the resources that this concerns."""

    name: str
    resources: frozenset[Resource]
    variables: dict[str, Any] = dataclasses.field(default_factory=dict)
    # Somebody changes AWS by hand, or prepares it for more variables, which are answered.
    before: Preparation | None = None
    # Paths that the plan has to tell of, by resource.
    fields: dict[Resource, str] = dataclasses.field(default_factory=dict)


GATEWAY = frozenset({("ecs_task_definition", f"{STACK}-gateway"), ("ecs_service", "gateway")})
REDIS = frozenset({("ecs_task_definition", f"{STACK}-redis"), ("ecs_service", "redis")})


def environment_variables() -> dict[str, Any]:
    """The dev files' own, and one more."""
    given = json.loads((ROOT / "inventories/dev/environment-variables.json").read_text())
    return {**given, "gateway": {**given["gateway"], "LOG_LEVEL": "debug", "MODEL_API_KEY": "sk-not-to-be-seen-123456"}}


def store_keys(emulator: Running) -> dict[str, Any]:
    """The user makes a secret, and names it for the gateway beside the dev files' own."""
    made = emulator.client("secretsmanager").create_secret(Name="provider-keys", SecretString='{"PROVIDER_KEYS": "k"}')
    given = json.loads((ROOT / "inventories/dev/secrets.json").read_text())
    return {
        "portkey_secrets": {**given, "gateway": {**given["gateway"], "PROVIDER_KEYS": made["ARN"]}},
        "portkey_secrets_file_path": None,
    }


def close_redis(emulator: Running) -> None:
    """Somebody removes the rule by which the gateway reaches Redis."""
    ec2 = emulator.client("ec2")
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{STACK}-redis"]}])[
        "SecurityGroups"
    ]
    ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])


def keep_logs(emulator: Running) -> None:
    emulator.client("logs").put_retention_policy(logGroupName="/ecs/portkey-gateway/dev/redis", retentionInDays=365)


def widen_scaling(emulator: Running) -> None:
    emulator.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{CLUSTER}/gateway",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=1,
        MaxCapacity=9,
    )


def answer_otherwise(emulator: Running) -> None:
    """Somebody lets the listener answer unknown requests with another text."""
    elbv2 = emulator.client("elbv2")
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    elbv2.modify_listener(
        ListenerArn=listener["ListenerArn"],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
    )


ROUTING = {
    "enable_host_based_routing": True,
    "gateway_host": "gateway.example.com",
    "mcp_host": "mcp.example.com",
}
BALANCER = f"{STACK}-lb"
TO_GATEWAY = ("ec2_security_group", f"{STACK}-gateway")
TO_BALANCER = ("ec2_security_group", f"{STACK}-lb")

# Each list shares a plan and a run.
BATCHES = [
    [
        Scenario(
            "image",
            GATEWAY,
            {"portkey_gateway_image": {"image": "portkeyai/gateway_enterprise", "tag": "2.17.0"}},
            fields={("ecs_task_definition", f"{STACK}-gateway"): "container_definitions.gateway.image"},
        ),
        Scenario(
            "cpu",
            REDIS,
            {"portkey_redis_configuration": {"redis_type": "redis", "cpu": 512, "memory": 1024}},
            fields={("ecs_task_definition", f"{STACK}-redis"): "cpu"},
        ),
        Scenario(
            "new environment variables",
            GATEWAY,
            {"portkey_environment_variables": environment_variables(), "portkey_environment_variables_file_path": None},
            fields={("ecs_task_definition", f"{STACK}-gateway"): "container_definitions.gateway.environment.LOG_LEVEL"},
        ),
        Scenario(
            "secret added",
            GATEWAY | {("iam_policy", f"{ROLES}-gateway-execution/secrets")},
            before=store_keys,
            fields={
                ("ecs_task_definition", f"{STACK}-gateway"): "container_definitions.gateway.secrets.PROVIDER_KEYS",
                ("iam_policy", f"{ROLES}-gateway-execution/secrets"): "Statement",
            },
        ),
        Scenario(
            "load balancer added",
            frozenset(
                {
                    ("elbv2_load_balancer", BALANCER),
                    ("elbv2_listener", f"{BALANCER}:80"),
                    ("elbv2_rule", f"{BALANCER}:80/100"),
                    ("elbv2_target_group", f"{STACK}-gateway-blue"),
                    ("ecs_service", "gateway"),
                    TO_BALANCER,
                    TO_GATEWAY,
                }
            ),
            {
                "portkey_create_lb": True,
                "portkey_lb_type": "application",
                "portkey_alb_routing_configuration": ROUTING,
            },
            fields={TO_GATEWAY: "ingress[+]", ("ecs_service", "gateway"): "load_balancers"},
        ),
        Scenario(
            "autoscaling on",
            frozenset(
                {
                    ("application_autoscaling_target", f"service/{CLUSTER}/gateway"),
                    ("application_autoscaling_policy", f"service/{CLUSTER}/gateway/gateway-cpu"),
                    ("application_autoscaling_policy", f"service/{CLUSTER}/gateway/gateway-memory"),
                }
            ),
            {"portkey_gateway_autoscaling": {"enable_autoscaling": True}},
        ),
        Scenario(
            "drift of a security group's rule",
            frozenset({("ec2_security_group", f"{STACK}-redis")}),
            before=close_redis,
            fields={("ec2_security_group", f"{STACK}-redis"): "ingress[+]"},
        ),
        Scenario(
            "drift of a log group's retention",
            frozenset({("logs_log_group", "/ecs/portkey-gateway/dev/redis")}),
            before=keep_logs,
            fields={("logs_log_group", "/ecs/portkey-gateway/dev/redis"): "retention_in_days"},
        ),
    ],
    [
        Scenario(
            "mode gateway to all",
            GATEWAY | {TO_GATEWAY, ("elbv2_rule", f"{BALANCER}:80/200"), ("elbv2_target_group", f"{STACK}-mcp-blue")},
            {"portkey_server_mode": "all", "portkey_mcp_gateway_base_url": "https://mcp.example.com"},
            fields={
                ("ecs_task_definition", f"{STACK}-gateway"): "container_definitions.gateway.environment.SERVER_MODE"
            },
        ),
        Scenario(
            "CIDR added",
            frozenset({TO_BALANCER}),
            {"portkey_allowed_lb_cidrs": ["10.0.0.0/16", "192.168.0.0/16"]},
            fields={TO_BALANCER: "ingress[+]"},
        ),
        Scenario(
            "drift of a scaling target",
            frozenset({("application_autoscaling_target", f"service/{CLUSTER}/gateway")}),
            before=widen_scaling,
            fields={("application_autoscaling_target", f"service/{CLUSTER}/gateway"): "max_capacity"},
        ),
        Scenario(
            "drift of a listener",
            frozenset({("elbv2_listener", f"{BALANCER}:80")}),
            before=answer_otherwise,
            fields={("elbv2_listener", f"{BALANCER}:80"): "default_actions"},
        ),
    ],
]


@dataclasses.dataclass
class Told:
    """A run with its summary, as text and as data."""

    run: Run
    summary: dict[str, Any]
    changes: list[dict[str, Any]]
    writes: list[dict[str, Any]]

    @property
    def resources(self) -> set[Resource]:
        return {(change["type"], change["name"]) for change in self.changes}

    @property
    def actions(self) -> dict[Resource, str]:
        return {(change["type"], change["name"]): change["action"] for change in self.changes}

    def change(self, resource: Resource) -> dict[str, Any]:
        (found,) = [change for change in self.changes if (change["type"], change["name"]) == resource]
        return found


class Stack:
    """The stack, and what the user has set so far."""

    def __init__(self, ansible: Ansible, emulator: Running, folder: pathlib.Path) -> None:
        self.emulator = emulator
        self.file = folder / "plan.json"
        environment = {"ANSIBLE_SHOW_CUSTOM_STATS": "1", "PORTKEY_PLAN_JSON": str(self.file)}
        self.ansible = dataclasses.replace(ansible, environment=environment)
        self.variables: dict[str, Any] = {"portkey_create_lb": False}

    def set(self, scenario: Scenario) -> None:
        more = scenario.before(self.emulator) if scenario.before else None
        self.variables |= {**scenario.variables, **(more or {})}

    def plan(self) -> Told:
        return self._play("playbooks/plan.yml")

    def apply(self) -> Told:
        return self._play("site.yml")

    def _play(self, playbook: str) -> Told:
        self.emulator.post("reset", only="calls")
        self.file.unlink(missing_ok=True)
        run = self.ansible.play(playbook, **self.variables).ok()
        told = json.loads(self.file.read_text())["hosts"][HOST]
        assert told["complete"]
        return Told(run, told["summary"], told["changes"], writes(self.emulator))


@pytest.fixture(scope="module")
def stack(ansible: Ansible, emulator: Running, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    emulator.post("reset")
    return Stack(ansible, emulator, tmp_path_factory.mktemp("plan"))


def written(told: Told) -> set[str]:
    """The kinds of resources that the run really wrote, by AWS's own record."""
    calls = [(call["service"], call["operation"]) for call in told.writes if call["status"] < 400]
    return {WRITES[service][operation] for service, operation in calls if operation not in TAGGING}


def created(told: Told) -> collections.Counter[str]:
    return collections.Counter(
        WRITES[call["service"]][call["operation"]]
        for call in told.writes
        if call["operation"] in CREATIONS and call["status"] < 400
    )


def assert_faithful(planned: Told, applied: Told) -> None:
    assert planned.writes == []
    assert planned.resources == applied.resources
    assert planned.actions == applied.actions
    assert {change["type"] for change in applied.changes} == written(applied)
    new = collections.Counter(change["type"] for change in applied.changes if change["action"] == "add")
    assert created(applied).items() <= new.items()


def test_the_roles_know_a_plan_from_the_playbook_too():
    """ansible_check_mode knows only the command's --check, and playbooks/plan.yml works without."""
    lines = [line for path in ROOT.glob("roles/**/*.yml") for line in path.read_text().splitlines()]
    assert [line for line in lines if "ansible_check_mode" in line and "plan_only" not in line] == []


def test_an_empty_account(stack: Stack):
    planned = stack.plan()
    assert {change["action"] for change in planned.changes} == {"add", "change"}
    applied = stack.apply()
    assert_faithful(planned, applied)
    figures = [planned.summary[action] for action in ("add", "change", "destroy")]
    assert "Plan: {} to add, {} to change, {} to destroy\n".format(*figures) in planned.run.output
    assert "Applied: {} added, {} changed, {} destroyed\n".format(*figures) in applied.run.output
    # What AWX keeps of a run is what stands among its custom stats when it ends.
    assert re.search(rf"RUN:\s+plan_summary:\s+{HOST}:\s+add: {figures[0]}\b", applied.run.output)


def test_no_change(stack: Stack):
    planned = stack.plan()
    assert planned.changes == [] and planned.writes == []
    assert "No changes. The stack matches the configuration.\n" in planned.run.output


@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: f"{batch[0].name} and {len(batch) - 1} more")
def test_scenarios(stack: Stack, batch: list[Scenario]):
    for scenario in batch:
        stack.set(scenario)
    planned = stack.plan()
    assert planned.resources == frozenset().union(*(scenario.resources for scenario in batch))
    for resource, path in ((one, path) for scenario in batch for one, path in scenario.fields.items()):
        assert any(field["path"].startswith(path) for field in planned.change(resource)["fields"]), (resource, path)
    assert "sk-not-to-be-seen" not in json.dumps(planned.changes)
    assert_faithful(planned, stack.apply())
