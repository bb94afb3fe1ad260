# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A set of metric alarms, looked up by one call and written one by one, only where they differ."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags
from ..api import call
from ..module import KNOWN_AFTER_APPLY, Outcome
from . import shape

_AT_ONCE = 100
_THREADS = 8

Alarm = dict[str, t.Any]


def ensure(module: AnsibleAWSModule) -> Outcome:
    client = module.client("cloudwatch")
    wanted = {one["name"]: shape.wanted(one) for one in module.params["alarms"] or []}
    surplus = [name for name in module.params["absent"] or [] if name not in wanted]
    live = find(client, [*wanted, *surplus])
    known_tags = read_tags(client, [live[name] for name in wanted if name in live])
    changes: list[dict[str, t.Any]] = []
    results: list[dict[str, t.Any]] = []
    for name, alarm in wanted.items():
        change, result = _ensure_one(module, client, alarm, live.get(name), known_tags.get(name, {}))
        changes += change
        results.append(result)
    changes += _delete(module, client, [live[name] for name in surplus if name in live])
    before = {one["name"]: one["before"] for one in changes if one["before"] is not None}
    after = {one["name"]: one["after"] for one in changes if one["after"] is not None}
    return Outcome({"alarms": results, "changes": changes}, before, after, changed=bool(changes))


def find(client: t.Any, names: Iterable[str]) -> dict[str, Alarm]:
    """Those of ``names`` that exist."""
    asked = list(dict.fromkeys(names))
    found: dict[str, Alarm] = {}
    for first in range(0, len(asked), _AT_ONCE):
        part = asked[first : first + _AT_ONCE]
        answer = call(client, "describe_alarms", "look up the alarms", AlarmNames=part, AlarmTypes=["MetricAlarm"])
        found.update({alarm["AlarmName"]: alarm for alarm in answer.get("MetricAlarms", [])})
    return found


def read_tags(client: t.Any, alarms: Iterable[Alarm]) -> dict[str, tags.Tags]:
    """By the alarms' names. DescribeAlarms does not tell them."""

    def read(alarm: Alarm) -> tuple[str, tags.Tags]:
        arn, name = alarm["AlarmArn"], alarm["AlarmName"]
        answer = call(client, "list_tags_for_resource", f"read the tags of the alarm {name}", ResourceARN=arn)
        return name, tags.from_list(answer.get("Tags"))

    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        return dict(pool.map(read, alarms))


def _ensure_one(
    module: AnsibleAWSModule, client: t.Any, wanted: shape.View, live: Alarm | None, live_tags: tags.Tags
) -> tuple[list[dict[str, t.Any]], dict[str, t.Any]]:
    name = wanted["name"]
    before = {**shape.view(live), "tags": live_tags} if live else None
    retagging = tags.change(live_tags, module.params["tags"], module.params["purge_tags"])
    after = {**wanted, "tags": retagging.final}
    is_changed = before != after
    if is_changed and not module.check_mode:
        _write(client, wanted, live, retagging, shape.without_tags(before) != wanted)
    state = {
        "arn": live["AlarmArn"] if live else KNOWN_AFTER_APPLY,
        "state": live["StateValue"] if live else "INSUFFICIENT_DATA",
    }
    change = [{"name": name, "before": before, "after": after}] if is_changed else []
    return change, {**after, **state}


def _write(client: t.Any, wanted: shape.View, live: Alarm | None, retagging: tags.Change, is_other: bool) -> None:
    """AWS takes tags with a new alarm only, and of one that is there all the rest at once."""
    parameters = shape.parameters(wanted)
    doing = f"set the alarm {wanted['name']}"
    if live is None:
        given = tags.to_list(retagging.final) or None
        call(client, "put_metric_alarm", doing, **parameters, Tags=given)
        return
    if is_other:
        # Somebody may have silenced it for a while.
        call(client, "put_metric_alarm", doing, **parameters, ActionsEnabled=live.get("ActionsEnabled", True))
    arn = live["AlarmArn"]
    doing = f"tag the alarm {wanted['name']}"
    tags.apply(
        retagging,
        lambda added: call(client, "tag_resource", doing, ResourceARN=arn, Tags=tags.to_list(added)),
        lambda keys: call(client, "untag_resource", doing, ResourceARN=arn, TagKeys=keys),
    )


def _delete(module: AnsibleAWSModule, client: t.Any, surplus: list[Alarm]) -> list[dict[str, t.Any]]:
    names = [alarm["AlarmName"] for alarm in surplus]
    if names and not module.check_mode:
        delete(client, names)
    return [{"name": one["AlarmName"], "before": shape.view(one), "after": None} for one in surplus]


def delete(client: t.Any, names: list[str]) -> None:
    for first in range(0, len(names), _AT_ONCE):
        part = names[first : first + _AT_ONCE]
        call(client, "delete_alarms", f"delete the alarms {', '.join(part)}", AlarmNames=part)


def is_ringing(alarm: Mapping[str, t.Any]) -> bool:
    return bool(alarm.get("StateValue") == "ALARM")
