from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import check, codedeploy

PREFIX = "CodeDeployDefault.ECS"


def deployment(**settings):
    return {"controller": "codedeploy", "bake_time_in_minutes": 5, **settings}


def canary(percent, minutes):
    return {"canary_configuration": {"canary_percent": percent, "canary_bake_time_in_minutes": minutes}}


def linear(percent, minutes):
    return {"linear_configuration": {"step_percent": percent, "step_bake_time_in_minutes": minutes}}


def by_codedeploy(settings=None, **config):
    given = {"enable_blue_green": True} if settings is None else settings
    found = {"create_lb": True, "lb_type": "application", "gateway_deployment_configuration": deployment(**given)}
    return {**found, **config}


@pytest.mark.parametrize(
    "settings, name, make",
    [
        ({"enable_blue_green": True}, f"{PREFIX}AllAtOnce", False),
        (canary(10, 5), f"{PREFIX}Canary10Percent5Minutes", False),
        (canary(10, 15), f"{PREFIX}Canary10Percent15Minutes", False),
        (linear(10, 1), f"{PREFIX}Linear10PercentEvery1Minutes", False),
        (linear(10, 3), f"{PREFIX}Linear10PercentEvery3Minutes", False),
        (canary(100, 5), f"{PREFIX}AllAtOnce", False),
        (linear(100, 5), f"{PREFIX}AllAtOnce", False),
        (canary(10, 10), "portkey-dev-canary-10-percent-10-minutes", True),
        (linear(25, 1), "portkey-dev-linear-25-percent-1-minutes", True),
    ],
)
def test_the_deployment_configuration(built, settings, name, make):
    config = built(**by_codedeploy(settings))["codedeploy"]["deployment_config"]
    assert (config["name"], config["make"]) == (name, make)


@pytest.mark.parametrize(
    "shift, minutes",
    [
        ({"type": "all_at_once"}, 0),
        ({"type": "canary", "percentage": 10, "interval": 7}, 7),
        ({"type": "linear", "percentage": 10, "interval": 1}, 9),
        ({"type": "linear", "percentage": 40, "interval": 2}, 4),
    ],
)
def test_how_long_the_shift_takes(shift, minutes):
    assert codedeploy.shift_minutes(shift) == minutes


def test_ecs_deploys_unless_it_is_said(built):
    found = built(create_lb=True)
    assert found["codedeploy"] is None
    gateway = found["services"][-1]
    assert (gateway["deployment_controller"], gateway["discovery_name"]) == ("ECS", None)
    assert gateway["environment"]["REDIS_URL"] == "redis://redis:6379"
    assert gateway["service_connect"]


def test_the_gateway_finds_the_others_without_service_connect(built):
    found = built(**by_codedeploy(dataservice_config={"enable_dataservice": True}))
    redis, data_service, gateway = found["services"]
    assert (gateway["deployment_controller"], gateway["service_connect"]) == ("CODE_DEPLOY", None)
    assert gateway["environment"]["REDIS_URL"] == "redis://redis.portkey-dev.internal:6379"
    assert gateway["environment"]["DATASERVICE_BASEPATH"] == "http://data-service.portkey-dev.internal:8081"
    assert data_service["environment"]["GATEWAY_BASE_URL"] == "http://gateway.portkey-dev.internal:8787"
    # The others stay as they are.
    assert data_service["environment"]["REDIS_URL"] == "redis://redis:6379"
    assert (redis["deployment_controller"], data_service["deployment_controller"]) == ("ECS", "ECS")
    assert redis["service_connect"] and data_service["service_connect"]
    assert [one["discovery_name"] for one in found["services"]] == ["redis", "data-service", "gateway"]
    assert found["codedeploy"]["discovered_services"] == ["redis", "data-service", "gateway"]


def test_what_only_ecs_knows_is_left_out(built):
    gateway = built(**by_codedeploy())["services"][-1]
    assert gateway["deployment_configuration"] == {"maximum_percent": 200, "minimum_healthy_percent": 100}


@pytest.mark.parametrize("config, rule", [({}, "gateway"), ({"lb_type": "network"}, "default")])
def test_the_group(built, config, rule):
    found = built(**by_codedeploy(**config))
    plan = found["codedeploy"]
    names = found["names"]["services"]["gateway"]["target_groups"]
    assert plan["target_groups"] == [names[rule]["blue"], names[rule]["green"]]
    assert (plan["termination_wait_minutes"], plan["ready_wait_minutes"]) == (5, 0)
    assert plan["auto_rollback_events"] == ["failure", "stop_on_alarm", "stop_on_request"]


@pytest.mark.parametrize(
    "live, controller, is_refused",
    [
        ("ECS", "codedeploy", True),
        ("CODE_DEPLOY", "codedeploy", False),
        (None, "codedeploy", False),
        ("CODE_DEPLOY", "ecs", False),
        ("ECS", "ecs", False),
    ],
)
def test_a_live_service_changes_in_one_direction_only(live, controller, is_refused):
    config = {"gateway_deployment_configuration": {"controller": controller}}
    faults = list(check._other_controller(config, {"live_controller": live}))
    assert bool(faults) == is_refused
    assert not faults or "second stack" in faults[0].fix


def test_the_functions_of_the_hooks_are_called_at_codedeploys_events(built):
    hook = {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["PRE_SCALE_UP", "POST_PRODUCTION_TRAFFIC_SHIFT"]}
    gate = {"enable_smoke_gate": True}
    found = built(**by_codedeploy(gateway_lifecycle_hook=hook, gateway_smoke_gate=gate))["codedeploy"]["hooks"]
    names = {event: arn.rpartition(":")[2] for event, arn in found.items()}
    assert names == {
        "BeforeInstall": "portkey-dev-lifecycle-hook",
        "AfterAllowTraffic": "portkey-dev-lifecycle-hook",
        "AfterAllowTestTraffic": "portkey-dev-smoke-gate",
    }


def test_codedeploy_watches_the_same_alarms(built):
    alarms = {"alarm_names": ["errors"], "rollback": False}
    plan = built(**by_codedeploy({"enable_blue_green": True, "alarms": alarms}))["codedeploy"]
    assert (plan["alarms"], plan["auto_rollback_events"]) == (["errors"], ["failure", "stop_on_request"])
