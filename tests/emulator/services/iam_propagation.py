"""A new role or instance profile exists at once for IAM, and a moment later for the other services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

if TYPE_CHECKING:
    from ..world import World

# IAM is global: one store for an account, whatever the region.
EVERYWHERE = "global"


class VisibleFrom(dict[str, float]):
    """By "role/<name>" or "instance-profile/<name>": when other services see it as it is now."""


def _visible_from(world: World, account: str) -> VisibleFrom:
    found: VisibleFrom = world.store(VisibleFrom, account, EVERYWHERE)
    return found


def is_visible(world: World, account: str, arn: str) -> bool:
    """Whether another service finds this role or instance profile (by ARN) already."""
    partition, kind, name = _parts(arn)
    backend = iam_backends[account][partition]
    if kind == "instance-profile":
        found: Any = backend.instance_profiles.values()
    else:
        found = backend.roles.values()
    if not any(one.name == name for one in found):
        return False
    return world.now >= _visible_from(world, account).get(f"{kind}/{name}", 0.0)


def _parts(arn: str) -> tuple[str, str, str]:
    _unused, partition, _unused, _unused, _unused, resource = arn.split(":", 5)
    return partition, resource.split("/")[0], resource.split("/")[-1]


def starts(world: World, account: str, kind: str, name: str) -> None:
    """It has been made, or changed: from now on it propagates."""
    _visible_from(world, account)[f"{kind}/{name}"] = world.now + world.profile.seconds("iam_propagation")
