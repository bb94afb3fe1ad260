"""Faults on demand: throttling, server errors, connection resets, lost answers, any error code."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

from moto.core.utils import get_service_model

from . import authorization
from .registry import AwsError, Call

KINDS = ("throttle", "500", "reset", "stop", "denied", "expired", "error")
# What AWS answers, by protocol or (where one has words of its own) by service: code, message and HTTP status.
Answers = dict[str, tuple[str, str, int]]
THROTTLED: Answers = {
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503),
    "s3": ("SlowDown", "Please reduce your request rate.", 503),
    "query": ("Throttling", "Rate exceeded", 400),
    "json": ("ThrottlingException", "Rate exceeded", 400),
}
EXPIRED: Answers = {
    "ec2": ("RequestExpired", "Request has expired.", 400),
    "s3": ("ExpiredToken", "The provided token has expired.", 400),
    "query": ("ExpiredToken", "The security token included in the request is expired", 403),
    "json": ("ExpiredTokenException", "The security token included in the request is expired", 400),
}
DENIED: Answers = {
    "ec2": ("UnauthorizedOperation", "You are not authorized to perform this operation. {}", 403),
    "s3": ("AccessDenied", "{}", 403),
    "query": ("AccessDenied", "{}", 403),
    "json": ("AccessDeniedException", "{}", 400),
    "rest-json": ("AccessDeniedException", "{}", 403),
}
FAILED = ("InternalFailure", "The request processing has failed because of an unknown error.", 500)


class ConnectionReset(Exception):
    """The connection is to be cut without an answer."""


@dataclasses.dataclass
class Fault:
    """When it strikes (service, operation, mutating or not; at the n-th such call, or at a rate) and what it does.

    After a fault of kind stop nobody is answered any more, and nothing has an effect, until the faults are forgotten:
    time to kill who called, at this very call.
    """

    kind: str
    service: str | None = None
    except_service: str | None = None
    operation: str | None = None
    mutating: bool | None = None
    at: int | None = None  # the n-th matching call, counted from 1
    rate: float | None = None  # 0..1 of the matching calls
    times: int | None = None  # strikes at most so often
    action: str | None = None  # what IAM is asked for the call, such as iam:PassRole
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

    @property
    def has_stopped(self) -> bool:
        return self.kind == "stop" and self.struck > 0

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
        if self.kind in ("reset", "stop"):
            return ConnectionReset()
        code, message, status = self._answer(call)
        return AwsError(self.code or code, self.message or message, status=self.status or status)

    def _answer(self, call: Call) -> tuple[str, str, int]:
        if self.kind == "throttle":
            return _for_service(THROTTLED, call.service)
        if self.kind == "expired":
            return _for_service(EXPIRED, call.service)
        if self.kind == "denied":
            code, message, status = _for_service(DENIED, call.service)
            return code, message.format(_denial(call, self.action)), status
        return FAILED if self.kind == "500" else ("", "", 400)

    def _matches(self, call: Call) -> bool:
        return (
            self.service in (None, call.service)
            and self.except_service != call.service
            and self.operation in (None, call.operation)
            and self.mutating in (None, call.mutating)
            and (self.action is None or any(need.action == self.action for need in authorization.of_call(call)))
        )


# What every call meets after a stop.
CUT = Fault("reset")


def _for_service(answers: Answers, service: str) -> tuple[str, str, int]:
    if service in answers:
        return answers[service]
    protocol = str(get_service_model(service).metadata["protocol"])
    if protocol in answers:
        return answers[protocol]
    return answers["json" if "json" in protocol else "query"]


def _denial(call: Call, action: str | None) -> str:
    """How IAM says no: who, what, to which resource, and which kind of policy is missing."""
    need = next(one for one in authorization.of_call(call) if action in (None, one.action))
    user = f"arn:{call.partition}:iam::{call.account}:user/emulator"
    return (
        f"User: {user} is not authorized to perform: {need.action} on resource: {need.resource} "
        f"because no identity-based policy allows the {need.action} action"
    )


class Faults:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, descriptions: list[dict[str, Any]]) -> None:
        self.faults.extend([Fault(**description) for description in descriptions])

    def strike(self, call: Call, chance: random.Random) -> Fault | None:
        if any(fault.has_stopped for fault in self.faults):
            return CUT
        for fault in self.faults:
            if fault.strikes(call, chance):
                return fault
        return None
