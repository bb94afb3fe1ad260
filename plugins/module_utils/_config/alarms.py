# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The alarms of a stack, in the words of portkey.gateway.cloudwatch_metric_alarms.

What CloudWatch calls load balancer and target groups is known only when they are made: until then a token stands for
each, such as ``<load_balancer>`` or ``<target_group gateway blue>``.

Missing data never count as bad. Without requests there are no errors and no latency, a service that is paused has no
load, and an idle colour has no targets; an alarm that rings for that would ring at every pause and at every night.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from .._load_balancer.plan import Choices
from . import capacity, services, timeouts

Config = Mapping[str, t.Any]
Item = dict[str, t.Any]

BALANCER = "<load_balancer>"
# In a deployment that is watched, what tells that the new version answers badly.
ROLLBACK = ("target-errors", "balancer-errors", "latency", "unhealthy-targets")
# Of a request that ends because somebody gives it up there is no latency: warn before that.
_OF_LONGEST_REQUEST = 0.8
_MINUTE, _FIVE_MINUTES = 60, 300
_WORDS = {"cpu": "CPU", "memory": "memory"}


def target_group(rule: str, colour: str) -> str:
    return f"<target_group {rule} {colour}>"


def is_on(config: Config) -> bool:
    return bool(config["alarms"]["enable"])


def needs_insights(config: Config) -> bool:
    return is_on(config) and bool(config["alarms"]["missing_tasks_minutes"])


def latency_seconds(config: Config) -> float:
    """The threshold: as it is set, else in proportion to the longest request that there may be."""
    given = config["alarms"]["latency_p99_seconds"]
    return float(round(timeouts.balancer_idle(config) * _OF_LONGEST_REQUEST, 1) if given is None else given)


def alarms(config: Config, names: Mapping[str, t.Any]) -> list[Item]:
    """All that are on, without what hears of them."""
    if not is_on(config):
        return []
    found = [*_of_balancer(config, names), *_of_services(config, names), *_of_capacity(config, names)]
    return [{**one, "name": names["alarms"][one["name"]]} for one in found]


def keys(config: Config, names: Mapping[str, t.Any]) -> list[str]:
    on = {one["name"] for one in alarms(config, names)}
    return [key for key, name in names["alarms"].items() if name in on]


def for_rollback(config: Config, names: Mapping[str, t.Any]) -> list[str]:
    """The names of the alarms that may end a deployment of the gateway."""
    if not (is_on(config) and config["alarms"]["rollback"]):
        return []
    return [names["alarms"][key] for key in keys(config, names) if key in ROLLBACK]


def deployed(config: Config, names: Mapping[str, t.Any]) -> Config:
    """The configuration with all alarms that the gateway's deployments are watched by."""
    deployment = {**config["gateway_deployment_configuration"], "alarms": _watched(config, names)}
    return {**config, "gateway_deployment_configuration": deployment}


def _watched(config: Config, names: Mapping[str, t.Any]) -> Mapping[str, t.Any] | None:
    """The alarms of the gateway's deployments: those that the user names, and the stack's own if they are offered."""
    given, own = config["gateway_deployment_configuration"]["alarms"], for_rollback(config, names)
    if not own:
        return given
    named = list(given["alarm_names"]) if given else []
    return {"alarm_names": list(dict.fromkeys([*named, *own])), "rollback": True}


def metric(key: str, namespace: str, name: str, dimensions: Mapping[str, str], statistic: str, period: int) -> Item:
    """One of the metrics of an expression."""
    return {
        "id": key,
        "namespace": namespace,
        "metric_name": name,
        "dimensions": dict(dimensions),
        "statistic": statistic,
        "period": period,
    }


def _alarm(key: str, description: str, threshold: float, periods: int, **more: t.Any) -> Item:
    return {
        "name": key,
        "description": description,
        "comparison_operator": "GreaterThanThreshold",
        "threshold": threshold,
        "evaluation_periods": periods,
        "treat_missing_data": "notBreaching",
        **more,
    }


def _single(namespace: str, name: str, dimensions: Mapping[str, str], statistic: str, period: int) -> Item:
    found = metric("", namespace, name, dimensions, statistic, period)
    del found["id"]
    return found


def _of_balancer(config: Config, names: Mapping[str, t.Any]) -> Iterator[Item]:
    if not config["create_lb"]:
        return
    wanted, choices = config["alarms"], Choices(config, names)
    if choices.is_application:
        yield from _of_application_balancer(config)
    elif wanted["target_resets"]:
        yield _alarm(
            "target-resets",
            f"The gateway cuts more than {wanted['target_resets']} connections in 5 minutes.",
            wanted["target_resets"],
            1,
            **_single("AWS/NetworkELB", "TCP_Target_Reset_Count", {"LoadBalancer": BALANCER}, "Sum", _FIVE_MINUTES),
        )
    if wanted["unhealthy_targets"]:
        yield _unhealthy(choices, wanted["unhealthy_targets"])


