# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What AWS has: load balancers with their listeners and rules, and target groups, in as few calls as possible."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..api import call, call_unless
from ..module import Outcome
from .actions import observed_actions, serving
from .common import read_tags, returned
from .load_balancer import describe

_GONE = ("LoadBalancerNotFound", "ListenerNotFound")


def gather(client: t.Any, names: list[str], target_group_names: list[str]) -> dict[str, t.Any]:
    found = [raw for raw in (describe(client, name) for name in names) if raw]
    listeners = {raw["LoadBalancerArn"]: _listeners(client, raw["LoadBalancerArn"]) for raw in found}
    rules = {
        listener["ListenerArn"]: _rules(client, listener["ListenerArn"])
        for raw in found
        for listener in listeners[raw["LoadBalancerArn"]]
        # Only Application Load Balancers have rules.
        if raw["Type"] == "application"
    }
    groups = _target_groups(client, target_group_names)
    tags = read_tags(client, _arns(found, listeners, rules, groups))
    return {
        "load_balancers": [_load_balancer(raw, listeners, rules, tags) for raw in found],
        "target_groups": [returned(group, tags[group["TargetGroupArn"]]) for group in groups],
    }


def _listeners(client: t.Any, arn: str) -> list[dict[str, t.Any]]:
    doing = f"find the listeners of {arn}"
    answer = call_unless(_GONE, client, "describe_listeners", doing, LoadBalancerArn=arn)
    return answer["Listeners"] if answer else []


def _rules(client: t.Any, arn: str) -> list[dict[str, t.Any]]:
    answer = call_unless(_GONE, client, "describe_rules", f"find the rules of {arn}", ListenerArn=arn)
    return [rule for rule in answer["Rules"] if not rule["IsDefault"]] if answer else []


def _target_groups(client: t.Any, names: list[str]) -> list[dict[str, t.Any]]:
    """Those that exist of ``names``. Asked for by name, AWS fails when one of them does not exist."""
    if not names:
        return []
    answer = call(client, "describe_target_groups", "find target groups")
    return [group for group in answer["TargetGroups"] if group["TargetGroupName"] in names]


def _arns(
    found: list[dict[str, t.Any]],
    listeners: Mapping[str, list[dict[str, t.Any]]],
    rules: Mapping[str, list[dict[str, t.Any]]],
    groups: list[dict[str, t.Any]],
) -> list[str]:
    return [
        *(raw["LoadBalancerArn"] for raw in found),
        *(listener["ListenerArn"] for items in listeners.values() for listener in items),
        *(rule["RuleArn"] for items in rules.values() for rule in items),
        *(group["TargetGroupArn"] for group in groups),
    ]


def _load_balancer(
    raw: dict[str, t.Any],
    listeners: Mapping[str, list[dict[str, t.Any]]],
    rules: Mapping[str, list[dict[str, t.Any]]],
    tags: Mapping[str, dict[str, str]],
) -> dict[str, t.Any]:
    arn = raw["LoadBalancerArn"]
    return returned(raw, tags[arn], listeners=[_listener(listener, rules, tags) for listener in listeners[arn]])


def _listener(
    raw: dict[str, t.Any], rules: Mapping[str, list[dict[str, t.Any]]], tags: Mapping[str, dict[str, str]]
) -> dict[str, t.Any]:
    arn = raw["ListenerArn"]
    return returned(
        raw,
        tags[arn],
        **_targets(raw["DefaultActions"]),
        rules=[
            returned(rule, tags[rule["RuleArn"]], **_targets(rule["Actions"]), priority=int(rule["Priority"]))
            for rule in rules.get(arn, [])
        ],
    )


def _targets(actions: list[Mapping[str, t.Any]]) -> dict[str, t.Any]:
    observed = observed_actions(actions)
    weights = {arn: weight for action in observed for arn, weight in action.get("target_groups", {}).items()}
    return {"target_group_weights": weights, "serving_target_group": serving(observed)}


def ensure(module: t.Any) -> Outcome:
    params = module.params
    found = gather(module.client("elbv2"), params["names"], params["target_group_names"])
    return Outcome(found, changed=False)
