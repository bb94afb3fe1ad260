# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""From the load balancer that there is to the one that is planned.

Two questions are answered here. Where do listeners and rules forward to, given that ECS swaps target groups during
its deployments, which must not be undone? And what is left over from an earlier configuration, to be removed when the
services no longer need it?
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterable, Mapping

from .._config.ownership import OWNERSHIP_TAGS
from .plan import BLUE, GREEN, PORTS, PRODUCTION, TEST

Item = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Live:
    """What ``elbv2_load_balancer_info`` found."""

    load_balancer: Item | None
    target_groups: dict[str, Item]  # by name
    plan: Mapping[str, t.Any]
    tags: Mapping[str, str]

    @property
    def is_shifting(self) -> bool:
        return any(item["colour"] == GREEN for item in self.plan["target_groups"])

    def colours(self, rule: str) -> dict[str, str]:
        return self.plan["target_group_names"][rule]

    @classmethod
    def of(cls, found: Mapping[str, t.Any], plan: Mapping[str, t.Any], tags: Mapping[str, str]) -> Live:
        groups = {group["target_group_name"]: group for group in found["target_groups"]}
        return cls(next(iter(found["load_balancers"]), None), groups, plan, tags)

    @property
    def listeners(self) -> list[Item]:
        return self.load_balancer["listeners"] if self.load_balancer else []

    def is_ours(self, thing: Item) -> bool:
        ours = {key: self.tags[key] for key in OWNERSHIP_TAGS if key in self.tags}
        return bool(ours) and all(thing["tags"].get(key) == value for key, value in ours.items())

    def ways_in(self, rule: str) -> Iterable[tuple[int, Item]]:
        """Where requests enter on the way to ``rule``: the port, and the listener or listener rule."""
        priorities = {item["priority"] for item in self.plan["rules"] if item["rule"] == rule}
        for listener in self.listeners:
            if not priorities:
                yield listener["port"], listener
            yield from ((listener["port"], item) for item in listener["rules"] if item["priority"] in priorities)

    def names_of(self, entry: Item) -> list[str]:
        """The target groups of this stack to which a listener or rule forwards."""
        by_arn = {group["target_group_arn"]: name for name, group in self.target_groups.items()}
        return [by_arn[arn] for arn in entry["target_group_weights"] if arn in by_arn]

    def serving(self, rule: str) -> str | None:
        """The target group, one of this rule's own, that production traffic goes to now."""
        own = {
            self.target_groups[name]["target_group_arn"]: name
            for name in self.colours(rule).values()
            if name in self.target_groups
        }
        names = (
            own.get(entry["serving_target_group"])
            for port, entry in self.ways_in(rule)
            if port in PORTS[PRODUCTION].values()
        )
        return next((name for name in names if name), None)


def converge(plan: Mapping[str, t.Any], found: Mapping[str, t.Any], tags: Mapping[str, str]) -> Item:
    """The plan with its listeners and rules aimed, the routes for the gateway service, and what is left over."""
    live = Live.of(found, plan, tags)
    serving = {group["rule"]: live.serving(group["rule"]) for group in plan["target_groups"]}
    listeners = [_aimed(live, item, serving, is_rule=False) for item in plan["listeners"]]
    rules = [_aimed(live, item, serving, is_rule=True) for item in plan["rules"]]
    return {
        "listeners": listeners,
        "rules": rules,
        "routes": _routes(live, serving),
        "leftovers": _leftovers(live, [*listeners, *rules]),
    }


def _aimed(live: Live, item: Item, serving: Mapping[str, str | None], is_rule: bool) -> Item:
    """A listener or rule with its target group, and with who decides about it from now on."""
    if item.get("rule") is None:
        return {**item, "actions_owner": "self"}
    target = _target(live, item, serving[item["rule"]])
    entry = _live_entry(live, item, is_rule)
    # A forward to none of ours is not ECS's work, so it is put right.
    is_foreign = entry is not None and not live.names_of(entry)
    is_ecs = live.is_shifting and not is_foreign
    return {**item, "target_group": target, "actions_owner": "ecs" if is_ecs else "self"}


