from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.filter.load_balancer_converge import load_balancer_converge
from ansible_collections.portkey.gateway.plugins.filter.load_balancer_outputs import load_balancer_outputs
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY
from ansible_collections.portkey.gateway.tests.unit.plugins.filter.test_load_balancer_converge import (
    NOTHING,
    OFF,
    TAGS,
    TLS,
)
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.test_load_balancer_plan import (
    ALL,
    BLUE_GREEN,
    NAMES,
    name,
    plan,
)

ROLE = "arn:aws:iam::123456789012:role/ecs"


def outputs(*changes, arn="arn:lb"):
    """What comes of a run on an empty account."""
    wanted = plan(*changes)
    converged = load_balancer_converge(NOTHING, wanted, TAGS)
    made = {
        "load_balancer": {"load_balancer_arn": arn, "dns_name": "lb.example.com"} if wanted["listeners"] else None,
        "security_group_id": "sg-1" if wanted["listeners"] else None,
        "role_arn": ROLE if BLUE_GREEN in changes else None,
        "target_groups": {group["name"]: f"arn:{group['name']}" for group in wanted["target_groups"]},
        "target_group_names": wanted["target_group_names"],
        "listeners": {item["name"]: f"arn:listener:{item['name']}" for item in wanted["listeners"]},
        "rules": [f"arn:rule:{item['rule']}:{item['listener']}" for item in wanted["rules"]],
    }
    return load_balancer_outputs(made, converged)


def test_a_network_load_balancer():
    result = outputs()
    assert (result["arn"], result["dns_name"], result["url"]) == ("arn:lb", "lb.example.com", "http://lb.example.com")
    assert result["security_group_id"] == "sg-1"
    assert result["listeners"] == {"production": "arn:listener:production"}
    assert result["rules"] == {}
    assert result["target_groups"] == {"default": {"blue": f"arn:{name('default', 'blue')}", "green": None}}
    assert result["routes"] == [
        {
            "target_group_arn": f"arn:{name('default', 'blue')}",
            "container_port": 8787,
            "advanced_configuration": None,
        }
    ]


def test_ecs_shifts_the_traffic_of_a_network_load_balancer_by_its_listeners():
    assert outputs(BLUE_GREEN)["routes"][0]["advanced_configuration"] == {
        "alternate_target_group_arn": f"arn:{name('default', 'green')}",
        "production_listener_rule": "arn:listener:production",
        "test_listener_rule": "arn:listener:test",
        "role_arn": ROLE,
    }


def test_and_that_of_an_application_load_balancer_by_its_rules():
    result = outputs(ALL, BLUE_GREEN)
    assert result["rules"]["mcp"] == {"production": "arn:rule:mcp:production", "test": "arn:rule:mcp:test"}
    assert [route["container_port"] for route in result["routes"]] == [8787, 8788]
    assert [route["advanced_configuration"]["production_listener_rule"] for route in result["routes"]] == [
        "arn:rule:gateway:production",
        "arn:rule:mcp:production",
    ]


def test_the_url_tells_tls():
    assert outputs(TLS)["url"] == "https://lb.example.com"


def test_check_mode_passes_on_what_is_not_known():
    assert outputs(arn=KNOWN_AFTER_APPLY)["arn"] == KNOWN_AFTER_APPLY


def test_without_a_load_balancer():
    result = outputs(OFF)
    assert [result[key] for key in ("arn", "dns_name", "url", "security_group_id", "role_arn")] == [None] * 5
    assert (result["target_groups"], result["listeners"], result["rules"], result["routes"]) == ({}, {}, {}, [])


def test_bad_input():
    with pytest.raises(AnsibleFilterError, match="load_balancer_outputs"):
        load_balancer_outputs(NAMES, None)
