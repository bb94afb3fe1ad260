"""A stack whose gateway CodeDeploy deploys: made, changed, and handed back to ECS, with the playbook that users run."""

from __future__ import annotations

import pytest
from ansible_run import Ansible
from permitted import assert_permitted
from stacks import begin_with, writes

from emulator.testing import Running

CLUSTER = "portkey-gateway-dev-cluster"
PLACE = {"applicationName": "portkey-gateway-dev", "deploymentGroupName": "portkey-gateway-dev-gateway"}
CANARY = {"canary_configuration": {"canary_percent": 20, "canary_bake_time_in_minutes": 7}}
BY_CODEDEPLOY = {
    "portkey_create_lb": True,
    "portkey_lb_type": "application",
    "portkey_gateway_deployment_configuration": {"controller": "codedeploy", **CANARY},
}
NEW_IMAGE = {"portkey_gateway_image": {"image": "portkeyai/gateway_enterprise", "tag": "2.17.0"}}


@pytest.fixture
def live(ansible: Ansible, emulator: Running) -> None:
    begin_with(ansible, emulator, **BY_CODEDEPLOY)


def service(emulator: Running, name: str = "gateway") -> dict:
    return emulator.client("ecs").describe_services(cluster=CLUSTER, services=[name])["services"][0]


def environment(emulator: Running, task_definition: str) -> dict[str, str]:
    found = emulator.client("ecs").describe_task_definition(taskDefinition=task_definition)["taskDefinition"]
    return {one["name"]: one["value"] for one in found["containerDefinitions"][0]["environment"]}


def mutations(emulator: Running) -> list[str]:
    return [f"{call['service']}:{call['operation']}" for call in writes(emulator)]


def green_share(emulator: Running) -> list[int]:
    """Of the production traffic, what the green target group was given over time."""
    groups = emulator.client("elbv2").describe_target_groups()["TargetGroups"]
    (green,) = (one["TargetGroupArn"] for one in groups if one["TargetGroupName"].endswith("green"))
    return [one["weights"][green] for one in emulator.get("weights")["weights"] if one["kind"] == "production"]


def test_the_stack_is_made_and_a_new_image_goes_through_codedeploy(live, ansible: Ansible, emulator: Running):
    gateway, redis = service(emulator), service(emulator, "redis")
    assert gateway["deploymentController"] == {"type": "CODE_DEPLOY"}
    assert gateway["deployments"] == []
    assert [one["status"] for one in gateway["taskSets"]] == ["PRIMARY"]
    found = environment(emulator, gateway["taskDefinition"])
    assert found["REDIS_URL"] == "redis://redis.portkey-gateway-dev.internal:6379"
    assert (redis["deploymentController"], len(redis["serviceRegistries"])) == ({"type": "ECS"}, 1)
    group = emulator.client("codedeploy").get_deployment_group(**PLACE)["deploymentGroupInfo"]
    assert group["deploymentConfigName"] == "portkey-gateway-dev-canary-20-percent-7-minutes"
    assert "lastAttemptedDeployment" not in group

    emulator.post("reset", only="calls")
    ansible.play(**BY_CODEDEPLOY, **NEW_IMAGE).ok()
    assert mutations(emulator) == ["ecs:RegisterTaskDefinition", "codedeploy:CreateDeployment"]
    assert_permitted(emulator.calls(), "create", **BY_CODEDEPLOY)
    assert green_share(emulator) == [20, 100]
    (task_set,) = (one for one in service(emulator)["taskSets"] if one["status"] == "PRIMARY")
    definition = emulator.client("ecs").describe_task_definition(taskDefinition=task_set["taskDefinition"])
    assert definition["taskDefinition"]["containerDefinitions"][0]["image"].endswith(":2.17.0")
    # The target groups have swapped, which is nobody's business but CodeDeploy's.
    ansible.play(**BY_CODEDEPLOY, **NEW_IMAGE).unchanged()


def left_of_codedeploy(emulator: Running) -> list[str]:
    codedeploy, iam = emulator.client("codedeploy"), emulator.client("iam")
    configs = codedeploy.list_deployment_configs()["deploymentConfigsList"]
    roles = [role["RoleName"] for role in iam.list_roles()["Roles"]]
    spaces = emulator.client("servicediscovery").list_namespaces()["Namespaces"]
    return [
        *codedeploy.list_applications()["applications"],
        *(name for name in configs if not name.startswith("CodeDeployDefault.")),
        *(name for name in roles if name.endswith("-codedeploy")),
        *(one["Name"] for one in spaces if one["Name"].endswith(".internal")),
    ]


def test_ecs_takes_the_gateway_back_and_never_gives_it_away(live, ansible: Ansible, emulator: Running):
    by_ecs = {**BY_CODEDEPLOY, "portkey_gateway_deployment_configuration": CANARY}
    there = left_of_codedeploy(emulator)
    assert len(there) == 4, there
    # A run that ends in the middle: the service is ECS's already, and all of CodeDeploy is still there.
    denied = {"kind": "error", "code": "AccessDeniedException", "service": "codedeploy", "times": 1}
    emulator.post("faults", faults=[{**denied, "operation": "DeleteApplication"}])
    assert ansible.play(**by_ecs).returncode == 2
    emulator.post("reset", only="faults")
    assert service(emulator)["deploymentController"] == {"type": "ECS"}
    assert left_of_codedeploy(emulator) == there

    emulator.post("reset", only="calls")
    ansible.play(**by_ecs).ok()
    # What takes something away needs both.
    assert_permitted(emulator.calls(), "create", "uninstall", **by_ecs)
    assert left_of_codedeploy(emulator) == []
    assert service(emulator, "redis")["serviceRegistries"] == []
    assert environment(emulator, service(emulator)["taskDefinition"])["REDIS_URL"] == "redis://redis:6379"
    ansible.play(**by_ecs).unchanged()

    emulator.post("reset", only="calls")
    run = ansible.play(**BY_CODEDEPLOY)
    assert (run.returncode, mutations(emulator)) == (2, [])
    assert "AWS lets no service change from ECS to CodeDeploy" in run.output
    assert "another portkey_environment" in " ".join(run.output.split())
