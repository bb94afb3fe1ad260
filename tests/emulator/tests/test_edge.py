"""Names, certificates and firewalls: what Route 53, ACM and AWS WAF refuse, and what they take their time for."""

from __future__ import annotations

import pytest

from emulator.testing import refused

from . import builders

ALIAS = {"HostedZoneId": "Z35SXDOTRQ7X7K", "DNSName": "lb.us-east-1.elb.amazonaws.com.", "EvaluateTargetHealth": False}
RULE = {
    "Name": "common",
    "Priority": 0,
    "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}},
    "OverrideAction": {"None": {}},
    "VisibilityConfig": {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": True, "MetricName": "common"},
}
ACL = {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": RULE["VisibilityConfig"]}


def zone(emulator, name="example.com", **config):
    options = {"HostedZoneConfig": {"PrivateZone": True}, "VPC": config["vpc"]} if config else {}
    made = emulator.client("route53").create_hosted_zone(Name=name, CallerReference=f"{name}{bool(config)}", **options)
    return made["HostedZone"]["Id"].rpartition("/")[2]


def alias(name="gateway.example.com", **changes):
    return {"Name": name, "Type": "A", "AliasTarget": {**ALIAS, **changes}}


def text(name="_owner.example.com", value='"mine"', ttl=300):
    return {"Name": name, "Type": "TXT", "TTL": ttl, "ResourceRecords": [{"Value": value}]}


def change(emulator, zone_id, *changes):
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record} for action, record in changes]}
    return emulator.client("route53").change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)


def names(emulator, zone_id):
    found = emulator.client("route53").list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]
    return [(one["Type"], one["Name"]) for one in found if one["Type"] not in ("NS", "SOA")]


# Route 53


def test_the_id_of_a_zone_begins_with_z(emulator):
    assert zone(emulator).startswith("Z")


@pytest.mark.parametrize(
    "action, record, message",
    [
        ("CREATE", alias(), "already exists"),
        ("DELETE", alias("other.example.com"), "was not found"),
        ("DELETE", alias(DNSName="another.elb.amazonaws.com."), "do not match the current values"),
        ("CREATE", alias("gateway.example.org"), "is not permitted in zone"),
        ("CREATE", {**text("gateway.example.com", "x.example.com."), "Type": "CNAME"}, "conflicts with other records"),
        ("CREATE", text(value="bare"), "InvalidCharacterString"),
        ("CREATE", {"Name": "empty.example.com", "Type": "A"}, "Expected exactly one of"),
    ],
)
def test_a_batch_with_one_fault_changes_nothing(emulator, action, record, message):
    zone_id = zone(emulator)
    change(emulator, zone_id, ("CREATE", alias()))
    with refused("InvalidChangeBatch", message):
        change(emulator, zone_id, ("CREATE", text("_other.example.com")), (action, record))
    assert names(emulator, zone_id) == [("A", "gateway.example.com.")]


def test_records_are_changed_and_deleted_together_and_a_zone_with_any_stays(emulator):
    zone_id = zone(emulator)
    change(emulator, zone_id, ("CREATE", alias()), ("CREATE", text()))
    change(emulator, zone_id, ("UPSERT", alias(DNSName="new.elb.amazonaws.com.")))
    with refused("HostedZoneNotEmpty"):
        emulator.client("route53").delete_hosted_zone(Id=zone_id)
    change(emulator, zone_id, ("DELETE", alias(DNSName="new.elb.amazonaws.com.")), ("DELETE", text()))
    assert names(emulator, zone_id) == []
    emulator.client("route53").delete_hosted_zone(Id=zone_id)


def test_name_servers_learn_of_a_change_later(slow):
    route53 = slow.client("route53")
    info = change(slow, zone(slow), ("CREATE", alias()))["ChangeInfo"]
    assert info["Status"] == "PENDING"
    assert route53.get_change(Id=info["Id"])["ChangeInfo"]["Status"] == "PENDING"
    slow.advance(60)
    assert route53.get_change(Id=info["Id"])["ChangeInfo"]["Status"] == "INSYNC"
    with refused("NoSuchChange"):
        route53.get_change(Id="C0000000000999EXAMPLE")


# ACM


def request(emulator, *names):
    more = {"SubjectAlternativeNames": list(names[1:])} if names[1:] else {}
    acm = emulator.client("acm")
    return acm.request_certificate(DomainName=names[0], ValidationMethod="DNS", **more)["CertificateArn"]


def described(emulator, arn):
    return emulator.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]


def prove(emulator, zone_id, arn):
    for one in described(emulator, arn)["DomainValidationOptions"]:
        record = one["ResourceRecord"]
        value = {"TTL": 300, "ResourceRecords": [{"Value": record["Value"]}]}
        change(emulator, zone_id, ("UPSERT", {"Name": record["Name"], "Type": record["Type"], **value}))


def test_records_are_told_later_and_prove_the_names_later_still(slow):
    zone_id, arn = zone(slow), request(slow, "gateway.example.com", "mcp.example.com")
    assert all("ResourceRecord" not in one for one in described(slow, arn)["DomainValidationOptions"])
    slow.advance(6)
    options = described(slow, arn)["DomainValidationOptions"]
    assert len({one["ResourceRecord"]["Name"] for one in options}) == 2
    prove(slow, zone_id, arn)
    slow.advance(60)
    assert described(slow, arn)["Status"] == "PENDING_VALIDATION"
    slow.advance(200)
    assert described(slow, arn)["Status"] == "ISSUED"


