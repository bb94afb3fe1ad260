from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._plan.change import Change, merged, settled
from ansible_collections.portkey.gateway.plugins.module_utils._plan.difference import Field


def change(action, **more) -> Change:
    return Change("ec2_security_group", "sg", action, "role : task", **more)


@pytest.mark.parametrize(
    "first, then, action",
    [
        ("add", "add", "add"),
        ("add", "change", "add"),
        ("change", "change", "change"),
        ("change", "add", "change"),
        ("change", "destroy", "destroy"),
        ("add", "destroy", "destroy"),
        ("destroy", "destroy", "destroy"),
        ("destroy", "add", "change"),
        (None, "change", "change"),
        (None, None, None),
        ("add", None, "add"),
    ],
)
def test_the_action_of_two_tasks_on_one_resource(first, then, action):
    assert merged(change(first), change(then)).action == action


def test_what_is_deleted_and_made_anew_is_replaced():
    assert merged(change("destroy"), change("add")).replaces == "deleted and made anew"


def test_a_field_goes_from_its_first_value_to_its_last():
    first = change("change", fields=[Field("a", 1, 2), Field("b[+]", None, "x")])
    then = change("change", fields=[Field("a", 2, 3), Field("b[+]", None, "y")])
    assert merged(first, then).fields == [Field("a", 1, 3), Field("b[+]", None, "x"), Field("b[+]", None, "y")]


def test_effects_and_options_come_together():
    first = change("change", restarts="a", managed=["rules"], parents=["vpc-1"])
    then = change("change", restarts="b", replaces="c", managed=["rules", "tags"], failed=True, identity="sg-1")
    both = merged(first, then)
    assert (both.restarts, both.replaces, both.managed) == ("a; b", "c", ["rules", "tags"])
    assert (both.failed, both.identity, both.parents) == (True, "sg-1", ["vpc-1"])


@pytest.mark.parametrize(
    "action, was_there, settled_action",
    [(None, False, "add"), (None, True, "change"), ("add", True, "add"), ("destroy", False, "destroy")],
)
def test_what_was_not_there_is_new(action, was_there, settled_action):
    assert settled(change(action), was_there).action == settled_action


def test_what_is_new_is_told_by_its_facts_and_not_by_its_options():
    unsettled = change(None, facts=[Field("cidr", None, "10.0.0.0/20")], managed=["cidr"])
    assert settled(unsettled, False).fields == [Field("cidr", None, "10.0.0.0/20")]
    assert settled(unsettled, False).managed == []
    assert settled(unsettled, True).fields == []
    assert settled(unsettled, True).managed == ["cidr"]
