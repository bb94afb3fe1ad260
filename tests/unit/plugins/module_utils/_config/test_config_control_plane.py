"""What follows from portkey_control_plane, and what is refused."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import control_plane
from ansible_collections.portkey.gateway.plugins.module_utils._config.place import Place
from ansible_collections.portkey.gateway.plugins.module_utils._config.stack import stack_names

BOTH = {"outbound": "privatelink", "inbound": "privatelink"}
PATHS = ["ALBUS_BASEPATH", "CONTROL_PLANE_BASEPATH", "SOURCE_SYNC_API_BASEPATH", "CONFIG_READER_PATH"]


def planned(checked, live=None, **variables):
    result = checked(**variables)
    assert result.faults == []
    config = result.config
    place = Place("aws", config["aws_region"], "123456789012")
    return control_plane.plan(config, stack_names(config), place, live or {})


def test_it_is_off_unless_it_is_asked_for(checked):
    plan = planned(checked)
    assert (plan["outbound"]["enabled"], plan["inbound"]["enabled"]) == (False, False)
    assert plan["load_balancer"] == {"cidrs": [], "security_group": "", "private_link_rules": True}


def test_from_another_region_the_vendor_s_is_named_both_ways(checked):
    plan = planned(checked, control_plane=BOTH, create_lb=True)
    assert plan["outbound"]["service_region"] == "us-east-1"
    assert plan["inbound"]["supported_regions"] == ["us-east-1"]
    home = planned(checked, control_plane=BOTH, create_lb=True, aws_region="us-east-1")
    assert home["inbound"]["supported_regions"] == []


@pytest.mark.parametrize(
    "lb_type, certificate, front, port, protocol",
    [
        ("network", "", False, 80, "HTTP"),
        ("application", "", True, 80, "HTTP"),
        ("application", "arn:aws:acm:us-west-2:123456789012:certificate/1", True, 443, "HTTPS"),
    ],
)
def test_an_application_load_balancer_gets_one_in_front(checked, lb_type, certificate, front, port, protocol):
    plan = planned(checked, control_plane=BOTH, create_lb=True, lb_type=lb_type, tls_certificate_arn=certificate)
    inbound = plan["inbound"]
    assert (inbound["front"], inbound["port"], inbound["health_check_protocol"]) == (front, port, protocol)
    assert inbound["target_group_name"] == inbound["target_group_names"][str(port)]
    assert bool(plan["load_balancer"]["security_group"]) is front
    assert plan["load_balancer"]["private_link_rules"] is False
    assert inbound["allowed_accounts"] == ["299329113195"]


def test_what_is_there_and_no_longer_wanted_is_left_over(checked):
    live = {"endpoint": "vpce-1", "outbound": True, "inbound": True}
    assert planned(checked, live)["leftovers"] == {"outbound": True, "inbound": True}
    wanted = planned(checked, live, control_plane=BOTH, create_lb=True)
    assert wanted["leftovers"] == {"outbound": False, "inbound": False}
    assert wanted["outbound"]["is_live"] is True


def faults(checked, **variables):
    return [(one.variable, one.rule) for one in checked(**variables).faults]


@pytest.mark.parametrize(
    "variables, variable, words",
    [
        ({"control_plane": {"outbound": "vpn"}}, "control_plane.outbound", "internet"),
        ({"control_plane": {"outbound": "privatelink"}, "num_az": 1}, "num_az", "2 availability zones"),
        (
            {"control_plane": {"outbound": "privatelink"}, "aws_region": "us-gov-west-1"},
            "control_plane.outbound",
            "partition",
        ),
        ({"control_plane": {"outbound_service_name": "portkey"}}, "control_plane.outbound_service_name", "name of an"),
        (
            {"control_plane": {"outbound_service_region": "eu-west-1"}},
            "control_plane.outbound_service_region",
            "us-east-1",
        ),
        (
            {
                "control_plane": {"outbound": "privatelink"},
                "environment_variables": {"gateway": dict.fromkeys(PATHS[:1], "x")},
            },
            "environment_variables.gateway",
            "set by the collection",
        ),
        ({"control_plane": {"inbound": "privatelink"}}, "control_plane.inbound", "there is none"),
        (
            {"control_plane": {"inbound": "ip_allow_list"}, "create_lb": True, "internal_lb": True},
            "control_plane.inbound",
            "internal",
        ),
        (
            {
                "control_plane": {"inbound": "ip_allow_list", "inbound_cidrs": ["10.0.0.1/8"]},
                "create_lb": True,
                "internal_lb": False,
            },
            "control_plane.inbound_cidrs",
            "first of its network",
        ),
        (
            {"control_plane": {"inbound": "privatelink", "inbound_allowed_principals": ["*"]}, "create_lb": True},
            "control_plane.inbound_allowed_principals",
            "everybody in AWS",
        ),
        (
            {"control_plane": {"inbound_private_dns_name": "Gateway"}},
            "control_plane.inbound_private_dns_name",
            "domain",
        ),
        ({"accept_endpoint": "mine"}, "accept_endpoint", "id of an endpoint"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(checked, variables, variable, words):
    ((found, rule),) = faults(checked, **variables)
    assert found == f"portkey_{variable}"
    assert words in rule


def test_an_existing_network_is_asked_for_zones(checked):
    existing = {
        "create_new_vpc": False,
        "vpc_id": "vpc-01234567",
        "public_subnet_ids": ["subnet-01234567"],
        "private_subnet_ids": ["subnet-11234567"],
        "control_plane": {"outbound": "privatelink"},
    }
    assert [one[0] for one in faults(checked, **existing)] == ["portkey_private_subnet_ids"]
