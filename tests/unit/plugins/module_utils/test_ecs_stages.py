from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import deployment, stages, strategy
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import SESSION

ECS = SESSION.get_service_model("ecs")


def enum(name):
    return set(ECS.shape_for(name).enum)


def test_botocore_knows_no_stage_that_the_table_does_not():
    """When this fails, ECS has grown a stage: put it where it belongs."""
    assert enum("ServiceDeploymentLifecycleStage") <= set(stages.STAGES)
    assert enum("DeploymentLifecycleHookStage") == set(stages.HOOK_STAGES)


def test_botocore_knows_no_status_and_no_strategy_that_we_do_not():
    assert enum("ServiceDeploymentStatus") == set(deployment.STATUSES)
    assert enum("DeploymentStrategy") == set(strategy.STRATEGIES)


@pytest.mark.parametrize(
    "stage, wanted, is_reached",
    [
        ("PRE_SCALE_UP", "PRE_SCALE_UP", True),
        ("BAKE_TIME", "POST_TEST_TRAFFIC_SHIFT", True),
        ("SCALE_UP", "POST_SCALE_UP", False),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT", False),
        ("PRODUCTION_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT", True),
        (None, "SCALE_UP", False),
        ("STAGE_OF_TOMORROW", "SCALE_UP", False),
        ("STAGE_OF_TOMORROW", "STAGE_OF_TOMORROW", True),
        ("CLEAN_UP", "STAGE_OF_TOMORROW", False),
    ],
)
def test_reached(stage, wanted, is_reached):
    assert stages.reached(stage, wanted) is is_reached


def test_no_hook_pauses_a_stage_of_a_rollback():
    assert set(stages.HOOK_STAGES) - set(stages.PAUSE_STAGES) == {"TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"}


@pytest.mark.parametrize(
    "new, leftover, becomes",
    [
        # ECS keeps what an update does not name, so it is told that there is to be none.
        ("ROLLING", ("bake_time_in_minutes", 5), {"bake_time_in_minutes": 0}),
        ("ROLLING", ("bake_time_in_minutes", 0), {"bake_time_in_minutes": 0}),
        ("ROLLING", ("lifecycle_hooks", [{"hook_target_arn": "f"}]), {"lifecycle_hooks": []}),
        ("ROLLING", ("early_success_criteria", {"enable": True}), {"early_success_criteria": {"enable": True}}),
        ("ROLLING", ("maximum_percent", 150), {"maximum_percent": 150}),
        ("BLUE_GREEN", ("bake_time_in_minutes", 5), {"bake_time_in_minutes": 5}),
        ("BLUE_GREEN", ("early_success_criteria", {"enable": True}), {}),
        ("BLUE_GREEN", ("canary_configuration", {"canary_percent": 5}), {}),
        ("CANARY", ("canary_configuration", {"canary_percent": 5}), {"canary_configuration": {"canary_percent": 5}}),
        ("CANARY", ("linear_configuration", {"step_percent": 5}), {}),
        ("LINEAR", ("linear_configuration", {"step_percent": 5}), {"linear_configuration": {"step_percent": 5}}),
    ],
)
def test_a_new_strategy_does_not_inherit_what_it_cannot_have(new, leftover, becomes):
    name, value = leftover
    after = {"strategy": new, name: value}
    assert strategy.without_leftovers(after, {}) == {"strategy": new, **becomes}
    assert strategy.without_leftovers(after, {name: value}) == after
