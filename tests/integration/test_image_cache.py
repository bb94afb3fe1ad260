"""The images through ECR: planned, pulled, deployed, moved on a live stack and taken away again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_run import Ansible
from permitted import assert_permitted
from readback import Stack, actions, mutations, resources, tags
from removal import audit, inventory, uninstall, without_kept
from stacks import begin_with

from emulator.testing import Running

ON: dict[str, Any] = {"portkey_image_cache": {"enable": True}}
PREFIX = "portkey-gateway-dev"
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
SECRET = "ecr-pullthroughcache/portkey-gateway/dev/docker-hub"
GATEWAY, REDIS = f"{PREFIX}/portkeyai/gateway_enterprise", f"{PREFIX}/library/redis"


@pytest.fixture(scope="module")
def stack(emulator: Running) -> Stack:
    return Stack(emulator)


@pytest.mark.long
def test_a_plan_of_nothing_yet_has_the_cache(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    planned = ansible.play("site.yml", "--check", "--diff", **ON).ok()
    for kind, name in (
        ("ecr_repository", GATEWAY),
        ("ecr_repository", REDIS),
        ("ecr_pull_through_cache_rule", PREFIX),
    ):
        assert f"+ {kind} {name}" in planned.output
    assert "portkey-demo-password" not in planned.output
    assert mutations(emulator) == []
    assert_permitted(emulator.calls(), "read", **ON)


@pytest.fixture(scope="module")
def switched_on(ansible: Ansible, emulator: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """On a stack that pulls from Docker Hub. With what there was before, what was asked of AWS, and the new state."""
    begin_with(ansible, emulator)
    before = inventory(emulator)
    emulator.post("reset", only="calls")
    ran = ansible.play(**ON).ok()
    calls = emulator.calls()
    state = str(tmp_path_factory.mktemp("image_cache") / "on")
    emulator.post("state", save=state)
    return {"before": before, "output": ran.output, "calls": calls, "state": state}


def test_a_live_stack_gets_it_by_one_deployment_of_each_service(switched_on):
    wrote = [f"{one['service']}:{one['operation']}" for one in switched_on["calls"]]
    for one, times in (
        ("secretsmanager:CreateSecret", 1),
        ("ecr:CreateRepository", 2),
        ("ecr:CreatePullThroughCacheRule", 1),
        ("ecs:RegisterTaskDefinition", 2),
        ("ecs:UpdateService", 2),
    ):
        assert wrote.count(one) == times, one
    assert_permitted(switched_on["calls"], "create", **ON)


def test_the_rule_has_a_secret_of_its_own_which_nobody_sees(switched_on, emulator: Running):
    (rule,) = emulator.client("ecr").describe_pull_through_cache_rules()["pullThroughCacheRules"]
    assert (rule["ecrRepositoryPrefix"], rule["upstreamRegistryUrl"]) == (PREFIX, "registry-1.docker.io")
    assert f":secret:{SECRET}-" in rule["credentialArn"]
    value = emulator.client("secretsmanager").get_secret_value(SecretId=SECRET)["SecretString"]
    assert json.loads(value) == {"username": "portkey-demo-user", "accessToken": "portkey-demo-password"}
    assert "portkey-demo-password" not in switched_on["output"]


@pytest.mark.parametrize("name", [GATEWAY, REDIS])
def test_the_repositories_are_the_stacks_and_hold_what_was_pulled(switched_on, emulator: Running, name: str):
    ecr = emulator.client("ecr")
    (found,) = ecr.describe_repositories(repositoryNames=[name])["repositories"]
    own = tags(ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"])
    assert (own["Project"], own["Environment"], own["ManagedBy"]) == ("portkey-gateway", "dev", "Ansible")
    assert '"countNumber": 20' in ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]
    assert len(ecr.list_images(repositoryName=name)["imageIds"]) == 1


@pytest.mark.parametrize("service, repository", [("gateway", GATEWAY), ("redis", REDIS)])
def test_each_service_pulls_from_its_own_repository_without_credentials(switched_on, stack: Stack, service, repository):
    (container,) = stack.definition(service)["containerDefinitions"]
    assert container["image"].startswith(f"{REGISTRY}/{repository}:")
    assert "repositoryCredentials" not in container
    _managed, statements = stack.policies(stack.role(service, "execution"))
    own = [one for one in statements if actions([one]) == {"ecr:BatchImportUpstreamImage"}]
    assert resources(own) == {f"arn:aws:ecr:us-east-1:123456789012:repository/{repository}"}
    # A task of the revision from before it may have to start while this one is deployed, or after it was rolled back.
    readable = [one for one in resources(statements) if "docker-credentials" in one]
    assert len(readable) == (service == "gateway")
    assert stack.service(service)["runningCount"] == 1


def test_deploy_brings_another_image_through_it(switched_on, ansible: Ansible, stack: Stack, emulator: Running):
    ansible.play("playbooks/deploy.yml", portkey_deploy_tag="2.17.0", **ON).ok()
    (container,) = stack.definition("gateway")["containerDefinitions"]
    assert container["image"] == f"{REGISTRY}/{GATEWAY}:2.17.0"
    held = emulator.client("ecr").list_images(repositoryName=GATEWAY)["imageIds"]
    assert {one["imageTag"] for one in held} == {"2.16.0", "2.17.0"}


def test_uninstall_leaves_nothing_but_the_secrets(switched_on, emulator: Running):
    emulator.post("reset")
    before = inventory(emulator)
    emulator.post("state", load=switched_on["state"])
    uninstall(emulator)
    assert audit(emulator) == []
    assert without_kept(inventory(emulator)) == without_kept(before)
    kept = [one for one in audit(emulator, keep=()) if one.startswith("secretsmanager_secret")]
    assert any(SECRET in one for one in kept)


@pytest.fixture(scope="module")
def keeping_less(switched_on, ansible: Ansible, emulator: Running) -> None:
    emulator.post("state", load=switched_on["state"])
    emulator.post("reset", only="calls")
    ansible.play(portkey_image_cache={"enable": True, "keep_images": 5}).ok()


@pytest.mark.long
def test_only_what_differs_is_written(keeping_less, emulator: Running):
    assert mutations(emulator) == ["ecr:PutLifecyclePolicy"] * 2


@pytest.fixture(scope="module")
def off(keeping_less, ansible: Ansible, emulator: Running) -> list[dict[str, Any]]:
    """Off again; the first run is refused the end of a repository, the next goes on. What they asked of AWS."""
    emulator.post("reset", only="calls")
    refusal = {"kind": "error", "service": "ecr", "operation": "DeleteRepository", "code": "AccessDeniedException"}
    emulator.post("faults", faults=[{**refusal, "status": 400, "times": 1}])
    assert ansible.play().returncode == 2
    emulator.post("reset", only="faults")
    ansible.play().ok()
    return emulator.calls()


@pytest.mark.long
def test_off_again_nothing_of_it_is_left_but_the_secret(off, switched_on, stack: Stack, emulator: Running):
    found, before = inventory(emulator), switched_on["before"]
    # The secret is kept, and so are the revisions of the task definitions. For deployments, instances come and go.
    moving = ("instances", "describe_volumes", "describe_network_interfaces")
    changed = {one: before[one] for one in ("list_secrets", "definitions", *moving)}
    assert {**found, **changed} == before
    assert found["list_secrets"] == before["list_secrets"] + 1
    (container,) = stack.definition("gateway")["containerDefinitions"]
    assert container["image"].startswith("portkeyai/gateway_enterprise:")
    assert "repositoryCredentials" in container
    _managed, statements = stack.policies(stack.role("gateway", "execution"))
    assert "ecr:BatchImportUpstreamImage" not in actions(statements)


@pytest.mark.long
def test_the_services_move_before_anything_goes(off):
    wrote = [f"{one['service']}:{one['operation']}" for one in off]
    moved = max(n for n, one in enumerate(wrote) if one == "ecs:UpdateService")
    ends = ("iam:DeleteRolePolicy", "ecr:DeleteRepository", "ecr:DeletePullThroughCacheRule")
    assert moved < min(n for n, one in enumerate(wrote) if one in ends)
    assert [one for one in wrote if one in ends][-1] == ends[-1]
    assert_permitted(off, "create", "uninstall")


def test_a_rule_and_a_repository_of_somebody_are_not_taken_over(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    value = '{"username": "theirs", "accessToken": "theirs"}'
    theirs = emulator.client("secretsmanager").create_secret(Name="ecr-pullthroughcache/theirs", SecretString=value)
    emulator.client("ecr").create_pull_through_cache_rule(
        ecrRepositoryPrefix=PREFIX, upstreamRegistryUrl="registry-1.docker.io", credentialArn=theirs["ARN"]
    )
    emulator.client("ecr").create_repository(repositoryName=REDIS)
    emulator.post("reset", only="calls")
    refused = ansible.play(**ON)
    said = " ".join(refused.output.split())
    assert refused.returncode == 2
    assert "ECR has a pull-through cache rule" in said and f"there is a repository {REDIS}" in said
    assert mutations(emulator) == []
