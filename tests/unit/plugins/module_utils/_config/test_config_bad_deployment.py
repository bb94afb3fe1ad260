"""Bad deployments, hooks, pauses and smoke gates."""

from __future__ import annotations

HOSTS = {"enable_host_based_routing": True, "gateway_host": "gw.example.com", "mcp_host": "mcp.example.com"}
ALL = {
    "server_mode": "all",
    "create_lb": True,
    "lb_type": "application",
    "mcp_gateway_base_url": "https://mcp.example.com",
    "alb_routing_configuration": HOSTS,
}
SHIFTING = {"create_lb": True, "gateway_deployment_configuration": {"enable_blue_green": True}}
DEPLOYMENT = "gateway_deployment_configuration"
CANARY = f"{DEPLOYMENT}.canary_configuration"
LINEAR = f"{DEPLOYMENT}.linear_configuration"
GATE = "gateway_smoke_gate"
FUNCTION = "arn:aws:lambda:us-west-2:123456789012:function:check"


def with_deployment(**settings):
    return {"create_lb": True, "gateway_deployment_configuration": settings}


def with_pause(**settings):
    return {**SHIFTING, "gateway_pause_hooks": [settings]}


def with_hook(**settings):
    on = {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["POST_SCALE_UP"]}
    return {**SHIFTING, "gateway_lifecycle_hook": {**on, **settings}}


def with_gate(**settings):
    return {**SHIFTING, GATE: {"enable_smoke_gate": True, **settings}}


def with_codedeploy(**settings):
    return {**with_deployment(controller="codedeploy", **settings), "lb_type": "application"}


# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    # Deployment
    # CodeDeploy
    ("an unknown controller", with_deployment(controller="external"), {f"{DEPLOYMENT}.controller"}),
    ("CodeDeploy and no strategy", with_codedeploy(), {f"{DEPLOYMENT}.controller"}),
    (
        "CodeDeploy and no load balancer",
        {**with_codedeploy(enable_blue_green=True), "create_lb": False},
        {f"{DEPLOYMENT}.enable_blue_green"},
    ),
    (
        "a canary by CodeDeploy behind an NLB",
        {**with_codedeploy(canary_configuration={}), "lb_type": "network"},
        {CANARY},
    ),
    (
        "linear by CodeDeploy behind an NLB",
        {**with_codedeploy(linear_configuration={}), "lb_type": "network"},
        {LINEAR},
    ),
    (
        "a canary of tenths by CodeDeploy",
        with_codedeploy(canary_configuration={"canary_percent": 12.5}),
        {f"{CANARY}.canary_percent"},
    ),
    (
        "a canary of less than a percent by CodeDeploy",
        with_codedeploy(canary_configuration={"canary_percent": 0.5}),
        {f"{CANARY}.canary_percent"},
    ),
    (
        "a canary without a pause by CodeDeploy",
        with_codedeploy(canary_configuration={"canary_bake_time_in_minutes": 0}),
        {f"{CANARY}.canary_bake_time_in_minutes"},
    ),
    (
        "steps of tenths by CodeDeploy",
        with_codedeploy(linear_configuration={"step_percent": 3.5}),
        {f"{LINEAR}.step_percent"},
    ),
    (
        "steps that take days by CodeDeploy",
        with_codedeploy(linear_configuration={"step_percent": 3, "step_bake_time_in_minutes": 120}),
        {f"{LINEAR}.step_bake_time_in_minutes"},
    ),
    (
        "both servers by CodeDeploy",
        {**ALL, **with_codedeploy(enable_blue_green=True)},
        {f"{DEPLOYMENT}.controller"},
    ),
    (
        "a wait of a week by CodeDeploy",
        with_codedeploy(enable_blue_green=True, ready_wait_in_minutes=10080),
        {f"{DEPLOYMENT}.ready_wait_in_minutes"},
    ),
    (
        "CodeDeploy's wait with ECS",
        with_deployment(enable_blue_green=True, ready_wait_in_minutes=10),
        {f"{DEPLOYMENT}.ready_wait_in_minutes"},
    ),
    (
        "a hook where CodeDeploy calls none",
        {
            **with_codedeploy(enable_blue_green=True),
            "gateway_lifecycle_hook": {
                "enable_lifecycle_hook": True,
                "lifecycle_hook_stages": ["RECONCILE_SERVICE", "POST_SCALE_UP"],
            },
        },
        {"gateway_lifecycle_hook.lifecycle_hook_stages"},
    ),
    (
        "two functions at one stage by CodeDeploy",
        {
            **with_codedeploy(enable_blue_green=True),
            "gateway_lifecycle_hook": {
                "enable_lifecycle_hook": True,
                "lifecycle_hook_stages": ["POST_TEST_TRAFFIC_SHIFT"],
            },
            "gateway_smoke_gate": {"enable_smoke_gate": True},
        },
        {"gateway_smoke_gate.smoke_gate_stages"},
    ),
    (
        "a pause by CodeDeploy",
        {
            **with_codedeploy(enable_blue_green=True),
            "gateway_pause_hooks": [{"pause_stages": ["POST_TEST_TRAFFIC_SHIFT"]}],
        },
        {"gateway_pause_hooks"},
    ),
    ("two strategies", with_deployment(enable_blue_green=True, canary_configuration={}), {DEPLOYMENT}),
    (
        "three strategies",
        with_deployment(enable_blue_green=True, canary_configuration={}, linear_configuration={}),
        {DEPLOYMENT},
    ),
    (
        "blue/green without a load balancer",
        {DEPLOYMENT: {"enable_blue_green": True}},
        {f"{DEPLOYMENT}.enable_blue_green"},
    ),
    ("canary without a load balancer", {DEPLOYMENT: {"canary_configuration": {}}}, {CANARY}),
    ("linear without a load balancer", {DEPLOYMENT: {"linear_configuration": {}}}, {LINEAR}),
    ("canary 0", with_deployment(canary_configuration={"canary_percent": 0}), {f"{CANARY}.canary_percent"}),
    ("canary 200", with_deployment(canary_configuration={"canary_percent": 200}), {f"{CANARY}.canary_percent"}),
    (
        "canary in hundredths",
        with_deployment(canary_configuration={"canary_percent": 0.15}),
        {f"{CANARY}.canary_percent"},
    ),
    (
        "canary that bakes too long",
        with_deployment(canary_configuration={"canary_bake_time_in_minutes": 1441}),
        {f"{CANARY}.canary_bake_time_in_minutes"},
    ),
    ("linear 2", with_deployment(linear_configuration={"step_percent": 2}), {f"{LINEAR}.step_percent"}),
    ("linear 2.9", with_deployment(linear_configuration={"step_percent": 2.9}), {f"{LINEAR}.step_percent"}),
    ("linear 101", with_deployment(linear_configuration={"step_percent": 101}), {f"{LINEAR}.step_percent"}),
    (
        "linear that bakes negatively",
        with_deployment(linear_configuration={"step_bake_time_in_minutes": -1}),
        {f"{LINEAR}.step_bake_time_in_minutes"},
    ),
    (
        "a bake time of two days",
        with_deployment(enable_blue_green=True, bake_time_in_minutes=2880),
        {f"{DEPLOYMENT}.bake_time_in_minutes"},
    ),
    (
        "a hook stage that ECS has not",
        {
            **SHIFTING,
            "gateway_lifecycle_hook": {
                "enable_lifecycle_hook": True,
                "lifecycle_hook_stages": ["PRE_SCALE_UP", "PRE_SCALE_DOWN"],
            },
        },
        {"gateway_lifecycle_hook.lifecycle_hook_stages"},
    ),
    (
        "a hook without stages",
        {**SHIFTING, "gateway_lifecycle_hook": {"enable_lifecycle_hook": True}},
        {"gateway_lifecycle_hook.lifecycle_hook_stages"},
    ),
    (
        "a hook in a rolling update",
        {"gateway_lifecycle_hook": {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["PRE_SCALE_UP"]}},
        {"gateway_lifecycle_hook.enable_lifecycle_hook"},
    ),
    (
        "a hook stage twice",
        {**SHIFTING, "gateway_lifecycle_hook": {"lifecycle_hook_stages": ["PRE_SCALE_UP", "PRE_SCALE_UP"]}},
        {"gateway_lifecycle_hook.lifecycle_hook_stages"},
    ),
    (
        "more pauses than ECS takes",
        {**SHIFTING, "gateway_pause_hooks": [{"pause_stages": ["POST_SCALE_UP"]}] * 11},
        {"gateway_pause_hooks"},
    ),
    ("a pause without stages", {**SHIFTING, "gateway_pause_hooks": [{}]}, {"gateway_pause_hooks.1.pause_stages"}),
    (
        "a pause while the test traffic moves",
        with_pause(pause_stages=["TEST_TRAFFIC_SHIFT"]),
        {"gateway_pause_hooks.1.pause_stages"},
    ),
    (
        "a pause while the production traffic moves",
        with_pause(pause_stages=["POST_SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT"]),
        {"gateway_pause_hooks.1.pause_stages"},
    ),
    (
        "a pause at a stage that ECS has not",
        with_pause(pause_stages=["BAKE_TIME"]),
        {"gateway_pause_hooks.1.pause_stages"},
    ),
    (
        "a pause of no time",
        with_pause(pause_stages=["POST_SCALE_UP"], timeout_in_minutes=0),
        {"gateway_pause_hooks.1.timeout_in_minutes"},
    ),
    (
        "a pause of three weeks",
        with_pause(pause_stages=["POST_SCALE_UP"], timeout_in_minutes=30240),
        {"gateway_pause_hooks.1.timeout_in_minutes"},
    ),
    (
        "a pause that ends in nothing",
        with_pause(pause_stages=["POST_SCALE_UP"], timeout_action="STOP"),
        {"gateway_pause_hooks.1.timeout_action"},
    ),
    ("an unknown key of a pause", with_pause(stages=["POST_SCALE_UP"]), {"gateway_pause_hooks.1.stages"}),
    (
        "a pause in a rolling update",
        {"gateway_pause_hooks": [{"pause_stages": ["X"]}]},
        {"gateway_pause_hooks.1.pause_stages"},
    ),
    (
        "pauses in rolling updates",
        {"gateway_pause_hooks": [{"pause_stages": ["POST_SCALE_UP"]}]},
        {"gateway_pause_hooks"},
    ),
    (
        "code and a function that exists",
        with_hook(code_path=__file__, function_arn=FUNCTION),
        {"gateway_lifecycle_hook.code_path"},
    ),
    ("code that is not there", with_hook(code_path="none.py"), {"gateway_lifecycle_hook.code_path"}),
    ("a function by its name", with_hook(function_arn="check"), {"gateway_lifecycle_hook.function_arn"}),
    (
        "a function of another region",
        with_hook(function_arn=FUNCTION.replace("us-west-2", "eu-west-1")),
        {"gateway_lifecycle_hook.function_arn"},
    ),
    (
        "a handler without its code",
        with_hook(handler="checks.handler"),
        {"gateway_lifecycle_hook.handler"},
    ),
    (
        "a handler without a function",
        with_hook(code_path=__file__, handler="checks"),
        {"gateway_lifecycle_hook.handler"},
    ),
    ("a runtime with a space", with_hook(runtime="python 3"), {"gateway_lifecycle_hook.runtime"}),
    (
        "a function that takes an hour",
        with_hook(function_timeout_seconds=3600),
        {"gateway_lifecycle_hook.function_timeout_seconds"},
    ),
    ("a hook that never times out", with_hook(timeout_in_minutes=0), {"gateway_lifecycle_hook.timeout_in_minutes"}),
    ("details that are text", with_hook(hook_details="x"), {"gateway_lifecycle_hook.hook_details"}),
    ("a smoke gate in a rolling update", {GATE: {"enable_smoke_gate": True}}, {f"{GATE}.enable_smoke_gate"}),
    ("a smoke gate without stages", with_gate(smoke_gate_stages=[]), {f"{GATE}.smoke_gate_stages"}),
    (
        "a smoke gate before there is test traffic",
        with_gate(smoke_gate_stages=["POST_SCALE_UP"]),
        {f"{GATE}.smoke_gate_stages"},
    ),
    ("a smoke gate without attempts", with_gate(attempts=0), {f"{GATE}.attempts"}),
    ("a smoke gate that lets all fail", with_gate(attempts=3, allowed_failures=3), {f"{GATE}.allowed_failures"}),
    ("a latency of none", with_gate(max_latency_ms=0), {f"{GATE}.max_latency_ms"}),
    ("a request that never ends", with_gate(request_timeout_seconds=600), {f"{GATE}.request_timeout_seconds"}),
    ("a path of the gate without a slash", with_gate(health_path="v1/health"), {f"{GATE}.health_path"}),
    ("a provider that is none", with_gate(provider=" "), {f"{GATE}.provider"}),
    (
        "a secret for all to read",
        with_gate(headers={"Authorization": "Bearer x"}),
        {f"{GATE}.headers.Authorization"},
    ),
    ("a header that is none", with_gate(headers={"x y": "1"}), {f"{GATE}.headers.x y"}),
    ("credentials that are none", with_gate(credentials_secret_arn="hunter2"), {f"{GATE}.credentials_secret_arn"}),
    ("a gate that times out at once", with_gate(timeout_in_minutes=0), {f"{GATE}.timeout_in_minutes"}),
    ("alarms without a name", {DEPLOYMENT: {"alarms": {}}}, {f"{DEPLOYMENT}.alarms.alarm_names"}),
    ("an alarm twice", {DEPLOYMENT: {"alarms": {"alarm_names": ["a", "a"]}}}, {f"{DEPLOYMENT}.alarms.alarm_names"}),
    (
        "an alarm with too long a name",
        {DEPLOYMENT: {"alarms": {"alarm_names": ["a" * 256]}}},
        {f"{DEPLOYMENT}.alarms.alarm_names"},
    ),
    (
        "early success with blue/green",
        with_deployment(enable_blue_green=True, early_success_criteria={}),
        {f"{DEPLOYMENT}.early_success_criteria"},
    ),
    (
        "early success above all",
        {DEPLOYMENT: {"early_success_criteria": {"healthy_percent": 101}}},
        {f"{DEPLOYMENT}.early_success_criteria.healthy_percent"},
    ),
    (
        "early success below the healthy minimum",
        {DEPLOYMENT: {"early_success_criteria": {"healthy_percent": 50}}},
        {f"{DEPLOYMENT}.early_success_criteria.healthy_percent"},
    ),
    (
        "no room for a deployment",
        {DEPLOYMENT: {"minimum_healthy_percent": 100, "maximum_percent": 100}},
        {f"{DEPLOYMENT}.maximum_percent"},
    ),
    (
        "a circuit breaker at no failure",
        {"gateway_deployment_circuit_breaker": {"threshold_configuration": {"type": "COUNT", "value": 0}}},
        {"gateway_deployment_circuit_breaker.threshold_configuration.value"},
    ),
    (
        "a circuit breaker at more than all",
        {"dataservice_deployment_circuit_breaker": {"threshold_configuration": {"value": 101}}},
        {"dataservice_deployment_circuit_breaker.threshold_configuration.value"},
    ),
    (
        "a threshold that ECS has not",
        {"gateway_deployment_circuit_breaker": {"threshold_configuration": {"type": "PERCENT"}}},
        {"gateway_deployment_circuit_breaker.threshold_configuration.type"},
    ),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)
