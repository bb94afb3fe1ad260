from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, Outcome, is_known


@pytest.mark.parametrize(
    "value, known",
    [
        ("sg-1", True),
        (0, True),
        ("", True),
        (None, False),
        (KNOWN_AFTER_APPLY, False),
        (f"arn:aws:iam::1:role/{KNOWN_AFTER_APPLY}", False),
        (["subnet-1", KNOWN_AFTER_APPLY], False),
        (["subnet-1", "subnet-2"], True),
    ],
)
def test_is_known(value, known):
    assert is_known(value) is known


def test_an_outcome_is_changed_when_before_and_after_differ():
    assert Outcome({}, before={"a": 1}, after={"a": 2}).is_changed
    assert not Outcome({}, before={"a": 1}, after={"a": 1}).is_changed


def test_an_outcome_can_say_that_it_changed():
    assert Outcome({}, changed=True).is_changed
    assert not Outcome({}, before={"a": 1}, after={}, changed=False).is_changed
