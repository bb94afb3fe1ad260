# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The cache of images: repositories, by their prefix and tags, and the rule, which cannot have any tags."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from .._ecr import pull_through_cache_rule, repository
from ..api import call
from .resource import Resource, Stack


def read(client: t.Any, stack: Stack) -> Iterator[Resource]:
    own = stack.names["image_cache"]
    for one in call(client, "describe_repositories", "list the repositories")["repositories"]:
        name = one["repositoryName"]
        if name.startswith(f"{own['prefix']}/"):
            tags = repository.read_tags(client, one["repositoryArn"])
            yield Resource("ecr_repository", name, name, tags)
    rule = pull_through_cache_rule.find(client, own["prefix"])
    if rule:
        is_own = pull_through_cache_rule.uses(rule, own["secret"])
        prefix = rule["ecrRepositoryPrefix"]
        yield Resource("ecr_pull_through_cache_rule", prefix, prefix, stack.tags if is_own else {})
