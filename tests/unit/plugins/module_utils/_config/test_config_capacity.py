"""What the tasks run on: the strategy of each service, the processor, what the cluster has meanwhile and afterwards."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import account as questions
from ansible_collections.portkey.gateway.plugins.module_utils._config.advice import advice

OWN = "portkey-dev-capacity-provider"
DATA = {"dataservice_config": {"enable_dataservice": True}}


def of_services(built, key):
    return {one["name"]: one[key] for one in built["services"]}


def item(provider, base, weight):
    return {"capacity_provider": provider, "base": base, "weight": weight}


def test_instances_unless_it_is_said(built):
    found = built()
    assert of_services(found, "capacity_provider_strategy") == dict.fromkeys(("redis", "gateway"), [item(OWN, 0, 1)])
    assert of_services(found, "runtime_platform") == {"redis": None, "gateway": None}
    assert found["capacity"]["instances"] and found["capacity"]["providers"] == [OWN]
    assert not found["capacity"]["has_leftovers"]


@pytest.mark.parametrize(
    "settings, strategy",
    [
        ({}, [item("FARGATE", 1, 1)]),
        ({"fargate_base": 2, "fargate_spot_weight": 4}, [item("FARGATE", 2, 1), item("FARGATE_SPOT", 0, 4)]),
        ({"fargate_weight": 0, "fargate_spot_weight": 1}, [item("FARGATE", 1, 0), item("FARGATE_SPOT", 0, 1)]),
        ({"fargate_base": 0, "fargate_weight": 0, "fargate_spot_weight": 1}, [item("FARGATE_SPOT", 0, 1)]),
    ],
)
def test_the_strategy_of_fargate_which_is_never_spot_for_redis(built, settings, strategy):
    found = built(capacity={"type": "fargate", **settings}, **DATA)
    assert of_services(found, "capacity_provider_strategy") == {
        "redis": [item("FARGATE", 0, 1)],
        "data-service": strategy,
        "gateway": strategy,
    }
    assert found["capacity"]["default_strategy"] == strategy
    assert not found["capacity"]["instances"]


@pytest.mark.parametrize("given, api", [(None, "ARM64"), ("arm64", "ARM64"), ("x86_64", "X86_64")])
def test_the_processor_on_fargate(built, given, api):
    found = built({"architecture": None}, capacity={"type": "fargate", "architecture": given})
    platform = {"cpu_architecture": api, "operating_system_family": "LINUX"}
    assert of_services(found, "runtime_platform") == {"redis": platform, "gateway": platform}
    assert found["architecture"] == (given or "arm64")


@pytest.mark.parametrize(
    "kind, live, leaving, left",
    [
        ("fargate", {}, [], False),
        ("fargate", {"live_capacity_providers": ["FARGATE", "FARGATE_SPOT"]}, [], False),
        ("fargate", {"live_capacity_providers": [OWN], "live_instances": True}, [OWN], True),
        # Killed after the detachment.
        ("fargate", {"live_capacity_providers": ["FARGATE"], "live_instances": True}, [], True),
        ("ec2", {"live_capacity_providers": [OWN]}, [], False),
        ("ec2", {"live_capacity_providers": [OWN, "FARGATE_SPOT"]}, ["FARGATE_SPOT"], True),
        # Somebody else's is not the services'.
        ("ec2", {"live_capacity_providers": [OWN, "theirs"]}, [], False),
    ],
)
def test_what_the_services_leave_stays_until_they_have_moved(built, kind, live, leaving, left):
    found = built(live, capacity={"type": kind})["capacity"]
    assert (found["leaving_providers"], found["has_leftovers"]) == (leaving, left)


def test_the_wait_for_the_last_tasks_is_long_enough_for_their_requests(built):
    assert built(max_request_seconds=900)["capacity"]["leave_timeout"] > 900 + 120


def test_on_fargate_an_instance_is_only_asked_about_as_a_leftover(checked):
    result = checked(capacity={"type": "fargate"})
    asked = questions.questions(result.config, result.faults)
    assert "instance_type" not in asked
    assert asked["live"]["instance_role"] == "portkey-dev-us-west-2-instance"


def test_an_existing_cluster_needs_the_providers_that_are_used(checked):
    given = {"create_cluster": False, "cluster_name": "shared"}
    result = checked(capacity={"type": "fargate", "fargate_spot_weight": 1}, **given)
    assert result.faults == []
    assert questions.questions(result.config, result.faults)["cluster"] == {
        "name": "shared",
        "capacity_providers": ["FARGATE", "FARGATE_SPOT"],
        "variable": "portkey_capacity.type",
        "needs_insights": False,
    }


@pytest.mark.parametrize(
    "variables, word",
    [
        ({"capacity": {"type": "fargate", "fargate_base": 0, "fargate_spot_weight": 1}}, "fargate_base 0"),
        (
            {"capacity": {"type": "fargate"}, "create_cluster": False, "cluster_name": "c"}
            | {"capacity_provider_name": "p"},
            "portkey_capacity_provider_name has no effect",
        ),
    ],
)
def test_advice(checked, variables, word):
    assert any(word in one for one in advice(checked(**variables)))


def test_no_advice_where_nothing_is_odd(checked):
    assert not [
        one for one in advice(checked(capacity={"type": "fargate", "fargate_spot_weight": 3})) if "capac" in one
    ]


def test_on_fargate_there_is_no_alarm_about_instances(built):
    watched = {"alarms": {"enable": True, "capacity_reservation_percent": 100}}
    on_instances = built(**watched)["observability"]["alarms"]
    on_fargate = built(**watched, capacity={"type": "fargate"})["observability"]["alarms"]
    assert [one["name"] for one in on_instances if one not in on_fargate] == ["portkey-dev-capacity"]
