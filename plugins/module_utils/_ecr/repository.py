# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A repository of ECR: its lifecycle policy and its tags."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags
from ..api import call, call_unless
from ..module import KNOWN_AFTER_APPLY, Outcome

NOT_FOUND = "RepositoryNotFoundException"
NO_POLICY = "LifecyclePolicyNotFoundException"

Resource = dict[str, t.Any]


def find(client: t.Any, name: str) -> Resource | None:
    doing = f"look for repository {name}"
    answer = call_unless((NOT_FOUND,), client, "describe_repositories", doing, repositoryNames=[name])
    return answer["repositories"][0] if answer else None


def read_tags(client: t.Any, arn: str) -> tags.Tags:
    answer = call_unless((NOT_FOUND,), client, "list_tags_for_resource", f"read the tags of {arn}", resourceArn=arn)
    return tags.from_list((answer or {}).get("tags"))


def _read_policy(client: t.Any, name: str) -> t.Any:
    doing = f"read the lifecycle policy of repository {name}"
    answer = call_unless((NO_POLICY,), client, "get_lifecycle_policy", doing, repositoryName=name)
    return json.loads(answer["lifecyclePolicyText"]) if answer else None


def ensure(module: AnsibleAWSModule) -> Outcome:
    client, name = module.client("ecr"), module.params["name"]
    found = find(client, name)
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, found)
    wanted = module.params["lifecycle_policy"]
    # An empty one is none.
    policy = None if wanted is None else json.loads(wanted or "null")
    if found is None:
        return _create(module, client, policy)
    before = {
        "name": name,
        "lifecycle_policy": _read_policy(client, name),
        "tags": read_tags(client, found["repositoryArn"]),
    }
    retagging = tags.change(before["tags"], module.params["tags"], module.params["purge_tags"])
    after = {
        **before,
        "lifecycle_policy": before["lifecycle_policy"] if wanted is None else policy,
        "tags": retagging.final,
    }
    if not module.check_mode:
        arn = found["repositoryArn"]
        tags.apply(
            retagging,
            lambda added: call(client, "tag_resource", f"tag {name}", resourceArn=arn, tags=tags.to_list(added)),
            lambda keys: call(client, "untag_resource", f"untag {name}", resourceArn=arn, tagKeys=keys),
        )
        if after["lifecycle_policy"] != before["lifecycle_policy"]:
            _write_policy(client, name, policy)
    return Outcome({"repository": _shown(found, after)}, before, after)


def _create(module: AnsibleAWSModule, client: t.Any, policy: t.Any) -> Outcome:
    name = module.params["name"]
    after = {
        "name": name,
        "lifecycle_policy": policy,
        "tags": tags.change({}, module.params["tags"], False).final,
    }
    made = {"repositoryArn": KNOWN_AFTER_APPLY, "repositoryUri": KNOWN_AFTER_APPLY}
    if not module.check_mode:
        listed = tags.to_list(after["tags"]) or None
        answer = call(client, "create_repository", f"create repository {name}", repositoryName=name, tags=listed)
        made = answer["repository"]
        if policy:
            _write_policy(client, name, policy)
    return Outcome({"repository": _shown(made, after)}, None, after)


def _shown(found: Resource, view: Resource) -> Resource:
    return {"arn": found["repositoryArn"], "uri": found["repositoryUri"], **view}


def _write_policy(client: t.Any, name: str, policy: t.Any) -> None:
    doing = f"set the lifecycle policy of repository {name}"
    if policy:
        call(client, "put_lifecycle_policy", doing, repositoryName=name, lifecyclePolicyText=json.dumps(policy))
    else:
        call(client, "delete_lifecycle_policy", doing, repositoryName=name)


def _ensure_absent(module: AnsibleAWSModule, client: t.Any, found: Resource | None) -> Outcome:
    name = module.params["name"]
    if found is None:
        return Outcome({"repository": None})
    if not module.check_mode:
        doing, force = f"delete repository {name}", module.params["force"]
        call_unless((NOT_FOUND,), client, "delete_repository", doing, repositoryName=name, force=force)
    return Outcome({"repository": None}, {"name": name}, None)
