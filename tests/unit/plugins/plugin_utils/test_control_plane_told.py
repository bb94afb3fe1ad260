"""What a person is told of the ways to and from the control plane."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.plugin_utils.control_plane_told import told

PLAN = {
    "account_id": "123456789012",
    "region": "eu-west-1",
    "outbound": {"enabled": True, "service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-1"},
    "inbound": {"enabled": False},
}


def outbound(status, serves=False):
    (line,) = told(PLAN, {"outbound": {"status": status, "endpoint_id": "vpce-1", "serves": serves}})
    return line


def test_what_works_is_said():
    assert outbound("available", True) == (
        "Control plane: the gateway reaches it by PrivateLink, through endpoint vpce-1."
    )


@pytest.mark.parametrize(
    "status, words",
    [
        ("not_allowed", "Ask the support of Portkey to allow it: account 123456789012, region eu-west-1, service com."),
        ("pending_acceptance", "to accept it: endpoint vpce-1, account 123456789012, region eu-west-1, service com."),
        ("available", "Endpoint vpce-1 is available, and not ready yet."),
        ("rejected", "delete it: aws ec2 delete-vpc-endpoints --vpc-endpoint-ids vpce-1 --region eu-west-1."),
        ("expired", "Endpoint vpce-1 is expired"),
    ],
)
def test_what_it_waits_for_is_said_and_what_to_do(status, words):
    line = outbound(status)
    assert words in line
    assert "through the internet, for now" in line
    assert "run site.yml again" in line


def test_what_is_off_is_not_told():
    assert told({**PLAN, "outbound": {"enabled": False}}, {}) == []


def test_what_the_vendor_needs_and_the_proof_of_the_name():
    wanted = {"enabled": True, "port": 443, "private_dns_name": "*.example.com", "acceptance_required": True}
    plan = {**PLAN, "outbound": {"enabled": False}, "inbound": wanted}
    service = {
        "service_name": "com.amazonaws.vpce.eu-west-1.vpce-svc-2",
        "availability_zones": ["eu-west-1a", "eu-west-1b"],
        "private_dns_name_configuration": {"type": "TXT", "name": "_a", "value": "vpce:b", "state": "failed"},
    }
    to_vendor, acceptance, proof = told(plan, {"inbound": service})
    assert (
        "service com.amazonaws.vpce.eu-west-1.vpce-svc-2, region eu-west-1, zones eu-west-1a, eu-west-1b, port 443"
        in (to_vendor)
    )
    assert "playbooks/accept.yml" in acceptance
    assert "make a TXT record _a.example.com with the value vpce:b" in proof
    proven = {**service, "private_dns_name_configuration": {"state": "verified"}}
    assert len(told(plan, {"inbound": proven})) == 2
