# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A CloudWatch log group: how long it keeps what is written, its key, its tags."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags
from ..api import call
from ..module import KNOWN_AFTER_APPLY, Outcome
from ..shape import changed_keys, prune, snake

OPTIONS = ("retention_in_days", "kms_key_id")
# What a group has of which nothing is said: it keeps everything for ever, under AWS's own key.
DEFAULTS = {"retention_in_days": 0, "kms_key_id": ""}

# fmt: off
RETENTION_DAYS = [
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]
# fmt: on

View = dict[str, t.Any]


def ensure(module: AnsibleAWSModule) -> Outcome:
    client = module.client("logs")
    current = _find(client, module.params["name"])
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, current)
    if current is None:
        return _create(module, client)
    return _update(module, client, current)


def _find(client: t.Any, name: str) -> dict[str, t.Any] | None:
    answer = call(client, "describe_log_groups", f"find the log group {name}", logGroupNamePrefix=name)
    return next((group for group in answer["logGroups"] if group["logGroupName"] == name), None)


def _arn(group: dict[str, t.Any]) -> str:
    """As the tagging calls want it; in ``arn`` AWS ends it with a colon and a star."""
    return group.get("logGroupArn") or group["arn"].removesuffix(":*")


def _view(group: dict[str, t.Any], group_tags: tags.Tags) -> View:
    return {
        "name": group["logGroupName"],
        "retention_in_days": group.get("retentionInDays", DEFAULTS["retention_in_days"]),
        "kms_key_id": group.get("kmsKeyId", DEFAULTS["kms_key_id"]),
        "tags": group_tags,
    }


def _wanted(module: AnsibleAWSModule) -> View:
    return prune({option: module.params[option] for option in OPTIONS})


def _create(module: AnsibleAWSModule, client: t.Any) -> Outcome:
    name, wanted = module.params["name"], _wanted(module)
    new_tags = tags.change({}, module.params["tags"], False).final
    after = {"name": name, **DEFAULTS, **wanted, "tags": new_tags}
    if module.check_mode:
        return Outcome({"log_group": {**after, "arn": KNOWN_AFTER_APPLY}}, None, after)
    call(
        client,
        "create_log_group",
        f"create the log group {name}",
        logGroupName=name,
        kmsKeyId=wanted.get("kms_key_id") or None,
        tags=new_tags or None,
    )
    if wanted.get("retention_in_days"):
        _set_retention(client, name, wanted["retention_in_days"])
    return Outcome({"log_group": _result(_find(client, name) or {}, after)}, None, after)


def _update(module: AnsibleAWSModule, client: t.Any, current: dict[str, t.Any]) -> Outcome:
    arn, name = _arn(current), current["logGroupName"]
    answer = call(client, "list_tags_for_resource", f"read the tags of the log group {name}", resourceArn=arn)
    before = _view(current, answer.get("tags", {}))
    retagging = tags.change(before["tags"], module.params["tags"], module.params["purge_tags"])
    after = {**before, **_wanted(module), "tags": retagging.final}
    if not module.check_mode:
        changed = changed_keys(before, after)
        if "retention_in_days" in changed:
            _set_retention(client, name, after["retention_in_days"])
        if "kms_key_id" in changed:
            _set_key(client, name, after["kms_key_id"])
        doing = f"tag the log group {name}"
        tags.apply(
            retagging,
            lambda added: call(client, "tag_resource", doing, resourceArn=arn, tags=added),
            lambda keys: call(client, "untag_resource", doing, resourceArn=arn, tagKeys=keys),
        )
    return Outcome({"log_group": _result(current, after)}, before, after)


def _set_retention(client: t.Any, name: str, days: int) -> None:
    doing = f"set how long the log group {name} keeps its events"
    if days:
        call(client, "put_retention_policy", doing, logGroupName=name, retentionInDays=days)
    else:
        call(client, "delete_retention_policy", doing, logGroupName=name)


def _set_key(client: t.Any, name: str, key: str) -> None:
    doing = f"set the key of the log group {name}"
    if key:
        call(client, "associate_kms_key", doing, logGroupName=name, kmsKeyId=key)
    else:
        call(client, "disassociate_kms_key", doing, logGroupName=name)


def _ensure_absent(module: AnsibleAWSModule, client: t.Any, current: dict[str, t.Any] | None) -> Outcome:
    if current is None:
        return Outcome({"log_group": None})
    name = current["logGroupName"]
    if not module.check_mode:
        call(client, "delete_log_group", f"delete the log group {name}", logGroupName=name)
    return Outcome({"log_group": None}, _view(current, {}), None)


def _result(group: dict[str, t.Any], fields: View) -> dict[str, t.Any]:
    return {**snake(group), **fields, "arn": _arn(group) if group else KNOWN_AFTER_APPLY}
