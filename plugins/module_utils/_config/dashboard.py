# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The dashboard of a stack, as CloudWatch's dashboard body has it; the tokens in it are those of the alarms.

From the top: what rings, what clients see, whether targets are healthy, what the services use, whether there is room.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from .._load_balancer.plan import Choices
from . import capacity, services
from .alarms import BALANCER, target_group

Config = Mapping[str, t.Any]
Item = dict[str, t.Any]

COLUMNS = 24
_MARKS = ("Project", "Environment", "ManagedBy")
_MARK = re.compile(rf"\b({'|'.join(_MARKS)})=([^\s,:]+)")
_HEIGHT = 6
_GREEN, _BLUE, _ORANGE, _RED = "#2ca02c", "#1f77b4", "#ff7f0e", "#d62728"


def tags_in(body: Mapping[str, t.Any]) -> dict[str, str]:
    """A dashboard has no tags: whose it is stands in its text."""
    texts = [str((one.get("properties") or {}).get("markdown", "")) for one in body.get("widgets") or []]
    return dict(_MARK.findall(" ".join(texts)))


def body(config: Config, names: Mapping[str, t.Any], region: str, alarm_arns: list[str]) -> Item:
    choices = Choices(config, names)
    rows: list[tuple[int, list[Item]]] = [(2, [_title(config, names, region)])]
    if alarm_arns:
        rows.append((2 + len(alarm_arns) // 4, [_alarm_states(alarm_arns)]))
    if config["create_lb"]:
        rows += [(_HEIGHT, row) for row in _balancer_rows(choices, region)]
    rows.append((_HEIGHT, _service_row(config, names, region)))
    last = [*_task_widgets(config, names, region), *_capacity(config, names, region)]
    if last:
        rows.append((_HEIGHT, last))
    return {"widgets": [one for row in _placed(rows) for one in row]}


def _placed(rows: list[tuple[int, list[Item]]]) -> t.Iterator[list[Item]]:
    """Rows below one another, each as wide as the page."""
    y = 0
    for height, row in rows:
        width = COLUMNS // len(row)
        yield [{**one, "x": width * at, "y": y, "width": width, "height": height} for at, one in enumerate(row)]
        y += height


def _title(config: Config, names: Mapping[str, t.Any], region: str) -> Item:
    own = (config["project_name"], config["environment"], "Ansible")
    marks = ", ".join(f"{key}={value}" for key, value in zip(_MARKS, own, strict=True))
    text = (
        f"# {config['project_name']} {config['environment']}\n"
        f"Cluster {names['cluster']} in {region}. {marks}: what is changed here by hand goes with the next run."
    )
    return {"type": "text", "properties": {"markdown": text}}


def _alarm_states(arns: list[str]) -> Item:
    return {"type": "alarm", "properties": {"title": "Alarms", "alarms": arns}}


def _graph(title: str, region: str, metrics: list[t.Any], **more: t.Any) -> Item:
    properties = {
        "title": title,
        "region": region,
        "view": "timeSeries",
        "stacked": False,
        "stat": "Sum",
        "period": 60,
        "metrics": metrics,
        "yAxis": {"left": {"min": 0}},
        **more,
    }
    return {"type": "metric", "properties": properties}


def _balancer_rows(choices: Choices, region: str) -> list[list[Item]]:
    here = ["LoadBalancer", BALANCER]
    if not choices.is_application:
        of = "AWS/NetworkELB"
        return [
            [
                _graph("Connections", region, [[of, "NewFlowCount", *here, {"label": "new"}]]),
                _graph("Data", region, [[of, "ProcessedBytes", *here, {"label": "bytes"}]]),
                _graph(
                    "Connections that were cut",
                    region,
                    [
                        [of, "TCP_Target_Reset_Count", *here, {"label": "by the gateway", "color": _RED}],
                        [of, "TCP_Client_Reset_Count", *here, {"label": "by clients", "color": _ORANGE}],
                        [of, "TCP_ELB_Reset_Count", *here, {"label": "by the load balancer", "color": _BLUE}],
                    ],
                ),
            ],
            [*_target_graphs(choices, region, of)],
        ]
    of = "AWS/ApplicationELB"
    return [
        [
            _graph("Requests", region, [[of, "RequestCount", *here, {"label": "requests", "color": _BLUE}]]),
            _graph(
                "Errors",
                region,
                [
                    [of, "HTTPCode_Target_5XX_Count", *here, {"label": "5xx of the gateway", "color": _RED}],
                    [of, "HTTPCode_ELB_5XX_Count", *here, {"label": "5xx of the load balancer", "color": _ORANGE}],
                    [of, "HTTPCode_Target_4XX_Count", *here, {"label": "4xx of the gateway", "color": _BLUE}],
                ],
            ),
            _graph(
                "Seconds until an answer begins",
                region,
                [
                    [of, "TargetResponseTime", *here, {"stat": "p50", "label": "p50", "color": _GREEN}],
                    [of, "TargetResponseTime", *here, {"stat": "p90", "label": "p90", "color": _ORANGE}],
                    [of, "TargetResponseTime", *here, {"stat": "p99", "label": "p99", "color": _RED}],
                ],
            ),
        ],
        [
            _graph("Connections", region, [[of, "ActiveConnectionCount", *here, {"label": "active"}]]),
            *_target_graphs(choices, region, of),
        ],
    ]


def _target_graphs(choices: Choices, region: str, namespace: str) -> list[Item]:
    """Of every way in and every colour: a colour that has targets is the one that serves, or is about to."""
    groups = [(rule, colour) for rule in choices.rules for colour in choices.colours]
    return [
        _graph(
            title,
            region,
            [
                [
                    namespace,
                    name,
                    "TargetGroup",
                    target_group(rule, colour),
                    "LoadBalancer",
                    BALANCER,
                    {"label": f"{rule} {colour}"},
                ]
                for rule, colour in groups
            ],
            stat="Maximum",
        )
        for title, name in (("Healthy targets", "HealthyHostCount"), ("Unhealthy targets", "UnHealthyHostCount"))
    ]


def _of_service(names: Mapping[str, t.Any], service: str) -> list[str]:
    return ["ClusterName", names["cluster"], "ServiceName", names["services"][service]["service"]]


def _service_row(config: Config, names: Mapping[str, t.Any], region: str) -> list[Item]:
    return [
        _graph(
            title,
            region,
            [
                ["AWS/ECS", name, *_of_service(names, service), {"label": service}]
                for service in services.running(config)
            ],
            stat="Average",
            yAxis={"left": {"min": 0, "max": 100}},
        )
        for title, name in (("CPU in use (%)", "CPUUtilization"), ("Memory in use (%)", "MemoryUtilization"))
    ]


def _task_widgets(config: Config, names: Mapping[str, t.Any], region: str) -> list[Item]:
    """How many tasks run, by how many of them tell how much CPU they use; Container Insights is not needed for that."""
    metrics = [
        ["AWS/ECS", "CPUUtilization", *_of_service(names, service), {"label": service}]
        for service in services.running(config)
    ]
    return [_graph("Running tasks", region, metrics, stat="SampleCount")]


def _capacity(config: Config, names: Mapping[str, t.Any], region: str) -> list[Item]:
    if not capacity.has_instances(config):
        return []
    here = ["ClusterName", names["cluster"], "CapacityProviderName", names["capacity_provider"]]
    reservation = ["AWS/ECS/ManagedScaling", "CapacityProviderReservation", *here, {"label": "reserved"}]
    note = {"horizontal": [{"label": "as many instances as are needed", "value": 100}]}
    return [_graph("Capacity (%)", region, [reservation], stat="Average", annotations=note)]
