# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""An alarm in three forms: as the module's options say it, as it is compared and shown, and as CloudWatch takes it."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterable, Mapping

View = dict[str, t.Any]
Item = Mapping[str, t.Any]

MISSING = "missing"
_PERCENTILE = re.compile(r"p\d{1,2}(\.\d+)?")

# Of an alarm, by option; what CloudWatch calls it, and what it has when nothing is said.
_COMMON = {
    "description": ("AlarmDescription", ""),
    "alarm_actions": ("AlarmActions", []),
    "ok_actions": ("OKActions", []),
    "insufficient_data_actions": ("InsufficientDataActions", []),
    "comparison_operator": ("ComparisonOperator", None),
    "threshold": ("Threshold", None),
    "evaluation_periods": ("EvaluationPeriods", None),
    "datapoints_to_alarm": ("DatapointsToAlarm", None),
    "treat_missing_data": ("TreatMissingData", MISSING),
}
_SINGLE = {
    "namespace": ("Namespace", None),
    "metric_name": ("MetricName", None),
    "period": ("Period", None),
    "unit": ("Unit", None),
    "evaluate_low_sample_count_percentile": ("EvaluateLowSampleCountPercentile", None),
}


def wanted(options: Item) -> View:
    """What the options say, with all that they leave out."""
    found: View = {"name": options["name"]}
    for option, (_name, default) in {**_COMMON, **_SINGLE}.items():
        value = options.get(option)
        found[option] = default if value is None else value
    found["datapoints_to_alarm"] = found["datapoints_to_alarm"] or found["evaluation_periods"]
    found["statistic"] = options.get("statistic")
    found["dimensions"] = _texts(options.get("dimensions") or {})
    found["metrics"] = [_query(one) for one in options.get("metrics") or []]
    return _normal(found)


def _query(options: Item) -> View:
    """One of the metrics, or an expression on them. Without a word, only an expression is what the alarm looks at."""
    expression = options.get("expression")
    told = options.get("return_data")
    query: View = {"id": options["id"], "return_data": bool(expression) if told is None else told}
    if expression:
        query["expression"] = expression
    else:
        query |= {key: options.get(key) for key in ("namespace", "metric_name", "period", "statistic")}
        query["dimensions"] = _texts(options.get("dimensions") or {})
    if options.get("label"):
        query["label"] = options["label"]
    return query


def _texts(values: Item) -> dict[str, str]:
    return {str(key): str(value) for key, value in values.items()}


def _normal(view: View) -> View:
    """Without what is not set, and with numbers that compare."""
    found = {key: value for key, value in view.items() if value not in (None, [], {}, "")}
    if found.get("threshold") is None:
        found["threshold"] = view.get("threshold")
    found["threshold"] = float(found["threshold"] or 0)
    return found


def view(alarm: Item) -> View:
    """What CloudWatch has, in the words of the options."""
    found: View = {"name": alarm["AlarmName"]}
    for option, (name, default) in {**_COMMON, **_SINGLE}.items():
        found[option] = alarm.get(name, default)
    found["datapoints_to_alarm"] = found["datapoints_to_alarm"] or found["evaluation_periods"]
    found["treat_missing_data"] = found["treat_missing_data"] or MISSING
    found["statistic"] = alarm.get("Statistic") or alarm.get("ExtendedStatistic")
    found["dimensions"] = _from_list(alarm.get("Dimensions") or [])
    found["metrics"] = [_seen_query(one) for one in alarm.get("Metrics") or []]
    if found["metrics"]:
        # Not of the alarm then, but of each of the metrics.
        found |= dict.fromkeys(_SINGLE)
    return _normal(found)


def _seen_query(query: Item) -> View:
    found: View = {"id": query["Id"], "return_data": query.get("ReturnData", True)}
    stat = query.get("MetricStat")
    if stat:
        metric = stat["Metric"]
        found |= {
            "namespace": metric.get("Namespace"),
            "metric_name": metric.get("MetricName"),
            "period": stat.get("Period"),
            "statistic": stat.get("Stat"),
            "dimensions": _from_list(metric.get("Dimensions") or []),
        }
    else:
        found["expression"] = query.get("Expression")
    if query.get("Label"):
        found["label"] = query["Label"]
    return found


def _from_list(dimensions: Iterable[Item]) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in dimensions}


def _to_list(dimensions: Item) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def parameters(view: View) -> dict[str, t.Any]:
    """What PutMetricAlarm takes. It replaces the whole alarm."""
    given: dict[str, t.Any] = {"AlarmName": view["name"]}
    for option, (name, _default) in {**_COMMON, **_SINGLE}.items():
        if option in view:
            given[name] = view[option]
    if "statistic" in view:
        is_percentile = _PERCENTILE.fullmatch(view["statistic"])
        given["ExtendedStatistic" if is_percentile else "Statistic"] = view["statistic"]
    if "dimensions" in view:
        given["Dimensions"] = _to_list(view["dimensions"])
    if "metrics" in view:
        given["Metrics"] = [_given_query(one) for one in view["metrics"]]
    return given


def _given_query(query: Item) -> dict[str, t.Any]:
    given: dict[str, t.Any] = {"Id": query["id"], "ReturnData": query["return_data"]}
    if "label" in query:
        given["Label"] = query["label"]
    if "expression" in query:
        return {**given, "Expression": query["expression"]}
    metric = {
        "Namespace": query["namespace"],
        "MetricName": query["metric_name"],
        "Dimensions": _to_list(query["dimensions"]),
    }
    return {**given, "MetricStat": {"Metric": metric, "Period": query["period"], "Stat": query["statistic"]}}


def without_tags(view: View | None) -> View | None:
    return None if view is None else {key: value for key, value in view.items() if key != "tags"}
