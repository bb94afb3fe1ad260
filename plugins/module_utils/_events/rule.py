# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A rule of EventBridge's default bus with its targets."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags
from ..api import call, call_unless
from ..module import GatewayError, Outcome

GONE = ("ResourceNotFoundException",)
# What PutRule replaces as a whole.
_OF_RULE = ("description", "event_pattern", "state")

View = dict[str, t.Any]


def ensure(module: AnsibleAWSModule) -> Outcome:
    client, name = module.client("events"), module.params["name"]
    rule = call_unless(GONE, client, "describe_rule", f"look for the rule {name}", Name=name)
    before = _view(client, rule) if rule else None
    if module.params["state"] == "absent":
        if before is not None and not module.check_mode:
            delete(client, name)
        return Outcome({"rule": None}, before, None)
    return _ensure_present(module, client, name, rule, before)


def _view(client: t.Any, rule: dict[str, t.Any]) -> View:
    name = rule["Name"]
    targets = call(client, "list_targets_by_rule", f"list the targets of the rule {name}", Rule=name)["Targets"]
    tagged = call(client, "list_tags_for_resource", f"read the tags of the rule {name}", ResourceARN=rule["Arn"])
    return {
        "name": name,
        "description": rule.get("Description", ""),
        "event_pattern": json.loads(rule["EventPattern"]) if rule.get("EventPattern") else None,
        "state": rule.get("State", "ENABLED").lower(),
        "targets": {one["Id"]: one["Arn"] for one in targets},
        "tags": tags.from_list(tagged.get("Tags")),
    }


def _ensure_present(
    module: AnsibleAWSModule, client: t.Any, name: str, rule: dict[str, t.Any] | None, before: View | None
) -> Outcome:
    params = module.params
    live: View = before or {"tags": {}, "targets": {}}
    retagging = tags.change(live["tags"], params["tags"], params["purge_tags"])
    after = {
        "name": name,
        "description": params["description"],
        "event_pattern": json.loads(params["event_pattern"]),
        "state": "enabled" if params["enabled"] else "disabled",
        "targets": dict(sorted(params["targets"].items())),
        "tags": retagging.final,
    }
    if not module.check_mode:
        if before is None or any(before[key] != after[key] for key in _OF_RULE):
            _put(client, after, tags.to_list(retagging.final) if rule is None else [])
        if rule is not None:
            doing, arn = f"tag the rule {name}", rule["Arn"]
            tags.apply(
                retagging,
                lambda added: call(client, "tag_resource", doing, ResourceARN=arn, Tags=tags.to_list(added)),
                lambda keys: call(client, "untag_resource", doing, ResourceARN=arn, TagKeys=keys),
            )
        _set_targets(client, name, live["targets"], after["targets"])
    return Outcome({"rule": after}, before, after)


def _put(client: t.Any, rule: View, given: list[dict[str, str]]) -> None:
    """Tags are only taken with a new rule."""
    call(
        client,
        "put_rule",
        f"set the rule {rule['name']}",
        Name=rule["name"],
        Description=rule["description"],
        EventPattern=json.dumps(rule["event_pattern"]),
        State=rule["state"].upper(),
        Tags=given or None,
    )


def _set_targets(client: t.Any, name: str, live: dict[str, str], wanted: dict[str, str]) -> None:
    surplus = [key for key in live if key not in wanted]
    if surplus:
        _remove_targets(client, name, surplus)
    other = [{"Id": key, "Arn": arn} for key, arn in wanted.items() if live.get(key) != arn]
    if other:
        answer = call(client, "put_targets", f"set the targets of the rule {name}", Rule=name, Targets=other)
        _complain(name, answer)


def _remove_targets(client: t.Any, name: str, ids: list[str]) -> None:
    doing = f"take targets from the rule {name}"
    answer = call_unless(GONE, client, "remove_targets", doing, Rule=name, Ids=ids)
    _complain(name, answer or {})


def _complain(name: str, answer: dict[str, t.Any]) -> None:
    """EventBridge tells of each target for itself, in an answer that is none of an error."""
    if answer.get("FailedEntryCount"):
        said = "; ".join(f"{one.get('ErrorCode')}: {one.get('ErrorMessage')}" for one in answer["FailedEntries"])
        raise GatewayError(f"EventBridge refused targets of the rule {name}: {said}")


def delete(client: t.Any, name: str) -> None:
    """The targets go first, or the rule cannot."""
    listed = call_unless(GONE, client, "list_targets_by_rule", f"list the targets of the rule {name}", Rule=name)
    ids = [one["Id"] for one in (listed or {}).get("Targets", [])]
    if ids:
        _remove_targets(client, name, ids)
    call_unless(GONE, client, "delete_rule", f"delete the rule {name}", Name=name)