def _target(live: Live, item: Item, serving: str | None) -> str:
    """Production goes where it goes now, and the test listener to the other colour."""
    if serving is None:
        return item["target_group"]
    is_production = item.get("listener", item.get("name")) == PRODUCTION
    return serving if is_production else _other(live, item["rule"], serving)


def _other(live: Live, rule: str, target_group: str) -> str:
    return next(name for name in live.colours(rule).values() if name != target_group)


def _live_entry(live: Live, item: Item, is_rule: bool) -> Item | None:
    ports = {listener["name"]: listener["port"] for listener in live.plan["listeners"]}
    port = ports[item["listener"]] if is_rule else item["port"]
    listener = next((listener for listener in live.listeners if listener["port"] == port), None)
    if not is_rule or listener is None:
        return listener
    return next((rule for rule in listener["rules"] if rule["priority"] == item["priority"]), None)


def _routes(live: Live, serving: Mapping[str, str | None]) -> list[Item]:
    """For the gateway service: the target group of each rule, and the one that ECS may swap it with."""
    return [_route(live, item, serving[item["rule"]]) for item in live.plan["target_groups"] if item["colour"] == BLUE]


def _route(live: Live, blue: Item, serving: str | None) -> Item:
    """Of a pair, ECS finds out by itself which one serves; changing their order would start a deployment each time."""
    target = blue["name"] if live.is_shifting else serving or blue["name"]
    return {
        "rule": blue["rule"],
        "container_port": blue["port"],
        "target_group": target,
        "serving_target_group": serving or blue["name"],
        "alternate_target_group": _other(live, blue["rule"], target) if live.is_shifting else None,
    }


def _leftovers(live: Live, aimed: list[Item]) -> Item:
    """What an earlier configuration made and this one does not have."""
    plan = live.plan
    is_gone = plan["state"] == "absent"
    in_use = {item.get("target_group") for item in aimed} | {item["name"] for item in plan["target_groups"]}
    groups = [name for name, group in live.target_groups.items() if live.is_ours(group) and name not in in_use]
    whole = is_gone and live.load_balancer is not None and live.is_ours(live.load_balancer)
    kept = [] if is_gone else live.listeners
    return {
        "load_balancer": whole,
        # The target groups go last, so as long as one is left, the other things may be there as well.
        "security_group": is_gone and (whole or bool(groups)),
        "role": not live.is_shifting and (whole or _had_shifting(live, groups)),
        "listeners": [
            {"load_balancer_arn": listener["load_balancer_arn"], "port": listener["port"]}
            for listener in kept
            if live.is_ours(listener) and listener["port"] not in {item["port"] for item in plan["listeners"]}
        ],
        "rules": [rule for listener in kept for rule in _surplus_rules(live, listener)],
        "target_groups": groups,
    }


def _had_shifting(live: Live, surplus_groups: list[str]) -> bool:
    """Whether an earlier configuration shifted traffic, by what it left. These things are removed after the role."""
    green = {colours[GREEN] for colours in live.plan["target_group_names"].values()}
    ours = (listener for listener in live.listeners if live.is_ours(listener))
    return any(listener["port"] in PORTS[TEST].values() for listener in ours) or bool(green & set(surplus_groups))


def _surplus_rules(live: Live, listener: Item) -> list[Item]:
    names = {item["port"]: item["name"] for item in live.plan["listeners"]}
    wanted = {item["priority"] for item in live.plan["rules"] if item["listener"] == names.get(listener["port"])}
    if listener["port"] not in names:
        return []
    return [
        {"listener_arn": listener["listener_arn"], "priority": rule["priority"]}
        for rule in listener["rules"]
        if live.is_ours(rule) and rule["priority"] not in wanted
    ]
