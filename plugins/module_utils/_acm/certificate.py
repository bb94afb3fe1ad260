# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A public certificate of ACM that is proven by DNS: found by its names and tags, requested, awaited, deleted."""

from __future__ import annotations

import typing as t
import uuid
from collections.abc import Iterator, Mapping

from .. import tags, wait
from ..api import call, call_unless
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome

Certificate = dict[str, t.Any]

GONE = ("ResourceNotFoundException",)
# ListCertificates leaves some kinds of keys out unless they are named.
_KEY_TYPES = ("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")
_ISSUED, _PENDING = "ISSUED", "PENDING_VALIDATION"
_UNKNOWN_RECORD = {"type": "CNAME", "value": KNOWN_AFTER_APPLY}
_SECONDS_TO_TELL_RECORDS = 120
_BACKOFF = wait.Backoff(first=1, factor=1.5, most=15, jitter=0.2)


def ensure(module: t.Any) -> Outcome:
    client, params = module.client("acm"), module.params
    if params["state"] == "absent":
        return _ensure_absent(client, params, module.check_mode)
    if params["certificate_arn"]:
        return _wait_for(client, params, module.check_mode)
    return _ensure_present(client, params, module.check_mode)


def listed(client: t.Any) -> list[Certificate]:
    found = call(client, "list_certificates", "list the certificates", Includes={"keyTypes": list(_KEY_TYPES)})
    return list(found["CertificateSummaryList"])


def read_tags(client: t.Any, arn: str) -> tags.Tags:
    answer = call_unless(GONE, client, "list_tags_for_certificate", f"read the tags of {arn}", CertificateArn=arn)
    return tags.from_list(answer["Tags"]) if answer else {}


def owned(client: t.Any, owner: Mapping[str, str], candidates: list[Certificate]) -> Iterator[str]:
    """The ARNs of those that have the owner's tags."""
    for one in candidates:
        found = read_tags(client, one["CertificateArn"])
        if all(found.get(key) == str(value) for key, value in owner.items()):
            yield one["CertificateArn"]


def _names(params: Mapping[str, t.Any]) -> list[str]:
    """The first one is the certificate's own; the order of the others means nothing."""
    first = params["domain_name"].lower()
    return [first, *sorted({one.lower() for one in params["subject_alternative_names"]} - {first})]


def _describe(client: t.Any, arn: str) -> Certificate:
    answer = call_unless(GONE, client, "describe_certificate", f"describe {arn}", CertificateArn=arn)
    if answer is None:
        raise GatewayError(f"There is no certificate {arn}.")
    return dict(answer["Certificate"])


def _find(client: t.Any, params: Mapping[str, t.Any]) -> Certificate | None:
    """The one with exactly these names, the owner's tags, and a chance to be good."""
    names = _names(params)
    candidates = [
        one
        for one in listed(client)
        if one["DomainName"].lower() == names[0] and one.get("Type", "AMAZON_ISSUED") == "AMAZON_ISSUED"
    ]
    for arn in owned(client, params["owner_tags"], candidates):
        found = _describe(client, arn)
        there = {one.lower() for one in found.get("SubjectAlternativeNames", [])} | {names[0]}
        if there == set(names) and found["Status"] in (_ISSUED, _PENDING):
            return found
    return None


