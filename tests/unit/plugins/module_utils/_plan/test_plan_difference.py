from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._plan.difference import difference


def told(before, after):
    return [(field.path, field.before, field.after) for field in difference(before, after)]


@pytest.mark.parametrize(
    "before, after, expected",
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, [("a.b.c", 1, 2)]),
        ({"a": 1}, {}, [("a", 1, None)]),
        (None, {"a": {"b": 1}}, [("a.b", None, 1)]),
        ({"a": {"b": 1}}, None, [("a.b", 1, None)]),
        # What is empty says nothing, but an empty text does.
        ({"a": []}, {"b": {}}, []),
        ({"a": None}, {"a": ""}, [("a", None, "")]),
        ({"a": []}, {"a": {"b": 1}}, [("a.b", None, 1)]),
        # Lists without names: what comes and what goes.
        ({"a": ["x", "y"]}, {"a": ["y", "z"]}, [("a[-]", "x", None), ("a[+]", None, "z")]),
        ({"a": ["x"]}, {"a": ["x", "x"]}, [("a[+]", None, "x"), ("a[+]", None, "x")]),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, [("a", ["x", "y"], ["y", "x"])]),
        ({"a": [{"p": 1}]}, {"a": [{"p": 2}]}, [("a[-]", {"p": 1}, None), ("a[+]", None, {"p": 2})]),
        (
            {"a": [{"p": 0}, {"p": 1, "q": ["x"]}]},
            {"a": [{"p": 0}, {"p": 1, "q": ["x", "y"]}]},
            [("a[1].q[+]", None, "y")],
        ),
        # Lists with names: by name, and the value of a pair stands for the pair.
        (
            {"c": [{"name": "gateway", "image": "a:1"}, {"name": "other", "image": "b"}]},
            {"c": [{"name": "other", "image": "b"}, {"name": "gateway", "image": "a:2"}]},
            [("c.gateway.image", "a:1", "a:2")],
        ),
        (
            {"environment": [{"name": "LEVEL", "value": "info"}, {"name": "OLD", "value": "1"}]},
            {"environment": [{"name": "LEVEL", "value": "debug"}, {"name": "NEW", "value": "2"}]},
            [("environment.LEVEL", "info", "debug"), ("environment.NEW", None, "2"), ("environment.OLD", "1", None)],
        ),
        ({"tags": [{"Key": "a", "Value": "1"}]}, {"tags": [{"Key": "a", "Value": "2"}]}, [("tags.a", "1", "2")]),
        # Names that occur twice are no names.
        (
            {"a": [{"name": "x", "n": 1}, {"name": "x", "n": 2}]},
            {"a": [{"name": "x", "n": 1}]},
            [("a[-]", {"name": "x", "n": 2}, None)],
        ),
        ({"a": 1}, {"a": [1]}, [("a", 1, [1])]),
    ],
)
def test_difference(before, after, expected):
    assert told(before, after) == expected


def test_secrets_are_masked_and_their_change_is_still_told():
    before = {"environment": [{"name": "MODEL_API_KEY", "value": "one"}]}
    after = {"environment": [{"name": "MODEL_API_KEY", "value": "two"}]}
    assert told(before, after) == [("environment.MODEL_API_KEY", "********", "********")]


def test_secrets_are_masked_where_names_occur_twice():
    twice = [{"name": "MODEL_API_KEY", "value": "one"}, {"name": "MODEL_API_KEY", "value": "two"}]
    changed = [twice[0], {"name": "MODEL_API_KEY", "value": "three"}]
    hidden = {"name": "MODEL_API_KEY", "value": "********"}
    assert told({"environment": twice}, {"environment": changed}) == [
        ("environment[-]", hidden, None),
        ("environment[+]", None, hidden),
    ]


def test_what_does_not_exist_yet_is_told_as_such():
    assert told({"arn": "arn:1"}, {"arn": "(known after apply)"}) == [("arn", "arn:1", "(known after apply)")]
