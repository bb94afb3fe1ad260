# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Secrets out of text that was written by somebody else, such as a container's log."""

from __future__ import annotations

import re

MASK = "********"

_NAME = r"[\w.-]*(?:passw(?:or)?d|passwd|secret|token|api[_-]?key|apikey|credential|authorization|client_auth)[\w.-]*"
_VALUE = r"""("[^"]*"|'[^']*'|[^\s,;&}]+)"""

_PATTERNS = (
    # name=value, name: value, "name": "value"
    (re.compile(rf"([\"']?{_NAME}[\"']?\s*[=:]\s*)(?:bearer\s+|basic\s+)?{_VALUE}", re.I), rf"\1{MASK}"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.I), rf"\1 {MASK}"),
    (re.compile(r"(\w+://[^\s:/@]*:)[^\s@/]+@"), rf"\1{MASK}@"),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b"), MASK),
    (re.compile(r"\b(?:sk|pk)-[\w-]{8,}"), MASK),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), MASK),
)  # fmt: skip


def masked(text: str) -> str:
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
