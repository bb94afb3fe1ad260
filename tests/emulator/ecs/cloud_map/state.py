"""What Cloud Map keeps for one account and region."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from moto.utilities.utils import get_partition

from ...registry import AwsError, Call
from ...world import World

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


@dataclasses.dataclass
class Namespace:
    id: str
    arn: str
    name: str
    type: str
    description: str | None
    creator_request_id: str | None
    created: float
    tags: dict[str, str]
    hosted_zone_id: str | None = None
    soa_ttl: int = 15


@dataclasses.dataclass
class Service:
    id: str
    arn: str
    name: str
    namespace: Namespace
    settings: dict[str, Any]
    creator_request_id: str | None
    created: float
    tags: dict[str, str]
    type: str = "HTTP"
    revision: int = 1
    instances: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    health: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Operation:
    id: str
    type: str
    targets: dict[str, str]
    created: float
    creator_request_id: str | None = None
    status: str = "SUBMITTED"
    updated: float = 0.0
    error: str | None = None


class CloudMap:
    def __init__(self) -> None:
        self.namespaces: dict[str, Namespace] = {}
        self.services: dict[str, Service] = {}
        self.operations: dict[str, Operation] = {}

    def running(self, kind: str, target: str) -> Operation | None:
        """The operation of this type on this target that has not ended."""
        for operation in self.operations.values():
            concerned = target in operation.targets.values() or target == operation.creator_request_id
            if concerned and operation.type == kind and operation.status in ("SUBMITTED", "PENDING"):
                return operation
        return None


def cloud_map(world: World, account: str, region: str) -> CloudMap:
    store: CloudMap = world.store(CloudMap, account, region)
    return store


def of(world: World, call: Call) -> CloudMap:
    return cloud_map(world, call.account, call.region)


def new_id(world: World, prefix: str) -> str:
    return f"{prefix}-" + "".join(world.random.choices(ALPHABET, k=16))


def arn(account: str, region: str, kind: str, resource_id: str) -> str:
    return f"arn:{get_partition(region)}:servicediscovery:{region}:{account}:{kind}/{resource_id}"


def start(
    world: World,
    store: CloudMap,
    kind: str,
    targets: dict[str, str],
    effect: Callable[[], None],
    creator_request_id: str | None = None,
) -> Operation:
    """Begin an operation, whose effect comes when it has taken its time."""
    operation = Operation(
        id=new_id(world, "op")[3:] + "-" + new_id(world, "x")[2:10],
        type=kind,
        targets=targets,
        created=world.now,
        creator_request_id=creator_request_id,
        updated=world.now,
    )
    store.operations[operation.id] = operation

    def done() -> None:
        operation.updated = world.now
        try:
            effect()
            operation.status = "SUCCESS"
        except AwsError as error:
            operation.status, operation.error = "FAIL", str(error.message)

    world.after("namespace_operation", done)
    return operation


def invalid_input(message: str) -> AwsError:
    return AwsError("InvalidInput", message)


def page(items: list[Any], params: dict[str, Any]) -> tuple[list[Any], str | None]:
    size = int(params.get("MaxResults") or 100)
    start_at = int(params.get("NextToken") or 0)
    end = start_at + size
    return items[start_at:end], str(end) if end < len(items) else None


def selected(values: dict[str, str], filters: list[dict[str, Any]] | None) -> bool:
    """Whether an object with these values passes the filters of a List call."""
    return all(_passes(values.get(one["Name"]), one.get("Condition") or "EQ", one["Values"]) for one in filters or [])


def _passes(value: str | None, condition: str, wanted: list[str]) -> bool:
    if value is None:
        return True
    if condition == "BEGINS_WITH":
        return value.startswith(tuple(wanted))
    return value in wanted


def tags_of(given: list[dict[str, str]] | None) -> dict[str, str]:
    tags = {tag["Key"]: tag.get("Value", "") for tag in given or []}
    if any(key.lower().startswith("aws:") for key in tags):
        raise invalid_input("Tag keys cannot start with aws:.")
    if len(tags) > 50:
        raise AwsError("TooManyTagsException", "The number of tags exceeds the limit of 50.")
    return tags
