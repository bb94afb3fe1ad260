from __future__ import annotations

import copy
import re

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config.names import resource_names
from ansible_collections.portkey.gateway.plugins.module_utils._load_balancer.plan import plan as load_balancer_plan

NAMES = resource_names("portkey-gateway", "dev", "us-east-1")
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"
CONFIG = {
    "create_lb": True,
    "lb_type": "network",
    "internal_lb": True,
    "server_mode": "gateway",
    "tls_certificate_arn": "",
    "certificate": {"create": False},
    "http_redirect": False,
    "allowed_lb_cidrs": [],
    "enable_lb_access_logs": False,
    "create_lb_access_logs_bucket": False,
    "lb_access_logs_bucket": "",
    "lb_access_logs_prefix": "",
    "max_request_seconds": None,
    "gateway_config": {"gateway_port": 8787, "mcp_port": 8788},
    "gateway_smoke_gate": {"enable_smoke_gate": False},
    "gateway_deployment_configuration": {
        "enable_blue_green": False,
        "canary_configuration": None,
        "linear_configuration": None,
    },
    "alb_routing_configuration": {
        "enable_path_based_routing": False,
        "enable_host_based_routing": False,
        "mcp_path": "/mcp",
        "gateway_path": "/gateway",
        "mcp_host": "mcp.example.com",
        "gateway_host": "gateway.example.com",
    },
}
ALB = {"lb_type": "application"}
ALL = {**ALB, "server_mode": "all"}
BLUE_GREEN = {"gateway_deployment_configuration": {"enable_blue_green": True}}
CANARY = {"gateway_deployment_configuration": {"canary_configuration": {"canary_percent": 5}}}
LINEAR = {"gateway_deployment_configuration": {"linear_configuration": {"step_percent": 10}}}
BY_HOST = {"alb_routing_configuration": {"enable_host_based_routing": True}}
BY_PATH = {"alb_routing_configuration": {"enable_path_based_routing": True}}
BY_BOTH = {"alb_routing_configuration": {"enable_host_based_routing": True, "enable_path_based_routing": True}}


def plan(*changes):
    config = copy.deepcopy(CONFIG)
    for change in changes:
        for key, value in change.items():
            config[key] = {**config[key], **value} if isinstance(config[key], dict) else value
    return load_balancer_plan(config, NAMES)


def name(rule, colour):
    return NAMES["services"]["gateway"]["target_groups"][rule][colour]


def listeners(result):
    return [(item["name"], item["port"], item["protocol"]) for item in result["listeners"]]


@pytest.mark.parametrize(
    "changes, expected",
    [
        ([], [("production", 80, "TCP")]),
        ([BLUE_GREEN], [("production", 80, "TCP"), ("test", 8080, "TCP")]),
        ([CANARY], [("production", 80, "TCP"), ("test", 8080, "TCP")]),
        ([LINEAR], [("production", 80, "TCP"), ("test", 8080, "TCP")]),
        ([{"tls_certificate_arn": CERTIFICATE}], [("production", 443, "TLS")]),
        ([{"tls_certificate_arn": CERTIFICATE}, BLUE_GREEN], [("production", 443, "TLS"), ("test", 8443, "TLS")]),
        ([ALB], [("production", 80, "HTTP")]),
        ([ALB, BLUE_GREEN], [("production", 80, "HTTP"), ("test", 8080, "HTTP")]),
        ([ALB, {"tls_certificate_arn": CERTIFICATE}, CANARY], [("production", 443, "HTTPS"), ("test", 8443, "HTTPS")]),
        ([{"create_lb": False}, BLUE_GREEN], []),
    ],
)
def test_listeners(changes, expected):
    assert listeners(plan(*changes)) == expected


