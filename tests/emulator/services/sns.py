"""SNS: who gets e-mails must agree first, a topic is what it was made as, and its policy decides who publishes.

Whoever agrees sends back a token out of his e-mail. There are no e-mails here: the token is his address.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.sns.models import sns_backends

from ..registry import AwsError, Call, handles
from .policies import resource_policy_allows

if TYPE_CHECKING:
    from ..world import World

PENDING = "PendingConfirmation"
BY_CONSENT = ("email", "email-json")


def _backend(call: Call) -> Any:
    return sns_backends[call.account][call.region]


def _topic(call: Call) -> Any:
    return _backend(call).topics.get(call.params["TopicArn"])


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameter", f"Invalid parameter: {message}", 400)


@handles("sns", "CreateTopic")
def create_topic(world: World, call: Call) -> Any:
    """Once more with the same is the same topic; with other attributes or tags it is refused."""
    attributes = call.params.get("Attributes") or {}
    if "Policy" in attributes:
        _check_policy(attributes["Policy"])
    arn = f"arn:{call.partition}:sns:{call.region}:{call.account}:{call.params['Name']}"
    topic = _backend(call).topics.get(arn)
    if topic is not None:
        live = {"DisplayName": topic.display_name, "Policy": topic.policy}
        same = all(_same(live.get(key), value) for key, value in attributes.items() if key in live)
        if not same:
            raise _invalid("Attributes Reason: Topic already exists with different attributes")
        tags = {one["Key"]: one["Value"] for one in call.params.get("Tags") or []}
        if tags and tags != topic._tags:
            raise _invalid("Tags Reason: Topic already exists with different tags")
    return call.forward()


def _same(live: Any, wanted: str) -> bool:
    try:
        return bool(json.loads(live) == json.loads(wanted))
    except (TypeError, ValueError):
        return bool(live == wanted)


def _check_policy(text: str) -> None:
    try:
        found = json.loads(text)["Statement"]
        assert all(one["Effect"] and one["Principal"] and one["Resource"] for one in found)
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise _invalid("Policy Error: null") from error


@handles("sns", "SetTopicAttributes")
def set_topic_attributes(world: World, call: Call) -> Any:
    if call.params["AttributeName"] == "Policy":
        _check_policy(call.params.get("AttributeValue") or "")
    return call.forward()


@handles("sns", "Subscribe")
def subscribe(world: World, call: Call) -> Any:
    answer = call.forward()
    by_consent = call.params["Protocol"] in BY_CONSENT
    if answer.status == 200 and by_consent and not call.params.get("ReturnSubscriptionArn"):
        found = [one for one in _of_topic(call) if one.endpoint == call.params["Endpoint"]]
        if not found[0].confirmed:
            return {"SubscriptionArn": "pending confirmation"}
    return answer


def _of_topic(call: Call) -> list[Any]:
    topic = _topic(call)
    return [one for one in _backend(call).subscriptions.values() if one.topic is topic]


@handles("sns", "ListSubscriptionsByTopic")
def list_subscriptions_by_topic(world: World, call: Call) -> Any:
    if _topic(call) is None:
        return call.forward()
    return {
        "Subscriptions": [
            {
                "SubscriptionArn": one.arn if one.confirmed or one.protocol not in BY_CONSENT else PENDING,
                "Owner": one.account_id,
                "Protocol": one.protocol,
                "Endpoint": one.endpoint,
                "TopicArn": one.topic_arn,
            }
            for one in _of_topic(call)
        ]
    }


@handles("sns", "ConfirmSubscription")
def confirm_subscription(world: World, call: Call) -> Any:
    for one in _of_topic(call):
        if one.endpoint == call.params["Token"]:
            one.confirmed = True
            return {"SubscriptionArn": one.arn}
    raise _invalid("Token")


@handles("sns", "Unsubscribe")
def unsubscribe(world: World, call: Call) -> Any:
    arn = call.params["SubscriptionArn"]
    if arn.count(":") != 6:
        raise _invalid(f"SubscriptionArn Reason: An ARN must have at least 6 elements, not {arn.count(':') + 1}")
    return call.forward()


def publish(account: str, arn: str, by: str, source: str, message: dict[str, Any]) -> bool:
    """What an AWS service has to say, if the topic's policy lets it. Who may not, is told nothing of it."""
    region = arn.split(":")[3]
    topic = sns_backends[account][region].topics.get(arn) if arn.split(":")[2] == "sns" else None
    if topic is None:
        return False
    context = {"aws:sourcearn": source, "aws:sourceaccount": account, "aws:sourceowner": account}
    may = resource_policy_allows(topic._policy_json, by, "sns:Publish", arn, context)
    if may:
        topic.publish(json.dumps(message))
    return may
