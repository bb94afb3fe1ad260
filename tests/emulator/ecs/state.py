"""What ECS keeps for one account and region, and how its names and ids look."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from moto.utilities.utils import get_partition

from ..registry import Call
from ..world import World
from . import errors
from .settings import AccountSettings

if TYPE_CHECKING:
    from .capacity_providers import CapacityProvider
    from .clusters import Cluster
    from .container_instances import ContainerInstance
    from .service import Service
    from .task import Task
    from .task_definitions import TaskDefinition

HEX = "0123456789abcdef"
ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"


class Ecs:
    """All of ECS for an account and region."""

    def __init__(self, world: World, account: str, region: str) -> None:
        self.world = world
        self.account = account
        self.region = region
        self.partition = str(get_partition(region))
        self.settings = AccountSettings()
        self.clusters: dict[str, Cluster] = {}
        self.providers: dict[str, CapacityProvider] = {}
        self.families: dict[str, list[TaskDefinition]] = {}
        self.instances: dict[str, ContainerInstance] = {}
        self.tasks: dict[str, Task] = {}
        # A name can be used again when its service is INACTIVE, which stays describable for a while.
        self.services: dict[tuple[str, str], Service] = {}

    @property
    def now(self) -> float:
        return self.world.now

    @property
    def root(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:root"

    def arn(self, kind: str, *path: str | int) -> str:
        return f"arn:{self.partition}:ecs:{self.region}:{self.account}:{kind}/{'/'.join(map(str, path))}"

    def hex_id(self, length: int = 32) -> str:
        return "".join(self.world.random.choices(HEX, k=length))

    def short_id(self) -> str:
        """The id of a service deployment."""
        return "".join(self.world.random.choices(ID_ALPHABET, k=21))

    def number(self, digits: int = 19) -> str:
        return str(self.world.random.randrange(10 ** (digits - 1), 10**digits))

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.world.random.getrandbits(128), version=4))

    def tasks_of(self, cluster: Cluster) -> Iterable[Task]:
        return [task for task in self.tasks.values() if task.cluster is cluster]


class _Holder:
    ecs: Ecs | None = None


def ecs_of(world: World, account: str, region: str) -> Ecs:
    holder = world.store(_Holder, account, region)
    if holder.ecs is None:
        holder.ecs = Ecs(world, account, region)
    return holder.ecs


def ecs_for(world: World, call: Call) -> Ecs:
    return ecs_of(world, call.account, call.region)


def last_part(name_or_arn: str) -> str:
    """The name in an ARN, or the name itself."""
    return name_or_arn.rsplit("/", 1)[-1]


def page(items: list[Any], params: dict[str, Any], default: int, most: int = 100) -> tuple[list[Any], str | None]:
    """A page of a list by maxResults and nextToken, and the token of the next one."""
    size = int(params.get("maxResults") or default)
    if not 1 <= size <= most:
        raise errors.invalid_parameter(f"maxResults must be between 1 and {most}.")
    token = params.get("nextToken") or "0"
    if not token.isdigit() or int(token) > len(items):
        raise errors.invalid_parameter("Invalid token")
    start = int(token)
    rest = start + size
    return items[start:rest], str(rest) if rest < len(items) else None
