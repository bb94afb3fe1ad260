# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Whether the installed botocore knows what is about to be sent. ECS grows faster than the installed SDKs do."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ..module import GatewayError


def require(client: t.Any, operation: str, parameters: dict[str, t.Any]) -> None:
    shape = client.meta.service_model.operation_model(operation).input_shape
    unknown = sorted(set(_unknown(shape, parameters, "")))
    if unknown:
        raise GatewayError(
            f"The installed botocore does not know {', '.join(unknown)} of {operation}. "
            "Install a newer boto3 and botocore, or leave the option out.",
            unknown_parameters=unknown,
        )


def require_operation(client: t.Any, operation: str) -> None:
    if operation not in client.meta.service_model.operation_names:
        raise GatewayError(
            f"The installed botocore does not know the operation {operation}. Install a newer boto3 and botocore."
        )


def _unknown(shape: t.Any, value: t.Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure" and isinstance(value, dict) and not getattr(shape, "is_document_type", False):
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            if name not in shape.members:
                yield here
            else:
                yield from _unknown(shape.members[name], inner, here)
    elif shape.type_name == "list" and isinstance(value, list):
        for inner in value:
            yield from _unknown(shape.member, inner, f"{path}[]")
