"""The module acm_certificate: found by its names and owner, requested, awaited, deleted."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._acm import certificate
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed, WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1"
NAMES = ["gateway.example.com", "mcp.example.com"]
OWNER = {"Project": "portkey", "Environment": "dev"}
TAGS = [{"Key": key, "Value": value} for key, value in OWNER.items()]
RECORD = {"Name": "_x.gateway.example.com.", "Type": "CNAME", "Value": "_y.acm-validations.aws."}


def described(status="ISSUED", names=None, record=..., **more):
    names = NAMES if names is None else names
    record = RECORD if record is ... else record
    told = {"ResourceRecord": record} if record else {}
    option = {"DomainName": names[0], "ValidationStatus": "PENDING_VALIDATION", **told}
    return {
        "Certificate": {
            "CertificateArn": ARN,
            "DomainName": names[0],
            "SubjectAlternativeNames": names,
            "Status": status,
            "DomainValidationOptions": [option],
            **more,
        }
    }


def listed(*arns):
    return {"CertificateSummaryList": [{"CertificateArn": arn, "DomainName": NAMES[0]} for arn in arns]}


@pytest.fixture
def run(monkeypatch):
    """No pause takes any time, but the clock goes on."""
    time = FakeTime()
    monkeypatch.setattr(certificate.wait, "SYSTEM_CLOCK", time.clock)
    poll = certificate.wait.poll
    monkeypatch.setattr(certificate.wait, "poll", lambda *args, **more: poll(*args, **{"clock": time.clock, **more}))
    spec = argument_spec("acm_certificate", monkeypatch)

    def act(client, check_mode=False, **options):
        asked = {"domain_name": NAMES[0], "subject_alternative_names": NAMES[1:], "owner_tags": OWNER, **options}
        asked = {key: value for key, value in asked.items() if value is not None}
        return certificate.ensure(FakeModule(spec, {"acm": client}, check_mode, **asked))

    return act


def client(**script):
    script = {
        "list_certificates": listed(ARN),
        "list_tags_for_certificate": {"Tags": TAGS},
        "describe_certificate": described(),
        **script,
    }
    return FakeClient("acm", **script)


def test_the_owners_with_these_names_is_the_one(run):
    acm = client()
    outcome = run(acm, tags=OWNER)
    assert not outcome.is_changed and acm.writes == []
    assert outcome.result["certificate"]["validation_records"] == [
        {"name": RECORD["Name"], "type": "CNAME", "value": RECORD["Value"]}
    ]
    assert "EC_prime256v1" in acm.sent("list_certificates")[0]["Includes"]["keyTypes"]


@pytest.mark.parametrize(
    "script",
    [
        {"list_certificates": listed()},
        {"list_tags_for_certificate": {"Tags": TAGS[:1]}},
        {"describe_certificate": [described(names=NAMES[:1]), described("PENDING_VALIDATION")]},
        {"describe_certificate": [described("FAILED"), described("PENDING_VALIDATION")]},
    ],
)
def test_otherwise_one_is_requested_with_its_owners_tags(run, script):
    acm = client(request_certificate={"CertificateArn": ARN}, **script)
    outcome = run(acm, tags={"team": "x"})
    (sent,) = acm.sent("request_certificate")
    assert (sent["DomainName"], sent["SubjectAlternativeNames"]) == (NAMES[0], NAMES[1:])
    assert sent["ValidationMethod"] == "DNS"
    assert {one["Key"] for one in sent["Tags"]} == {"Project", "Environment", "team"}
    assert outcome.is_changed and outcome.result["certificate"]["certificate_arn"] == ARN


def test_the_records_are_awaited(run):
    answers = [described("PENDING_VALIDATION", record=None)] * 2 + [described("PENDING_VALIDATION")]
    acm = client(list_certificates=listed(), request_certificate={"CertificateArn": ARN}, describe_certificate=answers)
    assert len(run(acm).result["certificate"]["validation_records"]) == 1


def test_check_mode_only_tells(run):
    acm = client(list_certificates=listed())
    outcome = run(acm, check_mode=True)
    assert outcome.is_changed and acm.writes == []
    assert len(outcome.result["certificate"]["validation_records"]) == 2


def wait_for(run, acm, **options):
    none = {"domain_name": None, "subject_alternative_names": None, "owner_tags": None}
    return run(acm, certificate_arn=ARN, wait=True, **none, **options)


def test_it_waits_until_it_is_issued(run):
    acm = client(describe_certificate=[described("PENDING_VALIDATION")] * 3 + [described()])
    outcome = wait_for(run, acm)
    assert outcome.result["certificate"]["status"] == "ISSUED" and not outcome.is_changed


def test_what_has_failed_is_not_waited_for(run):
    acm = client(describe_certificate=described("FAILED", FailureReason="CAA_ERROR"))
    with pytest.raises(WaitFailed, match="CAA_ERROR"):
        wait_for(run, acm)


def test_a_timeout_says_which_names_are_not_seen(run):
    acm = client(describe_certificate=described("PENDING_VALIDATION"))
    with pytest.raises(WaitTimedOut, match="does not see the records of gateway.example.com"):
        wait_for(run, acm, wait_timeout=60)


def test_the_owners_others_are_deleted_once_they_are_free(run):
    other = f"{ARN}2"
    acm = client(
        list_certificates=listed(ARN, other),
        delete_certificate=[client_error("ResourceInUseException"), {}],
    )
    outcome = run(acm, state="absent", keep=[ARN], domain_name=None, subject_alternative_names=None)
    assert outcome.result["deleted"] == [other] and outcome.is_changed
    assert [one["CertificateArn"] for one in acm.sent("delete_certificate")] == [other, other]
