from __future__ import annotations

import botocore.session
import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import strategy
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import stages

OFF = {
    "enable_blue_green": False,
    "canary_configuration": None,
    "linear_configuration": None,
    "bake_time_in_minutes": 1,
}
BREAKER = {"enable": True, "rollback": False}
CANARY = {"canary_percent": 5.0, "canary_bake_time_in_minutes": 10}
LINEAR = {"step_percent": 10.0, "step_bake_time_in_minutes": 6}


@pytest.fixture(scope="module")
def ecs():
    return botocore.session.get_session().get_service_model("ecs")


@pytest.mark.parametrize(
    "settings, chosen",
    [
        ({}, "rolling"),
        ({"enable_blue_green": True}, "blue_green"),
        ({"canary_configuration": CANARY}, "canary"),
        ({"linear_configuration": LINEAR}, "linear"),
    ],
)
def test_the_strategy_is_what_is_switched_on(settings, chosen):
    assert strategy.chosen_strategy({**OFF, **settings}) == chosen
    assert strategy.is_traffic_shifting(chosen) is (chosen != "rolling")


@pytest.mark.parametrize(
    "settings, expected",
    [
        ({}, {"strategy": "ROLLING"}),
        ({"enable_blue_green": True, "bake_time_in_minutes": 7}, {"strategy": "BLUE_GREEN", "bake_time_in_minutes": 7}),
        (
            {"canary_configuration": CANARY},
            {"strategy": "CANARY", "bake_time_in_minutes": 1, "canary_configuration": CANARY},
        ),
        (
            {"linear_configuration": LINEAR},
            {"strategy": "LINEAR", "bake_time_in_minutes": 1, "linear_configuration": LINEAR},
        ),
    ],
)
def test_deployment_configuration(settings, expected):
    common = {
        "maximum_percent": 200,
        "minimum_healthy_percent": 100,
        "deployment_circuit_breaker": BREAKER,
        "alarms": {"alarm_names": [], "enable": False, "rollback": False},
    }
    if settings:
        common["lifecycle_hooks"] = []
    assert strategy.deployment_configuration({**OFF, **settings}, BREAKER) == {**common, **expected}


def test_hooks_go_with_the_strategies_that_have_them():
    hooks = [{"target_type": "PAUSE"}]
    shifting = strategy.deployment_configuration({**OFF, "enable_blue_green": True}, BREAKER, hooks)
    assert shifting["lifecycle_hooks"] == hooks
    assert "lifecycle_hooks" not in strategy.deployment_configuration(OFF, BREAKER, hooks)


def test_everything_else_of_a_deployment_configuration_can_be_set():
    settings = {
        "minimum_healthy_percent": 50,
        "maximum_percent": 150,
        "alarms": {"alarm_names": ["slow"], "rollback": True},
        "early_success_criteria": {"enable": True, "healthy_percent": 80},
    }
    breaker = {**BREAKER, "reset_on_healthy_task": None, "threshold_configuration": {"type": "COUNT", "value": 4}}
    assert strategy.deployment_configuration({**OFF, **settings}, breaker) == {
        "strategy": "ROLLING",
        "minimum_healthy_percent": 50,
        "maximum_percent": 150,
        "deployment_circuit_breaker": {**BREAKER, "threshold_configuration": {"type": "COUNT", "value": 4}},
        "alarms": {"alarm_names": ["slow"], "enable": True, "rollback": True},
        "early_success_criteria": {"enable": True, "healthy_percent": 80},
    }


def test_the_strategies_and_hook_stages_are_those_of_the_api(ecs, options):
    assert {one.upper() for one in (strategy.ROLLING, *strategy.TRAFFIC_SHIFTING)} == set(
        ecs.shape_for("DeploymentStrategy").enum
    )
    assert list(stages.HOOK_STAGES) == list(ecs.shape_for("DeploymentLifecycleHookStage").enum)
    hook = options["portkey_gateway_lifecycle_hook"]["options"]
    assert hook["lifecycle_hook_stages"]["choices"] == list(stages.HOOK_STAGES)
    pause = options["portkey_gateway_pause_hooks"]["options"]
    assert pause["pause_stages"]["choices"] == list(stages.PAUSE_STAGES)
    gate = options["portkey_gateway_smoke_gate"]["options"]
    tested = stages.HOOK_STAGES.index("TEST_TRAFFIC_SHIFT") + 1
    assert gate["smoke_gate_stages"]["choices"] == list(stages.HOOK_STAGES[tested:])
