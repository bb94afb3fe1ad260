"""The main job: site.yml on an empty account, again, changed, failing. The tests follow each other."""

from __future__ import annotations

import pytest
from ansible_run import Ansible
from stacks import lock_states, writes

from emulator.testing import Running

CLUSTER = "portkey-gateway-dev-cluster"


@pytest.fixture(scope="module")
def live(ansible: Ansible, emulator: Running):
    """The dev stack, created once for the tests of this file."""
    emulator.post("reset")
    return ansible.play().ok()


def mutations(emulator: Running) -> list[str]:
    return [f"{call['service']}:{call['operation']}" for call in writes(emulator)]


def service(emulator: Running, name: str) -> dict:
    (found,) = emulator.client("ecs").describe_services(cluster=CLUSTER, services=[name])["services"]
    return found


@pytest.mark.parametrize("part", [("--tags", "services"), ("--skip-tags", "services")])
def test_a_part_of_it_is_refused(part: tuple[str, str], ansible: Ansible, emulator: Running):
    run = ansible.play("site.yml", *part)
    assert run.returncode == 2
    assert "only runs as a whole" in run.output
    assert emulator.calls() == []


def test_check_on_an_empty_account_tells_without_writing(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    run = ansible.play("site.yml", "--check", "--diff").ok()
    assert run.changed > 30
    assert mutations(emulator) == lock_states(emulator) == []


def test_the_first_run_creates_everything_and_prints_what_to_do_with_it(live, emulator: Running):
    assert live.changed > 30
    (balancer,) = emulator.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert balancer["DNSName"] in live.output
    assert "curl" in live.output
    roles = [role["Arn"] for role in emulator.client("iam").list_roles()["Roles"] if role["RoleName"].endswith("-task")]
    assert len(roles) == 2
    assert all(role in live.output for role in roles)
    assert {service(emulator, name)["runningCount"] for name in ("gateway", "redis")} == {1}


def test_the_second_run_changes_nothing(live, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play().unchanged()
    assert mutations(emulator) == []
    assert lock_states(emulator) == ["held", "free"]


def test_check_on_a_live_stack_tells_that_nothing_would_change(live, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play("site.yml", "--check", "--diff").unchanged()
    assert mutations(emulator) == lock_states(emulator) == []


def test_a_new_image_is_deployed_and_nothing_else_is_touched(live, ansible: Ansible, emulator: Running):
    before = service(emulator, "redis")["taskDefinition"]
    emulator.post("reset", only="calls")
    image = {"image": "portkeyai/gateway_enterprise", "tag": "2.17.0"}
    ansible.play(portkey_gateway_image=image).ok()
    assert sorted(mutations(emulator)) == ["ecs:RegisterTaskDefinition", "ecs:UpdateService"]
    definition = emulator.client("ecs").describe_task_definition(
        taskDefinition=service(emulator, "gateway")["taskDefinition"]
    )["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"] == "portkeyai/gateway_enterprise:2.17.0"
    assert service(emulator, "redis")["taskDefinition"] == before
    ansible.play(portkey_gateway_image=image).unchanged()


def test_a_failing_deployment_rolls_back_and_the_run_names_the_cause(live, ansible: Ansible, emulator: Running):
    before = service(emulator, "gateway")["taskDefinition"]
    emulator.post("reset", only="calls")
    emulator.post("tasks", cluster=CLUSTER, service="gateway", fail="image", times=20)
    run = ansible.play(portkey_gateway_image={"image": "portkeyai/gateway_enterprise", "tag": "0.0.0-missing"})
    emulator.post("reset", only="faults")
    assert run.returncode == 2
    assert "CannotPullContainerError" in run.output
    assert "rolled back" in run.output
    assert service(emulator, "gateway")["taskDefinition"] == before
    assert service(emulator, "gateway")["runningCount"] == 1
    assert lock_states(emulator) == ["held", "free"]
