"""The listeners of a deployment: which of their rules CodeDeploy moves, and to which weights."""

from __future__ import annotations

from ..ecs import permissions, traffic
from ..ecs.state import Ecs
from ..services.elbv2.state import elbv2, targets_of
from .group_rules import listeners_of
from .state import Deployment, Group

MODIFY = ("elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule")
ROUTES = {"production": "prodTrafficRoute", "test": "testTrafficRoute"}


def has_test_route(deployment: Deployment) -> bool:
    return bool(listeners_of(_pair(deployment), ROUTES["test"]))


def _pair(deployment: Deployment) -> dict[str, object]:
    (pair,) = deployment.settings["loadBalancerInfo"]["targetGroupPairInfoList"]
    found: dict[str, object] = pair
    return found


def groups_of(ecs: Ecs, settings: dict[str, object]) -> list[str]:
    """The ARNs of the pair."""
    (pair,) = settings["loadBalancerInfo"]["targetGroupPairInfoList"]  # type: ignore[index]
    names = [one["name"] for one in pair["targetGroups"]]
    by_name = {group.name: group.arn for group in elbv2(ecs.world, ecs.account, ecs.region).target_groups.values()}
    return [by_name[name] for name in names if name in by_name]


def group_name(ecs: Ecs, arn: str) -> str:
    found = elbv2(ecs.world, ecs.account, ecs.region).target_groups.get(arn)
    return found.name if found is not None else arn.split("/")[1]


def rules_of(ecs: Ecs, deployment: Deployment, kind: str) -> list[str]:
    """The rules of a route's listener that forward to the pair; CodeDeploy leaves all others alone."""
    store = elbv2(ecs.world, ecs.account, ecs.region)
    pair = groups_of(ecs, deployment.settings)
    return [
        rule.arn
        for listener in listeners_of(_pair(deployment), ROUTES[kind])
        for rule in store.rules_of(listener)
        if set(targets_of(rule.actions)) & set(pair)
    ]


def problem(ecs: Ecs, deployment: Deployment, blue: str) -> str | None:
    """Why the traffic cannot be moved away from the original's target group."""
    store = elbv2(ecs.world, ecs.account, ecs.region)
    pair = groups_of(ecs, deployment.settings)
    listeners = listeners_of(_pair(deployment), ROUTES["production"])
    if len(pair) != 2 or blue not in pair:
        return "The primary task set's target group is not one of the deployment group's target group pair"
    if any(listener not in store.listeners for listener in listeners):
        return f"Listener not found: {listeners[0]}"
    serving = [
        rule for rule in rules_of(ecs, deployment, "production") if blue in targets_of(store.rules[rule].actions)
    ]
    if not serving:
        return f"Primary taskset target group must be behind listener {listeners[0]}"
    return None


def may_shift(ecs: Ecs, deployment: Deployment) -> bool:
    return all(permissions.allows(ecs, deployment.role, action, "*") for action in MODIFY)


def shift(ecs: Ecs, deployment: Deployment, kind: str, share: int) -> None:
    """Give the replacement a share of the production or the test traffic."""
    green = target_group(deployment.green)
    weights = {arn: share if arn == green else 100 - share for arn in groups_of(ecs, deployment.settings)}
    for rule in rules_of(ecs, deployment, kind):
        traffic.write(ecs, deployment.id, deployment.step, kind, rule, weights)


def target_group(task_set: object) -> str:
    balancers = getattr(task_set, "settings", {}).get("loadBalancers") or [{}]
    return str(balancers[0].get("targetGroupArn", ""))


def other_group(ecs: Ecs, group: Group | Deployment, used: str) -> str:
    return next(arn for arn in groups_of(ecs, group.settings) if arn != used)
