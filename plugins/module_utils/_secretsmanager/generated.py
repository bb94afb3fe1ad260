# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A secret of which the value is made once, here, and never read or written again.

It is random, and nobody but Secrets Manager is told: no option, result, diff or log has it.
"""

from __future__ import annotations

import json
import secrets as randomness
import string
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags
from ..api import call, call_unless
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome

_ALPHABET = string.ascii_letters + string.digits
_GONE = ("ResourceNotFoundException",)
_CURRENT = "AWSCURRENT"


def ensure(module: AnsibleAWSModule) -> Outcome:
    client, name = module.client("secretsmanager"), module.params["name"]
    found = call_unless(_GONE, client, "describe_secret", f"look for the secret {name}", SecretId=name)
    return _create(module, client) if found is None else _keep(module, client, found)


def _view(module: AnsibleAWSModule, of_tags: t.Mapping[str, str]) -> dict[str, t.Any]:
    return {"name": module.params["name"], "description": module.params["description"], "tags": dict(of_tags)}


def _create(module: AnsibleAWSModule, client: t.Any) -> Outcome:
    params = module.params
    after = _view(module, {key: str(value) for key, value in (params["tags"] or {}).items()})
    if module.check_mode:
        return Outcome(_result(KNOWN_AFTER_APPLY, KNOWN_AFTER_APPLY, after), None, after)
    value = "".join(randomness.choice(_ALPHABET) for _unused in range(params["length"]))
    made = call(
        client,
        "create_secret",
        f"make the secret {params['name']}",
        Name=params["name"],
        Description=params["description"],
        SecretString=json.dumps({params["key"]: value}),
        Tags=tags.to_list(after["tags"]),
    )
    return Outcome(_result(made["ARN"], made["VersionId"], after), None, after)


def _keep(module: AnsibleAWSModule, client: t.Any, found: dict[str, t.Any]) -> Outcome:
    params, arn = module.params, found["ARN"]
    is_leaving = bool(found.get("DeletedDate"))
    owned = tags.from_list(found.get("Tags"))
    retagging = tags.change(owned, params["tags"], params["purge_tags"])
    before = {**_view(module, owned), "description": found.get("Description")}
    after = {**before, "tags": retagging.final}
    if is_leaving:
        before["scheduled_for_deletion"], after["scheduled_for_deletion"] = True, False
    if not module.check_mode:
        if is_leaving:
            # With the value that it had, which a cache may know.
            call(client, "restore_secret", f"restore the secret {params['name']}", SecretId=arn)
            found = call(client, "describe_secret", f"look for the secret {params['name']}", SecretId=arn)
        tags.apply(
            retagging,
            lambda added: call(client, "tag_resource", f"tag {params['name']}", SecretId=arn, Tags=tags.to_list(added)),
            lambda gone: call(client, "untag_resource", f"untag {params['name']}", SecretId=arn, TagKeys=gone),
        )
    return Outcome(_result(arn, _current(found), after), before, after)


def _current(found: dict[str, t.Any]) -> str:
    for version, stages in (found.get("VersionIdsToStages") or {}).items():
        if _CURRENT in stages:
            return str(version)
    if found.get("DeletedDate"):
        return KNOWN_AFTER_APPLY
    raise GatewayError(f"The secret {found['Name']} is there and has no value. Delete it, and run again.")


def _result(arn: str, version: str, view: dict[str, t.Any]) -> dict[str, t.Any]:
    return {"secret": {**view, "arn": arn, "version_id": version}}
