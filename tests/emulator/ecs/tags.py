"""Tags: the same for everything in ECS that can carry them."""

from __future__ import annotations

from typing import Any

from ..registry import AwsError, Call, handles
from ..world import World
from . import errors
from .state import Ecs, ecs_for

MOST_TAGS = 50
LONGEST_KEY = 128
LONGEST_VALUE = 256


def checked(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """The tags of a request, by key."""
    given = {tag.get("key", ""): tag.get("value", "") for tag in tags or []}
    if len(given) != len(tags or []):
        raise errors.invalid_parameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    for key, value in given.items():
        if not 1 <= len(key) <= LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise errors.invalid_parameter(f"The tag key or value is too long or empty: '{key}'.")
        if key.lower().startswith("aws:"):
            raise errors.invalid_parameter("Invalid key: tag keys cannot start with aws:.")
    if len(given) > MOST_TAGS:
        raise errors.invalid_parameter("The number of tags exceeds the limit of 50.")
    return given


def shown(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def tags_of(ecs: Ecs, arn: str) -> dict[str, str]:
    """The live tags of the resource with an ARN."""
    everything: list[Any] = [
        *ecs.clusters.values(),
        *ecs.providers.values(),
        *ecs.services.values(),
        *ecs.tasks.values(),
        *ecs.instances.values(),
        *(definition for family in ecs.families.values() for definition in family),
        *(task_set for service in ecs.services.values() for task_set in service.task_sets),
    ]
    for resource in everything:
        if resource.arn == arn and resource.status != "INACTIVE":
            return resource.tags
    if ":cluster/" in arn:
        raise errors.cluster_not_found()
    raise AwsError("ResourceNotFoundException", "The specified resource could not be found.")


@handles("ecs", "TagResource")
def tag_resource(world: World, call: Call) -> Any:
    tags = tags_of(ecs_for(world, call), call.params["resourceArn"])
    new = checked(call.params["tags"])
    if len({**tags, **new}) > MOST_TAGS:
        raise errors.invalid_parameter("The number of tags exceeds the limit of 50.")
    tags.update(new)
    return {}


@handles("ecs", "UntagResource")
def untag_resource(world: World, call: Call) -> Any:
    tags = tags_of(ecs_for(world, call), call.params["resourceArn"])
    for key in call.params["tagKeys"]:
        tags.pop(key, None)
    return {}


@handles("ecs", "ListTagsForResource")
def list_tags(world: World, call: Call) -> Any:
    return {"tags": shown(tags_of(ecs_for(world, call), call.params["resourceArn"]))}
