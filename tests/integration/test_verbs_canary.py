"""A canary from deploy to promote, and back: behind an ALB, in mode all, with a pause before production traffic moves.

The tests follow each other on one stack.
"""

from __future__ import annotations

import pytest
import stacks
from ansible_run import Ansible, Run
from permitted import assert_verb_permitted
from stacks import begin_with

from emulator.testing import Running

CLUSTER = "portkey-gateway-dev-cluster"
IMAGE = "portkeyai/gateway_enterprise"
HOSTS = {"enable_host_based_routing": True, "gateway_host": "gw.example.com", "mcp_host": "mcp.example.com"}
STACK = {
    "portkey_lb_type": "application",
    "portkey_server_mode": "all",
    "portkey_mcp_gateway_base_url": "https://mcp.example.com",
    "portkey_alb_routing_configuration": HOSTS,
    "portkey_gateway_deployment_configuration": {
        "canary_configuration": {"canary_percent": 10, "canary_bake_time_in_minutes": 0},
        "bake_time_in_minutes": 0,
    },
}
PAUSE = {"targetType": "PAUSE", "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]}


@pytest.fixture(scope="module")
def live(ansible: Ansible, emulator: Running):
    """The canary stack, with a pause hook on the gateway."""
    begin_with(ansible, emulator, **STACK)
    ecs = emulator.client("ecs")
    (found,) = ecs.describe_services(cluster=CLUSTER, services=["gateway"])["services"]
    configuration = {**found["deploymentConfiguration"], "lifecycleHooks": [PAUSE]}
    ecs.update_service(cluster=CLUSTER, service="gateway", deploymentConfiguration=configuration)


@pytest.fixture
def verb(live, ansible: Ansible, emulator: Running):
    def run(name: str, *arguments: str, **variables) -> Run:
        emulator.post("reset", only="calls")
        ran = ansible.play(f"playbooks/{name}.yml", *arguments, **{**STACK, **variables})
        assert_verb_permitted(name, emulator.calls(), **STACK)
        return ran

    return run


def writes(emulator: Running) -> list[str]:
    return [call["operation"] for call in stacks.writes(emulator)]


def images_that_run(emulator: Running) -> list[str]:
    ecs = emulator.client("ecs")
    arns = ecs.list_tasks(cluster=CLUSTER, serviceName="gateway")["taskArns"]
    tasks = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]
    return sorted(task["containers"][0]["image"].rpartition(":")[2] for task in tasks)


def test_deploy_comes_to_the_pause_and_says_what_next(verb, emulator: Running):
    run = verb("deploy", portkey_deploy_tag="2.17.0").ok()
    assert sorted(writes(emulator)) == ["RegisterTaskDefinition", "UpdateService"]
    assert "The deployment waits at POST_TEST_TRAFFIC_SHIFT" in run.output
    assert images_that_run(emulator) == ["2.16.0", "2.17.0"]
    verb("deploy", portkey_deploy_tag="2.17.0").unchanged()


def test_status_shows_both_revisions_and_their_traffic(verb):
    output = verb("status").unchanged().output
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert any(line.endswith(f"2 {IMAGE}:2.17.0 0 % 100 %") for line in lines)
    assert any(line.endswith(f"1 {IMAGE}:2.16.0 100 % 0 %") for line in lines)
    assert "Under way: gateway: IN_PROGRESS at POST_TEST_TRAFFIC_SHIFT, waits for promote or rollback" in lines


def test_another_image_is_refused_meanwhile(verb, emulator: Running):
    run = verb("deploy", portkey_deploy_tag="2.18.0")
    assert run.returncode == 2
    assert "Promote it or roll it back, then deploy" in " ".join(run.output.split())
    assert writes(emulator) == []


@pytest.mark.parametrize("name", ["promote", "rollback"])
def test_check_answers_no_pause(name: str, verb, emulator: Running):
    run = verb(name, "--check").ok()
    assert run.changed == 1, run.output
    assert writes(emulator) == []


def test_rollback_of_what_waits(verb, emulator: Running):
    run = verb("rollback").ok()
    assert writes(emulator) == ["StopServiceDeployment"]
    assert f"The gateway has {IMAGE}:2.16.0." in run.output
    assert images_that_run(emulator) == ["2.16.0"]
    verb("rollback").unchanged()


def test_promote_brings_it_to_its_end(verb, emulator: Running):
    verb("deploy", portkey_deploy_tag="2.17.0").ok()
    # The revision of the deployment that was rolled back is there already.
    assert writes(emulator) == ["UpdateService"]
    run = verb("promote").ok()
    assert writes(emulator) == ["ContinueServiceDeployment"]
    assert "The deployment went on: SUCCESSFUL." in run.output
    assert images_that_run(emulator) == ["2.17.0"]
    verb("promote").unchanged()


def test_going_back_to_what_was_before_waits_at_the_pause_too(verb, emulator: Running):
    run = verb("rollback", portkey_rollback_to="previous").ok()
    assert "goes back waits at POST_TEST_TRAFFIC_SHIFT" in " ".join(run.output.split())
    assert images_that_run(emulator) == ["2.16.0", "2.17.0"]
    verb("rollback").ok()
    assert images_that_run(emulator) == ["2.17.0"]


def test_site_ends_at_the_pause_too_and_leaves_what_may_be_needed(live, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    pause = [{"pause_stages": ["POST_TEST_TRAFFIC_SHIFT"]}]
    run = ansible.play(**STACK, portkey_gateway_pause_hooks=pause, portkey_gateway_image={"tag": "2.18.0"}).ok()
    assert "The deployment of gateway is paused" in " ".join(run.output.split())
    assert images_that_run(emulator) == ["2.17.0", "2.18.0"]
    assert not [name for name in writes(emulator) if name.startswith("Delete")]