def _of_application_balancer(config: Config) -> Iterator[Item]:
    wanted, here = config["alarms"], {"LoadBalancer": BALANCER}
    namespace = "AWS/ApplicationELB"
    if wanted["target_error_percent"]:
        least = wanted["target_error_minimum_requests"]
        yield _alarm(
            "target-errors",
            f"The gateway answers more than {wanted['target_error_percent']:g} % of the requests with 5xx.",
            wanted["target_error_percent"],
            3,
            datapoints_to_alarm=2,
            metrics=[
                {
                    "id": "percent",
                    "expression": f"IF(requests >= {least}, 100 * FILL(errors, 0) / requests, 0)",
                    "label": "Answered with 5xx by the gateway (%)",
                },
                metric("errors", namespace, "HTTPCode_Target_5XX_Count", here, "Sum", _MINUTE),
                metric("requests", namespace, "RequestCount", here, "Sum", _MINUTE),
            ],
        )
    if wanted["balancer_errors"]:
        yield _alarm(
            "balancer-errors",
            f"The load balancer itself answers more than {wanted['balancer_errors']} requests in 5 minutes with 5xx.",
            wanted["balancer_errors"],
            1,
            **_single(namespace, "HTTPCode_ELB_5XX_Count", here, "Sum", _FIVE_MINUTES),
        )
    if latency_seconds(config):
        yield _alarm(
            "latency",
            f"One request in a hundred waits more than {latency_seconds(config):g} s for its answer to begin.",
            latency_seconds(config),
            3,
            evaluate_low_sample_count_percentile="ignore",
            **_single(namespace, "TargetResponseTime", here, "p99", _MINUTE),
        )


def _unhealthy(choices: Choices, count: int) -> Item:
    """Over all target groups: which of two colours serves is ECS's or CodeDeploy's to say."""
    namespace = "AWS/ApplicationELB" if choices.is_application else "AWS/NetworkELB"
    metrics = [
        metric(
            f"{rule}_{colour}",
            namespace,
            "UnHealthyHostCount",
            {"LoadBalancer": BALANCER, "TargetGroup": target_group(rule, colour)},
            "Maximum",
            _MINUTE,
        )
        for rule in choices.rules
        for colour in choices.colours
    ]
    total = " + ".join(f"FILL({one['id']}, 0)" for one in metrics)
    return _alarm(
        "unhealthy-targets",
        f"Targets of the load balancer are unhealthy, {count} or more of them.",
        count,
        3,
        comparison_operator="GreaterThanOrEqualToThreshold",
        metrics=[{"id": "unhealthy", "expression": total, "label": "Unhealthy targets"}, *metrics],
    )


def _of_services(config: Config, names: Mapping[str, t.Any]) -> Iterator[Item]:
    wanted = config["alarms"]
    for service in services.running(config):
        here = {"ClusterName": names["cluster"], "ServiceName": names["services"][service]["service"]}
        for kind, name in (("cpu", "CPUUtilization"), ("memory", "MemoryUtilization")):
            if wanted[f"{kind}_percent"]:
                yield _alarm(
                    f"{service}-{kind}",
                    f"The tasks of {service} use more than {wanted[f'{kind}_percent']} % of their {_WORDS[kind]}.",
                    wanted[f"{kind}_percent"],
                    3,
                    **_single("AWS/ECS", name, here, "Average", _FIVE_MINUTES),
                )
        if wanted["missing_tasks_minutes"]:
            yield _missing_tasks(service, here, wanted["missing_tasks_minutes"])


def _missing_tasks(service: str, here: Mapping[str, str], minutes: int) -> Item:
    """How many tasks are wanted, ECS tells nobody but Container Insights."""
    namespace = "ECS/ContainerInsights"
    return _alarm(
        f"{service}-missing-tasks",
        f"Fewer tasks of {service} run than should.",
        0,
        minutes,
        metrics=[
            {"id": "missing", "expression": "wanted - running", "label": "Missing tasks"},
            metric("wanted", namespace, "DesiredTaskCount", here, "Minimum", _MINUTE),
            metric("running", namespace, "RunningTaskCount", here, "Maximum", _MINUTE),
        ],
    )


def _of_capacity(config: Config, names: Mapping[str, t.Any]) -> Iterator[Item]:
    """ECS scales the instances until it is back at its target. It cannot when their group is as large as it may be."""
    percent = config["alarms"]["capacity_reservation_percent"]
    if capacity.has_instances(config) and percent:
        here = {"ClusterName": names["cluster"], "CapacityProviderName": names["capacity_provider"]}
        yield _alarm(
            "capacity",
            "More instances are needed than there are: their group is at its largest, or they do not start.",
            percent,
            15,
            **_single("AWS/ECS/ManagedScaling", "CapacityProviderReservation", here, "Average", _MINUTE),
        )
