"""Traffic between the two target groups of a service: who serves, and the weights of listeners and rules."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from .. import admin
from ..services.elbv2.state import elbv2
from ..services.elbv2.state import targets_of as groups_in
from . import permissions
from .load_balancer_rules import actions_of
from .service import Service, ServiceDeployment
from .state import Ecs

if TYPE_CHECKING:
    from ..server import Emulator

ECS = "ecs.amazonaws.com"
HEAVIEST = 999
NEEDED = ("elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets")
MODIFY = {"app": "elasticloadbalancing:ModifyRule", "net": "elasticloadbalancing:ModifyListener"}
EVERYWHERE = "global"


@dataclasses.dataclass(frozen=True)
class Shift:
    """One change of weights, for tests that look back."""

    time: float
    deployment: str
    stage: str | None
    kind: str
    rule: str
    weights: dict[str, int]


class Shifts(list[Shift]):
    """All that have happened, in their order."""


def pair_of(balancer: dict[str, Any]) -> tuple[str, str | None]:
    return balancer["targetGroupArn"], (balancer.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")


def choose_groups(service: Service, settings: dict[str, Any]) -> list[str]:
    """The target groups for a new revision: while traffic is shifted, those that the serving revision is not in."""
    serving = service.stable.revision if service.stable is not None else None
    shifts = service.configuration.get("strategy", "ROLLING") != "ROLLING"
    chosen = []
    for index, balancer in enumerate(settings.get("loadBalancers") or []):
        first, second = pair_of(balancer)
        used = serving.target_groups[index] if serving and index < len(serving.target_groups) else None
        if second is None or used not in (first, second):
            chosen.append(first)
        elif shifts:
            chosen.append(second if used == first else first)
        else:
            chosen.append(str(used))
    return chosen


def problem(ecs: Ecs, deployment: ServiceDeployment) -> str | None:
    """Why the traffic of this deployment cannot be shifted, as ECS finds out only when it tries."""
    for balancer in _balancers(deployment):
        found = _problem_of(ecs, deployment.service, balancer)
        if found is not None:
            return found
    return None


def _problem_of(ecs: Ecs, service: Service, balancer: dict[str, Any]) -> str | None:
    advanced = balancer["advancedConfiguration"]
    role = advanced["roleArn"]
    production, test = advanced["productionListenerRule"], advanced.get("testListenerRule")
    actions = [MODIFY["app" if "/app/" in production else "net"], *NEEDED]
    may = permissions.can_be_assumed(ecs, role, ECS, service.arn) and all(
        permissions.allows(ecs, role, action, production if "Modify" in action else balancer["targetGroupArn"])
        for action in actions
    )
    if not may:
        return (
            f"ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure Role '{role}'"
        )
    store = elbv2(ecs.world, ecs.account, ecs.region)
    found = {arn: actions_of(store, arn) for arn in (production, test) if arn}
    if any(actions is None for actions in found.values()):
        return "One or more rules not found"
    known = {group for actions in found.values() for group in groups_in(actions or [])}
    for group in pair_of(balancer):
        if group not in known:
            return (
                f"of invalid networking configuration: Target group {group} is not associated with either "
                "productionListenerRule or testListenerRule"
            )
    serving = [one for one in _targets(found[production] or []) if one.get("Weight", 1) > 0]
    if len(serving) != 1:
        return (
            f"productionListenerRule {production} should have exactly one target group serving traffic but found "
            f"{len(serving)} target groups which are serving traffic"
        )
    return None


def _targets(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [target for action in actions for target in (action.get("ForwardConfig") or {}).get("TargetGroups", [])]


def _balancers(deployment: ServiceDeployment) -> list[dict[str, Any]]:
    settings = deployment.target.revision.settings
    return [one for one in settings.get("loadBalancers") or [] if one.get("advancedConfiguration")]


def uses_network_balancer(deployment: ServiceDeployment) -> bool:
    return any("/net/" in one["advancedConfiguration"]["productionListenerRule"] for one in _balancers(deployment))


def shift(ecs: Ecs, deployment: ServiceDeployment, kind: str, percent: float) -> None:
    """Give the target revision a part of the test or production traffic; the source keeps the rest."""
    target = deployment.target.revision
    source = deployment.source.revision if deployment.source is not None else None
    weights = deployment.test_weights if kind == "test" else deployment.production_weights
    weights[target.arn] = percent
    if source is not None:
        weights[source.arn] = round(100.0 - percent, 1)
    own = dict(zip([one["targetGroupArn"] for one in _balancers(deployment)], target.target_groups, strict=False))
    for balancer in _balancers(deployment):
        rule = balancer["advancedConfiguration"].get(f"{'test' if kind == 'test' else 'production'}ListenerRule")
        if rule:
            _write(ecs, deployment, kind, rule, pair_of(balancer), own[balancer["targetGroupArn"]], percent)


def _write(
    ecs: Ecs,
    deployment: ServiceDeployment,
    kind: str,
    arn: str,
    pair: tuple[str, str | None],
    own: str,
    percent: float,
) -> None:
    first, second = pair
    share = _weights(percent if deployment.source is not None or percent else 100.0)
    weights = {group: share[0] if group == own else share[1] for group in (first, second) if group}
    write(ecs, deployment.arn, deployment.stage, kind, arn, weights)


def write(ecs: Ecs, deployment: str, stage: str | None, kind: str, arn: str, weights: dict[str, int]) -> None:
    """Set the weights of a rule or of a listener's default action, and remember that."""
    action = {
        "Type": "forward",
        "Order": 1,
        "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": group, "Weight": weight} for group, weight in weights.items()],
            "TargetGroupStickinessConfig": {"Enabled": False},
        },
    }
    store = elbv2(ecs.world, ecs.account, ecs.region)
    if arn in store.rules:
        store.rules[arn].actions = [action]
    elif arn in store.listeners:
        store.listeners[arn].default_actions = [action]
    history = ecs.world.store(Shifts, EVERYWHERE, EVERYWHERE)
    history.append(Shift(ecs.now, deployment, stage, kind, arn, weights))


def _weights(percent: float) -> tuple[int, int]:
    """Of target and source. Weights are integers up to 999: tenths of a percent need the larger scale."""
    if percent == int(percent):
        return int(percent), 100 - int(percent)
    own = max(round(percent / 100 * HEAVIEST), 1)
    return own, HEAVIEST - own


@admin.endpoint("GET", "weights")
def list_shifts(emulator: Emulator, body: admin.Body) -> Any:
    """Every change of weights that ECS or CodeDeploy has made, oldest first."""
    return {"weights": [dataclasses.asdict(one) for one in emulator.world.store(Shifts, EVERYWHERE, EVERYWHERE)]}
