"""Whole runs with hooks: the functions are made, called at their stages, and taken away. The tests follow each other.

The real gateway stands behind the test listener: to the functions, the load balancer's name is on loopback.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import real_gateway
from ansible_run import Ansible
from permitted import assert_permitted
from stacks import begin_with, writes

from emulator.testing import Running

STEM = "portkey-gateway-dev"
CLUSTER = f"{STEM}-cluster"
GATE, HOOK = f"{STEM}-smoke-gate", f"{STEM}-lifecycle-hook"
BLUE_GREEN = {
    "portkey_lb_type": "application",
    "portkey_gateway_deployment_configuration": {"enable_blue_green": True, "bake_time_in_minutes": 0},
}
TEST_LISTENER = "*.elb.amazonaws.com:8080"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with real_gateway.provider() as url:
        yield url


@pytest.fixture(scope="module")
def hooks(provider: str) -> dict[str, Any]:
    """All of them but a pause. The open-source gateway answers for its health at its root."""
    return {
        **BLUE_GREEN,
        "portkey_gateway_lifecycle_hook": {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["POST_SCALE_UP"]},
        "portkey_gateway_smoke_gate": {
            "enable_smoke_gate": True,
            "attempts": 2,
            "health_path": "/",
            "headers": {"x-portkey-custom-host": provider},
        },
    }


@pytest.fixture(scope="module")
def passed(ansible: Ansible, emulator: Running, hooks: dict[str, Any]) -> str:
    """The output of the run that switches the hooks on and deploys a version that passes them."""
    begin_with(ansible, emulator, **BLUE_GREEN)
    with real_gateway.running() as url:
        stands_behind_the_test_listener(emulator, url)
        output = ansible.play(**hooks, **image("2.17.0")).ok().output
    assert_permitted(emulator.calls(), "create", **hooks)
    return output


def image(tag: str) -> dict[str, Any]:
    return {"portkey_gateway_image": {"image": "portkeyai/gateway_enterprise", "tag": tag}}


def stands_behind_the_test_listener(emulator: Running, url: str) -> None:
    emulator.post("endpoints", **{TEST_LISTENER: int(url.split(":")[2].split("/")[0])})


def functions(emulator: Running) -> dict[str, dict[str, Any]]:
    found = emulator.client("lambda").list_functions()["Functions"]
    return {one["FunctionName"]: one for one in found}


def roles(emulator: Running) -> set[str]:
    names = {role["RoleName"] for role in emulator.client("iam").list_roles()["Roles"]}
    return {name for name in names if "lifecycle-hook" in name or "smoke-gate" in name}


def log(emulator: Running, function: str) -> list[str]:
    group = f"/aws/lambda/{function}"
    return [event["message"] for event in emulator.client("logs").filter_log_events(logGroupName=group)["events"]]


def gateway(emulator: Running) -> dict[str, Any]:
    (found,) = emulator.client("ecs").describe_services(cluster=CLUSTER, services=["gateway"])["services"]
    return dict(found)


def running_image(emulator: Running) -> str:
    definition = emulator.client("ecs").describe_task_definition(taskDefinition=gateway(emulator)["taskDefinition"])
    return str(definition["taskDefinition"]["containerDefinitions"][0]["image"].rpartition(":")[2])


def test_a_version_that_passes_its_hooks_is_deployed(passed: str, emulator: Running):
    assert running_image(emulator) == "2.17.0"
    assert any("POST_SCALE_UP" in line for line in log(emulator, HOOK) if line.startswith("SUCCEEDED"))
    (verdict,) = [line for line in log(emulator, GATE) if line.startswith("SUCCEEDED")]
    assert "health of gateway: 2 of 2 attempts good" in verdict
    assert "streamed chat completion: 2 of 2 attempts good" in verdict


def test_the_gate_stands_in_the_private_subnets_and_may_call_the_test_listener(passed: str, emulator: Running):
    found = functions(emulator)
    assert set(found) == {GATE, HOOK}
    assert not found[HOOK].get("VpcConfig", {}).get("SubnetIds")
    (group,) = found[GATE]["VpcConfig"]["SecurityGroupIds"]
    ec2 = emulator.client("ec2")
    (balancer,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{STEM}-lb"]}])[
        "SecurityGroups"
    ]
    allowed = [
        (rule["FromPort"], pair["GroupId"]) for rule in balancer["IpPermissions"] for pair in rule["UserIdGroupPairs"]
    ]
    assert allowed == [(8080, group)]
    subnets = ec2.describe_subnets(SubnetIds=found[GATE]["VpcConfig"]["SubnetIds"])["Subnets"]
    assert {tag["Value"] for one in subnets for tag in one["Tags"] if tag["Key"] == "Name"} == {
        f"{STEM}-private-1",
        f"{STEM}-private-2",
    }
    settings = json.loads(
        emulator.client("lambda").get_function_configuration(FunctionName=GATE)["Environment"]["Variables"][
            "SMOKE_GATE_SETTINGS"
        ]
    )
    (lb,) = emulator.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert settings["url"] == f"http://{lb['DNSName']}:8080"


def test_again_nothing_changes(passed: str, ansible: Ansible, emulator: Running, hooks: dict[str, Any]):
    emulator.post("reset", only="calls")
    ansible.play(**hooks, **image("2.17.0")).unchanged()
    assert writes(emulator) == []


def test_a_version_that_fails_the_gate_gets_no_production_traffic(
    passed: str, ansible: Ansible, emulator: Running, hooks: dict[str, Any], provider: str
):
    before = gateway(emulator)["taskDefinition"]
    weights = len(emulator.get("weights")["weights"])
    # A server that is no gateway.
    stands_behind_the_test_listener(emulator, provider)
    run = ansible.play(**hooks, **image("2.18.0"))
    assert run.returncode == 2
    assert "hook_failed" in run.output
    assert "The function wrote: FAILED: health of gateway: 1 of 1 attempts failed" in " ".join(run.output.split())
    assert gateway(emulator)["taskDefinition"] == before
    moved = [one for one in emulator.get("weights")["weights"][weights:] if one["kind"] == "production"]
    assert len({json.dumps(one["weights"], sort_keys=True) for one in moved}) <= 1


def test_hooks_that_are_switched_off_leave_nothing(passed: str, ansible: Ansible, emulator: Running):
    ansible.play(**BLUE_GREEN, **image("2.17.0")).ok()
    assert functions(emulator) == {}
    assert roles(emulator) == set()
    groups = emulator.client("ec2").describe_security_groups()["SecurityGroups"]
    assert GATE not in {group["GroupName"] for group in groups}
    left = emulator.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]
    assert left == []
    assert not gateway(emulator)["deploymentConfiguration"].get("lifecycleHooks")
