"""CloudWatch Logs: names and retention periods that it refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..registry import AwsError, Call, handles

if TYPE_CHECKING:
    from ..world import World

NAME = r"[.\-_/#A-Za-z0-9]+"
LONGEST_NAME = 512
RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip


def _refused(value: Any, name: str, constraint: str) -> AwsError:
    message = f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
    return AwsError("InvalidParameterException", message)


@handles("logs", "CreateLogGroup")
def create_log_group(world: World, call: Call) -> Any:
    name = call.params["logGroupName"]
    if not re.fullmatch(NAME, name):
        pattern = r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+"
        raise _refused(name, "logGroupName", pattern)
    if len(name) > LONGEST_NAME:
        raise _refused(name, "logGroupName", f"Member must have length less than or equal to {LONGEST_NAME}")
    return call.forward()


@handles("logs", "PutRetentionPolicy")
def put_retention_policy(world: World, call: Call) -> Any:
    days = call.params["retentionInDays"]
    if days not in RETENTION_DAYS:
        allowed = ", ".join(str(one) for one in sorted(RETENTION_DAYS, key=str))
        raise _refused(days, "retentionInDays", f"Member must satisfy enum value set: [{allowed}]")
    return call.forward()
