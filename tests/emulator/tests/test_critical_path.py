"""The critical path: the longest chain, from the durations that the emulator itself uses."""

from __future__ import annotations

from emulator.critical_path import Step, longest, steps
from emulator.profiles import DURATIONS


def test_the_longest_of_several_chains_wins():
    chain = {"a": Step(5), "b": Step(3), "c": Step(1, ("a", "b")), "d": Step(7)}
    assert longest(chain) == (7, ["d"])
    assert longest({**chain, "e": Step(4, ("c",))}) == (10, ["a", "c", "e"])


def test_a_network_load_balancer_is_what_a_create_waits_for():
    seconds, names = longest(steps("network"))
    assert names == ["load balancer active", "target healthy"]
    assert seconds == DURATIONS["network_load_balancer_create"] + 60


def test_without_a_load_balancer_it_is_the_way_out_and_the_task():
    assert longest(steps(None))[1] == ["NAT gateway", "task running", "container healthy"]


def test_it_is_served(emulator):
    answer = emulator.get("critical_path")
    assert answer["seconds"] == longest(steps("network"))[0]
