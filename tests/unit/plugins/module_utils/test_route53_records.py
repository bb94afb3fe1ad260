"""The module route53_records: which records are the owner's, and what is left alone."""

from __future__ import annotations

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.portkey.gateway.plugins.module_utils._route53 import records
from ansible_collections.portkey.gateway.plugins.module_utils._route53.ownership import Registry
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    argument_spec,
    client_error,
)

OWNER, ZONE = "_portkey-gateway.stack.us-east-1", "Z1"
TXT = f"{OWNER}.example.com."
GATEWAY, LB, NEW_LB = "gateway.example.com.", "lb-1.elb.amazonaws.com", "lb-2.elb.amazonaws.com"
HERITAGE = '"heritage=portkey.gateway"'


def alias(target=LB, name=GATEWAY, **more):
    target = {"HostedZoneId": "Z35", "DNSName": f"{target}.", "EvaluateTargetHealth": False}
    return {"Name": name, "Type": "A", "AliasTarget": target, **more}


def registry(*values):
    return {"Name": TXT, "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": one} for one in (HERITAGE, *values)]}


WRITTEN = registry(f'"hosts A {GATEWAY} alias:{LB}."')
WANTED = {"name": "gateway.example.com", "type": "A", "alias_dns_name": LB, "alias_zone_id": "Z35"}


class Zone:
    """A hosted zone with some records in it."""

    def __init__(self, monkeypatch, *there):
        self.spec = argument_spec("route53_records", monkeypatch)
        self.client = FakeClient(
            "route53",
            get_hosted_zone={"HostedZone": {"Id": "/hostedzone/Z1", "Name": "example.com.", "CallerReference": "1"}},
            list_resource_record_sets=lambda StartRecordName, **_more: {
                "ResourceRecordSets": [one for one in there if one["Name"] >= StartRecordName]
                if StartRecordName == TXT
                else [one for one in there if one["Name"] == StartRecordName]
            },
            change_resource_record_sets={"ChangeInfo": {"Id": "/change/C1", "Status": "PENDING"}},
            get_change=[{"ChangeInfo": {"Status": "PENDING"}}, {"ChangeInfo": {"Status": "INSYNC"}}],
        )

    def run(self, wanted, check_mode=False, purpose="hosts", **options):
        clients = {"route53": self.client}
        asked = {"hosted_zone_id": ZONE, "owner": OWNER, "purpose": purpose, "records": wanted, **options}
        return records.ensure(FakeModule(self.spec, clients, check_mode, **asked))

    @property
    def changes(self):
        return [
            (one["Action"], one["ResourceRecordSet"]["Type"], one["ResourceRecordSet"]["Name"])
            for sent in self.client.sent("change_resource_record_sets")
            for one in sent["ChangeBatch"]["Changes"]
        ]


@pytest.fixture
def zone(monkeypatch):
    return lambda *there: Zone(monkeypatch, *there)


def test_a_new_record_is_written_together_with_whose_it_is(zone):
    empty = zone()
    outcome = empty.run([WANTED])
    assert empty.changes == [("CREATE", "A", GATEWAY), ("CREATE", "TXT", TXT)]
    (sent,) = empty.client.sent("change_resource_record_sets")
    values = [one["Value"] for one in sent["ChangeBatch"]["Changes"][1]["ResourceRecordSet"]["ResourceRecords"]]
    assert values == [HERITAGE, f'"hosts A {GATEWAY} alias:{LB}."']
    assert (outcome.before, outcome.after) == (None, {f"A {GATEWAY}": f"alias:{LB}."})


def test_what_is_there_already_is_left_as_it_is(zone):
    done = zone(alias(), WRITTEN)
    assert not done.run([WANTED]).is_changed and done.changes == []


def test_check_mode_writes_nothing_and_takes_what_is_not_known_yet(zone):
    empty = zone()
    proof = {"name": f"gateway.example.com {KNOWN_AFTER_APPLY}", "type": "CNAME", "value": KNOWN_AFTER_APPLY}
    outcome = empty.run([WANTED, proof], check_mode=True)
    assert outcome.is_changed and len(outcome.after) == 2
    assert empty.client.writes == []


def test_ours_follows_the_load_balancer(zone):
    moved = zone(alias(), WRITTEN)
    moved.run([{**WANTED, "alias_dns_name": NEW_LB}])
    assert moved.changes == [("UPSERT", "A", GATEWAY), ("UPSERT", "TXT", TXT)]