@pytest.mark.parametrize("change", [{}, ALB])
def test_tls(change):
    without, with_tls = plan(change), plan(change, {"tls_certificate_arn": CERTIFICATE})
    assert [(item["certificates"], item["ssl_policy"]) for item in without["listeners"]] == [([], None)]
    assert [(item["certificates"], item["ssl_policy"]) for item in with_tls["listeners"]] == [
        ([CERTIFICATE], "ELBSecurityPolicy-TLS13-1-2-2021-06")
    ]


@pytest.mark.parametrize(
    "changes, expected",
    [
        ([], [("default", "blue", "TCP", 8787)]),
        ([{"server_mode": "mcp"}], [("default", "blue", "TCP", 8788)]),
        ([BLUE_GREEN], [("default", "blue", "TCP", 8787), ("default", "green", "TCP", 8787)]),
        ([ALB], [("gateway", "blue", "HTTP", 8787)]),
        ([ALB, {"server_mode": "mcp"}], [("mcp", "blue", "HTTP", 8788)]),
        ([ALL], [("gateway", "blue", "HTTP", 8787), ("mcp", "blue", "HTTP", 8788)]),
        (
            [ALL, LINEAR],
            [
                ("gateway", "blue", "HTTP", 8787),
                ("gateway", "green", "HTTP", 8787),
                ("mcp", "blue", "HTTP", 8788),
                ("mcp", "green", "HTTP", 8788),
            ],
        ),
        ([ALL, {"gateway_config": {"gateway_port": 9000, "mcp_port": 9001}}],
         [("gateway", "blue", "HTTP", 9000), ("mcp", "blue", "HTTP", 9001)]),
        ([{"create_lb": False}], []),
    ],
)  # fmt: skip
def test_target_groups(changes, expected):
    groups = plan(*changes)["target_groups"]
    assert [(item["rule"], item["colour"], item["protocol"], item["port"]) for item in groups] == expected
    assert [item["name"] for item in groups] == [name(item["rule"], item["colour"]) for item in groups]
    assert all(item["attributes"] == {"deregistration_delay.timeout_seconds": "60"} for item in groups)


def test_health_checks():
    common = {
        "port": "traffic-port",
        "interval_seconds": 30,
        "healthy_threshold_count": 2,
        "unhealthy_threshold_count": 3,
    }
    assert plan()["target_groups"][0]["health_check"] == {**common, "protocol": "TCP", "timeout_seconds": 10}
    assert plan(ALB)["target_groups"][0]["health_check"] == {
        **common,
        "protocol": "HTTP",
        "path": "/v1/health",
        "matcher": "200",
        "timeout_seconds": 5,
    }


def test_the_listeners_of_a_network_load_balancer_forward_by_themselves():
    result = plan(BLUE_GREEN)
    assert [(item["rule"], item["target_group"]) for item in result["listeners"]] == [
        ("default", name("default", "blue")),
        ("default", name("default", "green")),
    ]
    assert result["rules"] == []


def test_the_listeners_of_an_application_load_balancer_answer_404():
    for item in plan(ALL, BLUE_GREEN)["listeners"]:
        assert (item["rule"], item["target_group"]) == (None, None)
        assert item["fixed_response"] == {
            "status_code": "404",
            "content_type": "text/plain",
            "message_body": "Not Found",
        }


@pytest.mark.parametrize(
    "changes, expected",
    [
        ([ALB], [("gateway", "production", 100, "blue")]),
        ([ALB, {"server_mode": "mcp"}], [("mcp", "production", 200, "blue")]),
        ([ALL], [("gateway", "production", 100, "blue"), ("mcp", "production", 200, "blue")]),
        (
            [ALL, BLUE_GREEN],
            [
                ("gateway", "production", 100, "blue"),
                ("mcp", "production", 200, "blue"),
                ("gateway", "test", 100, "green"),
                ("mcp", "test", 200, "green"),
            ],
        ),
        ([ALL, {"create_lb": False}], []),
    ],
)
def test_rules(changes, expected):
    rules = plan(*changes)["rules"]
    assert [(item["rule"], item["listener"], item["priority"]) for item in rules] == [item[:3] for item in expected]
    assert [item["target_group"] for item in rules] == [name(item[0], item[3]) for item in expected]


