"""The order of the removal, and what becomes of the rest when something cannot go."""

from __future__ import annotations

import pathlib
import threading

import pytest
import yaml
from ansible_collections.portkey.gateway.plugins.module_utils._audit import ec2
from ansible_collections.portkey.gateway.plugins.module_utils._audit.resource import Resource, Stack
from ansible_collections.portkey.gateway.plugins.module_utils._config.names import resource_names
from ansible_collections.portkey.gateway.plugins.module_utils._removal import network, remove
from ansible_collections.portkey.gateway.plugins.module_utils._removal.work import Removal, Work
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed, WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeTime,
    client_error,
    wrapped_error,
)

ROLE = pathlib.Path(__file__).resolve().parents[4] / "roles/uninstall/vars/main.yml"
STACK = Stack("portkey", "dev", "us-west-2", resource_names("portkey", "dev", "us-west-2"))
OWN = {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"}


def work(time=None, timeout=60):
    return Work(client=lambda service: None, clock=(time or FakeTime()).clock, timeout=timeout)


def one(kind, name="x"):
    return Resource(kind, name, name)


@pytest.fixture
def removals(monkeypatch):
    """A made-up order of three kinds, and what was removed."""
    gone = []
    lock = threading.Lock()

    def act(work, resource):
        if resource.name == "stuck":
            raise GatewayError("it is stuck")
        if resource.name == "broken":
            raise KeyError("a mistake of ours")
        with lock:
            gone.append(resource.name)

    monkeypatch.setattr(
        remove, "REMOVALS", {"a": Removal(act), "b": Removal(act, ("a",)), "c": Removal(act, ("a", "b"))}
    )
    return gone


def test_each_goes_after_what_comes_before_it(removals):
    remove.run(work(), [one("c", "c1"), one("b", "b1"), one("a", "a1"), one("a", "a2")])
    assert set(removals[:2]) == {"a1", "a2"}
    assert removals[2:] == ["b1", "c1"]


def test_what_does_not_exist_holds_nothing_up(removals):
    remove.run(work(), [one("c", "c1")])
    assert removals == ["c1"]


def test_one_that_fails_holds_up_only_what_follows(removals):
    with pytest.raises(GatewayError, match="b stuck: it is stuck") as caught:
        remove.run(work(), [one("a", "a1"), one("b", "stuck"), one("b", "b2"), one("c", "c1")])
    assert set(removals) == {"a1", "b2"}
    assert [left["name"] for left in caught.value.details["left"]] == ["c1"]
    assert "Left because of that: c c1" in caught.value.message


def test_a_mistake_of_ours_is_no_failure_of_aws(removals):
    with pytest.raises(KeyError):
        remove.run(work(), [one("a", "broken")])


def test_the_order_has_no_circle_and_no_unknown_kind():
    done: set[str] = set()
    while len(done) < len(remove.REMOVALS):
        ready = {kind for kind, how in remove.REMOVALS.items() if kind not in done and set(how.after) <= done}
        assert ready, set(remove.REMOVALS) - done
        done |= ready
    assert {listing.kind for listing in ec2.LISTINGS} <= set(remove.REMOVALS)


def test_the_steps_of_the_role_keep_the_order():
    """What a step removes needs nothing gone that a later step removes."""
    steps = yaml.safe_load(ROLE.read_text(encoding="utf-8"))["uninstall_steps"]
    gone: set[str] = set()
    for step in steps[:-1]:
        gone |= set(step["kinds"])
        for kind in step["kinds"]:
            assert set(remove.REMOVALS[kind].after) <= gone, kind
    assert steps[-1]["kinds"] is None


def test_insisting_waits_while_aws_says_not_yet():
    time, answers = FakeTime(), [wrapped_error("DependencyViolation"), wrapped_error("DependencyViolation"), None]

    def act():
        answer = answers.pop(0)
        if answer:
            raise answer

    work(time).insist(act, ("DependencyViolation",), "it to be free")
    assert answers == [] and len(time.sleeps) == 2


def test_insisting_ends_at_once_where_it_would_wait_for_ever():
    def act():
        raise wrapped_error("DependencyViolation")

    time = FakeTime()
    with pytest.raises(WaitFailed, match="sg-mine"):
        work(time).insist(act, ("DependencyViolation",), "it to be free", strangers=lambda: ["sg-mine"])
    assert time.sleeps == []


def test_a_timeout_says_what_holds_it():
    def act():
        raise wrapped_error("DependencyViolation", "resource sg-1 has a dependent object")

    with pytest.raises(WaitTimedOut, match=r"dependent object.* It is held by eni-1 \(ELB app/lb\)"):
        work(timeout=5).insist(act, ("DependencyViolation",), "it to be free", lambda: ["eni-1 (ELB app/lb)"])


@pytest.mark.parametrize(
    "name, tags, verdict",
    [
        ("anything", OWN, True),
        ("anything", {**OWN, "team": "a"}, True),
        ("anything", {"Project": "portkey"}, None),
        ("portkey-dev-vpc", {}, False),
        ("portkey-dev-vpc", {"Name": "portkey-dev-vpc"}, False),
        ("portkey-dev-vpc", {**OWN, "Environment": "prod"}, None),
        ("portkey-dev-vpc", {"ManagedBy": "Terraform"}, None),
        ("portkey-dev-other", {}, None),
    ],
)
def test_whose_a_thing_is(name, tags, verdict):
    judged = STACK.judged(Resource("ec2_vpc_net", "vpc-1", name, tags))
    assert (judged.is_owned if judged else None) is verdict


def test_a_route_table_waits_for_subnets_that_are_gone_and_not_for_those_of_others():
    table = Resource("ec2_vpc_route_table", "rtb-1", "t", more={"Associations": [{"SubnetId": "subnet-1"}]})

    def removed_with(subnets):
        client = FakeClient(
            "ec2",
            delete_route_table=[client_error("DependencyViolation"), {}],
            describe_subnets={"Subnets": [{"SubnetId": one} for one in subnets]},
        )
        network.route_table(Work(client=lambda service: client, clock=FakeTime().clock, timeout=60), table)
        return client

    assert len(removed_with([]).sent("delete_route_table")) == 2
    with pytest.raises(WaitFailed, match="not the stack's: subnet subnet-1"):
        removed_with(["subnet-1"])
