"""CloudWatch: alarms that contradict themselves, tags that only a new alarm takes, dashboards that cannot be drawn."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import cloudwatch_backends

from ..registry import AwsError, Call, handles

if TYPE_CHECKING:
    from ..world import World

MOST_QUERIES = 10
DAY = 86400
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
_WORDS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
FUNCTIONS = {"IF", "FILL", "MAX", "MIN", "SUM", "AVG", "REPEAT", "LINEAR", "AND", "OR"}
_PERCENTILE = re.compile(r"p\d{1,2}(\.\d+)?|p100")
STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
COLUMNS = 24


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationError", message, 400)


def _backend(call: Call) -> Any:
    return cloudwatch_backends[call.account][call.region]


@handles("cloudwatch", "PutMetricAlarm")
def put_metric_alarm(world: World, call: Call) -> Any:
    """An alarm that is there keeps its state and its tags, whatever else becomes of it."""
    params = call.params
    _check(params)
    backend = _backend(call)
    old = backend.alarms.get(params["AlarmName"])
    state = (old.state_value, old.state_reason, old.state_reason_data, old.history) if old else None
    tags = dict(backend.tagger.get_tag_dict_for_resource(old.alarm_arn)) if old else None
    answer = call.forward()
    alarm = backend.alarms.get(params["AlarmName"])
    if answer.status != 200 or alarm is None:
        return answer
    if state is None:
        alarm.state_value, alarm.state_reason = "INSUFFICIENT_DATA", "Unchecked: Initial alarm creation"
        return answer
    alarm.state_value, alarm.state_reason, alarm.state_reason_data, alarm.history = state
    backend.tagger.delete_all_tags_for_resource(alarm.alarm_arn)
    backend.tagger.tag_resource(alarm.alarm_arn, backend.tagger.convert_dict_to_tags_input(tags))
    return answer


def _check(params: dict[str, Any]) -> None:
    name = params["AlarmName"]
    if not 0 < len(name) <= 255 or not name.isascii():
        raise _invalid("1 validation error detected: Value at 'alarmName' must have length between 1 and 255")
    for key in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for arn in params.get(key) or []:
            if not arn.startswith("arn:") or arn.count(":") < 5:
                raise _invalid(f"Invalid arn syntax: {arn}")
    periods = params.get("EvaluationPeriods") or 0
    if not 0 < (params.get("DatapointsToAlarm") or periods) <= periods:
        raise _invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods")
    if params.get("Metrics"):
        _check_queries(params["Metrics"])
        if params.get("MetricName") or params.get("Period") or params.get("Statistic") or params.get("Namespace"):
            raise AwsError("InvalidParameterCombination", "Metrics list and metric cannot both be specified.", 400)
        return
    _check_metric(params, params.get("Statistic") or params.get("ExtendedStatistic") or "")
    if params.get("EvaluateLowSampleCountPercentile") and not params.get("ExtendedStatistic"):
        raise _invalid("EvaluateLowSampleCountPercentile is for percentiles only")
    if params["Period"] * periods > DAY:
        raise _invalid("Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)")


def _check_metric(metric: dict[str, Any], statistic: str) -> None:
    if not metric.get("MetricName") or not metric.get("Namespace"):
        raise _invalid("The parameter MetricName or Namespace is missing.")
    period = metric.get("Period") or 0
    if period not in (10, 20, 30) and (period <= 0 or period % 60):
        raise _invalid("Period must be 10, 20, 30 or a multiple of 60")
    if statistic not in STATISTICS and not _PERCENTILE.fullmatch(statistic):
        raise _invalid(f"The value {statistic} for parameter Statistic is not supported.")


def _check_queries(queries: list[dict[str, Any]]) -> None:
    ids = [one.get("Id", "") for one in queries]
    if len(queries) > MOST_QUERIES:
        raise _invalid(f"The metrics list must have at most {MOST_QUERIES} elements.")
    if len(set(ids)) < len(ids) or not all(_ID.fullmatch(one) for one in ids):
        raise _invalid("Invalid metrics list: each Id is there once and begins with a lowercase letter.")
    if len([one for one in queries if one.get("ReturnData", True)]) != 1:
        raise _invalid("Exactly one element of the metrics list should return data.")
    for query in queries:
        expression, stat = query.get("Expression"), query.get("MetricStat")
        if bool(expression) == bool(stat):
            raise _invalid("Invalid metrics list: each element has either an expression or a metric.")
        if expression:
            _check_expression(expression, ids)
        else:
            assert stat is not None
            _check_metric({**stat["Metric"], "Period": stat["Period"]}, stat["Stat"])


def _check_expression(expression: str, ids: list[str]) -> None:
    unknown = [word for word in _WORDS.findall(expression) if word not in ids and word not in FUNCTIONS]
    if unknown or expression.count("(") != expression.count(")"):
        raise _invalid(f"Error in expression '{expression}': unknown or unfinished: {', '.join(unknown) or '('}")


@handles("cloudwatch", "DeleteAlarms")
def delete_alarms(world: World, call: Call) -> Any:
    """All or none. The tags go as well, so that another alarm of the name has none of them."""
    backend = _backend(call)
    missing = [name for name in call.params["AlarmNames"] if name not in backend.alarms]
    if missing:
        raise AwsError("ResourceNotFound", f"Alarm not found: {', '.join(missing)}", 404)
    for name in call.params["AlarmNames"]:
        backend.tagger.delete_all_tags_for_resource(backend.alarms[name].alarm_arn)
    return call.forward()


@handles("cloudwatch", "PutDashboard")
def put_dashboard(world: World, call: Call) -> Any:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", call.params["DashboardName"]):
        raise AwsError("InvalidParameterValue", "The name of a dashboard has letters, digits, - and _.", 400)
    messages = list(_messages(call.params["DashboardBody"]))
    if messages:
        text = json.dumps([{"dataPath": path, "message": message} for path, message in messages])
        raise AwsError(
            "InvalidParameterInput", f"The dashboard body is invalid, there are validation errors: {text}", 400
        )
    return call.forward()


def _messages(text: str) -> Any:
    try:
        widgets = json.loads(text)["widgets"]
    except (ValueError, KeyError, TypeError):
        yield "", "The body must be JSON with widgets."
        return
    for number, widget in enumerate(widgets):
        path = f"/widgets/{number}"
        x, width = widget.get("x", 0), widget.get("width", 6)
        if not (x >= 0 and width >= 1 and x + width <= COLUMNS and 1 <= widget.get("height", 6) <= 1000):
            yield path, f"A widget lies within {COLUMNS} columns."
        needed = {"metric": ("metrics", "region"), "text": ("markdown",), "alarm": ("alarms",)}.get(widget.get("type"))
        properties = widget.get("properties") or {}
        if needed is None:
            yield f"{path}/type", "Should be one of: metric, text, alarm"
        elif not all(properties.get(key) for key in needed):
            yield f"{path}/properties", f"Should have required properties: {', '.join(needed)}"
        elif widget["type"] == "metric":
            yield from _metric_messages(path, properties["metrics"])


def _metric_messages(path: str, metrics: list[Any]) -> Any:
    for number, metric in enumerate(metrics):
        words = [part for part in metric if isinstance(part, str)]
        if len(words) < 2 or len(words) % 2:
            yield f"{path}/properties/metrics/{number}", "Should have namespace, name and pairs of dimensions"
