# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Taking, renewing and giving back a lock, over any store."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t
import uuid

from ..module import GatewayError
from ..wait import SYSTEM_CLOCK, Backoff, Clock, WaitTimedOut, poll
from . import entry
from .entry import FREE, HELD, Seen, Value, written
from .holder import is_known_dead
from .store import Store

# A lock that changes at every one of so many looks is fought over by something that does not keep to the rules.
_TRIES = 10
_PATIENCE = Backoff(first=1, most=10)


class Locked(GatewayError):
    """Another run holds the lock."""


@dataclasses.dataclass(frozen=True)
class Taken:
    """``value`` is what the lock says now; ``previous`` who held it and is dead, if anybody."""

    value: Value
    previous: Seen | None = None
    waited: bool = False


def may_take(seen: Seen) -> bool:
    return seen.is_free or seen.is_expired or is_known_dead(seen.value)


def acquire(
    store: Store, holder: dict[str, t.Any], lifetime: int, wait: float, advice: str, clock: Clock = SYSTEM_CLOCK
) -> Taken:
    """Take the lock, or wait for it; ``advice`` ends the message when another run still holds it then."""
    since = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    value = written({**holder, "state": HELD, "claim": uuid.uuid4().hex, "since": since, "lifetime": lifetime})

    tries = 0

    def attempt() -> Taken | Seen | None:
        nonlocal tries
        tries += 1
        seen = store.read()
        if seen is None:
            return Taken(value) if store.create(value) else None
        if seen.is_of(value["claim"]):
            return Taken(seen.value)  # Written before, and the answer was lost.
        if not may_take(seen):
            return seen
        previous = None if seen.is_free else seen
        return Taken(value, previous) if _swap(store, seen, value) else None

    try:
        taken = poll(attempt, _is_taken, what="the lock", timeout=wait, backoff=_PATIENCE, clock=clock)
    except WaitTimedOut as error:
        raise _refusal(error.last_state, wait, advice) from error
    return dataclasses.replace(t.cast(Taken, taken), waited=tries > 1)


def _is_taken(found: t.Any) -> bool:
    return isinstance(found, Taken)


def _refusal(seen: Seen | None, wait: float, advice: str) -> Locked:
    waited = f", also after {wait:g} s" if wait else ""
    if seen is None:
        return Locked(f"Another run has just taken the stack's lock{waited}. {advice}")
    message = f"Another run is changing the stack{waited}: {entry.sentence(seen)}. {advice}"
    return Locked(message, holder=entry.holder(seen))


def _swap(store: Store, seen: Seen, value: Value) -> bool:
    """Whether the lock says ``value`` now, also when the store's answer to that was lost."""
    if store.replace(seen, value):
        return True
    standing = store.read()
    return standing is not None and standing.value.get("write") == value["write"]


def renew(store: Store, claim: str) -> bool:
    """A sign of life. False when the lock is no longer ours."""
    for _unused in range(_TRIES):
        seen = store.read()
        if seen is None or not seen.is_of(claim):
            return False
        if _swap(store, seen, written(seen.value)):
            return True
    return False


def release(store: Store, claim: str | None, remove: bool = False) -> tuple[Seen | None, bool]:
    """Give the lock back; without a claim whoever's it is. Returns what it said, and whether anything was done."""
    for _unused in range(_TRIES):
        seen = store.read()
        if seen is None or (seen.is_free and not remove) or not (claim is None or seen.is_free or seen.is_of(claim)):
            return seen, False
        free = written(seen.value, state=FREE)
        if remove:
            # What is about to be removed is ours for one more lifetime, so that nobody takes it over meanwhile.
            if seen.is_free or claim is None or renew(store, claim):
                store.remove(store.read() or seen)
                return seen, True
        elif _swap(store, seen, free):
            return seen, True
    raise GatewayError("The stack's lock could not be given back: something else keeps writing it.")
