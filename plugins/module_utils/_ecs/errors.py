# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Errors of the ECS API that mean the same in several places."""

from __future__ import annotations

from ..aws import error_code


def is_busy(error: Exception) -> bool:
    """ECS changes a cluster's attachments or a capacity provider in the background, one change at a time."""
    return error_code(error) == "UpdateInProgressException"
