# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What every module of this collection has in common: one way in, one way out.

A module hands ``run`` its argument spec and a function. The function reads, compares and acts, and returns
an ``Outcome``; ``run`` turns that into Ansible's result, with the diff, and any error into one clear failure.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t
from collections.abc import Callable

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ._permissions import denial
from .aws import error_code, error_message

try:
    import botocore.exceptions

    BOTO_ERRORS: tuple[type[Exception], ...] = (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError)
except ImportError:
    BOTO_ERRORS = ()  # Handled by AnsibleAWSModule

# What check mode shows where only AWS can know the value.
KNOWN_AFTER_APPLY = "(known after apply)"


class GatewayError(Exception):
    """A failure that the collection itself explains. ``details`` become keys of the failed result."""

    def __init__(self, message: str, **details: t.Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a module did.

    ``before`` and ``after`` are the resource as a user thinks of it, reduced to what the module manages; None is
    an absent resource. They make the diff, and whether they differ decides ``changed`` unless it is given.
    """

    result: dict[str, t.Any]
    before: t.Any = None
    after: t.Any = None
    changed: bool | None = None

    @property
    def is_changed(self) -> bool:
        return self.before != self.after if self.changed is None else self.changed


def is_known(value: t.Any) -> bool:
    """Whether a value can be sent to AWS: it is set, and not the placeholder of check mode."""
    if isinstance(value, (list, tuple)):
        return all(is_known(item) for item in value)
    return value is not None and KNOWN_AFTER_APPLY not in str(value)


def _denied(doing: str, error: BaseException) -> str:
    return f"{doing}. {denial.explain(str(error))} AWS says"


# AWS's codes for what is there, or is gone, or has changed already. Some of ECS's and Route 53's say so only in words.
_ALREADY = re.compile(
    r"AlreadyExist|already exist|Duplicate|ResourceConflict|NotFound|NoSuchEntity|was not found|OptimisticLock"
)


def _done(act: Callable[[AnsibleAWSModule], Outcome], module: AnsibleAWSModule) -> Outcome:
    """What ``act`` says, who is asked once more where AWS refuses because it is done already.

    boto3 sends a call again when its answer was lost. The second one meets what the first has made or deleted, which
    ``act`` finds when it looks again.
    """
    try:
        return act(module)
    except AnsibleAWSError as error:
        if module.check_mode or not _ALREADY.search(f"{error_code(error)} {error_message(error)}"):
            raise
    return dataclasses.replace(act(module), changed=True)


def run(act: Callable[[AnsibleAWSModule], Outcome], **module_arguments: t.Any) -> None:
    """Make the module, call ``act``, and leave: the only place where a module exits or fails."""
    module = AnsibleAWSModule(supports_check_mode=True, **module_arguments)
    try:
        outcome = _done(act, module)
    except GatewayError as error:
        module.fail_json(msg=error.message, **error.details)
    except AnsibleAWSError as error:
        if error.exception is None or error_code(error) not in denial.CODES:
            module.fail_json_aws_error(error)
        module.fail_json_aws(error.exception, msg=_denied(error.message or "An AWS call failed", error.exception))
    except BOTO_ERRORS as error:
        is_denied = error_code(error) in denial.CODES
        module.fail_json_aws(error, msg=_denied("An AWS call failed", error) if is_denied else "An AWS call failed")
    else:
        module.exit_json(
            changed=outcome.is_changed,
            diff={"before": outcome.before or {}, "after": outcome.after or {}},
            **outcome.result,
        )
