# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A pull-through cache rule of ECR: for which upstream registry a prefix of repositories stands."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import wait
from ..api import call, call_unless
from ..aws import error_code
from ..module import GatewayError, Outcome
from ..shape import prune

NOT_FOUND = "PullThroughCacheRuleNotFoundException"
# A secret that was just stored is not everywhere at once.
_NOT_YET = ("SecretNotFoundException", "UnableToAccessSecretException", "UnableToDecryptSecretValueException")
_SECONDS_TO_APPEAR = 60

Resource = dict[str, t.Any]


def find(client: t.Any, prefix: str) -> Resource | None:
    doing = f"look for the pull-through cache rule {prefix}"
    codes = (NOT_FOUND,)
    answer = call_unless(codes, client, "describe_pull_through_cache_rules", doing, ecrRepositoryPrefixes=[prefix])
    return next(iter((answer or {}).get("pullThroughCacheRules", [])), None)


def uses(rule: Resource, secret: str) -> bool:
    """Whether its credentials are the secret of that name. Rules have no tags, so this tells whose it is."""
    # Secrets Manager puts a hyphen and six characters of its own behind the name.
    return (rule.get("credentialArn") or "").rpartition("-")[0].endswith(f":secret:{secret}")


def _view(rule: Resource) -> Resource:
    return {
        "ecr_repository_prefix": rule["ecrRepositoryPrefix"],
        "upstream_registry_url": rule["upstreamRegistryUrl"],
        "credential_arn": rule.get("credentialArn"),
    }


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client, prefix = module.client("ecr"), module.params["ecr_repository_prefix"]
    found = find(client, prefix)
    before = _view(found) if found else None
    if module.params["state"] == "absent":
        if found and not module.check_mode:
            doing = f"delete the pull-through cache rule {prefix}"
            call_unless((NOT_FOUND,), client, "delete_pull_through_cache_rule", doing, ecrRepositoryPrefix=prefix)
        return Outcome({"rule": None}, before, None)
    wanted = {key: module.params[key] for key in ("ecr_repository_prefix", "upstream_registry_url", "credential_arn")}
    after = {**(before or {}), **prune(wanted)}
    if before and before["upstream_registry_url"] != after["upstream_registry_url"]:
        raise GatewayError(
            f"The pull-through cache rule {prefix} stands for {before['upstream_registry_url']}, and ECR cannot change "
            f"it to {after['upstream_registry_url']}. Delete the rule (state: absent), or choose another prefix."
        )
    if before != after and not module.check_mode:
        _write(client, before is None, after, clock)
    return Outcome({"rule": after}, before, after)


def _write(client: t.Any, is_new: bool, rule: Resource, clock: wait.Clock) -> None:
    prefix, credentials = rule["ecr_repository_prefix"], rule.get("credential_arn")
    given = {"ecrRepositoryPrefix": prefix, "credentialArn": credentials}
    operation = "update_pull_through_cache_rule"
    if is_new:
        operation = "create_pull_through_cache_rule"
        given["upstreamRegistryUrl"] = rule["upstream_registry_url"]
    wait.keep_trying(
        lambda: call(client, operation, f"write the pull-through cache rule {prefix}", **given),
        lambda error: error_code(error) in _NOT_YET,
        what=f"ECR to see the secret {credentials}",
        timeout=_SECONDS_TO_APPEAR,
        clock=clock,
    )
