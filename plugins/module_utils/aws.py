# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How this collection talks to AWS: which errors are worth another try, and what an error says."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry

# What AWSRetry does not know by itself.
TRANSIENT_CODES = [
    "ConcurrentUpdateException",
    "InternalServiceException",
    "RequestThrottled",
    "RequestThrottledException",
    "ServerException",
    "ServiceUnavailableException",
    "ThrottledException",
    "ThrottlingException",
]

# Around every call. botocore makes some tries of its own below this.
RETRY = AWSRetry.jittered_backoff(retries=8, delay=0.5, max_delay=20, catch_extra_error_codes=TRANSIENT_CODES)


def error_code(error: BaseException) -> str:
    return _error_fields(error).get("Code", "")


def error_message(error: BaseException) -> str:
    return _error_fields(error).get("Message", "")


def _error_fields(error: BaseException) -> dict[str, str]:
    """What AWS answered, from botocore's error or from amazon.aws' wrapper around it."""
    inner: t.Any = error.exception if isinstance(error, AnsibleAWSError) else error
    return (getattr(inner, "response", None) or {}).get("Error", {})
