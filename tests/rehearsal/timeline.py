"""Which share of the traffic the new version had, and when, as the load balancer's weights tell it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from emulator.testing import Running

Weights = dict[str, int]


class Timeline:
    """Begins when it is made. Only the time between two steps is AWS's own: that of a run passes too fast here."""

    def __init__(self, emulator: Running, region: str) -> None:
        self._emulator = emulator
        self._before = dict(_weights(emulator, region))
        self._past = len(self._shifts())

    def text(self) -> str:
        """Such as ``10 %, 10m later 100 %``, of the first rule. Empty when there was no old version."""
        shifts = [one for one in self._shifts()[self._past :] if one["kind"] == "production"]
        shares = [one for one in shifts if one["rule"] == shifts[0]["rule"]]
        if not shares or shares[0]["rule"] not in self._before:
            return ""
        new = self._gaining(shares[0])
        told = [(_percent(one["weights"], new), one["time"]) for one in shares]
        steps = [next(same) for _share, same in itertools.groupby(told, key=lambda step: step[0])]
        later = [
            f"{_duration(time - earlier[1])} later {share:g} %" for earlier, (share, time) in itertools.pairwise(steps)
        ]
        return ", ".join([f"{steps[0][0]:g} %", *later])

    def _gaining(self, shift: dict[str, Any]) -> str:
        before = self._before[shift["rule"]]
        weights: Weights = shift["weights"]
        return max(weights, key=lambda group: weights[group] - before.get(group, 0))

    def _shifts(self) -> list[dict[str, Any]]:
        return self._emulator.get("weights")["weights"]


def _weights(emulator: Running, region: str) -> Iterator[tuple[str, Weights]]:
    """By the ARN of each rule and listener."""
    elbv2 = emulator.client("elbv2", region)
    for balancer in elbv2.describe_load_balancers()["LoadBalancers"]:
        listeners = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        for listener in listeners:
            arn = listener["ListenerArn"]
            yield arn, _forwarded(listener["DefaultActions"])
            if balancer["Type"] == "application":
                for rule in elbv2.describe_rules(ListenerArn=arn)["Rules"]:
                    yield rule["RuleArn"], _forwarded(rule["Actions"])


def _forwarded(actions: list[dict[str, Any]]) -> Weights:
    groups = [group for action in actions for group in action.get("ForwardConfig", {}).get("TargetGroups", [])]
    return {group["TargetGroupArn"]: group.get("Weight", 1) for group in groups}


def _percent(weights: Weights, group: str) -> float:
    return round(100 * weights[group] / (sum(weights.values()) or 1), 1)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m" if minutes else f"{rest}s"