HOSTS = {"gateway": "gateway.example.com", "mcp": "mcp.example.com"}


@pytest.mark.parametrize("routing, by_host, by_path", [({}, 0, 0), (BY_HOST, 1, 0), (BY_PATH, 0, 1), (BY_BOTH, 1, 1)])
def test_routing(routing, by_host, by_path):
    for item in plan(ALL, BLUE_GREEN, routing)["rules"]:
        conditions = {condition["field"]: condition["values"] for condition in item["conditions"]}
        path = f"/{item['rule']}"
        assert conditions["path-pattern"] == ([path, f"{path}/*"] if by_path else ["/*"])
        assert conditions.get("host-header") == ([HOSTS[item["rule"]]] if by_host else None)
        rewrite = [{"regex": f"^{path}/?(.*)$", "replace": "/$1"}]
        assert item["transforms"] == ([{"type": "url-rewrite", "rewrites": rewrite}] if by_path else [])


@pytest.mark.parametrize(
    "path, request_url, rewritten",
    [
        ("/gateway", "/gateway/v1/chat?x=1", "/v1/chat?x=1"),
        ("/gateway", "/gateway", "/"),
        ("/gateway", "/gateway/", "/"),
        ("/gateway", "/gateway?x=1", "/?x=1"),
        ("/gateway/", "/gateway/v1", "/v1"),
        ("/api.v1/$a", "/api.v1/$a/v1", "/v1"),
        ("/api.v1", "/apixv1/v1", "/apixv1/v1"),
    ],
)
def test_the_path_is_taken_off(path, request_url, rewritten):
    routing = {"alb_routing_configuration": {"enable_path_based_routing": True, "gateway_path": path}}
    rewrite = plan(ALB, routing)["rules"][0]["transforms"][0]["rewrites"][0]
    assert re.sub(rewrite["regex"], rewrite["replace"].replace("$1", r"\1"), request_url) == rewritten


def test_the_root_path_needs_no_rewrite():
    routing = {"alb_routing_configuration": {"enable_path_based_routing": True, "gateway_path": "/"}}
    rule = plan(ALB, routing)["rules"][0]
    assert rule["conditions"] == [{"field": "path-pattern", "values": ["/*"]}]
    assert rule["transforms"] == []


def test_the_rest():
    logs = {"enable_lb_access_logs": True, "lb_access_logs_bucket": "logs", "lb_access_logs_prefix": "lb"}
    result = plan({"internal_lb": False, "allowed_lb_cidrs": ["10.0.0.0/8"]}, logs)
    assert result["state"] == "present"
    assert result["scheme"] == "internet-facing"
    assert result["allowed_cidrs"] == ["10.0.0.0/8"]
    assert result["access_logs"] == {"enabled": True, "bucket": "logs", "prefix": "lb", "is_made": False}
    assert plan()["scheme"] == "internal"
    assert plan({"create_lb": False})["state"] == "absent"


def test_the_names_stay_known_when_it_is_switched_off():
    result = plan({"create_lb": False})
    assert result["name"] == NAMES["load_balancer"]
    assert result["role_name"] == NAMES["load_balancer_role"]
    assert result["target_group_names"] == NAMES["services"]["gateway"]["target_groups"]


def test_the_smoke_gate_may_call_the_test_listener():
    gate = {"gateway_smoke_gate": {"enable_smoke_gate": True}}
    assert plan(BLUE_GREEN, gate)["smoke_gate_security_group"] == NAMES["functions"]["smoke-gate"]["security_group"]
    assert plan(BLUE_GREEN)["smoke_gate_security_group"] is None
    assert plan(gate)["smoke_gate_security_group"] is None
