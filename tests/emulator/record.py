"""The record of every call, with secrets masked."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

SECRET_KEYS = re.compile(
    r"secretstring|secretbinary|password|authtoken|auth_token|^token$|secretaccesskey|privatekey", re.IGNORECASE
)
MASK = "********"
LONGEST_VALUE = 20_000


@dataclasses.dataclass(frozen=True)
class Recorded:
    number: int
    time: float
    service: str
    operation: str
    region: str
    status: int
    error: str | None
    mutating: bool
    parameters: dict[str, Any]


class Record:
    def __init__(self) -> None:
        self.calls: list[Recorded] = []

    def add(self, **fields: Any) -> None:
        fields["parameters"] = mask(fields["parameters"])
        self.calls.append(Recorded(number=len(self.calls) + 1, **fields))

    def as_dicts(self) -> list[dict[str, Any]]:
        return [dataclasses.asdict(call) for call in self.calls]


def mask(value: Any, key: str = "") -> Any:
    """A copy that JSON can hold, without the values of secrets."""
    if SECRET_KEYS.search(key):
        return MASK
    if isinstance(value, dict):
        # The value of an SSM parameter is a secret when its type says so.
        secure = value.get("Type") == "SecureString"
        return {
            str(name): MASK if secure and name == "Value" else mask(item, str(name)) for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [mask(item, key) for item in value]
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)[:LONGEST_VALUE]
