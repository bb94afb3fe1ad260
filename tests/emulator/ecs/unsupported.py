"""Operations that the emulator does not have: refused, rather than answered from moto's own state."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from moto.core.utils import get_service_model

from ..registry import AwsError, Call, handler_for, handles
from ..world import World

SERVICES = ("ecs", "servicediscovery", "application-autoscaling")


def _refuse(world: World, call: Call) -> Any:
    raise AwsError("UnsupportedFeatureException", f"The emulator does not have {call.service}:{call.operation}.")


def _register() -> None:
    package = importlib.import_module(__package__)
    for module in pkgutil.walk_packages(package.__path__, f"{__package__}."):
        if module.name != __name__:
            importlib.import_module(module.name)
    for service in SERVICES:
        for operation in get_service_model(service).operation_names:
            if handler_for(service, operation) is None:
                handles(service, operation)(_refuse)


_register()
