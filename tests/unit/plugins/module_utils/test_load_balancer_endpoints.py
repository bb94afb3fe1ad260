"""Where the gateway can be asked, and why not elsewhere."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._load_balancer.endpoints import endpoints

DNS = "portkey-lb-1.elb.us-east-1.amazonaws.com"
BLUE, GREEN = "arn:blue", "arn:green"
ROUTING = {
    "enable_path_based_routing": False,
    "enable_host_based_routing": False,
    "gateway_path": "/gateway",
    "mcp_path": "/mcp",
    "gateway_host": "gw.example.com",
    "mcp_host": "mcp.example.com",
}


def stack(protocol="TCP", test=False, routing=None, **config):
    ports = (443, 8443) if protocol in ("TLS", "HTTPS") else (80, 8080)
    listeners = [{"name": "production", "port": ports[0], "protocol": protocol}]
    if test:
        listeners.append({"name": "test", "port": ports[1], "protocol": protocol})
    defaults = {
        "verify_url": "",
        "verify_test_url": "",
        "verify_validate_certs": True,
        "create_lb": True,
        "internal_lb": False,
        "lb_type": "network" if protocol in ("TCP", "TLS") else "application",
        "server_mode": "gateway",
        "alb_routing_configuration": {**ROUTING, **(routing or {})},
    }
    return {"config": {**defaults, **config}, "load_balancer": {"listeners": listeners}}


def balancer(test_port=8080, behind_test=GREEN):
    listeners = [
        {"port": 80, "serving_target_group": BLUE, "rules": []},
        {"port": test_port, "serving_target_group": behind_test, "rules": []},
    ]
    return [{"dns_name": DNS, "listeners": listeners}]


def services(green=0):
    groups = [{"arn": BLUE, "healthy": 1}, {"arn": GREEN, "healthy": green}]
    return [{"target_groups": groups}]


def urls(found):
    return [one["url"] for one in found["endpoints"]]


def test_a_public_load_balancer():
    found = endpoints(stack(), balancer(), services())
    assert urls(found) == [f"http://{DNS}"]
    assert found["skipped"] == []
    assert found["endpoints"][0]["name"] == "gateway on the production listener"


def test_no_certificate_is_made_out_to_the_load_balancer_itself():
    (found,) = endpoints(stack("TLS"), balancer(), services())["endpoints"]
    assert (found["url"], found["validate_certs"]) == (f"https://{DNS}", False)
    (found,) = endpoints(stack("TLS", verify_url="https://gw.example.com/"), balancer(), services())["endpoints"]
    assert (found["url"], found["validate_certs"]) == ("https://gw.example.com", True)


def test_an_internal_load_balancer_is_not_tried_unless_the_user_says_where():
    found = endpoints(stack(internal_lb=True), balancer(), services())
    assert found["endpoints"] == []
    assert f"portkey_verify_url to http://{DNS}" in found["skipped"][0]
    assert urls(endpoints(stack(internal_lb=True, verify_url="http://10.0.0.1"), [], services())) == ["http://10.0.0.1"]


def test_no_load_balancer():
    found = endpoints(stack(create_lb=False), [], services())
    assert found["endpoints"] == []
    assert "no load balancer" in found["skipped"][0]


@pytest.mark.parametrize("given, wanted", [("", f"http://{DNS}:8080"), ("http://10.0.0.1/x", "http://10.0.0.1:8080/x")])
def test_the_test_listener_while_it_leads_somewhere(given, wanted):
    found = endpoints(stack(test=True, verify_url=given), balancer(), services(green=1))
    assert urls(found)[1] == wanted


def test_the_test_listener_while_nothing_is_behind_it():
    found = endpoints(stack(test=True), balancer(), services())
    assert len(found["endpoints"]) == 1
    assert "The test listener leads to no tasks" in found["skipped"][0]


def test_a_test_url_of_its_own():
    found = endpoints(stack(test=True, verify_test_url="https://test.example.com"), balancer(), services())
    assert urls(found)[1] == "https://test.example.com"


@pytest.mark.parametrize("protocol, port", [("HTTP", 8080), ("HTTPS", 8443)])
def test_all_by_path(protocol, port):
    given = stack(protocol, test=True, server_mode="all", routing={"enable_path_based_routing": True})
    found = endpoints(given, balancer(port), services(green=1))
    assert [url.partition("amazonaws.com")[2] for url in urls(found)] == [
        "/gateway",
        "/mcp",
        f":{port}/gateway",
        f":{port}/mcp",
    ]
    assert [one["chats"] for one in found["endpoints"]] == [True, False, True, False]


def test_all_by_host():
    given = stack("HTTP", server_mode="all", routing={"enable_host_based_routing": True})
    found = endpoints(given, balancer(), services())["endpoints"]
    assert [one["headers"] for one in found] == [{"Host": "gw.example.com"}, {"Host": "mcp.example.com"}]


def test_a_network_load_balancer_routes_nothing():
    found = endpoints(stack(routing={"enable_path_based_routing": True}), balancer(), services())
    assert urls(found) == [f"http://{DNS}"]


def test_the_names_that_the_stack_has_made_need_no_header_and_have_a_certificate():
    hosts = {"gateway": "gw.example.com", "mcp": "mcp.example.com"}
    routed = stack("HTTPS", test=True, routing={"enable_host_based_routing": True}, server_mode="all")
    found = endpoints({**routed, "edge": {"hosts": hosts}}, balancer(8443), services(green=1))
    assert urls(found) == [
        "https://gw.example.com",
        "https://mcp.example.com",
        "https://gw.example.com:8443",
        "https://mcp.example.com:8443",
    ]
    assert all(one["validate_certs"] and one["headers"] == {} for one in found["endpoints"])
    # What the user says goes before.
    given = stack("HTTPS", verify_url="https://other.example.com")
    assert urls(endpoints({**given, "edge": {"hosts": hosts}}, balancer(), services())) == ["https://other.example.com"]
