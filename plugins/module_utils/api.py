# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""One call to AWS: all pages, retried with jitter while AWS is busy, and its error says what we were doing."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .aws import RETRY, error_code
from .module import BOTO_ERRORS


@RETRY
def _answer(client: t.Any, operation: str, parameters: dict[str, t.Any], all_pages: bool) -> dict[str, t.Any]:
    if all_pages and client.can_paginate(operation):
        return client.get_paginator(operation).paginate(**parameters).build_full_result()
    return getattr(client, operation)(**parameters)


def call(client: t.Any, operation: str, doing: str, **parameters: t.Any) -> dict[str, t.Any]:
    """``client.<operation>(**parameters)``. ``doing`` completes the sentence "Failed to ...".

    Parameters that are None are left out.
    """
    return _said(client, operation, doing, parameters, all_pages=True)


def call_for_first_page(client: t.Any, operation: str, doing: str, **parameters: t.Any) -> dict[str, t.Any]:
    """Like ``call``, but one call, for what may have very many pages."""
    return _said(client, operation, doing, parameters, all_pages=False)


def _said(client: t.Any, operation: str, doing: str, parameters: dict[str, t.Any], all_pages: bool) -> dict[str, t.Any]:
    given = {key: value for key, value in parameters.items() if value is not None}
    try:
        return _answer(client, operation, given, all_pages)
    except BOTO_ERRORS as error:
        raise AnsibleAWSError(message=f"Failed to {doing}", exception=error) from error


def call_unless(
    codes: tuple[str, ...], client: t.Any, operation: str, doing: str, **parameters: t.Any
) -> dict[str, t.Any] | None:
    """Like ``call``, but None when AWS answers with one of ``codes``: what was asked for is not there."""
    try:
        return call(client, operation, doing, **parameters)
    except AnsibleAWSError as error:
        if error_code(error) in codes:
            return None
        raise
