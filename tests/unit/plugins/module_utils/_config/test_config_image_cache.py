"""The images through the cache: their names there, who may fill it, and what needs no credentials any more."""

from __future__ import annotations

import json
import re

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import account as questions
from ansible_collections.portkey.gateway.plugins.module_utils._config import check, image_cache, images, services, stack
from ansible_collections.portkey.gateway.plugins.module_utils._config.place import Place

ON = {"image_cache": {"enable": True}}
REGISTRY = "123456789012.dkr.ecr.us-west-2.amazonaws.com/portkey-dev"
REPOSITORY = "arn:aws:ecr:us-west-2:123456789012:repository/portkey-dev"
SECRET = "ecr-pullthroughcache/portkey/dev/docker-hub"
DIGEST = f"sha256:{'0' * 64}"


def of(built, key):
    return {one["name"]: one[key] for one in built["services"]}


def test_without_it_nothing_is_different(built):
    found = built()
    assert found["image_cache"] is None
    assert of(found, "image") == {"redis": "redis:7.2-alpine", "gateway": "portkeyai/gateway_enterprise:2.16.0"}
    assert of(found, "cached_repository_arn") == {"redis": None, "gateway": None}


def test_all_images_of_docker_hub_come_through_it(built):
    found = built(**ON, dataservice_config={"enable_dataservice": True})
    assert of(found, "image") == {
        "redis": f"{REGISTRY}/library/redis:7.2-alpine",
        "data-service": f"{REGISTRY}/portkeyai/data-service:1.9.0",
        "gateway": f"{REGISTRY}/portkeyai/gateway_enterprise:2.16.0",
    }
    assert of(found, "cached_repository_arn")["gateway"] == f"{REPOSITORY}/portkeyai/gateway_enterprise"
    plan = found["image_cache"]
    assert plan["prefix"] == "portkey-dev"
    assert plan["repositories"] == [
        "portkey-dev/library/redis",
        "portkey-dev/portkeyai/data-service",
        "portkey-dev/portkeyai/gateway_enterprise",
    ]
    (rule,) = json.loads(plan["lifecycle_policy"])["rules"]
    assert (rule["selection"]["countNumber"], rule["action"]) == (20, {"type": "expire"})


@pytest.mark.parametrize(
    "image, cached",
    [
        ("redis:7", f"{REGISTRY}/library/redis:7"),
        ("docker.io/library/redis:7", f"{REGISTRY}/library/redis:7"),
        ("docker.io/redis:7", f"{REGISTRY}/library/redis:7"),
        (f"portkeyai/gateway@{DIGEST}", f"{REGISTRY}/portkeyai/gateway@{DIGEST}"),
        (f"portkeyai/gateway:2@{DIGEST}", f"{REGISTRY}/portkeyai/gateway:2@{DIGEST}"),
        ("public.ecr.aws/docker/library/redis:7", None),
        ("localhost:5000/gateway:2", None),
        ("registry.example.com:5000/team/gateway:2", None),
    ],
)
def test_only_what_is_in_docker_hub(configured, image, cached):
    place = Place("aws", "us-west-2", "123456789012")
    assert image_cache.through(configured(**ON), place, image) == (cached or image)


def test_the_registry_of_another_partition():
    place = Place("aws-cn", "cn-north-1", "123456789012")
    assert image_cache.registry(place) == "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn"


def test_no_credentials_are_sent_to_ecr_but_those_of_older_revisions_stay_readable(built):
    found = {one["name"]: one for one in built(**ON)["services"]}
    arns = {"<DockerCredentialsSecretArn>": "arn:docker", "<ClientOrgSecretNameArn>": "arn:licence"}
    (container,) = services.container_definitions(found["gateway"], arns)
    assert "repositoryCredentials" not in container
    assert "arn:docker" in services.secret_arns(found["gateway"], arns)


def test_an_image_from_elsewhere_keeps_its_credentials(built):
    found = built(**ON, gateway_image={"image": "registry.example.com/gateway", "tag": "2"})
    assert of(found, "image")["gateway"] == "registry.example.com/gateway:2"
    assert of(found, "pull_secret")["gateway"] == "<DockerCredentialsSecretArn>"
    assert found["image_cache"]["repositories"] == ["portkey-dev/library/redis"]


def test_what_deploy_brings_comes_through_it_too(built):
    assert built(**ON, deploy_tag="2.17.0")["deploy_image"] == f"{REGISTRY}/portkeyai/gateway_enterprise:2.17.0"
    given = "portkeyai/gateway_enterprise:2.18.0"
    assert built(**ON, deploy_image=given)["deploy_image"] == f"{REGISTRY}/portkeyai/gateway_enterprise:2.18.0"
    assert built(**ON, deploy_image="registry.example.com/g:1")["deploy_image"] == "registry.example.com/g:1"


def test_the_secret_is_made_of_the_same_credentials(built):
    assert built(**ON)["secrets"]["image_cache"] == {"name": SECRET, "managed": True, "arn": None}


def test_without_credentials_the_secret_must_be_there(checked):
    config = checked(**ON, without=("docker_username", "docker_password")).config
    missing = [one.variable for one in check.missing_secrets(config, {})]
    assert missing == ["portkey_image_cache.enable", "portkey_docker_cred_secret_arn"]
    assert check.missing_secrets(config, {SECRET: "arn", "portkey/dev/docker-credentials": "arn"}) == []


def test_the_account_is_asked_for_the_secret_only_with_the_cache(checked):
    def names(**variables):
        result = checked(**variables)
        return [one["name"] for one in questions.questions(result.config, result.faults)["own_secrets"]]

    assert SECRET not in names()
    assert SECRET in names(**ON)


@pytest.mark.parametrize("project", ["A" * 40, "a--b", f"{'a' * 20}-{'b' * 20}"])
def test_any_name_becomes_a_prefix_that_ecr_takes(checked, project):
    config = checked(**ON, project_name=project, environment="production").config
    prefix = stack.stack_names(config)["image_cache"]["prefix"]
    assert 2 <= len(prefix) <= 30
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", prefix)


@pytest.mark.parametrize(
    "image, parts",
    [
        ("redis", ("redis", "")),
        ("redis:7", ("redis", ":7")),
        ("host:5000/team/redis", ("host:5000/team/redis", "")),
        (f"host:5000/team/redis:7@{DIGEST}", ("host:5000/team/redis", f":7@{DIGEST}")),
    ],
)
def test_an_image_has_a_repository_and_a_version(image, parts):
    assert images.split(image) == parts
