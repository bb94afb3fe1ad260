# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What of the stack's alarms is live, by two calls unless there is something; and the topic that is given."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._cloudwatch import alarms, dashboard
from .._config.dashboard import tags_in
from ..api import call, call_unless
from .connection import Connection, Findings, is_denied

NOTHING: dict[str, t.Any] = {
    "alarms": [],
    "topic": False,
    "rule": False,
    "dashboard": False,
}


def observability(connection: Connection, question: dict[str, t.Any]) -> Findings:
    findings = Findings(facts={"live_observability": dict(NOTHING)})
    if question["given_topic"]:
        findings.add(_given_topic(connection, question))
    try:
        findings.add(_live(connection, question))
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        findings.add(
            Findings.warning("Not allowed to look for the stack's alarms: those that are switched off would stay.")
        )
    return findings


def _live(connection: Connection, question: dict[str, t.Any]) -> Findings:
    client = connection.client("cloudwatch")
    found = alarms.find(client, question["alarms"].values())
    tags = alarms.read_tags(client, found.values())
    own = [name for name in found if _is_own(tags[name], question)]
    body = dashboard.read_body(client, question["dashboard"])
    live = {**NOTHING, "alarms": own, "dashboard": body is not None and _is_own(tags_in(body), question)}
    if own:
        # Where there are none, there is neither: the alarms come first, and go last.
        live |= {"topic": _has_topic(connection, question["topic"]), "rule": _has_rule(connection, question["rule"])}
    findings = Findings(facts={"live_observability": live})
    foreign = [name for name in question["wanted"] if name in found and name not in own]
    if foreign:
        findings.add(
            Findings.fault(
                "portkey_alarms.enable",
                True,
                f"The stack's names must be free, but there are alarms without its tags: {', '.join(foreign)}.",
                "Delete or rename them, or choose another project or environment.",
            )
        )
    if body is not None and question["wants_dashboard"] and not live["dashboard"]:
        findings.add(
            Findings.fault(
                "portkey_dashboard",
                True,
                f"The stack's names must be free, but the dashboard {question['dashboard']} is not its own.",
                "Delete it or give it another name, or choose another project or environment.",
            )
        )
    ringing = [name for name in question["for_rollback"] if name in found and alarms.is_ringing(found[name])]
    if ringing:
        findings.add(Findings.warning(_ringing(ringing, question["by_codedeploy"])))
    return findings


def _is_own(tags: dict[str, str], question: dict[str, t.Any]) -> bool:
    return all(tags.get(key) == value for key, value in question["tags"].items())


def _ringing(names: list[str], by_codedeploy: bool) -> str:
    what = f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} in ALARM already, and may end a deployment."
    if by_codedeploy:
        return f"{what} CodeDeploy stops one at once. Wait for it to end, or set portkey_alarms.rollback to false."
    return f"{what} Wait for it to end, or set portkey_alarms.rollback to false for a deployment that puts it right."


def _own_arn(connection: Connection, service: str, resource: str) -> str:
    account = call(connection.client("sts"), "get_caller_identity", "ask who is calling")["Account"]
    return f"arn:{connection.partition.name}:{service}:{connection.region}:{account}:{resource}"


def _has_topic(connection: Connection, name: str) -> bool:
    return _topic_policy(connection, _own_arn(connection, "sns", name)) is not None


def _topic_policy(connection: Connection, arn: str) -> str | None:
    doing = f"look for the topic {arn}"
    gone = ("NotFound", "NotFoundException")
    answer = call_unless(gone, connection.client("sns"), "get_topic_attributes", doing, TopicArn=arn)
    return None if answer is None else answer["Attributes"].get("Policy", "")


def _has_rule(connection: Connection, name: str) -> bool:
    gone = ("ResourceNotFoundException",)
    return bool(call_unless(gone, connection.client("events"), "describe_rule", f"look for the rule {name}", Name=name))


def _given_topic(connection: Connection, question: dict[str, t.Any]) -> Findings:
    arn, variable = question["given_topic"], "portkey_alarms.sns_topic_arn"
    try:
        policy = _topic_policy(connection, arn)
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        return Findings.warning(f"Not allowed to look at the topic {arn}: whether it exists is not known.")
    if policy is None:
        return Findings.fault(
            variable,
            arn,
            "The topic must exist.",
            "Correct the ARN, or remove it, so that the stack makes a topic of its own.",
        )
    if question["needs_publishing"] and not _lets_publish(policy, "events.amazonaws.com"):
        return Findings.warning(
            f"The policy of {arn} does not name events.amazonaws.com, so that nobody hears of failed deployments. "
            "Allow it sns:Publish there, or set portkey_alarms.deployment_failed to false."
        )
    return Findings()


def _lets_publish(policy: str, service: str) -> bool:
    """Whether any statement is for the service; under which conditions, is its owner's business."""
    found = json.loads(policy or "{}").get("Statement", [])
    statements = found if isinstance(found, list) else [found]
    for one in statements:
        principal = one.get("Principal")
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        if one.get("Effect") == "Allow" and service in ([services] if isinstance(services, str) else services):
            return True
    return False
