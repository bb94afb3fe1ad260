# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The cache of images, as it may be there already; and whether its names are somebody else's."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._config.faults import Fault
from .._ecr import pull_through_cache_rule, repository
from .connection import Connection, Findings, is_denied

_VARIABLE = "portkey_image_cache.enable"
_FIX = "Choose another project or environment, or delete it."


def live(connection: Connection, question: dict[str, t.Any]) -> Findings:
    """Of the cache's things the rule is made first and goes last, so it tells of whatever a killed run has left."""
    try:
        return _look(connection.client("ecr"), question)
    except AnsibleAWSError as error:
        # Not every region has such rules, and who wants none need not know.
        if question["repositories"] and not is_denied(error):
            raise
        return Findings()


def _look(client: t.Any, question: dict[str, t.Any]) -> Findings:
    rule = pull_through_cache_rule.find(client, question["prefix"])
    is_own = rule is not None and pull_through_cache_rule.uses(rule, question["secret"])
    findings = Findings(facts={"live_image_cache": is_own}, faults=list(_foreign_repositories(client, question)))
    if question["repositories"] and rule and not is_own:
        said = f"ECR has a pull-through cache rule {question['prefix']} with other credentials"
        findings.faults.append(_taken(said))
    return findings


def _foreign_repositories(client: t.Any, question: dict[str, t.Any]) -> Iterator[Fault]:
    """With the cache they would go, and with them what they hold."""
    for name in question["repositories"]:
        found = repository.find(client, name)
        tags = repository.read_tags(client, found["repositoryArn"]) if found else question["tags"]
        if any(tags.get(key) != value for key, value in question["tags"].items()):
            yield _taken(f"there is a repository {name}, and it does not have the stack's tags")


def _taken(said: str) -> Fault:
    return Fault(_VARIABLE, True, f"The stack's names must be free, but {said}.", _FIX)
