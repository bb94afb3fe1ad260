# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The options that say whose things are meant, and what of them may stay."""

from __future__ import annotations

import typing as t

# By the modules that manage them: what keeps data, and is no orphan when it stays.
KEEPABLE = ["logs_log_group", "s3_bucket", "secretsmanager_secret"]


def arguments(**more: dict[str, t.Any]) -> dict[str, dict[str, t.Any]]:
    """The argument specification of a module on a whole stack. C(names) is preflight_stack.names."""
    return {
        "project": {"type": "str", "required": True},
        "environment": {"type": "str", "required": True},
        "names": {"type": "dict", "required": True},
        "keep": {"type": "list", "elements": "str", "choices": KEEPABLE, "default": KEEPABLE},
        **more,
    }
