from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils import tags

CURRENT = {"a": "1", "b": "2", "aws:cloudformation:stack-id": "x"}


@pytest.mark.parametrize(
    "desired, purge, to_set, to_remove",
    [
        (None, True, {}, []),
        ({"a": "1", "b": "2"}, True, {}, []),
        ({"a": "9"}, True, {"a": "9"}, ["b"]),
        ({"a": "9"}, False, {"a": "9"}, []),
        ({}, True, {}, ["a", "b"]),
        ({"a": 1, "b": 2}, True, {}, []),
        ({"c": True}, False, {"c": "True"}, []),
    ],
)
def test_change(desired, purge, to_set, to_remove):
    change = tags.change(CURRENT, desired, purge)
    assert (change.added, change.removed) == (to_set, to_remove)
    expected = {key: value for key, value in CURRENT.items() if key not in to_remove} | to_set
    assert change.final == expected


def test_apply_calls_only_what_is_needed():
    calls = []
    tags.apply(tags.change(CURRENT, {"a": "1"}, False), calls.append, calls.append)
    assert calls == []
    tags.apply(tags.change(CURRENT, {"c": "3"}, True), calls.append, calls.append)
    assert calls == [["a", "b"], {"c": "3"}]


def test_lists_of_either_spelling():
    assert tags.from_list(None) == {}
    assert tags.from_list([{"key": "a", "value": "1"}]) == {"a": "1"} == tags.from_list([{"Key": "a", "Value": "1"}])
    assert tags.to_lower_list({"a": "1"}) == [{"key": "a", "value": "1"}]
    assert tags.to_list({"a": "1"}) == [{"Key": "a", "Value": "1"}]
