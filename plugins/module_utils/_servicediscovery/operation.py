# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Cloud Map changes namespaces by operations, which are started and then followed."""

from __future__ import annotations

import typing as t

from .. import wait
from . import api


def follow(
    client: t.Any,
    operation_id: str,
    namespace: str,
    timeout: float,
    clock: wait.Clock,
) -> api.Resource:
    """The operation when it has succeeded. Raises WaitFailed with Cloud Map's reason when it has not."""

    def ended(operation: api.Resource) -> bool:
        if operation["Status"] == "FAIL":
            reason = f"{operation.get('ErrorCode', '')} {operation.get('ErrorMessage', '')}".strip()
            raise wait.WaitFailed(f"Cloud Map could not change namespace {namespace}: {reason}")
        return operation["Status"] == "SUCCESS"

    return wait.poll(
        lambda: api.get_operation(client, operation_id),
        ended,
        what=f"Cloud Map's operation on namespace {namespace}",
        timeout=timeout,
        clock=clock,
        show=lambda operation: operation["Status"],
    )
