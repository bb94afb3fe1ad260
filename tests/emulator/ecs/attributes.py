"""Attributes of container instances."""

from __future__ import annotations

from typing import Any

from ..registry import AwsError, Call, handles
from ..world import World
from . import errors
from .clusters import find
from .container_instances import ContainerInstance, describe, existing, instances_of
from .state import Ecs, ecs_for, page

MOST_ATTRIBUTES = 10


def _target(ecs: Ecs, call: Call, attribute: dict[str, Any]) -> ContainerInstance:
    cluster = find(ecs, call.params.get("cluster"))
    instance = existing(ecs, cluster, attribute.get("targetId") or "")
    if instance is None:
        raise AwsError("TargetNotFoundException", "The specified target wasn't found.")
    return instance


@handles("ecs", "PutAttributes")
def put(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    for attribute in call.params["attributes"]:
        instance = _target(ecs, call, attribute)
        if attribute["name"].startswith(("ecs.", "com.amazonaws.")):
            raise errors.invalid_parameter(f"The attribute name {attribute['name']} is reserved.")
        instance.attributes[attribute["name"]] = attribute.get("value") or ""
        if len(instance.attributes) > MOST_ATTRIBUTES:
            raise AwsError("AttributeLimitExceededException", "A resource can have at most 10 custom attributes.")
    return {"attributes": call.params["attributes"]}


@handles("ecs", "DeleteAttributes")
def delete(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    for attribute in call.params["attributes"]:
        _target(ecs, call, attribute).attributes.pop(attribute["name"], None)
    return {"attributes": call.params["attributes"]}


@handles("ecs", "ListAttributes")
def list_attributes(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = call.params
    found = [
        {**attribute, "targetId": instance.arn}
        for instance in instances_of(ecs, find(ecs, params.get("cluster")))
        for attribute in describe(ecs, instance, set())["attributes"]
        if params.get("attributeName") in (None, attribute["name"])
        and params.get("attributeValue") in (None, attribute.get("value"))
    ]
    shown, token = page(found, params, 100)
    return {"attributes": shown, "nextToken": token}
