# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What every removal needs: clients, time, and the ways in which AWS says "gone" and "not yet"."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .. import wait
from .._audit.resource import Resource
from ..api import call
from ..aws import error_code

# Quick at first, and seldom enough for a dozen removals at once.
BACKOFF = wait.Backoff(first=0.5, factor=1.6, most=8.0, jitter=0.2)

_GONE = (
    "NoSuchEntity",
    "NoSuchBucket",
    "NatGatewayNotFound",
    "NamespaceNotFound",
    "ServiceNotFound",
    "Gateway.NotAttached",
)
_GONE_ENDINGS = ("NotFound", "NotFoundException", "DoesNotExistException")


@dataclasses.dataclass(frozen=True)
class Work:
    """The stack is being removed. ``removed_ids``: what is its own and goes, now or later."""

    client: Callable[[str], t.Any]
    clock: wait.Clock
    timeout: float
    removed_ids: frozenset[str] = frozenset()
    recovery_days: int = 30

    def poll(self, look: Callable[[], t.Any], done: Callable[[t.Any], bool], what: str, show: t.Any = None) -> t.Any:
        shown = show or (lambda state: state)
        return wait.poll(look, done, what=what, timeout=self.timeout, backoff=BACKOFF, clock=self.clock, show=shown)

    def insist(
        self,
        act: Callable[[], t.Any],
        codes: tuple[str, ...],
        what: str,
        holders: Callable[[], list[str]] = lambda: [],
        strangers: Callable[[], list[str]] = lambda: [],
    ) -> None:
        """Repeat what AWS refuses with one of ``codes``, until it has let go of what was deleted before.

        ``holders`` says in words what holds it up, for a timeout. With ``strangers``, which are nobody's to remove
        here and will not go by themselves, it is given up at once.
        """

        def may_pass(error: Exception) -> bool:
            if error_code(error) not in codes:
                return False
            found = strangers()
            if found:
                names = ", ".join(found)
                raise wait.WaitFailed(
                    f"{what} waits for what is not the stack's: {names}. Remove or move that, and run again."
                ) from error
            return True

        try:
            wait.keep_trying(act, may_pass, what=what, timeout=self.timeout, backoff=BACKOFF, clock=self.clock)
        except wait.WaitTimedOut as error:
            held = holders()
            more = f" It is held by {', '.join(held)}." if held else ""
            raise wait.WaitTimedOut(f"{error.message}.{more}", error.last_state) from error


def is_gone(error: BaseException) -> bool:
    code = error_code(error)
    return code in _GONE or code.endswith(_GONE_ENDINGS)


def unless_gone(act: Callable[[], t.Any]) -> t.Any:
    """What ``act`` answers; None where what it is about is not there any more, so that nothing needs to be done."""
    try:
        return act()
    except AnsibleAWSError as error:
        if is_gone(error):
            return None
        raise


def call_if_there(client: t.Any, operation: str, doing: str, **parameters: t.Any) -> dict[str, t.Any]:
    """Like ``call``; what is not there any more answers nothing."""
    return unless_gone(lambda: call(client, operation, doing, **parameters)) or {}


@dataclasses.dataclass(frozen=True)
class Removal:
    """How a kind of thing goes, and which kinds must have gone before."""

    act: Callable[[Work, Resource], None]
    after: tuple[str, ...] = ()
