"""Targets of target groups: registered, checked, healthy or not, draining."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from ..registry import AwsError, Call, handles
from ..services.elbv2.balancer_targets import check_balancer_target
from ..services.elbv2.state import elbv2
from ..world import World

# What a health check finds: None is good, else the reason and its description.
Probe = Callable[[], tuple[str, str] | None]
Changed = Callable[[], None]
PORT_MISSING = 0


@dataclasses.dataclass
class Target:
    id: str
    port: int
    probe: Probe
    changed: Changed
    zone: str | None = None
    state: str = "initial"
    reason: str | None = "Elb.RegistrationInProgress"
    description: str | None = "Target registration is in progress"

    def become(self, state: str, reason: str | None = None, description: str | None = None) -> None:
        before = self.state
        self.state, self.reason, self.description = state, reason, description
        if state != before:
            self.changed()


class Targets(dict[str, dict[tuple[str, int], Target]]):
    """By target group, and there by id and port."""


def targets_of(world: World, account: str, region: str, group: str) -> dict[tuple[str, int], Target]:
    store: Targets = world.store(Targets, account, region)
    return store.setdefault(group, {})


@dataclasses.dataclass(frozen=True)
class Group:
    """A target group, seen from its targets."""

    world: World
    account: str
    region: str
    arn: str

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = elbv2(self.world, self.account, self.region).target_group(self.arn).data
        return data

    @property
    def exists(self) -> bool:
        return self.arn in elbv2(self.world, self.account, self.region).target_groups

    @property
    def deregistration_delay(self) -> float:
        attributes = elbv2(self.world, self.account, self.region).target_group(self.arn).attributes
        return float(attributes.get("deregistration_delay.timeout_seconds", 300))

    @property
    def load_balancers(self) -> list[Any]:
        """Those that send traffic to the group."""
        store = elbv2(self.world, self.account, self.region)
        return [store.load_balancers[arn] for arn in store.load_balancers_of(self.arn)]

    @property
    def targets(self) -> dict[tuple[str, int], Target]:
        return targets_of(self.world, self.account, self.region, self.arn)

    def register(self, target_id: str, port: int, probe: Probe, changed: Changed, zone: str | None = None) -> Target:
        known = self.targets.get((target_id, port))
        if known is not None and known.state != "draining":
            return known
        target = Target(target_id, port, probe, changed, zone)
        self.targets[target_id, port] = target
        self.world.after("target_registration", lambda: self._begin_checks(target))
        return target

    def deregister(self, target_id: str, port: int) -> None:
        target = self.targets.get((target_id, port))
        if target is None or target.state == "draining":
            return
        target.become("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")

        def gone() -> None:
            if self.targets.get((target_id, port)) is target:
                del self.targets[target_id, port]

        if self.exists and self.load_balancers:
            self.world.in_seconds(self.deregistration_delay, gone)
        else:
            gone()

    def _is_watched(self, target: Target) -> bool:
        return self.exists and target.state != "draining" and self.targets.get((target.id, target.port)) is target

    def _begin_checks(self, target: Target) -> None:
        if not self._is_watched(target):
            return
        target.become("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
        if not any(balancer.state == "active" for balancer in self.load_balancers):
            # Nobody checks as long as no load balancer works; look again in a while.
            self.world.after("task_restart_backoff", lambda: self._begin_checks(target))
            return
        problem = target.probe()
        threshold = "UnhealthyThresholdCount" if problem else "HealthyThresholdCount"
        self.world.in_seconds(self._seconds(threshold), lambda: self._judge(target))

    def _seconds(self, threshold: str) -> float:
        return float(self.data.get("HealthCheckIntervalSeconds") or 30) * float(self.data.get(threshold) or 5)

    def _judge(self, target: Target) -> None:
        if not self._is_watched(target):
            return
        problem = target.probe()
        if problem is None:
            target.become("healthy")
        else:
            target.become("unhealthy", *problem)
            self.world.after("task_restart_backoff", lambda: self._judge(target))


@handles("elbv2", "RegisterTargets")
def register_targets(world: World, call: Call) -> Any:
    group = _group(world, call)
    for asked in call.params["Targets"]:
        port = int(asked.get("Port") or group.data.get("Port") or PORT_MISSING)
        check_balancer_target(elbv2(world, call.account, call.region), group.arn, asked["Id"], port)
        group.register(asked["Id"], port, lambda: None, lambda: None, asked.get("AvailabilityZone"))
    return {}


@handles("elbv2", "DeregisterTargets")
def deregister_targets(world: World, call: Call) -> Any:
    group = _group(world, call)
    for asked in call.params["Targets"]:
        found = [key for key in group.targets if key[0] == asked["Id"] and asked.get("Port") in (None, key[1])]
        if not found:
            raise AwsError("InvalidTarget", f"The following targets are not registered: '{asked['Id']}'")
        for target_id, port in found:
            group.deregister(target_id, port)
            elbv2(world, call.account, call.region).target_group(group.arn).balancer_targets.pop(target_id, None)
    return {}


@handles("elbv2", "DescribeTargetHealth")
def describe_target_health(world: World, call: Call) -> Any:
    group = _group(world, call)
    asked = call.params.get("Targets")
    if not asked:
        return {"TargetHealthDescriptions": [_describe(group, target) for target in group.targets.values()]}
    shown = []
    for one in asked:
        found = [
            target for key, target in group.targets.items() if key[0] == one["Id"] and one.get("Port") in (None, key[1])
        ]
        shown += [_describe(group, target) for target in found] or [_unknown(group, one)]
    return {"TargetHealthDescriptions": shown}


def _group(world: World, call: Call) -> Group:
    group = Group(world, call.account, call.region, call.params["TargetGroupArn"])
    _unused = group.data  # Raises when there is no such group.
    return group


def _describe(group: Group, target: Target) -> dict[str, Any]:
    health: dict[str, Any] = {"State": target.state}
    if target.state != "draining" and not group.load_balancers:
        health = {
            "State": "unused",
            "Reason": "Target.NotInUse",
            "Description": "Target group is not configured to receive traffic from the load balancer",
        }
    elif target.reason:
        health |= {"Reason": target.reason, "Description": target.description}
    shown: dict[str, Any] = {"Id": target.id, "Port": target.port}
    if target.zone:
        shown["AvailabilityZone"] = target.zone
    check_port = group.data.get("HealthCheckPort")
    port = str(target.port) if check_port in (None, "traffic-port") else str(check_port)
    return {"Target": shown, "HealthCheckPort": port, "TargetHealth": health}


def _unknown(group: Group, asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "Target": {"Id": asked["Id"], "Port": asked.get("Port") or group.data.get("Port")},
        "TargetHealth": {
            "State": "unused",
            "Reason": "Target.NotRegistered",
            "Description": "Target is not registered to the target group",
        },
    }
