"""Who is told when an instance has started, and when it is about to go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..world import World

# Called with the world, the account, the region and the instance's id.
Running = Callable[["World", str, str, str], None]
# Tells whether the termination has to wait (a lifecycle hook): who says True goes on with autoscaling.release().
Terminating = Callable[["World", str, str, str], bool | None]
_running: list[Running] = []
_terminating: list[Terminating] = []


def on_running(listener: Running) -> Running:
    """Marks a function that wants to know of every instance that has booted."""
    _running.append(listener)
    return listener


def on_terminating(listener: Terminating) -> Terminating:
    """Marks a function that wants to know of every instance that is being terminated."""
    _terminating.append(listener)
    return listener


def running(world: World, account: str, region: str, instance_id: str) -> None:
    for listener in _running:
        listener(world, account, region, instance_id)


def terminating(world: World, account: str, region: str, instance_id: str) -> bool:
    """Tell all; True when one of them holds the termination."""
    held = [listener(world, account, region, instance_id) for listener in _terminating]
    return any(held)
