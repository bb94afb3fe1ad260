"""For which processors an image is: POST /_emulator/images. One of which nothing is said is for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import admin
from ..world import World
from .instance_types import ARCHITECTURES

if TYPE_CHECKING:
    from ..server import Emulator
    from .task import Task

EVERYWHERE = "global"
PLATFORMS = {"ARM64": "arm64", "X86_64": "amd64"}


class Architectures(dict[str, list[str]]):
    """By a part of the image's name, its architectures as ECS calls them."""


def architectures(world: World) -> Architectures:
    found: Architectures = world.store(Architectures, EVERYWHERE, EVERYWHERE)
    return found


def missing_platform(world: World, task: Task, image: str) -> str | None:
    """Why the task's processor finds nothing in the image, if so. Fargate has containerd, instances have Docker."""
    host = task.instance.capacity.architecture if task.instance else task.definition.architecture or "X86_64"
    for part, known in architectures(world).items():
        if part not in image or host in known:
            continue
        platform = PLATFORMS[host]
        if task.launch_type == "FARGATE":
            return (
                "CannotPullContainerError: image Manifest does not contain descriptor matching platform "
                f"'linux/{platform}'"
            )
        variant = "/v8" if platform == "arm64" else ""
        return (
            f"CannotPullContainerError: Error response from daemon: no matching manifest for linux/{platform}{variant} "
            "in the manifest list entries"
        )
    return None


@admin.endpoint("POST", "images")
def images(emulator: Emulator, body: admin.Body) -> Any:
    """{"image": part of its name, "architectures": ["X86_64"]}: only these have it. {"clear": true}: all have all."""
    known = architectures(emulator.world)
    if body.get("clear"):
        known.clear()
        return {"images": {}}
    wrong = set(body["architectures"]) - set(ARCHITECTURES.values())
    if wrong:
        raise ValueError(f"architectures has {', '.join(sorted(wrong))}: there are ARM64 and X86_64")
    known[body["image"]] = list(body["architectures"])
    return {"images": dict(known)}
