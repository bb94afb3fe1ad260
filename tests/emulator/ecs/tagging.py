"""The tagging API lists what is tagged here, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.resource_tagging import TaggedResource
from moto.ecs.models import ecs_backends

from ..registry import Call, handles
from ..wire import Answer
from ..world import World
from .application_autoscaling import state as scaling
from .cloud_map import state as discovery
from .state import ecs_for

OPERATIONS = ("GetResources", "GetTagKeys", "GetTagValues")


def _resources(world: World, call: Call) -> Iterator[TaggedResource]:
    ecs = ecs_for(world, call)
    everything: list[Any] = [
        *ecs.clusters.values(),
        *ecs.providers.values(),
        *ecs.services.values(),
        *ecs.tasks.values(),
        *ecs.instances.values(),
        *(definition for family in ecs.families.values() for definition in family),
    ]
    for resource in everything:
        if resource.status not in ("INACTIVE", "STOPPED", "DELETED"):
            yield TaggedResource(resource.arn, dict(resource.tags), f"ecs:{_kind(resource.arn)}")
    found = discovery.of(world, call)
    named: list[discovery.Namespace | discovery.Service] = [*found.namespaces.values(), *found.services.values()]
    for one in named:
        yield TaggedResource(one.arn, dict(one.tags), f"servicediscovery:{_kind(one.arn)}")
    for target in scaling.of(world, call).targets.values():
        yield TaggedResource(target.arn, dict(target.tags), "application-autoscaling:scalable-target")


def _kind(arn: str) -> str:
    return arn.split(":")[5].split("/")[0]


def _answer(world: World, call: Call) -> Answer:
    """Moto asks its own ECS, which knows nothing: let it ask us, for as long as this call takes."""
    backend: Any = ecs_backends[call.account][call.region]
    backend.iter_tagged_resources = lambda: _resources(world, call)
    try:
        return call.forward()
    finally:
        del backend.iter_tagged_resources


for _operation in OPERATIONS:
    handles("resourcegroupstaggingapi", _operation)(_answer)
