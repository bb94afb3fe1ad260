"""Repositories and pull-through cache rules of ECR, on scripted answers."""

from __future__ import annotations

import json

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils import wait
from ansible_collections.portkey.gateway.plugins.module_utils._ecr import pull_through_cache_rule, repository
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

NAME, ARN = "demo/library/redis", "arn:aws:ecr:us-east-1:1:repository/demo/library/redis"
FOUND = {"repositories": [{"repositoryName": NAME, "repositoryArn": ARN, "repositoryUri": f"1.dkr/{NAME}"}]}
GONE = client_error("RepositoryNotFoundException", "not there")
NO_POLICY = client_error("LifecyclePolicyNotFoundException", "none")
RULES = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20}
POLICY = {"rules": [{"rulePriority": 1, "selection": RULES, "action": {"type": "expire"}}]}
OTHER = {"rules": [{"rulePriority": 2, "selection": RULES, "action": {"type": "expire"}}]}
TAGS = {"Project": "demo"}
LISTED = {"tags": [{"Key": "Project", "Value": "demo"}]}


@pytest.fixture
def keep(monkeypatch):
    spec = argument_spec("ecr_repository", monkeypatch)

    def keep_(client, check_mode=False, **options):
        return repository.ensure(FakeModule(spec, {"ecr": client}, check_mode, name=NAME, **options))

    return keep_


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_new_repository(keep, check_mode):
    client = FakeClient(
        "ecr",
        describe_repositories=GONE,
        create_repository={"repository": FOUND["repositories"][0]},
        put_lifecycle_policy={},
    )
    outcome = keep(client, check_mode, tags=TAGS, lifecycle_policy=json.dumps(POLICY))
    assert outcome.is_changed and outcome.before is None
    assert outcome.after == {"name": NAME, "lifecycle_policy": POLICY, "tags": TAGS}
    if check_mode:
        assert client.writes == []
    else:
        assert client.sent("create_repository") == [{"repositoryName": NAME, "tags": LISTED["tags"]}]
        assert json.loads(client.sent("put_lifecycle_policy")[0]["lifecyclePolicyText"]) == POLICY


def live(has_policy=True):
    kept = {"lifecyclePolicyText": json.dumps(POLICY, indent=2)} if has_policy else NO_POLICY
    writes = dict.fromkeys(("tag_resource", "untag_resource", "put_lifecycle_policy", "delete_lifecycle_policy"), {})
    return FakeClient(
        "ecr", describe_repositories=FOUND, get_lifecycle_policy=kept, list_tags_for_resource=LISTED, **writes
    )


def test_one_that_is_as_wanted_stays(keep):
    client = live()
    assert not keep(client, tags=TAGS, lifecycle_policy=json.dumps(POLICY)).is_changed
    assert client.writes == []


@pytest.mark.parametrize(
    "options, writes",
    [
        ({"tags": {"Project": "other"}}, ["tag_resource"]),
        ({"tags": {}}, ["untag_resource"]),
        ({"tags": {}, "purge_tags": False}, []),
        ({"lifecycle_policy": json.dumps(OTHER)}, ["put_lifecycle_policy"]),
        ({"lifecycle_policy": ""}, ["delete_lifecycle_policy"]),
    ],
)
def test_only_what_differs_is_written(keep, options, writes):
    client = live()
    assert keep(client, **options).is_changed is bool(writes)
    assert client.writes == writes
    assert keep(live(), check_mode=True, **options).is_changed is bool(writes)


def test_one_without_a_policy_gets_one(keep):
    assert not keep(live(has_policy=False), lifecycle_policy="").is_changed
    client = live(has_policy=False)
    assert keep(client, lifecycle_policy=json.dumps(POLICY)).is_changed
    assert client.writes == ["put_lifecycle_policy"]


def test_a_repository_goes_with_its_images(keep):
    client = FakeClient("ecr", describe_repositories=FOUND, delete_repository={})
    assert keep(client, state="absent", force=True).is_changed
    assert client.sent("delete_repository") == [{"repositoryName": NAME, "force": True}]
    assert not keep(FakeClient("ecr", describe_repositories=GONE), state="absent").is_changed


HUB, SECRET = "registry-1.docker.io", "arn:aws:secretsmanager:us-east-1:1:secret:ecr-pullthroughcache/hub-AbCdEf"
RULE = {"ecrRepositoryPrefix": "demo", "upstreamRegistryUrl": HUB, "credentialArn": SECRET}
NO_RULE = client_error("PullThroughCacheRuleNotFoundException", "none")
WANTED = {"upstream_registry_url": HUB, "credential_arn": SECRET}


@pytest.fixture
def rule(monkeypatch):
    spec = argument_spec("ecr_pull_through_cache_rule", monkeypatch)

    def rule_(client, check_mode=False, **options):
        module = FakeModule(spec, {"ecr": client}, check_mode, ecr_repository_prefix="demo", **options)
        return pull_through_cache_rule.ensure(module, FakeTime().clock)

    return rule_


def test_a_new_rule_waits_until_ecr_sees_the_secret(rule):
    unseen = client_error("SecretNotFoundException", "not found")
    client = FakeClient(
        "ecr", describe_pull_through_cache_rules=NO_RULE, create_pull_through_cache_rule=[unseen, unseen, RULE]
    )
    assert rule(client, **WANTED).is_changed
    assert client.sent("create_pull_through_cache_rule")[-1] == RULE


def test_a_secret_that_does_not_come_is_a_failure(rule):
    unseen = client_error("SecretNotFoundException", "not found")
    client = FakeClient("ecr", describe_pull_through_cache_rules=NO_RULE, create_pull_through_cache_rule=unseen)
    with pytest.raises(wait.WaitTimedOut, match="ECR to see the secret"):
        rule(client, **WANTED)


def test_a_rule_that_is_as_wanted_stays(rule):
    client = FakeClient("ecr", describe_pull_through_cache_rules={"pullThroughCacheRules": [RULE]})
    assert not rule(client, **WANTED).is_changed
    assert client.writes == []


def test_other_credentials_are_an_update(rule):
    old = {**RULE, "credentialArn": "arn:old"}
    client = FakeClient(
        "ecr", describe_pull_through_cache_rules={"pullThroughCacheRules": [old]}, update_pull_through_cache_rule={}
    )
    assert rule(client, **WANTED).is_changed
    assert client.sent("update_pull_through_cache_rule") == [{"ecrRepositoryPrefix": "demo", "credentialArn": SECRET}]


def test_another_registry_is_refused_and_nothing_is_changed(rule):
    client = FakeClient("ecr", describe_pull_through_cache_rules={"pullThroughCacheRules": [RULE]})
    with pytest.raises(GatewayError, match="ECR cannot change it to ghcr.io"):
        rule(client, upstream_registry_url="ghcr.io")
    assert client.writes == []


def test_check_mode_writes_nothing(rule):
    client = FakeClient("ecr", describe_pull_through_cache_rules=NO_RULE)
    assert rule(client, check_mode=True, **WANTED).is_changed
    assert client.writes == []


def test_a_rule_goes(rule):
    client = FakeClient(
        "ecr", describe_pull_through_cache_rules={"pullThroughCacheRules": [RULE]}, delete_pull_through_cache_rule={}
    )
    assert rule(client, state="absent").is_changed
    assert client.sent("delete_pull_through_cache_rule") == [{"ecrRepositoryPrefix": "demo"}]
    assert not rule(FakeClient("ecr", describe_pull_through_cache_rules=NO_RULE), state="absent").is_changed
