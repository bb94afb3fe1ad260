"""Faults on demand: throttling, server errors, connection resets, lost answers, any error code."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

from .registry import AwsError, Call

# What AWS answers: code, message and HTTP status.
KINDS: dict[str, tuple[str, str, int]] = {
    "throttle": ("ThrottlingException", "Rate exceeded", 400),
    "500": ("InternalFailure", "The request processing has failed because of an unknown error.", 500),
    "reset": ("", "", 0),
    "error": ("", "", 400),
}
# Services whose throttling has a name of its own.
THROTTLES = {"ec2": "RequestLimitExceeded", "elbv2": "Throttling", "iam": "Throttling", "autoscaling": "Throttling"}


class ConnectionReset(Exception):
    """The connection is to be cut without an answer."""


@dataclasses.dataclass
class Fault:
    """When it strikes (service, operation, mutating or not; at the n-th such call, or at a rate) and what it does."""

    kind: str
    service: str | None = None
    operation: str | None = None
    mutating: bool | None = None
    at: int | None = None  # the n-th matching call, counted from 1
    rate: float | None = None  # 0..1 of the matching calls
    times: int | None = None  # strikes at most so often
    after: bool = False  # the call takes effect first, and its answer is lost
    once_per_operation: bool = False
    code: str | None = None
    message: str | None = None
    status: int | None = None
    seen: int = 0
    struck: int = 0
    operations: set[str] = dataclasses.field(default_factory=set)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}: it must be one of {', '.join(KINDS)}")
        if self.kind == "error" and not self.code:
            raise ValueError("a fault of kind error needs a code")
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise ValueError(f"rate is {self.rate}: it must be between 0 and 1")

    def strikes(self, call: Call, chance: random.Random) -> bool:
        if not self._matches(call):
            return False
        self.seen += 1
        if self.times is not None and self.struck >= self.times:
            return False
        if self.at is not None and self.seen != self.at:
            return False
        if self.rate is not None and chance.random() >= self.rate:
            return False
        if self.once_per_operation:
            name = f"{call.service}:{call.operation}"
            if name in self.operations:
                return False
            self.operations.add(name)
        self.struck += 1
        return True

    def error(self, call: Call) -> Exception:
        if self.kind == "reset":
            return ConnectionReset()
        code, message, status = KINDS[self.kind]
        if self.kind == "throttle":
            code = THROTTLES.get(call.service, code)
        return AwsError(self.code or code, self.message or message, status=self.status or status)

    def _matches(self, call: Call) -> bool:
        return (
            self.service in (None, call.service)
            and self.operation in (None, call.operation)
            and self.mutating in (None, call.mutating)
        )


class Faults:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, descriptions: list[dict[str, Any]]) -> None:
        self.faults.extend([Fault(**description) for description in descriptions])

    def strike(self, call: Call, chance: random.Random) -> Fault | None:
        for fault in self.faults:
            if fault.strikes(call, chance):
                return fault
        return None
