"""Capacity providers of Auto Scaling groups, and the two of Fargate that are always there."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from ..registry import Call, handles
from ..services import autoscaling
from ..world import World
from . import errors, tags
from .state import Ecs, ecs_for, last_part, page
from .strategy import FARGATE

NAME = re.compile(r"(?!aws|ecs|fargate)[A-Za-z0-9_-]{1,255}", re.IGNORECASE)
# ECS marks the groups that it scales.
MANAGED = "AmazonECSManaged"
SCALING_DEFAULTS: dict[str, Any] = {
    "status": "DISABLED",
    "targetCapacity": 100,
    "minimumScalingStepSize": 1,
    "maximumScalingStepSize": 10_000,
    "instanceWarmupPeriod": 300,
}
SCALING_RANGES = {
    "targetCapacity": (1, 100),
    "minimumScalingStepSize": (1, 10_000),
    "maximumScalingStepSize": (1, 10_000),
    "instanceWarmupPeriod": (0, 10_000),
}


@dataclasses.dataclass
class CapacityProvider:
    name: str
    arn: str
    group_arn: str
    scaling: dict[str, Any]
    termination_protection: str
    draining: str
    tags: dict[str, str]
    status: str = "ACTIVE"
    update_status: str | None = None
    # Managed scaling does nothing more before instances that it started count as warm.
    scaled_until: float = 0.0

    @property
    def scales(self) -> bool:
        return bool(self.scaling["status"] == "ENABLED")


def find(ecs: Ecs, name_or_arn: str) -> CapacityProvider | None:
    """The active provider of this name or ARN."""
    provider = ecs.providers.get(last_part(name_or_arn))
    return provider if provider is not None and provider.status == "ACTIVE" else None


def of_group(ecs: Ecs, group_arn: str) -> CapacityProvider | None:
    """The active provider that uses this Auto Scaling group."""
    for provider in ecs.providers.values():
        if provider.status == "ACTIVE" and provider.group_arn == group_arn:
            return provider
    return None


@handles("ecs", "CreateCapacityProvider")
def create(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = call.params
    name = params["name"]
    if not NAME.fullmatch(name):
        raise errors.client(
            "The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters "
            '(upper and lowercase), numbers, underscores, and hyphens. The name cannot be prefixed with "aws", '
            '"ecs", or "fargate". Specify a valid name and try again.'
        )
    settings = params.get("autoScalingGroupProvider")
    if not settings:
        raise errors.client("The capacity provider must have an Auto Scaling group provider specified.")
    existing = ecs.providers.get(name)
    if existing is not None and existing.status != "INACTIVE":
        raise errors.client(
            "The specified capacity provider already exists. To change the configuration of an existing capacity "
            "provider, update the capacity provider."
        )
    group = autoscaling.find(world, call.account, call.region, settings["autoScalingGroupArn"])
    if group is None:
        raise errors.client("The specified Auto Scaling group ARN is invalid. Specify a valid ARN and try again.")
    if of_group(ecs, group.arn):
        raise errors.client(
            "The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a "
            "unique Auto Scaling group ARN and try again."
        )
    provider = CapacityProvider(
        name=name,
        arn=ecs.arn("capacity-provider", name),
        group_arn=group.arn,
        scaling=_scaling(settings.get("managedScaling"), SCALING_DEFAULTS),
        termination_protection=settings.get("managedTerminationProtection") or "DISABLED",
        draining=settings.get("managedDraining") or "ENABLED",
        tags=tags.checked(params.get("tags")),
    )
    _check_protection(provider, group)
    ecs.providers[name] = provider
    if provider.scales:
        group.tags.setdefault(MANAGED, ("", True))
    return {"capacityProvider": describe(provider, True)}


@handles("ecs", "UpdateCapacityProvider")
def update(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    provider = _existing(ecs, call.params["name"])
    settings = call.params.get("autoScalingGroupProvider") or {}
    changed = dataclasses.replace(
        provider,
        scaling=_scaling(settings.get("managedScaling"), provider.scaling),
        termination_protection=settings.get("managedTerminationProtection") or provider.termination_protection,
        draining=settings.get("managedDraining") or provider.draining,
    )
    _check_protection(changed, autoscaling.find(world, call.account, call.region, provider.group_arn))
    provider.scaling, provider.draining = changed.scaling, changed.draining
    provider.termination_protection = changed.termination_protection
    provider.update_status = "UPDATE_IN_PROGRESS"

    def done() -> None:
        if provider.update_status == "UPDATE_IN_PROGRESS":
            provider.update_status = "UPDATE_COMPLETE"

    world.after("capacity_provider_update", done)
    return {"capacityProvider": describe(provider, True)}


def _existing(ecs: Ecs, name_or_arn: str) -> CapacityProvider:
    provider = find(ecs, name_or_arn)
    if provider is None:
        raise errors.client(
            "The specified capacity provider does not exist. Specify a valid name or ARN and try again."
        )
    return provider


def _scaling(asked: dict[str, Any] | None, old: dict[str, Any]) -> dict[str, Any]:
    if not asked:
        return dict(old)
    given = {key: value for key, value in asked.items() if value is not None}
    scaling = {**old, "status": "ENABLED", **given}
    for key, (least, most) in SCALING_RANGES.items():
        if not least <= scaling[key] <= most:
            raise errors.client(
                f"The managed scaling setting for the capacity provider is invalid: {key} must be between {least} and "
                f"{most}."
            )
    if scaling["minimumScalingStepSize"] > scaling["maximumScalingStepSize"]:
        raise errors.client(
            "The managed scaling setting for the capacity provider is invalid: minimumScalingStepSize cannot be "
            "greater than maximumScalingStepSize."
        )
    return scaling


def _check_protection(provider: CapacityProvider, group: Any) -> None:
    if provider.termination_protection != "ENABLED":
        return
    if not provider.scales:
        raise errors.client(
            "The managed termination protection setting for the capacity provider is invalid. To enable managed "
            "termination protection for a capacity provider, managed scaling must be enabled."
        )
    protected = group is not None and all(member.protected for member in group.active_members())
    if group is None or not protected or not group.new_instances_protected:
        raise errors.client(
            "The managed termination protection setting for the capacity provider is invalid. To enable managed "
            "termination protection for a capacity provider, the Auto Scaling group must have instance protection "
            "from scale in enabled."
        )


@handles("ecs", "DeleteCapacityProvider")
def delete(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    name = last_part(call.params["capacityProvider"])
    if name in FARGATE:
        raise errors.client(f"The {name} capacity provider is reserved and cannot be deleted.")
    provider = _existing(ecs, call.params["capacityProvider"])
    for cluster in ecs.clusters.values():
        if name in cluster.capacity_providers and cluster.status != "INACTIVE":
            raise errors.client(
                "The capacity provider cannot be deleted because it is associated with cluster: "
                f"{cluster.name}. Remove the capacity provider from the cluster and try again."
            )
    if provider.update_status != "DELETE_IN_PROGRESS":
        provider.update_status = "DELETE_IN_PROGRESS"

        def gone() -> None:
            provider.status, provider.update_status = "INACTIVE", "DELETE_COMPLETE"

        world.after("capacity_provider_update", gone)
    return {"capacityProvider": describe(provider, True)}


@handles("ecs", "DescribeCapacityProviders")
def describe_capacity_providers(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    asked = call.params.get("capacityProviders")
    with_tags = "TAGS" in (call.params.get("include") or [])
    if not asked:
        active = [name for name, provider in ecs.providers.items() if provider.status == "ACTIVE"]
        names, token = page([*FARGATE, *active], call.params, 10, 10)
        return {"capacityProviders": [_described(ecs, name, with_tags) for name in names], "nextToken": token}
    found, failures = [], []
    for name_or_arn in asked:
        described = _described(ecs, last_part(name_or_arn), with_tags)
        if described is None:
            arn = name_or_arn if ":" in name_or_arn else ecs.arn("capacity-provider", name_or_arn)
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(described)
    return {"capacityProviders": found, "failures": failures}


def _described(ecs: Ecs, name: str, with_tags: bool) -> dict[str, Any] | None:
    if name in FARGATE:
        arn = ecs.arn("capacity-provider", name)
        return {"capacityProviderArn": arn, "name": name, "status": "ACTIVE", "type": name, "tags": []}
    provider = ecs.providers.get(name)
    return describe(provider, with_tags) if provider else None


def describe(provider: CapacityProvider, with_tags: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "capacityProviderArn": provider.arn,
        "name": provider.name,
        "status": provider.status,
        "type": "EC2_AUTOSCALING",
        "autoScalingGroupProvider": {
            "autoScalingGroupArn": provider.group_arn,
            "managedScaling": dict(provider.scaling),
            "managedTerminationProtection": provider.termination_protection,
            "managedDraining": provider.draining,
        },
        "tags": tags.shown(provider.tags) if with_tags else [],
    }
    if provider.update_status:
        shown["updateStatus"] = provider.update_status
    return shown
