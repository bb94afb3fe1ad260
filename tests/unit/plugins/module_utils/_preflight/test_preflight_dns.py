"""What preflight says to the hosted zones of the stack's names, and to what is in them."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._preflight import dns
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient, client_error

HOST, OWNER = "gateway.example.com", "_portkey-gateway.portkey-dev.us-east-1"
LB = "lb-1.us-east-1.elb.amazonaws.com"
QUESTION = {
    "hosts": [{"host": HOST, "variable": "portkey_dns.gateway_host"}],
    "owner": OWNER,
    "load_balancer": "portkey-dev-lb",
    "records_zone": "example.com",
    "certificate_zone": "example.com",
    "certificate_zone_variable": "portkey_dns.hosted_zone",
}
ZONE = "portkey_dns.hosted_zone"


def zone(zone_id="Z1", name="example.com.", private=False):
    return {"Id": f"/hostedzone/{zone_id}", "Name": name, "CallerReference": "1", "Config": {"PrivateZone": private}}


def alias(target):
    target = {"HostedZoneId": "Z35", "DNSName": target, "EvaluateTargetHealth": False}
    return {"Name": f"{HOST}.", "Type": "A", "AliasTarget": target}


class Account:
    """One that has these zones, with these records in them."""

    region = "us-east-1"

    def __init__(self, *zones, records=(), balancer=None):
        by_id = {one["Id"].rpartition("/")[2]: one for one in zones}
        balancers = {"LoadBalancers": [{"DNSName": balancer}]} if balancer else client_error("LoadBalancerNotFound")
        self._clients = {
            "route53": FakeClient(
                "route53",
                list_hosted_zones_by_name={"HostedZones": list(zones)},
                get_hosted_zone=lambda Id: (
                    {"HostedZone": by_id[Id]} if Id in by_id else client_error("NoSuchHostedZone")
                ),
                list_resource_record_sets=lambda StartRecordName, **_more: {
                    "ResourceRecordSets": [one for one in records if one["Name"] == StartRecordName]
                },
            ),
            "elbv2": FakeClient("elbv2", describe_load_balancers=balancers),
        }

    def client(self, service):
        return self._clients[service]


def asked(*zones, records=(), balancer=None, **changes):
    return dns.hosted_zones(Account(*zones, records=records, balancer=balancer), {**QUESTION, **changes})


def faults(found):
    return [(one.variable, one.value) for one in found.faults]


def test_the_zone_is_found_by_its_name_or_its_id():
    for wanted in ("example.com", "Z1"):
        found = asked(zone(), records_zone=wanted, certificate_zone=wanted)
        assert found.faults == []
        assert found.facts["hosted_zones"] == {"records": "Z1", "certificate": "Z1"}


@pytest.mark.parametrize(
    "zones, rule",
    [
        ([], "must exist"),
        ([zone("Z1"), zone("Z2")], "Z1 (public), Z2 (public)"),
    ],
)
def test_a_zone_that_is_missing_or_one_of_two(zones, rule):
    found = asked(*zones)
    assert faults(found) == [(ZONE, "example.com")]
    assert rule in found.faults[0].rule


def test_a_certificate_is_not_proven_in_a_private_zone():
    found = asked(zone(private=True), certificate_zone_variable="portkey_certificate.hosted_zone")
    assert faults(found) == [("portkey_certificate.hosted_zone", "example.com")]
    # Of two by one name, only one can be meant for the certificate.
    both = asked(zone("Z1"), zone("Z2", private=True), records_zone="Z2")
    assert both.faults == []
    assert both.facts["hosted_zones"] == {"records": "Z2", "certificate": "Z1"}


def test_a_host_that_the_zone_does_not_hold():
    found = asked(zone(name="ample.com."))
    assert faults(found) == [(ZONE, "example.com")]
    found = asked(zone("Z1", "ample.com."), records_zone="Z1", certificate_zone=None)
    assert faults(found) == [("portkey_dns.gateway_host", HOST)]


@pytest.mark.parametrize(
    "there, balancer, is_taken",
    [
        ([alias("other.elb.amazonaws.com.")], None, True),
        ([alias("other.elb.amazonaws.com.")], LB, True),
        ([alias(f"{LB}.")], LB, False),
        ([{"Name": f"{HOST}.", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": LB}]}], LB, True),
        ([{"Name": f"{HOST}.", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"x"'}]}], None, False),
    ],
)
def test_records_at_the_name(there, balancer, is_taken):
    found = asked(zone(), records=there, balancer=balancer)
    assert faults(found) == ([("portkey_dns.gateway_host", HOST)] if is_taken else [])


def test_the_stacks_own_record_is_not_in_the_way_of_a_new_load_balancer():
    written = f'"hosts A {HOST}. alias:old.elb.amazonaws.com."'
    values = [{"Value": one} for one in ('"heritage=portkey.gateway"', written)]
    registry = {"Name": f"{OWNER}.example.com.", "Type": "TXT", "TTL": 300, "ResourceRecords": values}
    assert asked(zone(), records=[alias("old.elb.amazonaws.com."), registry]).faults == []


def test_a_list_that_somebody_else_has_written():
    registry = {"Name": f"{OWNER}.example.com.", "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": '"x"'}]}
    assert faults(asked(zone(), records=[registry])) == [(ZONE, "example.com")]
