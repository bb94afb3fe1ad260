# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The types that the API wants, for structures that a user writes in the API's own names.

A value that went through a template may be text where the API takes a number, or a number where it takes text.
"""

from __future__ import annotations

import typing as t

TRUE_WORDS = ("true", "yes", "on", "1")


def coerced(client: t.Any, operation: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
    shape = client.meta.service_model.operation_model(operation).input_shape
    return _coerce(shape, parameters)


def _coerce(shape: t.Any, value: t.Any) -> t.Any:
    """Whatever does not fit stays as it is: botocore's own check then says what is wrong, and where."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        return {k: _coerce(shape.members[k], inner) if k in shape.members else inner for k, inner in value.items()}
    if kind == "list" and isinstance(value, list):
        return [_coerce(shape.member, inner) for inner in value]
    if kind == "map" and isinstance(value, dict):
        return {key: _coerce(shape.value, inner) for key, inner in value.items()}
    return _scalar(kind, value)


def _scalar(kind: str, value: t.Any) -> t.Any:
    if kind == "string" and isinstance(value, bool):
        return str(value).lower()
    if kind == "string" and isinstance(value, (int, float)):
        return str(value)
    if kind in ("integer", "long") and isinstance(value, str) and value.strip().lstrip("-").isdigit():
        return int(value)
    if kind == "boolean" and isinstance(value, str):
        return value.strip().lower() in TRUE_WORDS
    return value
