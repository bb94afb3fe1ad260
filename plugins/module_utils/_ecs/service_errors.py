# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What ECS refuses for a while only, when it creates or changes a service.

Everything else fails at once: waiting for what will never happen helps nobody.
"""

from __future__ import annotations

import dataclasses
import math

from ..aws import error_code, error_message
from ..wait import Clock

INVALID = "InvalidParameterException"


@dataclasses.dataclass(frozen=True)
class Passing:
    """An error that may pass. ``patience``: for how many seconds, where a mistake of the user's looks the same."""

    code: str
    text: str = ""
    patience: float = math.inf

    def matches(self, error: Exception) -> bool:
        return error_code(error) == self.code and self.text.lower() in error_message(error).lower()


PASSING = (
    Passing(INVALID, "does not have an associated load balancer"),
    Passing(INVALID, "Unable to Start a service that is still Draining"),
    Passing(INVALID, "verify that the ECS service role being passed has the proper permissions", 120),
    Passing(INVALID, "Unable to assume the service linked role", 120),
    Passing(INVALID, "unable to assume the role", 120),
    Passing("ClientException", "unable to assume the role", 120),
    Passing("ClusterNotFoundException", patience=60),
    Passing("NamespaceNotFoundException", patience=60),
)

DELETE_PASSING = (Passing(INVALID, "The service cannot be stopped while deployments are active"),)


class Patience:
    """Whether an error may still pass, counted from the first time that it was seen."""

    def __init__(self, clock: Clock, passing: tuple[Passing, ...] = PASSING) -> None:
        self._clock = clock
        self._passing = passing
        self._since: dict[Passing, float] = {}

    def __call__(self, error: Exception) -> bool:
        for passing in self._passing:
            if passing.matches(error):
                since = self._since.setdefault(passing, self._clock.now())
                return self._clock.now() - since < passing.patience
        return False
