# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about alarms, the dashboard and Container Insights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import alarms, codedeploy
from ..faults import Fault, fault
from ..observability import MOST_FOR_CODEDEPLOY, has_insights
from ..partitions import partition_of
from ..rulebook import Config, RuleBook
from ..stack import stack_names
from .common import ARN_PLACE, within

book = RuleBook()

_ALARMS = "alarms"
_DEPLOYMENT = "gateway_deployment_configuration"
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_LIMITS = {
    "target_error_percent": (0, 100),
    "target_error_minimum_requests": (1, 1_000_000),
    "balancer_errors": (0, 1_000_000),
    "unhealthy_targets": (0, 1000),
    "target_resets": (0, 10_000_000),
    "cpu_percent": (0, 100),
    "memory_percent": (0, 100),
    "missing_tasks_minutes": (0, 1440),
    "capacity_reservation_percent": (0, 200),
}
_NEEDED = (
    "project_name",
    "environment",
    "aws_region",
    "num_az",
    _ALARMS,
    "create_lb",
    "lb_type",
    "server_mode",
    "gateway_config",
    "dataservice_config",
    "redis_configuration",
    "max_request_seconds",
    "create_cluster",
    "cluster_name",
    "capacity_provider_name",
    _DEPLOYMENT,
)


@book.needs(_ALARMS)
def thresholds(config: Config) -> Iterator[Fault]:
    for key, limits in _LIMITS.items():
        yield from within(config, f"{_ALARMS}.{key}", *limits)
    seconds = config[_ALARMS]["latency_p99_seconds"]
    if seconds is not None:
        yield from within(config, f"{_ALARMS}.latency_p99_seconds", 0, 4000, " seconds")


@book.needs(_ALARMS, "aws_region")
def topic(config: Config) -> Iterator[Fault]:
    wanted = config[_ALARMS]
    path, arn = f"{_ALARMS}.sns_topic_arn", wanted["sns_topic_arn"]
    if not arn:
        return
    place = ARN_PLACE.fullmatch(arn)
    if not place or place["service"] != "sns" or arn.count(":") != 5:
        fix = "Write it like arn:aws:sns:us-east-1:123456789012:alarms."
        yield fault(path, arn, "It must be the ARN of an SNS topic.", fix)
    elif place["partition"] != partition_of(config["aws_region"]).name or place["region"] != config["aws_region"]:
        rule = f"Alarms only tell topics of their own region, which is {config['aws_region']}."
        yield fault(path, arn, rule, "Name a topic of that region, or remove it, so that the stack makes one.")
    if arn.endswith(".fifo"):
        yield fault(path, arn, "EventBridge and e-mail know no FIFO topics.", "Name a standard topic.")
    if wanted["emails"]:
        rule = "Who gets the messages of a topic that is not the stack's is not the stack's business."
        yield fault(f"{_ALARMS}.emails", wanted["emails"], rule, f"Remove them, or remove portkey_{path}.")


@book.needs(_ALARMS)
def emails(config: Config) -> Iterator[Fault]:
    for address in config[_ALARMS]["emails"]:
        if not _EMAIL.fullmatch(address):
            yield fault(f"{_ALARMS}.emails", address, "It must be an e-mail address.", "Write it like me@example.com.")


@book.needs(*_NEEDED)
def something(config: Config) -> Iterator[Fault]:
    if alarms.is_on(config) and not alarms.alarms(config, stack_names(config)):
        path = f"{_ALARMS}.enable"
        yield fault(
            path, True, "All alarms are off, each by its threshold.", "Leave one of them on, or set it to false."
        )


@book.needs(*_NEEDED)
def rollback(config: Config) -> Iterator[Fault]:
    if not config[_ALARMS]["rollback"]:
        return
    path, given = f"{_ALARMS}.rollback", config[_DEPLOYMENT]["alarms"]
    own = alarms.for_rollback(config, stack_names(config))
    if not alarms.is_on(config):
        yield fault(path, True, "There are no alarms to roll back for.", "Set portkey_alarms.enable to true.")
    elif not own:
        rule = "Deployments go back for what the load balancer measures, and nothing of that is on."
        fix = "Set portkey_create_lb to true and leave one of those alarms on, or remove it."
        yield fault(path, True, rule, fix)
    elif given and not given["rollback"]:
        rule = (
            f"A deployment goes back for all of its alarms or for none; portkey_{_DEPLOYMENT}.alarms.rollback is false."
        )
        yield fault(path, True, rule, "Set that to true, or this to false.")
    named = list(given["alarm_names"]) if given else []
    if codedeploy.is_controller(config) and len({*named, *own}) > MOST_FOR_CODEDEPLOY:
        rule = f"CodeDeploy watches at most {MOST_FOR_CODEDEPLOY} alarms, and {len(own)} are the stack's."
        yield fault(f"{_DEPLOYMENT}.alarms.alarm_names", named, rule, "Name fewer.")


@book.needs("create_cluster", "container_insights")
def insights_of_own_cluster(config: Config) -> Iterator[Fault]:
    if config["container_insights"] is not None and not config["create_cluster"]:
        rule = "It is a setting of the cluster, and portkey_create_cluster is false."
        yield fault("container_insights", config["container_insights"], rule, "Remove it, and set it on that cluster.")


@book.needs(_ALARMS, "create_cluster", "container_insights")
def missing_tasks_need_insights(config: Config) -> Iterator[Fault]:
    if alarms.needs_insights(config) and config["create_cluster"] and not has_insights(config):
        yield fault(
            f"{_ALARMS}.missing_tasks_minutes",
            config[_ALARMS]["missing_tasks_minutes"],
            "How many tasks are wanted, only Container Insights tells, and that is off.",
            "Set portkey_container_insights to enabled, or this to 0.",
        )
