"""ECR: pull-through cache rules, and what a task's pull through one does and needs."""

from __future__ import annotations

import json

import pytest

from emulator.testing import refused

from .ecs_stack import ACCOUNT, REGION, Stack, allow, policy

HUB = "registry-1.docker.io"
PREFIX = "demo"
REPOSITORY = f"{PREFIX}/portkeyai/gateway"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}:2.16.0"
ARN = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{REPOSITORY}"
PULLS = allow(["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"], ARN)
LOGIN, IMPORT = allow("ecr:GetAuthorizationToken"), allow("ecr:BatchImportUpstreamImage", ARN)


@pytest.fixture
def ecr(emulator):
    return emulator.client("ecr")


def secret(emulator, name="ecr-pullthroughcache/hub", **value):
    text = json.dumps(value or {"username": "somebody", "accessToken": "a-token"})
    return emulator.client("secretsmanager").create_secret(Name=name, SecretString=text)["ARN"]


def create(ecr, **changes):
    return ecr.create_pull_through_cache_rule(**{"ecrRepositoryPrefix": PREFIX, "upstreamRegistryUrl": HUB, **changes})


def test_a_rule_is_made_changed_and_deleted(emulator, ecr):
    credential = secret(emulator)
    assert create(ecr, credentialArn=credential)["registryId"] == ACCOUNT
    with refused("PullThroughCacheRuleAlreadyExistsException", "already exists"):
        create(ecr, credentialArn=credential)
    other = secret(emulator, "ecr-pullthroughcache/other")
    ecr.update_pull_through_cache_rule(ecrRepositoryPrefix=PREFIX, credentialArn=other)
    (rule,) = ecr.describe_pull_through_cache_rules(ecrRepositoryPrefixes=[PREFIX])["pullThroughCacheRules"]
    assert (rule["upstreamRegistryUrl"], rule["upstreamRegistry"], rule["credentialArn"]) == (HUB, "docker-hub", other)
    ecr.delete_pull_through_cache_rule(ecrRepositoryPrefix=PREFIX)
    for operation in (ecr.delete_pull_through_cache_rule, ecr.update_pull_through_cache_rule):
        with refused("PullThroughCacheRuleNotFoundException", "does not exist"):
            operation(ecrRepositoryPrefix=PREFIX)
    with refused("PullThroughCacheRuleNotFoundException", "does not exist"):
        ecr.describe_pull_through_cache_rules(ecrRepositoryPrefixes=[PREFIX])
    assert ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"] == []


@pytest.mark.parametrize(
    "changes, code, message",
    [
        ({"ecrRepositoryPrefix": "Demo"}, "InvalidParameterException", "ecrRepositoryPrefix"),
        ({"ecrRepositoryPrefix": "de--mo"}, "InvalidParameterException", "ecrRepositoryPrefix"),
        ({"ecrRepositoryPrefix": "d" * 31}, "InvalidParameterException", "ecrRepositoryPrefix"),
        ({"upstreamRegistryUrl": "docker.io"}, "UnsupportedUpstreamRegistryException", "docker.io"),
        ({}, "InvalidParameterException", "credentialArn"),
    ],
)
def test_what_ecr_refuses(ecr, changes, code, message):
    with refused(code, message):
        create(ecr, **changes)


def test_the_secret_must_be_named_as_ecr_wants_it_exist_and_have_the_keys(emulator, ecr):
    with refused("InvalidParameterException", "credentialArn"):
        create(ecr, credentialArn=secret(emulator, "docker-credentials"))
    missing = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:ecr-pullthroughcache/none-AbCdEf"
    with refused("SecretNotFoundException", "was not found"):
        create(ecr, credentialArn=missing)
    wrong = secret(emulator, "ecr-pullthroughcache/wrong", username="somebody", password="a-word")
    with refused("UnableToDecryptSecretValueException", "accessToken"):
        create(ecr, credentialArn=wrong)


@pytest.fixture
def stack(emulator, ecr):
    stack = Stack(emulator)
    create(ecr, credentialArn=secret(emulator))
    ecr.create_repository(repositoryName=REPOSITORY, tags=[{"Key": "Project", "Value": "demo"}])
    return stack


def start(stack, *statements):
    stack.iam.put_role_policy(RoleName="execution", PolicyName="pull", PolicyDocument=policy(*statements))
    stack.create_service(taskDefinition=stack.task_definition(stack.container(image=IMAGE)))


def why(stack):
    task = stack.tasks(status="STOPPED")[0]
    return task["stoppedReason"], task["containers"][0].get("reason", "")


def test_the_first_pull_fills_the_repository(stack, ecr):
    start(stack, LOGIN, PULLS, IMPORT)
    assert len(stack.tasks()) == 1
    (image,) = ecr.list_images(repositoryName=REPOSITORY)["imageIds"]
    assert image["imageTag"] == "2.16.0"


@pytest.mark.parametrize(
    "statements, action",
    [
        ((PULLS, IMPORT), "ecr:GetAuthorizationToken"),
        ((LOGIN, IMPORT), "ecr:BatchCheckLayerAvailability"),
        ((LOGIN, PULLS), "ecr:BatchImportUpstreamImage"),
    ],
)
def test_the_execution_role_must_be_allowed_to(stack, statements, action):
    start(stack, *statements)
    reason, said = why(stack)
    assert reason == "Task failed to start"
    assert said.startswith("CannotPullContainerError") and f"not authorized to perform: {action}" in said


def test_a_repository_that_is_not_there_takes_another_permission_and_gets_no_tags(stack, ecr):
    ecr.delete_repository(repositoryName=REPOSITORY)
    start(stack, LOGIN, PULLS, IMPORT)
    assert "not authorized to perform: ecr:CreateRepository" in why(stack)[1]
    more = policy(LOGIN, PULLS, IMPORT, allow("ecr:CreateRepository", ARN))
    stack.iam.put_role_policy(RoleName="execution", PolicyName="pull", PolicyDocument=more)
    stack.pass_time(60)
    assert len(stack.tasks()) == 1
    assert ecr.list_tags_for_resource(resourceArn=ARN)["tags"] == []


def test_what_is_kept_already_needs_neither_secret_nor_import(stack, emulator, ecr):
    start(stack, LOGIN, PULLS, IMPORT)
    emulator.client("secretsmanager").delete_secret(
        SecretId="ecr-pullthroughcache/hub", ForceDeleteWithoutRecovery=True
    )
    stack.iam.put_role_policy(RoleName="execution", PolicyName="pull", PolicyDocument=policy(LOGIN, PULLS))
    stack.ecs.update_service(cluster="demo", service="gateway", forceNewDeployment=True)
    stack.pass_time(30)
    assert stack.deployment()["status"] == "SUCCESSFUL"
    emulator.client("ecr").batch_delete_image(repositoryName=REPOSITORY, imageIds=[{"imageTag": "2.16.0"}])
    stack.iam.put_role_policy(RoleName="execution", PolicyName="pull", PolicyDocument=policy(LOGIN, PULLS, IMPORT))
    stack.ecs.update_service(cluster="demo", service="gateway", forceNewDeployment=True)
    said = [task["containers"][0].get("reason", "") for task in stack.tasks(status="STOPPED")]
    assert any("SecretNotFoundException" in one for one in said)


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1"])
def test_some_regions_have_no_rules(emulator, region):
    ecr = emulator.client("ecr", region)
    with refused("UnknownOperationException", "is not known"):
        ecr.describe_pull_through_cache_rules()
    with refused("UnknownOperationException", "is not known"):
        create(ecr)
