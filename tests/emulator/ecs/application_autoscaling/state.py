"""Scalable targets, their policies, scheduled actions and activities."""

from __future__ import annotations

import dataclasses
from typing import Any

from moto.utilities.utils import get_partition

from ...registry import AwsError, Call
from ...world import World

DIMENSIONS = {"ecs": ("ecs:service:DesiredCount",)}
# Namespace, resource, dimension.
Key = tuple[str, str, str]


@dataclasses.dataclass
class Target:
    key: Key
    arn: str
    least: int
    most: int
    role: str
    created: float
    tags: dict[str, str]
    suspended: dict[str, bool]


@dataclasses.dataclass
class Policy:
    name: str
    key: Key
    arn: str
    kind: str
    settings: dict[str, Any]
    created: float
    alarms: list[dict[str, str]]


class Store:
    def __init__(self) -> None:
        self.targets: dict[Key, Target] = {}
        self.policies: dict[tuple[Key, str], Policy] = {}
        self.scheduled: dict[tuple[Key, str], dict[str, Any]] = {}
        self.activities: list[dict[str, Any]] = []


def store_of(world: World, account: str, region: str) -> Store:
    found: Store = world.store(Store, account, region)
    return found


def of(world: World, call: Call) -> Store:
    return store_of(world, call.account, call.region)


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def not_found(what: str, key: Key, extra: str = "") -> AwsError:
    namespace, resource, dimension = key
    place = f"service namespace: {namespace}, resource ID: {resource}, scalable dimension: {dimension}"
    return AwsError("ObjectNotFoundException", f"No {what} for {place}{extra}")


def key_of(params: dict[str, Any]) -> Key:
    """What a request is about; only ECS services can be scaled here."""
    namespace = params["ServiceNamespace"]
    resource, dimension = params.get("ResourceId") or "", params.get("ScalableDimension") or ""
    if namespace not in DIMENSIONS:
        raise invalid(f"Unsupported service namespace: {namespace}")
    if dimension not in DIMENSIONS[namespace]:
        raise invalid(f"Unsupported service namespace, resource type or scalable dimension: {dimension}")
    parts = resource.split("/")
    if len(parts) != 3 or parts[0] != "service" or not all(parts):
        raise invalid(f"Unsupported service namespace, resource type or scalable dimension: {resource}")
    return namespace, resource, dimension


def arn(account: str, region: str, kind: str, name: str) -> str:
    return f"arn:{get_partition(region)}:{kind}:{region}:{account}:{name}"


def selected(key: Key, params: dict[str, Any]) -> bool:
    resources = params.get("ResourceIds") or ([params["ResourceId"]] if params.get("ResourceId") else None)
    return (
        key[0] == params["ServiceNamespace"]
        and (resources is None or key[1] in resources)
        and params.get("ScalableDimension") in (None, key[2])
    )


def page(items: list[Any], params: dict[str, Any], default: int = 50) -> tuple[list[Any], str | None]:
    start = int(params.get("NextToken") or 0)
    end = start + int(params.get("MaxResults") or default)
    return items[start:end], str(end) if end < len(items) else None
