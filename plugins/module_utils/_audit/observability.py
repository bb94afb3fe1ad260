# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What watches a stack: alarms, by how their names begin, the dashboard, the topic and the rule, by their names."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from .._cloudwatch import alarms as metric_alarms
from .._cloudwatch import dashboard
from .._config.dashboard import tags_in
from .._events import rule
from .._sns import topic
from ..api import call, call_unless
from ..tags import from_list
from .resource import Resource, Stack


def alarms_and_dashboard(client: t.Any, stack: Stack) -> Iterator[Resource]:
    found = call(client, "describe_alarms", "look for alarms", AlarmNamePrefix=stack.stem)["MetricAlarms"]
    for name, tags in metric_alarms.read_tags(client, found).items():
        yield Resource("cloudwatch_metric_alarm", name, name, tags)
    name = stack.names["dashboard"]
    body = dashboard.read_body(client, name)
    if body is not None:
        # It cannot have tags: whose it is stands on it.
        yield Resource("cloudwatch_dashboard", name, name, tags_in(body))


def topics(client: t.Any, stack: Stack) -> Iterator[Resource]:
    name = stack.names["alarm_topic"]
    for one in call(client, "list_topics", "look for topics").get("Topics", []):
        arn = one["TopicArn"]
        if arn.rpartition(":")[2] != name:
            continue
        doing = f"read the tags of the topic {name}"
        answer = call_unless(topic.TAGS_GONE, client, "list_tags_for_resource", doing, ResourceArn=arn)
        if answer is not None:
            yield Resource("sns_topic", arn, name, from_list(answer.get("Tags")))


def rules(client: t.Any, stack: Stack) -> Iterator[Resource]:
    name = stack.names["deployment_rule"]
    found = call_unless(rule.GONE, client, "describe_rule", f"look for the rule {name}", Name=name)
    if found is None:
        return
    doing = f"read the tags of the rule {name}"
    answer = call_unless(rule.GONE, client, "list_tags_for_resource", doing, ResourceARN=found["Arn"])
    if answer is not None:
        yield Resource("events_rule", name, name, from_list(answer.get("Tags")))