@pytest.mark.parametrize(
    "there",
    [
        [alias("other.elb.amazonaws.com")],
        [alias("other.elb.amazonaws.com"), WRITTEN],
        [{"Name": GATEWAY, "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "x.example.com"}]}],
        [alias(SetIdentifier="a", Weight=1), alias(SetIdentifier="b", Weight=1)],
    ],
)
def test_what_is_somebody_elses_is_refused(zone, there):
    taken = zone(*there)
    with pytest.raises(GatewayError, match="which the stack has not made"):
        taken.run([WANTED])
    assert taken.client.writes == []


def test_a_txt_record_of_somebody_is_not_taken_for_ours(zone):
    foreign = {**WRITTEN, "ResourceRecords": [{"Value": '"v=spf1"'}]}
    with pytest.raises(GatewayError, match="not this collection's"):
        zone(foreign).run([WANTED])


@pytest.mark.parametrize("target", [LB, f"dualstack.{LB}"])
def test_what_said_the_same_before_is_not_ours_to_delete(zone, target):
    same = zone(alias(target))
    assert not same.run([WANTED]).is_changed and same.changes == []


def test_deleted_is_what_is_still_as_it_was_written(zone):
    done = zone(alias(), WRITTEN)
    outcome = done.run([])
    assert done.changes == [("DELETE", "A", GATEWAY), ("DELETE", "TXT", TXT)]
    assert (outcome.before, outcome.after) == ({f"A {GATEWAY}": f"alias:{LB}."}, None)

    led_elsewhere = zone(alias("other.elb.amazonaws.com"), WRITTEN)
    led_elsewhere.run([])
    assert led_elsewhere.changes == [("DELETE", "TXT", TXT)]


def test_records_of_another_purpose_stay(zone):
    proof = '"validation CNAME _x.gateway.example.com. _y.acm-validations.aws."'
    both = zone(alias(), registry(f'"hosts A {GATEWAY} alias:{LB}."', proof))
    both.run([])
    assert both.changes == [("DELETE", "A", GATEWAY), ("UPSERT", "TXT", TXT)]
    assert Registry.read(TXT, [registry(proof)]).of("validation") == {
        ("CNAME", "_x.gateway.example.com."): "_y.acm-validations.aws."
    }


def test_all_purposes_can_go_at_once(zone):
    proof = '"validation CNAME _x.gateway.example.com. _y.acm-validations.aws."'
    both = zone(alias(), registry(f'"hosts A {GATEWAY} alias:{LB}."', proof))
    both.run([], purpose="all")
    assert both.changes == [("DELETE", "A", GATEWAY), ("DELETE", "TXT", TXT)]


def test_a_zone_that_has_gone_has_nothing_to_delete(zone):
    gone = zone()
    gone.client.script["get_hosted_zone"] = [client_error("NoSuchHostedZone")]
    assert not gone.run([]).is_changed
    with pytest.raises(GatewayError, match="no hosted zone"):
        gone.run([WANTED])


def test_it_waits_for_the_name_servers(zone, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    empty = zone()
    empty.run([WANTED], wait=True)
    assert len(empty.client.sent("get_change")) == 2


def test_uninstall_removes_all_that_is_written_down(zone):
    proof = {"Name": "_x.example.com.", "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": "_y.aws."}]}
    both = zone(
        alias(), proof, registry(f'"hosts A {GATEWAY} alias:{LB}."', '"validation CNAME _x.example.com. _y.aws."')
    )
    records.remove_all(both.client, ZONE, OWNER)
    assert sorted(both.changes) == [
        ("DELETE", "A", GATEWAY),
        ("DELETE", "CNAME", "_x.example.com."),
        ("DELETE", "TXT", TXT),
    ]


@pytest.mark.parametrize("refusals", [1, 2])
def test_what_went_meanwhile_is_looked_for_once_more(zone, refusals):
    one = zone(alias(), WRITTEN)
    refusal = client_error("InvalidChangeBatch", "Tried to delete resource record set, but it was not found")
    one.client.script["change_resource_record_sets"] = [*[refusal] * refusals, {"ChangeInfo": {"Id": "/change/C1"}}]
    if refusals > 1:
        with pytest.raises(AnsibleAWSError, match="it was not found"):
            records.remove_all(one.client, ZONE, OWNER)
    else:
        records.remove_all(one.client, ZONE, OWNER)
    assert len(one.client.sent("change_resource_record_sets")) == 2
    assert len(one.client.sent("list_resource_record_sets")) == 4
