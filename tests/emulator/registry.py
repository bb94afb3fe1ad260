"""The AWS operations that the emulator answers itself; moto answers all others."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException

if TYPE_CHECKING:
    from .wire import Answer
    from .world import World

READ_PREFIXES = ("Describe", "List", "Get", "Head", "BatchGet", "Search", "Simulate", "Discover", "Validate", "Filter")
READ_OPERATIONS = frozenset({"AssumeRole", "DecodeAuthorizationMessage", "StartQuery", "TestMetricFilter"})


class AwsError(ServiceException):
    """An error as AWS answers it: code, message, and the HTTP status where the service's model has none."""

    def __init__(self, code: str, message: str, status: int | None = None, **fields: Any) -> None:
        super().__init__(code, message)
        self.status = status
        self.__dict__.update(fields)


@dataclasses.dataclass
class Call:
    """One request, understood."""

    service: str
    operation: str
    region: str
    account: str
    access_key: str
    params: dict[str, Any]
    # Asks moto for its answer to the same request.
    forward: Callable[[], Answer]

    @property
    def mutating(self) -> bool:
        return not (self.operation.startswith(READ_PREFIXES) or self.operation in READ_OPERATIONS)

    @property
    def partition(self) -> str:
        from moto.utilities.utils import get_partition

        return str(get_partition(self.region))


# An operation is given the world and the call. It returns the result as the API's model has it (or moto's own
# answer, by call.forward()), or raises AwsError.
Handler = Callable[["World", Call], Any]
_handlers: dict[tuple[str, str], Handler] = {}


def handles(service: str, operation: str) -> Callable[[Handler], Handler]:
    """Marks the function that answers an operation, by boto3's service name and the API's operation name."""

    def register(handler: Handler) -> Handler:
        if (service, operation) in _handlers:
            raise ValueError(f"{service}:{operation} has two handlers")
        _handlers[service, operation] = handler
        return handler

    return register


def handler_for(service: str, operation: str) -> Handler | None:
    return _handlers.get((service, operation))


def load_services() -> None:
    """Import all that registers by being imported: the services, and what adds an address to the admin API."""
    importlib.import_module("emulator.critical_path")
    for package_name in ("emulator.services", "emulator.ecs", "emulator.codedeploy"):
        package = importlib.import_module(package_name)
        for module in pkgutil.walk_packages(package.__path__, f"{package_name}."):
            importlib.import_module(module.name)
