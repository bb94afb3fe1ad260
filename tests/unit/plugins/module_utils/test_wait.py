from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils.wait import (
    Backoff,
    WaitFailed,
    WaitTimedOut,
    keep_trying,
    poll,
)
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeTime


def test_it_returns_what_was_done():
    time = FakeTime()
    states = iter([1, 2, 3])
    assert poll(lambda: next(states), lambda state: state == 3, what="three", timeout=60, clock=time.clock) == 3
    assert len(time.sleeps) == 2


def test_it_looks_at_once():
    time = FakeTime()
    assert poll(lambda: 1, lambda _state: True, what="one", timeout=0, clock=time.clock) == 1
    assert time.sleeps == []


def test_pauses_grow_to_a_limit():
    time = FakeTime()
    with pytest.raises(WaitTimedOut):
        poll(
            lambda: 1,
            lambda _state: False,
            what="never",
            timeout=10,
            backoff=Backoff(first=1, factor=2, most=3, jitter=0.5),
            clock=time.clock,
        )
    assert time.sleeps == [1, 2, 3, 3, 1]


def test_jitter_only_shortens():
    time = FakeTime()
    backoff = Backoff(first=1, factor=2, most=4, jitter=0.5)
    assert backoff.delay(0, time.clock) == 1
    clock = type(time.clock)(spread=lambda: 1.0)
    assert backoff.delay(0, clock) == 0.5
    assert backoff.delay(10_000, clock) == 2


def test_a_timeout_looks_once_more_at_the_end_and_carries_the_last_state():
    time = FakeTime()
    seen = []

    def look():
        seen.append(time.seconds)
        return {"status": "PENDING", "at": time.seconds}

    with pytest.raises(WaitTimedOut) as caught:
        poll(look, lambda _state: False, what="it", timeout=7, clock=time.clock, show=lambda state: state["at"])
    assert seen[-1] == 7
    assert caught.value.last_state == 7
    assert caught.value.details == {"timed_out": True, "last_state": 7}
    assert caught.value.message == "Timed out after 7 s waiting for it"


def test_what_can_no_longer_happen_ends_the_waiting():
    time = FakeTime()

    def done(_state):
        raise WaitFailed("it is broken")

    with pytest.raises(WaitFailed, match="broken"):
        poll(lambda: 1, done, what="it", timeout=60, clock=time.clock)
    assert time.sleeps == []


def test_trying_ends_with_the_first_success():
    time = FakeTime()
    answers = iter([ValueError("not yet"), ValueError("not yet"), "made"])

    def act():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert keep_trying(act, lambda error: "yet" in str(error), what="it", timeout=60, clock=time.clock) == "made"
    assert len(time.sleeps) == 2


def test_an_error_that_will_not_pass_fails_at_once():
    time = FakeTime()

    def act():
        raise ValueError("never")

    with pytest.raises(ValueError, match="never"):
        keep_trying(act, lambda _error: False, what="it", timeout=60, clock=time.clock)
    assert time.sleeps == []


def test_trying_for_too_long_says_the_last_error():
    def act():
        raise ValueError("not yet")

    with pytest.raises(WaitTimedOut, match="after 5 s waiting for it. AWS still says: not yet"):
        keep_trying(act, lambda _error: True, what="it", timeout=5, clock=FakeTime().clock)
