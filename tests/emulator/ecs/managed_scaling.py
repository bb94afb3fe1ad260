"""Managed scaling: the Auto Scaling group grows when tasks wait for capacity, and shrinks when instances idle."""

from __future__ import annotations

import math
from typing import Any

from ..services import autoscaling
from .capacity_providers import CapacityProvider
from .container_instances import ContainerInstance, provider_of
from .state import Ecs

# An instance that no task needs is given up after this time.
IDLE_SECONDS = 900.0


def grow(ecs: Ecs, provider: CapacityProvider) -> bool:
    """Raise the group's desired capacity for the tasks that wait. Tells whether capacity is on its way."""
    group = autoscaling.find(ecs.world, ecs.account, ecs.region, provider.group_arn)
    if group is None:
        return False
    waiting = [task for task in ecs.tasks.values() if task.waits_for_capacity and task.provider == provider.name]
    coming = group.desired - len(_registered(ecs, provider))
    missing = _instances_for(ecs, provider, waiting) - max(coming, 0)
    if missing <= 0 or ecs.now < provider.scaled_until:
        return coming > 0
    step = min(max(missing, provider.scaling["minimumScalingStepSize"]), provider.scaling["maximumScalingStepSize"])
    wanted = min(group.desired + step, group.max_size)
    if wanted <= group.desired:
        return coming > 0
    autoscaling.set_desired(ecs.world, ecs.account, ecs.region, group.name, wanted)
    warmup = ecs.world.profile.scaled(float(provider.scaling["instanceWarmupPeriod"]))
    provider.scaled_until = ecs.now + warmup
    ecs.world.at(provider.scaled_until, lambda: _look_again(ecs, provider))
    return True


def _look_again(ecs: Ecs, provider: CapacityProvider) -> None:
    if provider.status == "ACTIVE":
        grow(ecs, provider)


def shrink(ecs: Ecs, provider: CapacityProvider, idle: ContainerInstance) -> None:
    """Give an idle instance up, if the target capacity and the group's minimum allow."""
    group = autoscaling.find(ecs.world, ecs.account, ecs.region, provider.group_arn)
    if group is None or not provider.scales or group.desired <= group.min_size:
        return
    used = sum(bool(one.tasks(ecs)) for one in _registered(ecs, provider))
    wanted = math.ceil(used * 100 / provider.scaling["targetCapacity"])
    if group.desired <= wanted:
        return
    if provider.termination_protection == "ENABLED":
        autoscaling.set_protection(ecs.world, ecs.account, ecs.region, group.name, [idle.ec2_id], False)
    autoscaling.set_desired(ecs.world, ecs.account, ecs.region, group.name, group.desired - 1)


def _registered(ecs: Ecs, provider: CapacityProvider) -> list[ContainerInstance]:
    return [one for one in ecs.instances.values() if provider_of(ecs, one) is provider]


def _instances_for(ecs: Ecs, provider: CapacityProvider, waiting: list[Any]) -> int:
    """How many more instances the tasks need, by what one of the group's instances has."""
    registered = _registered(ecs, provider)
    if not waiting or not registered:
        return len(waiting) and 1
    one = registered[0].capacity
    interfaces = sum(task.uses_interface for task in waiting)
    return max(
        math.ceil(sum(task.cpu for task in waiting) / one.cpu),
        math.ceil(sum(task.memory for task in waiting) / one.memory),
        math.ceil(interfaces / max(one.task_interfaces, 1)),
    )