def _wait_for(client: t.Any, params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    found = _describe(client, params["certificate_arn"])
    if not check_mode:
        found = _awaited(client, params, found)
    shown = _view(found, read_tags(client, params["certificate_arn"]))
    return Outcome({"certificate": {**shown, **_result(found)}}, shown, shown)


def _ensure_present(client: t.Any, params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    wanted_tags = {**(params["tags"] or {}), **params["owner_tags"]}
    found = _find(client, params)
    if found is None:
        return _request(client, params, wanted_tags, check_mode)
    arn = found["CertificateArn"]
    current = read_tags(client, arn)
    change = tags.change(current, None if params["tags"] is None else wanted_tags, params["purge_tags"])
    if not check_mode:
        _retag(client, arn, current, change)
        found = _awaited(client, params, _with_records(client, found))
    before, after = _view(found, current), _view(found, change.final)
    return Outcome({"certificate": {**after, **_result(found)}}, before, after)


def _retag(client: t.Any, arn: str, current: tags.Tags, change: tags.Change) -> None:
    tags.apply(
        change,
        add=lambda added: call(
            client, "add_tags_to_certificate", f"tag {arn}", CertificateArn=arn, Tags=tags.to_list(added)
        ),
        remove=lambda keys: call(
            client,
            "remove_tags_from_certificate",
            f"remove tags of {arn}",
            CertificateArn=arn,
            Tags=[{"Key": key, "Value": current[key]} for key in keys],
        ),
    )


def _request(client: t.Any, params: Mapping[str, t.Any], wanted_tags: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    first, *others = _names(params)
    after = {
        "domain_name": first,
        "subject_alternative_names": sorted({first, *others}),
        "tags": tags.change({}, wanted_tags, True).final,
    }
    if check_mode:
        records = [{"name": f"{one} {KNOWN_AFTER_APPLY}", **_UNKNOWN_RECORD} for one in (first, *others)]
        unknown = {"certificate_arn": KNOWN_AFTER_APPLY, "status": _PENDING, "validation_records": records}
        return Outcome({"certificate": {**after, **unknown}}, None, after)
    answer = call(
        client,
        "request_certificate",
        f"request the certificate for {first}",
        DomainName=first,
        SubjectAlternativeNames=others or None,
        ValidationMethod="DNS",
        # For an answer that is lost on its way. By one that stays the same, ACM would go on answering with a
        # certificate that has failed meanwhile, or is deleted.
        IdempotencyToken=uuid.uuid4().hex,
        Tags=tags.to_list(wanted_tags) or None,
    )
    made = _awaited(client, params, _with_records(client, _described_once_there(client, answer["CertificateArn"])))
    return Outcome({"certificate": {**after, **_result(made)}}, None, after)


def _described_once_there(client: t.Any, arn: str) -> Certificate:
    answer = wait.poll(
        lambda: call_unless(GONE, client, "describe_certificate", f"describe {arn}", CertificateArn=arn),
        lambda found: found is not None,
        what=f"the certificate {arn} to be there",
        timeout=_SECONDS_TO_TELL_RECORDS,
        backoff=_BACKOFF,
    )
    return dict(t.cast(dict[str, t.Any], answer)["Certificate"])


def _with_records(client: t.Any, found: Certificate) -> Certificate:
    """ACM tells the records some seconds after the request."""
    if found["Status"] != _PENDING or _has_records(found):
        return found
    arn = found["CertificateArn"]
    return wait.poll(
        lambda: _describe(client, arn),
        lambda one: one["Status"] != _PENDING or _has_records(one),
        what=f"the records that prove {arn}",
        timeout=_SECONDS_TO_TELL_RECORDS,
        backoff=_BACKOFF,
        show=_result,
    )


def _has_records(found: Certificate) -> bool:
    options = found.get("DomainValidationOptions", [])
    return bool(options) and all(one.get("ResourceRecord") for one in options)


def _records(found: Certificate) -> list[dict[str, str]]:
    """Two names may have one record in common."""
    records = [one["ResourceRecord"] for one in found.get("DomainValidationOptions", []) if one.get("ResourceRecord")]
    by_name = {one["Name"]: {"name": one["Name"], "type": one["Type"], "value": one["Value"]} for one in records}
    return [by_name[name] for name in sorted(by_name)]


def _view(found: Certificate, own_tags: Mapping[str, str]) -> dict[str, t.Any]:
    names = {one.lower() for one in (found["DomainName"], *found.get("SubjectAlternativeNames", []))}
    return {
        "domain_name": found["DomainName"],
        "subject_alternative_names": sorted(names),
        "tags": dict(own_tags),
    }


def _result(found: Certificate) -> dict[str, t.Any]:
    return {
        "certificate_arn": found["CertificateArn"],
        "status": found["Status"],
        "validation_records": _records(found),
    }


def _awaited(client: t.Any, params: Mapping[str, t.Any], found: Certificate) -> Certificate:
    if not params["wait"] or found["Status"] == _ISSUED:
        return found
    arn = found["CertificateArn"]

    def is_issued(one: Certificate) -> bool:
        if one["Status"] not in (_ISSUED, _PENDING):
            reason = one.get("FailureReason", "no reason is given")
            raise wait.WaitFailed(
                f"The certificate for {one['DomainName']} is not issued: it is {one['Status']} ({reason}). "
                "Put that right, and run again, which requests another one."
            )
        return bool(one["Status"] == _ISSUED)

    def open_names(one: Certificate) -> str:
        names = [
            each["DomainName"]
            for each in one.get("DomainValidationOptions", [])
            if each.get("ValidationStatus") != "SUCCESS"
        ]
        return (
            f". ACM does not see the records of {', '.join(names)} yet: is their hosted zone the one to which the "
            "domain's registrar points?"
        )

    return wait.poll(
        lambda: _describe(client, arn),
        is_issued,
        what=f"the certificate {arn} to be issued",
        timeout=params["wait_timeout"],
        backoff=_BACKOFF,
        show=_result,
        remark=open_names,
    )


def _ensure_absent(client: t.Any, params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    """All that have the owner's tags, but for those that are kept."""
    if not params["owner_tags"]:
        raise GatewayError("state=absent needs owner_tags, which say whose certificates are deleted.")
    kept = set(params["keep"])
    candidates = [one for one in listed(client) if one["CertificateArn"] not in kept]
    names = {one["CertificateArn"]: one["DomainName"] for one in candidates}
    going = list(owned(client, params["owner_tags"], candidates))
    if not check_mode:
        for arn in going:
            delete(client, arn, params["wait_timeout"])
    before = {arn: names[arn] for arn in going}
    return Outcome({"deleted": going}, before or None, None)


def delete(client: t.Any, arn: str, timeout: float, clock: wait.Clock = wait.SYSTEM_CLOCK) -> None:
    """A certificate that a listener has just let go of counts as used for some minutes."""
    wait.keep_trying(
        lambda: call_unless(GONE, client, "delete_certificate", f"delete {arn}", CertificateArn=arn),
        lambda error: error_code(error) in ("ResourceInUseException", "ConflictException"),
        what=f"the certificate {arn} to be free of listeners",
        timeout=timeout,
        backoff=_BACKOFF,
        clock=clock,
    )
