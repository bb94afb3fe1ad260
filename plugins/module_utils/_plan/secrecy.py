# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What of a change must not be shown: the values of secrets, wherever they occur."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Sequence

from ..masking import MASK, masked
from ..module import is_known

# A key that ends with one of these words holds a secret; one that goes on (secret_arn, token_ttl) speaks of one.
_SECRET_KEY = re.compile(
    r"(^|_)(password|passwd|secret|secrets|token|credential|credentials|authorization|client_auth"
    r"|api_?key|access_?key|private_?key|secret_?key|(secret|auth)_?(string|binary|json|token|value)|json_secret)$"
)
# Variables of a container are named as their authors like; rather hide one too many.
_SECRET_VARIABLE = re.compile(r"pass|secret|token|credential|auth|private|(^|_)key|key$", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# An action in a policy, as secretsmanager:GetSecretValue: no secret, though it is written like one.
_POLICY_ACTION = re.compile(r"([a-z0-9-]+):[A-Za-z]*\*?")
# What Ansible puts in the place of a parameter that is marked no_log.
_NO_LOG = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def is_secret(path: Sequence[str]) -> bool:
    """Whether what stands at this path is a secret, by the names on the way to it."""
    if "environment" in path[:-1] and _SECRET_VARIABLE.search(path[-1]):
        return True
    return any(_SECRET_KEY.search(_CAMEL.sub("_", key).lower()) for key in path)


def shown(path: Sequence[str], value: t.Any) -> t.Any:
    """The value, or a mask. A reference (an ARN) and a value that does not exist yet give nothing away."""
    if isinstance(value, dict):
        # A variable stands under its name, also where its list is told item by item.
        name = [str(value["name"])] if "name" in value and "value" in value else []
        return {key: shown([*path, *(name if key == "value" else [str(key)])], inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(path, inner) for inner in value]
    if value is None or isinstance(value, bool) or not is_known(value) or str(value).startswith("arn:"):
        return value
    if value == _NO_LOG or is_secret(path):
        return MASK
    return _masked(value) if isinstance(value, str) else value


def _masked(text: str) -> str:
    action = _POLICY_ACTION.fullmatch(text)
    return text if action and not is_secret([action[1]]) else masked(text)
