# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What watches a stack: alarms, who hears of them, the dashboard, Container Insights."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from . import alarms, codedeploy, dashboard, services
from .place import Place

Config = Mapping[str, t.Any]
Item = dict[str, t.Any]

INSIGHTS = ("enabled", "enhanced")
# On the cluster: what it was told, so that a setting that is taken back is known for one.
INSIGHTS_TAG = "portkey:container-insights"
# CodeDeploy watches no more of them.
MOST_FOR_CODEDEPLOY = 10


def makes_topic(config: Config) -> bool:
    return alarms.is_on(config) and not config["alarms"]["sns_topic_arn"]


def makes_rule(config: Config) -> bool:
    return alarms.is_on(config) and bool(config["alarms"]["deployment_failed"])


def has_insights(config: Config) -> bool:
    return config["container_insights"] in INSIGHTS


def topic_arn(config: Config, names: Mapping[str, t.Any], place: Place) -> str:
    return config["alarms"]["sns_topic_arn"] or place.arn("sns", names["alarm_topic"])


def plan(config: Config, names: Mapping[str, t.Any], place: Place, account: Mapping[str, t.Any]) -> Item:
    """The parameters of the role observability, without their prefix."""
    topic = topic_arn(config, names, place)
    actions = {"alarm_actions": [topic], "ok_actions": [topic]}
    wanted = [{**one, **actions} for one in alarms.alarms(config, names)]
    arns = [place.arn("cloudwatch", f"alarm:{one['name']}") for one in wanted]
    shown = dashboard.body(config, names, place.region, arns) if config["dashboard"] else None
    return {
        "is_on": bool(wanted or shown),
        "alarms": wanted,
        "topic": _topic(config, names, place) if makes_topic(config) else None,
        "rule": _rule(config, names, place, topic) if makes_rule(config) else None,
        "dashboard": {"name": names["dashboard"], "body": shown} if shown else None,
        "surplus": _surplus(config, names, place, account["live_observability"]),
        "container_insights": _insights(config, account["live_insights_default"]),
    }


def _insights(config: Config, default: str | None) -> Item:
    """What the cluster is told. A setting of ours that is taken back becomes what the account has for new clusters."""
    wanted = config["container_insights"]
    if wanted is not None:
        return {"setting": wanted, "tags": {INSIGHTS_TAG: wanted}}
    return {"setting": default, "tags": {}}


def _topic(config: Config, names: Mapping[str, t.Any], place: Place) -> Item:
    arn = topic_arn(config, names, place)

    def allowed(sid: str, service: str, condition: Item) -> Item:
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arn,
            "Condition": condition,
        }

    of_account = {"StringEquals": {"aws:SourceAccount": place.account_id}}
    of_alarms = {"ArnLike": {"aws:SourceArn": place.arn("cloudwatch", "alarm:*")}, **of_account}
    of_rule = {"ArnEquals": {"aws:SourceArn": place.arn("events", f"rule/{names['deployment_rule']}")}}
    statements = [allowed("Alarms", "cloudwatch", of_alarms)]
    if makes_rule(config):
        statements.append(allowed("Deployments", "events", of_rule))
    return {
        "arn": arn,
        "display_name": "AI gateway",
        "policy": {"Version": "2012-10-17", "Statement": statements},
        "emails": list(config["alarms"]["emails"]),
    }


def _rule(config: Config, names: Mapping[str, t.Any], place: Place, topic: str) -> Item:
    """Which deployments have failed: those of the stack's services, and of its application in CodeDeploy."""
    running = [names["services"][one]["service"] for one in services.running(config)]
    by_ecs = {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        "resources": [place.arn("ecs", f"service/{names['cluster']}/{one}") for one in running],
        "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
    }
    by_codedeploy = {
        "source": ["aws.codedeploy"],
        "detail-type": ["CodeDeploy Deployment State-change Notification"],
        "detail": {"application": [names["codedeploy"]["application"]], "state": ["FAILURE", "STOP"]},
    }
    return {
        "name": names["deployment_rule"],
        "description": "A deployment of the AI gateway has failed.",
        "event_pattern": {"$or": [by_ecs, by_codedeploy]} if codedeploy.is_controller(config) else by_ecs,
        "targets": {"topic": topic},
    }


def _surplus(config: Config, names: Mapping[str, t.Any], place: Place, live: Mapping[str, t.Any]) -> Item | None:
    """What an earlier configuration had and this one has not."""
    wanted = {one["name"] for one in alarms.alarms(config, names)}
    found = {
        "alarms": [one for one in live["alarms"] if one not in wanted],
        "topic": place.arn("sns", names["alarm_topic"]) if live["topic"] and not makes_topic(config) else "",
        "rule": names["deployment_rule"] if live["rule"] and not makes_rule(config) else "",
        "dashboard": names["dashboard"] if live["dashboard"] and not config["dashboard"] else "",
    }
    return found if any(found.values()) else None


def resolved(value: t.Any, balancer_arn: str | None, target_groups: Mapping[str, Mapping[str, str]]) -> t.Any:
    """With what CloudWatch calls load balancer and target groups, in the place of the tokens."""
    known = {alarms.BALANCER: _metric_name(balancer_arn, "loadbalancer/")}
    for rule, colours in target_groups.items():
        for colour, arn in colours.items():
            known[alarms.target_group(rule, colour)] = _metric_name(arn, "")
    return _replaced(value, known)


def _metric_name(arn: str | None, prefix: str) -> str:
    """The end of the ARN. What there is no ARN of yet keeps the words that stand in for it."""
    return str(arn or "(known after apply)").rpartition(":")[2].removeprefix(prefix)


def _replaced(value: t.Any, known: Mapping[str, str]) -> t.Any:
    if isinstance(value, str):
        return known.get(value, value)
    if isinstance(value, Mapping):
        return {key: _replaced(inner, known) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_replaced(inner, known) for inner in value]
    return value
