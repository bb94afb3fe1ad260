"""Where a name that resolves nowhere is to be found on this machine: POST /_emulator/endpoints.

A hook's function calls a load balancer by its DNS name. A test lets something on loopback stand behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import admin
from ..world import World

if TYPE_CHECKING:
    from ..server import Emulator

EVERYWHERE = "global"


class Endpoints(dict[str, int]):
    """By "name:port", which may have the wildcards of file names: the port on 127.0.0.1."""


def endpoints(world: World) -> Endpoints:
    found: Endpoints = world.store(Endpoints, EVERYWHERE, EVERYWHERE)
    return found


@admin.endpoint("POST", "endpoints")
def set_endpoints(emulator: Emulator, body: admin.Body) -> dict[str, int]:
    """{"name:port": port, ...}: for a hook's function, the name is this machine, and the port is that one."""
    known = endpoints(emulator.world)
    known.update({str(name): int(port) for name, port in body.items()})
    return dict(known)
