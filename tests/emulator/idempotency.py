"""Requests that are sent again with the same token get the first answer again, and have no second effect."""

from __future__ import annotations

import functools
import json

from moto.core.utils import get_service_model

from .registry import AwsError, Call
from .wire import Answer

Key = tuple[str, str, str, str, str]


@functools.cache
def _token_names(service: str, operation: str) -> tuple[str, ...]:
    """The members that the API's model marks as idempotency tokens (boto3 fills them in), or only names so."""
    shape = get_service_model(service).operation_model(operation).input_shape
    if shape is None:
        return ()
    return tuple(
        name
        for name, member in shape.members.items()
        if member.metadata.get("idempotencyToken") or name == "ClientToken"
    )


class Tokens:
    def __init__(self) -> None:
        self._answers: dict[Key, tuple[str, Answer]] = {}

    def replay(self, call: Call) -> Answer | None:
        """The answer to the same request before."""
        key = self._key(call)
        if key is None or key not in self._answers:
            return None
        content, answer = self._answers[key]
        if content == _content(call):
            return answer
        if call.service == "ec2":
            message = "The client token has already been used with different request parameters."
            raise AwsError("IdempotentParameterMismatch", message)
        return None

    def remember(self, call: Call, answer: Answer) -> None:
        key = self._key(call)
        if key is not None and answer.status < 300:
            self._answers[key] = (_content(call), answer)

    def _key(self, call: Call) -> Key | None:
        for name in _token_names(call.service, call.operation):
            if call.params.get(name):
                return call.account, call.region, call.service, call.operation, str(call.params[name])
        return None


def _content(call: Call) -> str:
    return json.dumps(call.params, sort_keys=True, default=repr)
