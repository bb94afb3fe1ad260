"""One number for requests that take long reaches everything on their way, and leaves nothing behind when it goes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_run import Ansible
from readback import Stack
from stacks import begin_with, writes
from test_uninstall import FULL

from emulator.testing import Running

LONG = {**FULL, "portkey_max_request_seconds": 600}


@pytest.fixture(scope="module")
def stack(ansible: Ansible, emulator: Running) -> Stack:
    begin_with(ansible, emulator, **FULL)
    return Stack(emulator)


def waits(stack: Stack) -> dict[str, Any]:
    elb, ecs = stack.aws("elbv2"), stack.aws("ecs")
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    groups = elb.describe_target_groups()["TargetGroups"]
    definition = ecs.describe_task_definition(taskDefinition=stack.service("gateway")["taskDefinition"])
    serving = next(one for one in stack.service("gateway")["deployments"] if one["status"] == "PRIMARY")
    return {
        "balancer": attributes(
            elb.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"]),
            "idle_timeout.timeout_seconds",
        ),
        "targets": {
            attributes(
                elb.describe_target_group_attributes(TargetGroupArn=one["TargetGroupArn"]),
                "deregistration_delay.timeout_seconds",
            )
            for one in groups
        },
        "connect": serving["serviceConnectConfiguration"]["services"][0]["timeout"],
        "stop": definition["taskDefinition"]["containerDefinitions"][0].get("stopTimeout"),
    }


def attributes(answer: dict[str, Any], key: str) -> str:
    return next(one["Value"] for one in answer["Attributes"] if one["Key"] == key)


def test_it_reaches_all_of_them_and_goes_away_again(stack: Stack, ansible: Ansible, emulator: Running):
    before = waits(stack)
    connect = {"idleTimeoutSeconds": 300, "perRequestTimeoutSeconds": 15}
    assert before == {"balancer": "60", "targets": {"60"}, "connect": connect, "stop": None}

    run = ansible.play(**LONG).ok()
    assert "NAT gateways forget connections" in " ".join(run.output.split())
    assert waits(stack) == {
        "balancer": "600",
        "targets": {"600"},
        "connect": {"idleTimeoutSeconds": 600, "perRequestTimeoutSeconds": 600},
        "stop": 120,
    }
    emulator.post("reset", only="calls")
    ansible.play(**LONG).unchanged()
    assert writes(emulator) == []

    ansible.play(**FULL).ok()
    assert waits(stack) == before
