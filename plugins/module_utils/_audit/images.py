# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The cache of images: repositories, by their prefix and tags, and the rule, which cannot have any tags."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._ecr import pull_through_cache_rule, repository
from .._preflight.connection import is_denied
from ..api import call
from ..aws import error_code
from .resource import Resource, Stack

# What may be otherwise the next time.
_PASSING = re.compile("Throttl|ServerException|InternalFailure|ServiceUnavailable|RequestLimit")


def _rule(client: t.Any, prefix: str) -> t.Any:
    """None also where ECR refuses the question, but for want of permission: GovCloud and China have no such rules."""
    try:
        return pull_through_cache_rule.find(client, prefix)
    except AnsibleAWSError as error:
        if not error_code(error) or is_denied(error) or _PASSING.search(error_code(error)):
            raise
        return None


def read(client: t.Any, stack: Stack) -> Iterator[Resource]:
    own = stack.names["image_cache"]
    for one in call(client, "describe_repositories", "list the repositories")["repositories"]:
        name = one["repositoryName"]
        if name.startswith(f"{own['prefix']}/"):
            tags = repository.read_tags(client, one["repositoryArn"])
            yield Resource("ecr_repository", name, name, tags)
    rule = _rule(client, own["prefix"])
    if rule:
        is_own = pull_through_cache_rule.uses(rule, own["secret"])
        prefix = rule["ecrRepositoryPrefix"]
        yield Resource("ecr_pull_through_cache_rule", prefix, prefix, stack.tags if is_own else {})
