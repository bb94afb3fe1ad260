"""What the audit says where ECR does not tell of its rules."""

from __future__ import annotations

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.portkey.gateway.plugins.module_utils._audit import images
from ansible_collections.portkey.gateway.plugins.module_utils._audit.resource import Stack
from ansible_collections.portkey.gateway.plugins.module_utils._config.names import resource_names
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient, client_error

STACK = Stack("portkey", "dev", "us-gov-west-1", resource_names("portkey", "dev", "us-gov-west-1"))


def read(code):
    rules = client_error(code, "no")
    client = FakeClient("ecr", describe_repositories={"repositories": []}, describe_pull_through_cache_rules=rules)
    return list(images.read(client, STACK))


@pytest.mark.parametrize("code", ["UnknownOperationException", "ValidationException"])
def test_a_region_without_rules_has_none(code):
    assert read(code) == []


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "ServerException"])
def test_what_cannot_be_known_now_is_not_taken_for_nothing(code, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with pytest.raises(AnsibleAWSError):
        read(code)
