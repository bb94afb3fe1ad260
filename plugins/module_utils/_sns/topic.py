# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""An SNS topic with its policy, its tags, and the addresses that get its messages by e-mail."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies

from .. import tags
from ..api import call, call_unless
from ..module import Outcome

GONE = ("NotFound", "NotFoundException")
# That of tags has another name for it.
TAGS_GONE = (*GONE, "ResourceNotFound", "ResourceNotFoundException")
EMAIL = "email"
# What SNS says in the place of an ARN until whoever gets the e-mails has agreed.
PENDING = "PendingConfirmation"
_ENDED = "Deleted"

View = dict[str, t.Any]


def ensure(module: AnsibleAWSModule) -> Outcome:
    client, arn = module.client("sns"), module.params["arn"]
    before = _read(client, arn)
    if module.params["state"] == "absent":
        if before is not None and not module.check_mode:
            delete(client, arn)
        return Outcome({"topic": None, "pending": []}, None if before is None else _shown(before), None)
    return _ensure_present(module, client, arn, before)


def _read(client: t.Any, arn: str) -> View | None:
    doing = f"look for the topic {arn}"
    answer = call_unless(GONE, client, "get_topic_attributes", doing, TopicArn=arn)
    if answer is None:
        return None
    attributes = answer["Attributes"]
    listed = call(client, "list_subscriptions_by_topic", f"list who gets the messages of {arn}", TopicArn=arn)
    tagged = call(client, "list_tags_for_resource", f"read the tags of {arn}", ResourceArn=arn)
    return {
        "arn": arn,
        "display_name": attributes.get("DisplayName", ""),
        "policy": json.loads(attributes["Policy"]) if attributes.get("Policy") else None,
        "subscriptions": {one["Endpoint"]: one["SubscriptionArn"] for one in _by_email(listed)},
        "tags": tags.from_list(tagged.get("Tags")),
    }


def _by_email(listed: t.Mapping[str, t.Any]) -> list[dict[str, str]]:
    found = listed.get("Subscriptions", [])
    return [one for one in found if one["Protocol"] == EMAIL and one["SubscriptionArn"] != _ENDED]


def _shown(view: View) -> View:
    found = {key: value for key, value in view.items() if key != "subscriptions"}
    return {**found, "emails": sorted(view["subscriptions"])}


def _ensure_present(module: AnsibleAWSModule, client: t.Any, arn: str, before: View | None) -> Outcome:
    params = module.params
    is_new = before is None
    live: View = before or {"arn": arn, "display_name": "", "policy": None, "subscriptions": {}, "tags": {}}
    retagging = tags.change(live["tags"], params["tags"], params["purge_tags"])
    policy = live["policy"]
    if params["policy"] is not None:
        wanted = json.loads(params["policy"])
        policy = wanted if policy is None or compare_policies(policy, wanted) else policy
    emails = sorted(live["subscriptions"]) if params["emails"] is None else sorted(set(params["emails"]))
    removed = [one for one in live["subscriptions"] if one not in emails]
    # SNS cannot take away what nobody has confirmed, and forgets it by itself after some days.
    lingering = [one for one in removed if live["subscriptions"][one] == PENDING]
    display_name = live["display_name"] if params["display_name"] is None else params["display_name"]
    after = {"arn": arn, "display_name": display_name, "policy": policy, "tags": retagging.final}
    after["emails"] = sorted({*emails, *lingering})
    added = [one for one in emails if one not in live["subscriptions"]]
    if not module.check_mode:
        if is_new:
            _create(client, arn, after)
        else:
            _change(client, arn, live, after, retagging)
        for address in added:
            doing = f"send the messages of {arn} to {address}"
            call(client, "subscribe", doing, TopicArn=arn, Protocol=EMAIL, Endpoint=address)
        for address in removed:
            if address not in lingering:
                doing = f"send no more messages of {arn} to {address}"
                call_unless(GONE, client, "unsubscribe", doing, SubscriptionArn=live["subscriptions"][address])
    pending = [one for one in emails if live["subscriptions"].get(one, PENDING) == PENDING]
    shown = None if before is None else _shown(before)
    return Outcome({"topic": after, "pending": pending}, shown, after)


def _create(client: t.Any, arn: str, after: View) -> None:
    attributes = {}
    if after["display_name"]:
        attributes["DisplayName"] = after["display_name"]
    if after["policy"]:
        attributes["Policy"] = json.dumps(after["policy"])
    name = arn.rpartition(":")[2]
    call(
        client,
        "create_topic",
        f"create the topic {name}",
        Name=name,
        Attributes=attributes or None,
        Tags=tags.to_list(after["tags"]) or None,
    )


def _change(client: t.Any, arn: str, live: View, after: View, retagging: tags.Change) -> None:
    for key, name in (("display_name", "DisplayName"), ("policy", "Policy")):
        if after[key] != live[key]:
            value = after[key] if isinstance(after[key], str) else json.dumps(after[key])
            doing = f"set the {name} of {arn}"
            call(client, "set_topic_attributes", doing, TopicArn=arn, AttributeName=name, AttributeValue=value)
    doing = f"tag {arn}"
    tags.apply(
        retagging,
        lambda added: call(client, "tag_resource", doing, ResourceArn=arn, Tags=tags.to_list(added)),
        lambda keys: call(client, "untag_resource", doing, ResourceArn=arn, TagKeys=keys),
    )


def delete(client: t.Any, arn: str) -> None:
    """With all its subscriptions, the unconfirmed ones too."""
    call_unless(GONE, client, "delete_topic", f"delete the topic {arn}", TopicArn=arn)
