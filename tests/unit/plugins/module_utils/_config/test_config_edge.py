"""Names, certificate, redirect and firewall: what a configuration asks for, and what of an earlier one is to go."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import account as asking

LB = {"create_lb": True, "lb_type": "application"}
DNS = {"create_records": True, "hosted_zone": "example.com", "gateway_host": "Gateway.example.com"}
ROUTING = {"enable_host_based_routing": True, "gateway_host": "gateway.example.com", "mcp_host": "mcp.example.com"}
ALL = {
    **LB,
    "server_mode": "all",
    "mcp_gateway_base_url": "https://mcp.example.com",
    "alb_routing_configuration": ROUTING,
    "dns": {"create_records": True, "hosted_zone": "example.com"},
    "certificate": {"create": True, "hosted_zone": "Z1PUBLIC"},
}
ZONES = {"hosted_zones": {"records": "Z1", "certificate": "Z2"}}


def test_nothing_unless_it_is_asked_for(built, checked):
    edge = built(**LB)["edge"]
    assert (edge["certificate"], edge["records"], edge["web_acl"]) == (None, None, None)
    assert edge["notes"] == {} and edge["hosts"] == {} and not edge["surplus"]["any"]
    assert "edge" not in asking.questions(checked(**LB).config, [])


def test_hosts_are_those_by_which_requests_are_routed(built):
    edge = built(ZONES, **ALL)["edge"]
    assert edge["hosts"] == {"gateway": "gateway.example.com", "mcp": "mcp.example.com"}
    assert edge["certificate"] == {
        "domain_name": "gateway.example.com",
        "subject_alternative_names": ["mcp.example.com"],
        "zone_id": "Z2",
        "wait_timeout": 1800,
    }
    assert edge["records"] == {
        "zone_id": "Z1",
        "hosts": [{"name": "gateway.example.com", "type": "A"}, {"name": "mcp.example.com", "type": "A"}],
    }


@pytest.mark.parametrize("lb_type", ["application", "network"])
def test_without_routing_the_host_is_named_with_the_records(built, lb_type):
    edge = built(ZONES, create_lb=True, lb_type=lb_type, dns=DNS)["edge"]
    assert edge["hosts"] == {"gateway": "gateway.example.com"}


def test_one_host_may_stand_for_both_services(built):
    routing = {"enable_path_based_routing": True}
    edge = built(ZONES, **{**ALL, "alb_routing_configuration": routing, "dns": DNS})["edge"]
    assert edge["certificate"]["domain_name"] == "gateway.example.com"
    assert edge["certificate"]["subject_alternative_names"] == []


def test_what_route_53_is_asked(checked):
    asked = asking.questions(checked(**ALL).config, [])["edge"]
    assert asked == {
        "hosts": [
            {"host": "gateway.example.com", "variable": "portkey_alb_routing_configuration.gateway_host"},
            {"host": "mcp.example.com", "variable": "portkey_alb_routing_configuration.mcp_host"},
        ],
        "owner": "_portkey-gateway.portkey-dev.us-west-2",
        "load_balancer": "portkey-dev-lb",
        "records_zone": "example.com",
        "certificate_zone": "Z1PUBLIC",
        "certificate_zone_variable": "portkey_certificate.hosted_zone",
    }


def test_listeners_speak_tls_by_the_stacks_own_certificate(built):
    listeners = built(ZONES, **ALL, http_redirect=True)["load_balancer"]["listeners"]
    assert [(one["name"], one["port"], one["protocol"]) for one in listeners] == [
        ("production", 443, "HTTPS"),
        ("redirect", 80, "HTTP"),
    ]
    assert listeners[0]["certificates"] == []
    assert listeners[1]["redirect"] == {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}


def test_the_load_balancer_notes_what_there_was_until_it_has_gone(built):
    before = built(ZONES, **ALL, waf={"enable": True})["edge"]
    assert before["notes"] == before["lasting_notes"]
    assert before["notes"]["portkey:hosted-zones"] == "hosts=Z1 validation=Z2"
    assert before["notes"]["portkey:web-acl"] == "true"
    again = built({**ZONES, "live_edge": before["notes"]}, **ALL, waf={"enable": True})["edge"]
    assert not again["surplus"]["any"]

    other = {**ALL, "alb_routing_configuration": {**ROUTING, "mcp_host": "tools.example.com"}}
    renamed = built({**ZONES, "live_edge": before["notes"]}, **other)["edge"]
    assert len(renamed["notes"]["portkey:certificate"].split()) == 2
    assert renamed["surplus"] == {"any": True, "zones": [], "certificates": True, "web_acl": True}

    off = built({"live_edge": before["notes"]}, **LB)["edge"]
    assert off["notes"] == before["notes"] and off["lasting_notes"] == {}
    assert off["surplus"] == {
        "any": True,
        "zones": [{"zone_id": "Z1", "purpose": "all"}, {"zone_id": "Z2", "purpose": "all"}],
        "certificates": True,
        "web_acl": True,
    }


def test_a_zone_that_is_still_used_keeps_what_it_is_used_for(built):
    one_zone = {"hosted_zones": {"records": "Z1", "certificate": "Z1"}}
    notes = built(one_zone, **ALL)["edge"]["notes"]
    without = {**ALL, "dns": {"hosted_zone": "example.com"}}
    left = built({"hosted_zones": {"certificate": "Z1"}, "live_edge": notes}, **without)["edge"]["surplus"]
    assert left["zones"] == [{"zone_id": "Z1", "purpose": "hosts"}]
    gone = built({"live_edge": notes}, **LB)["edge"]["surplus"]
    assert gone["zones"] == [{"zone_id": "Z1", "purpose": "all"}]


def test_rules_that_look_into_prompts_count_only(built):
    acl = built(**LB, waf={"enable": True})["edge"]["web_acl"]
    assert acl["name"] == "portkey-dev-web-acl" and acl["rate_limit"] is None and not acl["sampled_requests"]
    by_name = {one["name"]: one["counted_rules"] for one in acl["managed_rule_groups"]}
    assert by_name["AWSManagedRulesAmazonIpReputationList"] == []
    assert "SizeRestrictions_BODY" in by_name["AWSManagedRulesCommonRuleSet"]
    assert all(rule.endswith("_BODY") for rules in by_name.values() for rule in rules)


def test_a_user_says_which_rules_count(built):
    waf = {"enable": True, "counted_rules": {"AWSManagedRulesCommonRuleSet": ["NoUserAgent_HEADER"]}}
    acl = built(**LB, waf=waf)["edge"]["web_acl"]
    assert [one["counted_rules"] for one in acl["managed_rule_groups"]] == [[], ["NoUserAgent_HEADER"], []]
