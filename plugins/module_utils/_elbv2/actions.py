# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Actions of listeners and rules: from options to one form that compares, from AWS's answers to it, and to AWS.

AWS answers a forward to one target group in two ways at once, and fills in what a redirect leaves out. Compared is
the form without such differences.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..module import GatewayError
from .common import given

Action = dict[str, t.Any]

_REDIRECT = {"protocol": "#{protocol}", "port": "#{port}", "host": "#{host}", "path": "/#{path}", "query": "#{query}"}
_ONLY = 1  # The weight of a single target group means nothing, so it is always this one.


def wanted_actions(actions: list[Mapping[str, t.Any]] | None) -> list[Action] | None:
    """The options ``actions`` or ``default_actions`` in the form that compares."""
    return None if actions is None else [_wanted(action) for action in actions]


def _wanted(action: Mapping[str, t.Any]) -> Action:
    kind = action["type"]
    if kind == "forward":
        return _forward(*_wanted_targets(action))
    details = action.get(kind.replace("-", "_"))
    if details is None:
        raise GatewayError(f"An action of type {kind} needs the option {kind.replace('-', '_')}.")
    details = given(details)
    if kind == "redirect":
        return {"type": kind, **_REDIRECT, **details}
    return {"type": kind, **details, "status_code": str(details["status_code"])}


def _wanted_targets(action: Mapping[str, t.Any]) -> tuple[dict[str, int], int | None]:
    forward = action.get("forward")
    if forward is None:
        if not action.get("target_group_arn"):
            raise GatewayError("An action of type forward needs the option target_group_arn or the option forward.")
        return {action["target_group_arn"]: _ONLY}, None
    weights = {group["target_group_arn"]: group.get("weight") for group in forward["target_groups"]}
    stickiness = forward.get("target_group_stickiness_config") or {}
    seconds = stickiness.get("duration_seconds") if stickiness.get("enabled") else None
    return {arn: _ONLY if weight is None else weight for arn, weight in weights.items()}, seconds


def _forward(weights: Mapping[str, int], stickiness_seconds: int | None) -> Action:
    if len(weights) == 1:
        weights = dict.fromkeys(weights, _ONLY)
    action: Action = {"type": "forward", "target_groups": dict(sorted(weights.items()))}
    if stickiness_seconds:
        action["stickiness_seconds"] = stickiness_seconds
    return action


def observed_actions(actions: list[Mapping[str, t.Any]]) -> list[Action]:
    """What AWS answers, in the form that compares."""
    return [_observed(action) for action in actions]


def _observed(action: Mapping[str, t.Any]) -> Action:
    kind = action["Type"]
    if kind == "forward":
        return _forward(*_observed_targets(action))
    if kind == "redirect":
        details = action["RedirectConfig"]
        return {
            "type": kind,
            **{key: details.get(key.capitalize(), default) for key, default in _REDIRECT.items()},
            "status_code": details["StatusCode"],
        }
    if kind == "fixed-response":
        details = action["FixedResponseConfig"]
        keys = {"status_code": "StatusCode", "content_type": "ContentType", "message_body": "MessageBody"}
        return {"type": kind, **given({key: details.get(api) for key, api in keys.items()})}
    return {"type": kind}


def _observed_targets(action: Mapping[str, t.Any]) -> tuple[dict[str, int], int | None]:
    config = action.get("ForwardConfig") or {}
    groups = config.get("TargetGroups") or [{"TargetGroupArn": action["TargetGroupArn"]}]
    stickiness = config.get("TargetGroupStickinessConfig") or {}
    seconds = stickiness.get("DurationSeconds") if stickiness.get("Enabled") else None
    return {group["TargetGroupArn"]: int(group.get("Weight", _ONLY)) for group in groups}, seconds


def api_actions(actions: list[Action]) -> list[dict[str, t.Any]]:
    """The compared form, as AWS takes it."""
    return [_api(action) for action in actions]


def _api(action: Action) -> dict[str, t.Any]:
    kind = action["type"]
    details = {key: value for key, value in action.items() if key != "type"}
    if kind == "forward":
        return {"Type": kind, **_api_forward(details)}
    if kind == "redirect":
        config = {key.capitalize(): value for key, value in details.items() if key != "status_code"}
        return {"Type": kind, "RedirectConfig": {**config, "StatusCode": details["status_code"]}}
    names = {"status_code": "StatusCode", "content_type": "ContentType", "message_body": "MessageBody"}
    return {"Type": kind, "FixedResponseConfig": {names[key]: value for key, value in details.items()}}


def _api_forward(details: Mapping[str, t.Any]) -> dict[str, t.Any]:
    weights = details["target_groups"]
    seconds = details.get("stickiness_seconds")
    if len(weights) == 1 and not seconds:
        return {"TargetGroupArn": next(iter(weights))}
    config: dict[str, t.Any] = {
        "TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
    }
    if seconds:
        config["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": seconds}
    return {"ForwardConfig": config}


def serving(actions: list[Action]) -> str | None:
    """The target group that gets the most traffic."""
    forwards = [action["target_groups"] for action in actions if action["type"] == "forward"]
    weights = {arn: weight for targets in forwards for arn, weight in targets.items()}
    return max(weights, key=lambda arn: weights[arn]) if weights else None
