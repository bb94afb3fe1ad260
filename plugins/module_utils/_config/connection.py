# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How AWS modules are told who they are, where the user says so.

What they are not told they take from the environment. A profile from here and keys from there would contradict each
other, and the session token of other keys fits none; so whoever is named here is named completely.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

_KEYS = ("access_key", "secret_key", "session_token")
_OPTIONS = ("profile", *_KEYS, "endpoint_url")


def arguments(given: Mapping[str, t.Any] | None) -> dict[str, str]:
    """The options of an AWS module. An empty one keeps out what the environment has."""
    found = {name: str(given[name]) for name in _OPTIONS if given and given.get(name)}
    if "profile" in found:
        return {**dict.fromkeys(_KEYS, ""), **found}
    if "access_key" in found:
        return {"profile": "", "session_token": "", **found}
    return found
