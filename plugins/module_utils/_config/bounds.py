# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Between what the numbers lie that a playbook may be asked for, and what a list may have: for the rules, and for AWX.

None is no limit. A specification of arguments has no place for either.
"""

from __future__ import annotations

from .names import SERVICES

# Secrets Manager's own; 0 is our word for "at once".
LEAST_RECOVERY_DAYS, MOST_RECOVERY_DAYS = 7, 30

BOUNDS: dict[str, tuple[int, int | None]] = {
    "lock_lifetime": (30, 86400),
    "lock_wait": (0, None),
    # What the deregistration of a target may take. An Application Load Balancer would wait for 4000 s.
    "max_request_seconds": (1, 3600),
    "logs_lines": (1, 10000),
    "scale_count": (0, None),
    "scale_max": (0, None),
    "scale_min": (0, None),
    "scale_wait_timeout": (1, None),
    "uninstall_secret_recovery_days": (0, MOST_RECOVERY_DAYS),
    "uninstall_wait_timeout": (1, None),
    "verify_timeout": (1, None),
    "wait_timeout": (1, None),
}

ELEMENTS = {"scale_services": SERVICES}
