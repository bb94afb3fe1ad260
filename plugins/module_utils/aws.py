# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How this collection talks to AWS: which errors are worth another try, and what an error says."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry

try:
    from botocore.exceptions import ClientError, ConnectionClosedError

    PASSING: tuple[type[Exception], ...] = (ClientError, ConnectionClosedError)
except ImportError:
    PASSING = ()  # Handled by AnsibleAWSModule

# What AWSRetry does not know by itself.
TRANSIENT_CODES = [
    "ConcurrentUpdateException",
    "ConnectionClosedError",
    "InternalServiceException",
    # S3, while a bucket of the same name is still going.
    "OperationAborted",
    # Route 53, while an earlier change of the same zone is under way.
    "PriorRequestNotComplete",
    "RequestThrottled",
    "RequestThrottledException",
    "ServerException",
    "ServiceUnavailableException",
    "ThrottledException",
    "ThrottlingException",
]


class _Retry(AWSRetry):
    """Of connections that are cut, botocore makes three tries, which are few for the hundreds of calls of a run."""

    base_class = PASSING

    @staticmethod
    def status_code_from_exception(error: t.Any) -> str:
        return error_code(error) or type(error).__name__


# Around every call. botocore makes some tries of its own below this.
RETRY = _Retry.jittered_backoff(retries=8, delay=0.5, max_delay=20, catch_extra_error_codes=TRANSIENT_CODES)


def error_code(error: BaseException) -> str:
    return _error_fields(error).get("Code", "")


def error_message(error: BaseException) -> str:
    return _error_fields(error).get("Message", "")


def _error_fields(error: BaseException) -> dict[str, str]:
    """What AWS answered, from botocore's error or from amazon.aws' wrapper around it."""
    inner: t.Any = error.exception if isinstance(error, AnsibleAWSError) else error
    return (getattr(inner, "response", None) or {}).get("Error", {})
