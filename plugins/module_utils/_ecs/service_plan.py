# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What a run would change of a service. Pure: from what is and what is wanted to what to send."""

from __future__ import annotations

import dataclasses
import typing as t

from ..module import GatewayError
from ..shape import changed_keys
from . import strategy
from .deployment import Observation, controller, is_under_way
from .service_fields import BY_NAME, FIELDS, Fields, laid_over, meaning, primary_deployment, view

# What AWS lets a service change to. Anything else needs a new service.
CONTROLLER_CHANGES = (("CODE_DEPLOY", "ECS"), ("CODE_DEPLOY", "EXTERNAL"), ("ECS", "EXTERNAL"), ("EXTERNAL", "ECS"))


@dataclasses.dataclass(frozen=True)
class Plan:
    """``before`` and ``after`` are what the fields mean; ``request`` is what to send of them."""

    before: Fields
    after: Fields
    request: Fields
    # Why a new deployment starts; nothing if none does.
    deploys_for: list[str]
    force: bool = False

    @property
    def changes(self) -> list[dict[str, t.Any]]:
        return [
            {
                "field": name,
                "before": self.before.get(name),
                "after": self.after.get(name),
                "starts_deployment": BY_NAME[name].deploys,
            }
            for name in self.request
        ]

    @property
    def shown_after(self) -> Fields:
        """For the diff, which says what starts a deployment beside what changes."""
        return {**self.after, "new_deployment_for": self.deploys_for} if self.deploys_for else self.after


def plan(seen: Observation, wanted: Fields, force_new_deployment: bool = False) -> Plan:
    current = view(seen.service)
    wanted = _without_foreign(seen.service, _with_launch_type(current, wanted))
    full = laid_over(current, wanted)
    before, after = meaning(current), meaning(full)
    _refuse_immutable(seen.service, before, after, wanted)
    # What ends up without meaning was taken away; what was never there does not count.
    changed = changed_keys(before, {**dict.fromkeys(before), **after})
    request = {name: full.get(name) for name in changed if name in full}
    reasons = [field.name for field in FIELDS if field.name in request and field.deploys]
    reasons += ["force_new_deployment"] if force_new_deployment else []
    restart = not reasons and _failed_for_good(seen)
    reasons += ["the last deployment failed"] if restart else []
    managed = [name for name in {**before, **after} if name in wanted or name in request]
    return Plan(
        {name: before[name] for name in managed if name in before},
        {name: after[name] for name in managed if name in after},
        request,
        reasons,
        force=force_new_deployment or restart or "capacity_provider_strategy" in request,
    )


def _with_launch_type(current: Fields, wanted: Fields) -> Fields:
    """A service goes back from capacity providers to its launch type by an empty strategy."""
    if "launch_type" not in wanted or not current.get("capacity_provider_strategy"):
        return wanted
    rest = {name: value for name, value in wanted.items() if name != "launch_type"}
    return {**rest, "capacity_provider_strategy": []}


def _without_foreign(service: dict[str, t.Any], wanted: Fields) -> Fields:
    """CodeDeploy owns what it deploys: the task definition, the network, the load balancers. They stay as they are."""
    stays = wanted.get("deployment_controller", controller(service)) == controller(service)
    if controller(service) != "CODE_DEPLOY" or not stays:
        return wanted
    return {name: value for name, value in wanted.items() if BY_NAME[name].with_code_deploy}


def _refuse_immutable(service: dict[str, t.Any], before: Fields, after: Fields, wanted: Fields) -> None:
    name = service["serviceName"]
    for field in FIELDS:
        was, wants = before.get(field.name), after.get(field.name)
        if field.updatable or field.name not in wanted or was == wants:
            continue
        raise GatewayError(
            f"Service {name} has {field.name} {was}, and ECS cannot change it to {wants}. Remove the service "
            "(state: absent) and make it anew, which stops its tasks, or give the new one another name."
        )
    was, wants = before.get("deployment_controller", "ECS"), after.get("deployment_controller", "ECS")
    if was != wants and (was, wants) not in CONTROLLER_CHANGES:
        raise GatewayError(f"ECS cannot change the deployment controller of service {name} from {was} to {wants}.")


def _failed_for_good(seen: Observation) -> bool:
    """A deployment that failed and was not rolled back: ECS has stopped trying, so what is wanted does not run."""
    failed = (primary_deployment(seen.service) or {}).get("rolloutState") == "FAILED"
    return failed and not is_under_way(seen)


def must_settle_first(seen: Observation, coming: Plan) -> bool:
    """Whether the running deployment has to end before the change: one that moves traffic, or is on its way back."""
    if not is_under_way(seen):
        return False
    changes_way = "deployment_controller" in coming.request or _strategy_changes(coming)
    if not coming.deploys_for and not changes_way:
        return False
    moves_traffic = strategy.of(seen.service.get("deploymentConfiguration")) in strategy.TRAFFIC_SHIFTING
    rolls_back = seen.deployment is not None and seen.deployment["status"] not in ("PENDING", "IN_PROGRESS")
    return changes_way or moves_traffic or rolls_back


def _strategy_changes(coming: Plan) -> bool:
    was = strategy.of(coming.before.get("deployment_configuration"))
    return was != strategy.of(coming.after.get("deployment_configuration"))


def steps(coming: Plan) -> list[Fields]:
    """The updates to make, in order. Another deployment controller comes alone, because the one before it refuses what
    the next one takes. The load balancers learn of the second target group by a rolling deployment, before the strategy
    may change to one that shifts traffic."""
    if "deployment_controller" in coming.request and len(coming.request) > 1:
        rest = {name: value for name, value in coming.request.items() if name != "deployment_controller"}
        return [
            {"deployment_controller": coming.request["deployment_controller"]},
            *steps(dataclasses.replace(coming, request=rest)),
        ]
    becomes = strategy.of(coming.after.get("deployment_configuration"))
    if _strategy_changes(coming) and becomes in strategy.TRAFFIC_SHIFTING and "load_balancers" in coming.request:
        rest = {name: value for name, value in coming.request.items() if name != "load_balancers"}
        return [{"load_balancers": coming.request["load_balancers"]}, rest]
    return [coming.request]
