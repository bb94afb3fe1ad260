"""What the configuration makes of hooks, the smoke gate and pauses."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import hooks, stack
from ansible_collections.portkey.gateway.plugins.module_utils._config.place import Place

PLACE = Place("aws", "us-west-2", "123456789012")
ROLE = "arn:aws:iam::123456789012:role/portkey-dev-us-west-2-lifecycle-hook-invoke"
LAMBDA = "arn:aws:lambda:us-west-2:123456789012:function:"
BLUE_GREEN = {"create_lb": True, "gateway_deployment_configuration": {"enable_blue_green": True}}
HOOK = {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["POST_SCALE_UP"]}
BY_HOST_AND_PATH = {
    "server_mode": "all",
    "lb_type": "application",
    "mcp_gateway_base_url": "https://mcp.example.com",
    "alb_routing_configuration": {
        "enable_host_based_routing": True,
        "enable_path_based_routing": True,
        "gateway_host": "gw.example.com",
        "mcp_host": "mcp.example.com",
        "gateway_path": "/gateway",
    },
}


@pytest.fixture
def planned(configured):
    def run(**variables):
        config = configured(**{**BLUE_GREEN, **variables})
        return hooks.plan(config, stack.stack_names(config), PLACE)

    return run


def test_without_hooks_there_is_nothing(planned):
    found = planned()
    assert (found["functions"], found["hooks"], found["function_arns"]) == ([], [], {})
    assert found["names"]["smoke-gate"]["log_group"] == "/aws/lambda/portkey-dev-smoke-gate"


def test_the_template_is_called_through_the_role_of_ecs(planned):
    found = planned(gateway_lifecycle_hook={**HOOK, "hook_details": {"team": "a"}, "timeout_in_minutes": 5})
    (function,) = found["functions"]
    assert (function["sources"], function["handler"]) == (
        ["lifecycle_hook.py", "hook_answers.py"],
        "lifecycle_hook.handler",
    )
    assert (function["timeout"], function["in_vpc"]) == (30, False)
    assert found["hooks"] == [
        {
            "hook_target_arn": f"{LAMBDA}portkey-dev-lifecycle-hook",
            "role_arn": ROLE,
            "lifecycle_stages": ["POST_SCALE_UP"],
            "hook_details": {"team": "a"},
            "timeout_configuration": {"timeout_in_minutes": 5, "action": "ROLLBACK"},
        }
    ]


def test_a_function_of_ones_own_is_called_and_not_made(planned):
    found = planned(gateway_lifecycle_hook={**HOOK, "function_arn": f"{LAMBDA}mine"})
    assert found["functions"] == []
    assert found["function_arns"] == {"lifecycle-hook": f"{LAMBDA}mine"}
    assert found["hooks"][0]["hook_target_arn"] == f"{LAMBDA}mine"


def test_code_of_ones_own_is_found_beside_the_inventory(checked, tmp_path):
    (tmp_path / "mine").mkdir()
    hook = {**HOOK, "code_path": "mine", "handler": "main.check", "runtime": "nodejs22.x"}
    result = checked(**BLUE_GREEN, gateway_lifecycle_hook=hook)
    assert result.faults == []
    (function,) = hooks.plan(result.config, stack.stack_names(result.config), PLACE)["functions"]
    assert function["sources"] == [str(tmp_path / "mine")]
    assert (function["handler"], function["runtime"]) == ("main.check", "nodejs22.x")


def test_pauses_come_after_the_functions(planned):
    pauses = [
        {"pause_stages": ["POST_SCALE_UP"]},
        {"pause_stages": ["POST_TEST_TRAFFIC_SHIFT"], "timeout_action": "CONTINUE"},
    ]
    found = planned(gateway_lifecycle_hook=HOOK, gateway_pause_hooks=pauses)["hooks"]
    assert found[1:] == [
        {"target_type": "PAUSE", "lifecycle_stages": ["POST_SCALE_UP"]},
        {
            "target_type": "PAUSE",
            "lifecycle_stages": ["POST_TEST_TRAFFIC_SHIFT"],
            "timeout_configuration": {"timeout_in_minutes": 1440, "action": "CONTINUE"},
        },
    ]


@pytest.mark.parametrize(
    "variables, gateway, mcp",
    [
        ({}, {"host": "", "path": ""}, None),
        ({"server_mode": "mcp", "mcp_gateway_base_url": "https://m.example.com"}, None, {"host": "", "path": ""}),
        (
            BY_HOST_AND_PATH,
            {"host": "gw.example.com", "path": "/gateway"},
            {"host": "mcp.example.com", "path": "/mcp"},
        ),
    ],
)
def test_the_smoke_gate_asks_each_way_in_as_the_load_balancer_routes_it(planned, variables, gateway, mcp):
    found = planned(gateway_smoke_gate={"enable_smoke_gate": True, "attempts": 2}, **variables)
    (function,) = found["functions"]
    settings = function["settings"]
    assert (settings.get("gateway"), settings.get("mcp")) == (gateway, mcp)
    assert settings["attempts"] == 2
    assert function["in_vpc"] is True
    assert found["hooks"][0]["lifecycle_stages"] == ["POST_TEST_TRAFFIC_SHIFT"]


def test_the_gate_has_the_time_that_its_requests_may_take_but_not_more_than_lambda_gives(planned):
    def timeout(**gate):
        return planned(gateway_smoke_gate={"enable_smoke_gate": True, **gate})["functions"][0]["timeout"]

    assert timeout(attempts=2, request_timeout_seconds=10) == 30 + 3 * 2 * 10
    assert timeout(attempts=50, request_timeout_seconds=60) == 900


def test_a_rolling_update_has_no_hooks_of_any_kind(configured):
    config = configured()
    config["gateway_pause_hooks"] = [{"pause_stages": ["POST_SCALE_UP"]}]
    config["gateway_smoke_gate"]["enable_smoke_gate"] = True
    found = hooks.plan(config, stack.stack_names(config), PLACE)
    assert (found["functions"], found["hooks"]) == ([], [])
