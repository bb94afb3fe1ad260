"""What IAM asks of a caller for a call: actions on resources, as AWS's service authorization reference has them.

One call may need several: to pass a role, to tag what it makes, to look at what it is given. Each service has a module
here, which registers by being imported.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from .need import SERVICES, Need, Request

if TYPE_CHECKING:
    from ..registry import Call

__all__ = ["Need", "Request", "needs", "of_call"]

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(_module.name)


def needs(request: Request) -> list[Need]:
    """The action itself first."""
    find = SERVICES.get(request.service)
    found = list(find(request)) if find else []
    return found or [Need(request.action)]


def of_call(call: Call) -> list[Need]:
    """Also for a call that is not whole, which AWS would refuse for that."""
    request = Request(call.service, call.operation, call.params, call.region, call.account, call.partition)
    try:
        return needs(request)
    except (KeyError, StopIteration):
        return [Need(request.action)]
