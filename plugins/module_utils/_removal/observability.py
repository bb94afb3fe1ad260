# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What watches a stack. Alarms and topic stay until nothing is left that they would tell of."""

from __future__ import annotations

from .._audit.resource import Resource
from .._cloudwatch import dashboard as dashboards
from .._events import rule as rules
from .._sns import topic as topics
from .work import Removal, Work, call_if_there


def alarm(work: Work, resource: Resource) -> None:
    call_if_there(work.client("cloudwatch"), "delete_alarms", f"delete {resource}", AlarmNames=[resource.name])


def dashboard(work: Work, resource: Resource) -> None:
    dashboards.delete(work.client("cloudwatch"), resource.name)


def topic(work: Work, resource: Resource) -> None:
    topics.delete(work.client("sns"), resource.id)


def rule(work: Work, resource: Resource) -> None:
    rules.delete(work.client("events"), resource.name)


REMOVALS = {
    "cloudwatch_metric_alarm": Removal(alarm, ("ecs_service", "codedeploy_deployment_group")),
    "cloudwatch_dashboard": Removal(dashboard),
    "events_rule": Removal(rule, ("ecs_service", "codedeploy_deployment_group")),
    "sns_topic": Removal(topic, ("cloudwatch_metric_alarm", "events_rule")),
}
