"""Names, a certificate for them, the redirect to it and a firewall: made, changed, switched off, and gone."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_run import Ansible
from hosted_zone import ZONE, change_records, with_zone
from permitted import assert_permitted
from readback import mutations
from removal import audit, inventory, uninstall, without_kept
from stacks import begin_with, calls_of_creation
from worlds import BALANCED

from emulator.testing import Running

PLAIN = BALANCED
HOSTS = PLAIN["portkey_alb_routing_configuration"]
EDGE: dict[str, Any] = {
    **PLAIN,
    "portkey_dns": {"create_records": True, "hosted_zone": ZONE},
    "portkey_certificate": {"create": True},
    "portkey_http_redirect": True,
    "portkey_waf": {"enable": True, "rate_limit": 2000},
}
OWNER = "_portkey-gateway.portkey-gateway-dev.us-east-1.example.com."


def zone_id(emulator: Running) -> str:
    (zone,) = emulator.client("route53").list_hosted_zones()["HostedZones"]
    return str(zone["Id"])


def records(emulator: Running) -> dict[tuple[str, str], Any]:
    """What users and the stack have put into the zone."""
    found = emulator.client("route53").list_resource_record_sets(HostedZoneId=zone_id(emulator))
    return {
        (one["Type"], one["Name"]): one.get("AliasTarget") or [value["Value"] for value in one["ResourceRecords"]]
        for one in found["ResourceRecordSets"]
        if one["Type"] not in ("NS", "SOA")
    }


def certificates(emulator: Running) -> list[dict[str, Any]]:
    acm = emulator.client("acm")
    arns = [one["CertificateArn"] for one in acm.list_certificates()["CertificateSummaryList"]]
    return [acm.describe_certificate(CertificateArn=arn)["Certificate"] for arn in arns]


def listeners(emulator: Running) -> dict[int, dict[str, Any]]:
    elbv2 = emulator.client("elbv2")
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    found = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    return {one["Port"]: one for one in found}


def balancer_notes(emulator: Running) -> dict[str, str]:
    elbv2 = emulator.client("elbv2")
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    (described,) = elbv2.describe_tags(ResourceArns=[balancer["LoadBalancerArn"]])["TagDescriptions"]
    return {one["Key"]: one["Value"] for one in described["Tags"] if one["Key"].startswith("portkey:")}


def web_acls(emulator: Running) -> list[dict[str, Any]]:
    wafv2 = emulator.client("wafv2")
    found = wafv2.list_web_acls(Scope="REGIONAL")["WebACLs"]
    return [wafv2.get_web_acl(Name=one["Name"], Id=one["Id"], Scope="REGIONAL")["WebACL"] for one in found]


def edge_writes(emulator: Running) -> list[str]:
    services = ("acm:", "route53:", "wafv2:", "elbv2:")
    return [one for one in mutations(emulator) if one.startswith(services)]


@pytest.mark.long
def test_a_plan_of_nothing_yet_has_it_all(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    with_zone(emulator)
    emulator.post("reset", only="calls")
    planned = ansible.play("site.yml", "--check", "--diff", **EDGE).ok()
    for line in (
        "+ acm_certificate gateway.example.com",
        "+ route53_records validation in Z",
        "+ route53_records hosts in Z",
        "+ wafv2_web_acl portkey-gateway-dev-web-acl",
    ):
        assert line in planned.output
    assert mutations(emulator) == []
    assert_permitted(emulator.calls(), "read", **EDGE)


@pytest.fixture(scope="module")
def made(ansible: Ansible, emulator: Running) -> list[dict[str, Any]]:
    return calls_of_creation(ansible, emulator, prepare=with_zone, **EDGE)


def test_whoever_may_create_may_do_that(made):
    assert_permitted(made, "create", **EDGE)


def test_the_names_lead_to_the_load_balancer_and_say_whose_they_are(made, emulator: Running):
    found = records(emulator)
    (balancer,) = emulator.client("elbv2").describe_load_balancers()["LoadBalancers"]
    target = {
        "HostedZoneId": balancer["CanonicalHostedZoneId"],
        "DNSName": f"{balancer['DNSName']}.",
        "EvaluateTargetHealth": False,
    }
    assert found["A", "gateway.example.com."] == found["A", "mcp.example.com."] == target
    assert found["A", "www.example.com."] == ["192.0.2.1"]
    written = found["TXT", OWNER]
    assert '"heritage=portkey.gateway"' in written
    assert f'"hosts A gateway.example.com. alias:{balancer["DNSName"]}."' in written
    assert len([one for one in written if one.startswith('"validation CNAME _')]) == 2
    assert len(found) == 6


def test_one_certificate_for_both_names_is_issued_and_used(made, emulator: Running):
    (certificate,) = certificates(emulator)
    assert certificate["DomainName"] == "gateway.example.com"
    assert sorted(certificate["SubjectAlternativeNames"]) == ["gateway.example.com", "mcp.example.com"]
    assert certificate["Status"] == "ISSUED"
    found = listeners(emulator)
    assert [one["CertificateArn"] for one in found[443]["Certificates"]] == [certificate["CertificateArn"]]
    (redirect,) = found[80]["DefaultActions"]
    config = redirect["RedirectConfig"]
    assert (config["Protocol"], config["Port"], config["StatusCode"]) == ("HTTPS", "443", "HTTP_301")
    groups = emulator.client("ec2").describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["portkey-gateway-dev-lb"]}]
    )["SecurityGroups"]
    assert {one["FromPort"] for one in groups[0]["IpPermissions"]} == {80, 443}


def test_the_firewall_lets_long_prompts_pass(made, emulator: Running):
    (acl,) = web_acls(emulator)
    groups = {one["Name"]: one["Statement"].get("ManagedRuleGroupStatement", {}) for one in acl["Rules"]}
    assert [*groups] == [
        "rate-limit",
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    ]
    counted = {one["Name"]: one["ActionToUse"] for one in groups["AWSManagedRulesCommonRuleSet"]["RuleActionOverrides"]}
    assert counted["SizeRestrictions_BODY"] == {"Count": {}}
    assert acl["DefaultAction"] == {"Allow": {}} and acl["Capacity"] == 927
    (balancer,) = emulator.client("elbv2").describe_load_balancers()["LoadBalancers"]
    wafv2 = emulator.client("wafv2")
    protects = wafv2.get_web_acl_for_resource(ResourceArn=balancer["LoadBalancerArn"])["WebACL"]
    assert protects["ARN"] == acl["ARN"]


@pytest.fixture(scope="module")
def changed(made, ansible: Ansible, emulator: Running) -> dict[str, Any]:
    """Another host for the MCP server, and another limit."""
    begin_with(ansible, emulator, prepare=with_zone, **EDGE)
    variables = {
        **EDGE,
        "portkey_alb_routing_configuration": {**HOSTS, "mcp_host": "tools.example.com"},
        "portkey_waf": {"enable": True, "rate_limit": 5000},
    }
    emulator.post("reset", only="calls")
    said = ansible.play(**variables).ok()
    assert "tools.example.com" in said.output
    return variables


@pytest.mark.long
def test_other_names_make_another_certificate_and_the_old_one_goes(changed, emulator: Running):
    assert sorted(edge_writes(emulator)) == [
        "acm:DeleteCertificate",
        "acm:RequestCertificate",
        "elbv2:AddTags",
        "elbv2:AddTags",
        "elbv2:ModifyListener",
        "elbv2:ModifyRule",
        "route53:ChangeResourceRecordSets",
        "route53:ChangeResourceRecordSets",
        "wafv2:UpdateWebACL",
    ]
    (certificate,) = certificates(emulator)
    assert sorted(certificate["SubjectAlternativeNames"]) == ["gateway.example.com", "tools.example.com"]
    assert {name for kind, name in records(emulator) if kind == "A"} == {
        "gateway.example.com.",
        "tools.example.com.",
        "www.example.com.",
    }
    assert len(records(emulator)["TXT", OWNER]) == 5
    notes = balancer_notes(emulator)
    assert len(notes["portkey:certificate"].split()) == 1


@pytest.mark.long
def test_then_there_is_nothing_to_change(changed, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**changed).unchanged()
    assert mutations(emulator) == []


@pytest.mark.long
def test_switched_off_it_goes_and_others_records_stay(ansible: Ansible, emulator: Running):
    begin_with(ansible, emulator, prepare=with_zone, **EDGE)
    # Somebody has led a name elsewhere meanwhile.
    change_records(emulator, zone_id(emulator), "UPSERT", "mcp.example.com", "192.0.2.7")
    emulator.post("reset", only="calls")
    ansible.play(**PLAIN).ok()
    assert records(emulator) == {
        ("A", "mcp.example.com."): ["192.0.2.7"],
        ("A", "www.example.com."): ["192.0.2.1"],
    }
    assert certificates(emulator) == [] and web_acls(emulator) == []
    assert [*listeners(emulator)] == [80]
    assert balancer_notes(emulator) == {}
    assert_permitted(emulator.calls(), "create", "uninstall", **PLAIN)

    # And on again, on a stack that lives: production moves to HTTPS, and what was there redirects.
    change_records(emulator, zone_id(emulator), "DELETE", "mcp.example.com", "192.0.2.7")
    ansible.play(**EDGE).ok()
    found = listeners(emulator)
    assert sorted(found) == [80, 443]
    assert [one["Type"] for one in found[80]["DefaultActions"]] == ["redirect"]
    rules = emulator.client("elbv2").describe_rules(ListenerArn=found[80]["ListenerArn"])["Rules"]
    assert [one["IsDefault"] for one in rules] == [True]
    assert {name for kind, name in records(emulator) if kind == "A"} == {
        "gateway.example.com.",
        "mcp.example.com.",
        "www.example.com.",
    }
    ansible.play(**EDGE).unchanged()


def test_uninstall_leaves_the_zone_as_it_was(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    with_zone(emulator)
    before = without_kept(inventory(emulator))
    begin_with(ansible, emulator, prepare=with_zone, **EDGE)
    kinds = {one.split()[0] for one in audit(emulator)}
    assert {"acm_certificate", "route53_records", "wafv2_web_acl"} <= kinds
    emulator.post("reset", only="calls")
    uninstall(emulator)
    assert_permitted(emulator.calls(), "uninstall")
    assert audit(emulator) == []
    assert without_kept(inventory(emulator)) == before
    assert [*records(emulator)] == [("A", "www.example.com.")]


def test_a_record_of_somebody_is_not_overwritten(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    with_zone(emulator)
    change_records(emulator, zone_id(emulator), "CREATE", "gateway.example.com", "192.0.2.9")
    emulator.post("reset", only="calls")
    refused = ansible.play(**EDGE)
    assert refused.returncode == 2
    said = " ".join(refused.output.split())
    assert 'portkey_alb_routing_configuration.gateway_host = "gateway.example.com"' in said
    assert "which the stack has not made" in said
    assert mutations(emulator) == []
