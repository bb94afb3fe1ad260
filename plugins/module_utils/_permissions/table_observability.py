# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What it takes to make, to look after and to remove what watches a stack."""

from __future__ import annotations

from .._config.alarms import is_on
from .._config.observability import makes_rule, makes_topic
from .grant import CREATE, READ, UNINSTALL, Stack, config, grant


def _alarms(stack: Stack) -> bool:
    return is_on(stack["config"])


def _topic(stack: Stack) -> bool:
    return makes_topic(stack["config"])


def _given_topic(stack: Stack) -> bool:
    return _alarms(stack) and not _topic(stack)


def _rule(stack: Stack) -> bool:
    return makes_rule(stack["config"])


_dashboard = config("dashboard")

# Whatever is on: a run takes away what an earlier one has made.
_LIVE = (
    grant("cloudwatch", READ, "DescribeAlarms ListTagsForResource", "stack-alarm"),
    grant("cloudwatch", READ, "GetDashboard", "dashboard"),
    grant("sns", READ, "GetTopicAttributes", "topic"),
    grant("sns", READ, "GetTopicAttributes", "given-topic", when=_given_topic),
    grant("events", READ, "DescribeRule", "event-rule"),
)

_MAKING = (
    grant("cloudwatch", CREATE, "PutMetricAlarm TagResource UntagResource", "stack-alarm", when=_alarms),
    grant("cloudwatch", CREATE, "PutDashboard", "dashboard", when=_dashboard),
    grant("sns", READ, "ListSubscriptionsByTopic ListTagsForResource", "topic", when=_topic),
    grant("sns", CREATE, "CreateTopic SetTopicAttributes Subscribe TagResource UntagResource", "topic", when=_topic),
    grant("sns", CREATE, "Unsubscribe", when=_topic),
    grant("events", READ, "ListTargetsByRule ListTagsForResource", "event-rule", when=_rule),
    grant("events", CREATE, "PutRule PutTargets RemoveTargets TagResource UntagResource", "event-rule", when=_rule),
)

_REMOVING = (
    grant("cloudwatch", UNINSTALL, "GetDashboard DeleteDashboards", "dashboard"),
    grant("sns", UNINSTALL, "ListTopics"),
    grant("sns", UNINSTALL, "GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource DeleteTopic", "topic"),
    grant(
        "events",
        UNINSTALL,
        "DescribeRule ListTagsForResource ListTargetsByRule RemoveTargets DeleteRule",
        "event-rule",
    ),
    grant("logs", UNINSTALL, "ListTagsForResource", "insights-log-group"),
    grant(
        "logs",
        UNINSTALL,
        "DeleteLogGroup",
        "insights-log-group",
        "insights-log-group-streams",
        when=config("uninstall_delete_logs"),
    ),
)

GRANTS = (*_LIVE, *_MAKING, *_REMOVING)
