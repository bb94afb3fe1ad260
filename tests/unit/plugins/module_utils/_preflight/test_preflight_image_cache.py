"""What preflight says of a cache of images that is there already, and of names that are taken."""

from __future__ import annotations

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.portkey.gateway.plugins.module_utils._preflight import image_cache
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient, client_error

SECRET = "ecr-pullthroughcache/portkey/dev/docker-hub"
REDIS = "portkey-dev/library/redis"
TAGS = {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"}
NO_RULE = client_error("PullThroughCacheRuleNotFoundException", "none")
NO_REPOSITORY = client_error("RepositoryNotFoundException", "none")
OFF = {"prefix": "portkey-dev", "secret": SECRET, "repositories": [], "tags": TAGS}
ON = {**OFF, "repositories": [REDIS]}


class Connected:
    def __init__(self, client):
        self._client = client

    def client(self, _service):
        return self._client


def account(rule=NO_RULE, repository=NO_REPOSITORY, tags=None):
    if isinstance(rule, str):
        rule = {"pullThroughCacheRules": [{"credentialArn": f"arn:aws:secretsmanager:r:1:secret:{rule}-AbCdEf"}]}
    if repository is True:
        repository = {"repositories": [{"repositoryArn": "arn"}]}
    listed = [{"Key": key, "Value": value} for key, value in (TAGS if tags is None else tags).items()]
    return FakeClient(
        "ecr",
        describe_pull_through_cache_rules=rule,
        describe_repositories=repository,
        list_tags_for_resource={"tags": listed},
    )


@pytest.mark.parametrize("question", [OFF, ON])
@pytest.mark.parametrize("client, is_live", [(account(), False), (account(SECRET, True), True)])
def test_of_the_stacks_own_the_rule_tells(question, client, is_live):
    findings = image_cache.live(Connected(client), question)
    assert (findings.facts, findings.faults) == ({"live_image_cache": is_live}, [])


@pytest.mark.parametrize(
    "client, words",
    [
        (account("ecr-pullthroughcache/theirs"), "rule portkey-dev with other credentials"),
        (account(f"{SECRET}-2"), "rule portkey-dev with other credentials"),
        (account(repository=True, tags={}), f"a repository {REDIS}, and it does not have the stack's tags"),
        (account(repository=True, tags={**TAGS, "Environment": "prod"}), f"a repository {REDIS}"),
    ],
)
def test_what_is_somebody_elses_is_not_taken_over(client, words):
    (fault,) = image_cache.live(Connected(client), ON).faults
    assert fault.variable == "portkey_image_cache.enable"
    assert words in fault.rule
    # Who wants no cache need not know.
    assert image_cache.live(Connected(client), OFF).faults == []


def test_off_one_call_is_enough():
    client = account()
    image_cache.live(Connected(client), OFF)
    assert client.sent("describe_repositories") == []


def test_a_region_without_such_rules_is_in_nobodys_way_but_of_who_wants_one():
    client = account(client_error("UnknownOperationException", "not here"))
    assert image_cache.live(Connected(client), OFF).facts == {}
    with pytest.raises(AnsibleAWSError):
        image_cache.live(Connected(client), ON)


@pytest.mark.parametrize("question", [OFF, ON])
def test_who_may_not_look_is_left_to_aws(question):
    findings = image_cache.live(Connected(account(client_error("AccessDeniedException", "no"))), question)
    assert (findings.facts, findings.faults) == ({}, [])
