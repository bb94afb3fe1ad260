"""Results of tasks, as the modules of amazon.aws 11 and of this collection give them on ansible-core 2.21."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkey.gateway.plugins.module_utils._plan.kind import Seen

UNKNOWN = "(known after apply)"


def planned(module: str, args: dict[str, Any] | None = None, **result: Any) -> Seen:
    """A task in check mode that would change something."""
    return seen(module, args, check_mode=True, **result)


def applied(module: str, args: dict[str, Any] | None = None, **result: Any) -> Seen:
    """A task that has changed something."""
    return seen(module, args, **result)


def seen(
    module: str,
    args: dict[str, Any] | None = None,
    *,
    changed: bool = True,
    check_mode: bool = False,
    failed: bool = False,
    no_log: bool = False,
    **result: Any,
) -> Seen:
    if "." not in module:
        module = f"portkey.gateway.{module}"
    return Seen(module, args or {}, result, f"role : {module}", changed, failed, check_mode, no_log)


def diff(before: Any, after: Any) -> dict[str, Any]:
    return {"diff": {"before": before, "after": after}}
