"""Small changes of the dev stack, all in one run: each is made in the least disruptive way that AWS has."""

from __future__ import annotations

import collections

import pytest
from ansible_run import Ansible
from readback import Stack, mutations
from stacks import begin_with

from emulator.testing import Running

CHANGES = {
    "portkey_gateway_deployment_circuit_breaker": {"enable": False, "rollback": False},
    "portkey_allowed_lb_cidrs": ["10.0.0.0/16", "192.168.0.0/16"],
    "portkey_single_nat_gateway": False,
    "portkey_max_asg_size": 3,
    "portkey_target_capacity": 80,
}
GATEWAY_CONFIG = {"desired_task_count": 2, "cpu": 256, "memory": 1024}


@pytest.fixture(scope="module")
def stack(ansible: Ansible, emulator: Running) -> Stack:
    begin_with(ansible, emulator)
    return Stack(emulator)


@pytest.fixture(scope="module")
def writes(stack: Stack, ansible: Ansible, emulator: Running) -> collections.Counter[str]:
    ansible.play(portkey_gateway_config=GATEWAY_CONFIG, **CHANGES).ok()
    return collections.Counter(mutations(emulator))


def test_nothing_was_written_but_what_was_asked_for(writes):
    assert writes == {
        # One more NAT gateway, and the route of its zone.
        "ec2:AllocateAddress": 1,
        "ec2:CreateNatGateway": 1,
        "ec2:ReplaceRoute": 1,
        # Another network lets its clients in.
        "ec2:AuthorizeSecurityGroupIngress": 1,
        "autoscaling:UpdateAutoScalingGroup": 1,
        "ecs:UpdateCapacityProvider": 1,
        # Number of tasks and circuit breaker, together.
        "ecs:UpdateService": 1,
    }


def test_no_service_was_deployed_again(writes, stack: Stack):
    assert {name: len(stack.deployments(name)) for name in ("gateway", "redis")} == {"gateway": 1, "redis": 1}
    service = stack.service("gateway")
    assert (service["desiredCount"], service["runningCount"]) == (2, 2)
    assert service["deploymentConfiguration"]["deploymentCircuitBreaker"]["enable"] is False


def test_the_changes_are_there(writes, stack: Stack):
    gateways = {one["SubnetId"]: one["NatGatewayId"] for one in stack.nat_gateways}
    for zone in "12":
        way_out = stack.way_out(stack.subnets[f"private-{zone}"])
        assert way_out == gateways[stack.subnets[f"public-{zone}"]["SubnetId"]]
    assert stack.ingress("lb") == {(80, "10.0.0.0/16"), (80, "192.168.0.0/16")}
    assert stack.instance_group["MaxSize"] == 3
    (provider,) = stack.aws("ecs").describe_capacity_providers(capacityProviders=[f"{stack.id}-capacity-provider"])[
        "capacityProviders"
    ]
    assert provider["autoScalingGroupProvider"]["managedScaling"]["targetCapacity"] == 80


def test_then_there_is_nothing_to_change(writes, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(portkey_gateway_config=GATEWAY_CONFIG, **CHANGES).unchanged()
    assert mutations(emulator) == []