def test_without_its_records_it_is_never_issued(slow):
    arn = request(slow, "gateway.example.com")
    slow.advance(3600)
    assert described(slow, arn)["Status"] == "PENDING_VALIDATION"
    slow.advance(73 * 3600)
    assert described(slow, arn)["Status"] == "VALIDATION_TIMED_OUT"


def test_a_record_in_a_private_zone_proves_nothing(emulator):
    vpc = {"VPCRegion": "us-east-1", "VPCId": builders.network(emulator).vpc}
    private = zone(emulator, vpc=vpc)
    arn = request(emulator, "gateway.example.com")
    prove(emulator, private, arn)
    assert described(emulator, arn)["Status"] == "PENDING_VALIDATION"
    prove(emulator, zone(emulator), arn)
    assert described(emulator, arn)["Status"] == "ISSUED"


def test_listeners_take_only_what_is_issued_and_keep_it(slow):
    elbv2, acm = slow.client("elbv2"), slow.client("acm")
    balancer = builders.load_balancer(slow, builders.network(slow))["LoadBalancerArn"]
    zone_id, arn = zone(slow), request(slow, "gateway.example.com")
    slow.advance(10)

    def listen():
        certificate = {"Protocol": "HTTPS", "Port": 443, "Certificates": [{"CertificateArn": arn}]}
        return builders.listener(slow, balancer, **certificate)["ListenerArn"]

    with refused("UnsupportedCertificate"):
        listen()
    prove(slow, zone_id, arn)
    slow.advance(300)
    made = listen()
    assert described(slow, arn)["InUseBy"] == [balancer]
    with refused("ResourceInUseException"):
        acm.delete_certificate(CertificateArn=arn)
    elbv2.delete_listener(ListenerArn=made)
    # For a while it still counts as used.
    with refused("ResourceInUseException"):
        acm.delete_certificate(CertificateArn=arn)
    slow.advance(120)
    acm.delete_certificate(CertificateArn=arn)
    with refused("ResourceNotFoundException"):
        described(slow, arn)


def test_a_first_name_has_at_most_64_characters(emulator):
    with refused("InvalidParameterException"):
        request(emulator, f"{'x' * 60}.example.com")


# AWS WAF


def web_acl(emulator, name="front", rules=(RULE,)):
    return emulator.client("wafv2").create_web_acl(Name=name, Rules=list(rules), **ACL)["Summary"]


def test_a_web_acl_has_one_name_and_rules_that_are_whole(emulator):
    wafv2 = emulator.client("wafv2")
    made = web_acl(emulator)
    found = wafv2.get_web_acl(Name="front", Scope="REGIONAL", Id=made["Id"])
    assert found["WebACL"]["Capacity"] == 700
    with refused("WAFDuplicateItemException"):
        web_acl(emulator)
    unknown = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRules"}}
    for rules in (
        [RULE, {**RULE, "Name": "again"}],
        [{**RULE, "OverrideAction": None}],
        [{**RULE, "Statement": unknown}],
    ):
        with refused("WAFInvalidParameterException"):
            web_acl(
                emulator,
                "other",
                [{key: value for key, value in one.items() if value} | {"Priority": one["Priority"]} for one in rules],
            )


def test_who_was_overtaken_reads_again(emulator):
    wafv2 = emulator.client("wafv2")
    made = web_acl(emulator)
    target = {"Name": "front", "Id": made["Id"]}
    wafv2.update_web_acl(**target, Rules=[], LockToken=made["LockToken"], **ACL)
    found = wafv2.get_web_acl(**target, Scope="REGIONAL")
    assert found["WebACL"]["Rules"] == []
    with refused("WAFOptimisticLockException"):
        wafv2.update_web_acl(**target, LockToken=made["LockToken"], **ACL)
    wafv2.delete_web_acl(**target, Scope="REGIONAL", LockToken=found["LockToken"])


def test_it_takes_load_balancers_that_are_active_and_is_kept_by_them(slow):
    wafv2, net = slow.client("wafv2"), builders.network(slow)
    balancer = builders.load_balancer(slow, net)["LoadBalancerArn"]
    network = builders.load_balancer(slow, net, "network", Name="net")["LoadBalancerArn"]
    made, other = web_acl(slow), web_acl(slow, "other")
    with refused("WAFUnavailableEntityException"):
        wafv2.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=balancer)
    slow.advance(300)
    with refused("WAFInvalidParameterException"):
        wafv2.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=network)
    wafv2.associate_web_acl(WebACLArn=other["ARN"], ResourceArn=balancer)
    wafv2.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=balancer)
    assert wafv2.list_resources_for_web_acl(WebACLArn=other["ARN"])["ResourceArns"] == []
    assert wafv2.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]["Name"] == "front"

    def delete():
        wafv2.delete_web_acl(Name="front", Scope="REGIONAL", Id=made["Id"], LockToken=made["LockToken"])

    with refused("WAFAssociatedItemException"):
        delete()
    slow.client("elbv2").delete_load_balancer(LoadBalancerArn=balancer)
    with refused("WAFNonexistentItemException"):
        wafv2.get_web_acl_for_resource(ResourceArn=balancer)
    delete()
