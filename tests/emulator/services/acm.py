"""Certificates: one that is proven by DNS is issued when its records can be found, and stays while a listener has it.

moto issues certificates by themselves after a minute, and lets those go that are in use.
"""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

from moto.acm.models import CertBundle, acm_backends

from ..registry import AwsError, Call, handles
from .elbv2.state import store_of
from .route53 import public_since
from .times import moment

if TYPE_CHECKING:
    from ..world import World

PENDING, ISSUED, TIMED_OUT = "PENDING_VALIDATION", "ISSUED", "VALIDATION_TIMED_OUT"
GIVEN_UP_AFTER = 72 * 3600
LISTED_KEYS = ("RSA_1024", "RSA_2048")


@dataclasses.dataclass
class Requested:
    """When a certificate was requested, and since when each of its names is proven."""

    at: float
    proven: dict[str, float] = dataclasses.field(default_factory=dict)


class Requests(dict[str, Requested]):
    """By ARN."""


class Released(dict[str, float]):
    """By ARN: until when a certificate still counts as used that its last listener has let go of."""


# Only time makes a difference to moto; here it is the records.
CertBundle.check = lambda self: None  # type: ignore[method-assign]


def _requests(world: World, call: Call) -> Requests:
    found: Requests = world.store(Requests, call.account, call.region)
    return found


def _names(bundle: Any) -> list[str]:
    return list(dict.fromkeys([bundle.common_name, *sorted(bundle.sans)]))


def _record(call: Call, name: str) -> dict[str, str]:
    """The same for a name in an account, whichever certificate it is for."""
    bare = name.removeprefix("*.").lower()
    digest = hashlib.sha256(f"{call.account} {bare}".encode()).hexdigest()
    value = f"_{digest[32:]}.{digest[:10]}.acm-validations.aws."
    return {"Name": f"_{digest[:32]}.{bare}.", "Type": "CNAME", "Value": value}


def settle(world: World, call: Call, bundle: Any) -> None:
    """What has become of a certificate by now."""
    requested = _requests(world, call).get(bundle.arn)
    if requested is None or bundle.status != PENDING:
        return
    for name in _names(bundle):
        record = _record(call, name)
        since = public_since(world, call.account, call.partition, record["Name"], record["Type"], record["Value"])
        if since is not None:
            done = max(since, requested.at) + world.profile.seconds("certificate_issue")
            if world.now >= done:
                requested.proven.setdefault(name, done)
    if all(name in requested.proven for name in _names(bundle)):
        bundle.status = ISSUED
    elif world.now - requested.at > GIVEN_UP_AFTER:
        bundle.status = TIMED_OUT


def _bundle(world: World, call: Call) -> Any:
    arn = call.params["CertificateArn"]
    bundle = acm_backends[call.account][call.region]._certificates.get(arn)
    if bundle is None:
        message = f"Could not find certificate {arn}"
        raise AwsError("ResourceNotFoundException", message, 400)
    settle(world, call, bundle)
    return bundle


@handles("acm", "RequestCertificate")
def request_certificate(world: World, call: Call) -> Any:
    params = call.params
    if len(params["DomainName"]) > 64:
        message = "The first domain name must be no longer than 64 octets"
        raise AwsError("InvalidParameterException", message, 400)
    backend = acm_backends[call.account][call.region]
    known = set(backend._certificates)
    answer = call.forward()
    for arn in set(backend._certificates) - known:
        if params.get("ValidationMethod") == "DNS" and not params.get("CertificateAuthorityArn"):
            _requests(world, call)[arn] = Requested(world.now)
    return answer


def using(world: World, call: Call, arn: str) -> list[str]:
    """The load balancers whose listeners have it."""
    store = store_of(world, call)
    holding = (one.load_balancer_arn for one in store.listeners.values() if arn in one.certificates)
    return sorted(set(holding))


def released(world: World, call: Call, arns: list[str]) -> None:
    """Listeners have let go of these."""
    until: Released = world.store(Released, call.account, call.region)
    for arn in arns:
        until[arn] = world.now + world.profile.seconds("certificate_release")


@handles("acm", "DescribeCertificate")
def describe_certificate(world: World, call: Call) -> Any:
    bundle = _bundle(world, call)
    described = dict(bundle.describe()["Certificate"])
    described["InUseBy"] = using(world, call, bundle.arn)
    described["SubjectAlternativeNames"] = _names(bundle)
    for key in ("NotAfter", "NotBefore", "CreatedAt", "IssuedAt", "ImportedAt"):
        if described.get(key):
            described[key] = moment(float(described[key]))
    requested = _requests(world, call).get(bundle.arn)
    if requested is not None:
        if bundle.status != ISSUED:
            for key in ("NotAfter", "NotBefore", "IssuedAt", "Serial", "Issuer"):
                described.pop(key, None)
        is_told = world.now >= requested.at + world.profile.seconds("certificate_records")
        described["DomainValidationOptions"] = [
            {
                "DomainName": name,
                "ValidationDomain": name,
                "ValidationStatus": _status(bundle, requested, name),
                "ValidationMethod": "DNS",
                **({"ResourceRecord": _record(call, name)} if is_told else {}),
            }
            for name in _names(bundle)
        ]
    return {"Certificate": described}


def _status(bundle: Any, requested: Requested, name: str) -> str:
    if bundle.status == TIMED_OUT:
        return "FAILED"
    return "SUCCESS" if name in requested.proven else PENDING


@handles("acm", "ListCertificates")
def list_certificates(world: World, call: Call) -> Any:
    """Those with other keys than RSA of 2048 bits or less are only told to who asks for them."""
    asked = (call.params.get("Includes") or {}).get("keyTypes") or LISTED_KEYS
    statuses = call.params.get("CertificateStatuses")
    found = []
    for arn, bundle in acm_backends[call.account][call.region]._certificates.items():
        settle(world, call, bundle)
        described = bundle.describe()["Certificate"]
        if described["KeyAlgorithm"] in asked and (not statuses or bundle.status in statuses):
            found.append(
                {
                    "CertificateArn": arn,
                    "DomainName": bundle.common_name,
                    "SubjectAlternativeNameSummaries": _names(bundle),
                    "HasAdditionalSubjectAlternativeNames": False,
                    "Status": bundle.status,
                    "Type": bundle.type,
                    "KeyAlgorithm": described["KeyAlgorithm"],
                    "InUse": bool(using(world, call, arn)),
                }
            )
    return {"CertificateSummaryList": found}


@handles("acm", "DeleteCertificate")
def delete_certificate(world: World, call: Call) -> Any:
    bundle = _bundle(world, call)
    until: Released = world.store(Released, call.account, call.region)
    if using(world, call, bundle.arn) or until.get(bundle.arn, 0.0) > world.now:
        message = f"Certificate {bundle.arn} in account {call.account} is in use."
        raise AwsError("ResourceInUseException", message, 400)
    _requests(world, call).pop(bundle.arn, None)
    return call.forward()
