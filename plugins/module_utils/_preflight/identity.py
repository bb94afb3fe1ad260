# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Who is asking, and is there such a region?"""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._config.faults import HIDDEN, did_you_mean
from ..api import call
from ..aws import error_code, error_message
from .connection import Connection, Findings, is_denied

CREDENTIALS = "AWS credentials"

# AWS does not know who asks. In a region that is not enabled for the account it says the same.
_REFUSED_CODES = ("InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "SignatureDoesNotMatch")
_EXPIRED_CODES = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired")

# By the class of botocore's exception, so that no version of botocore must have all of them.
_CREDENTIAL_ERRORS = {
    "NoCredentialsError": (
        "There must be credentials; none were found.",
        "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    ),
    "PartialCredentialsError": ("They must be complete.", "Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."),
    "ProfileNotFound": ("The profile must exist.", "Correct AWS_PROFILE, or add the profile to the AWS configuration."),
    "TokenRetrievalError": ("The single sign-on session must be valid.", "Sign in again: aws sso login."),
    "SSOTokenLoadError": ("The single sign-on session must be valid.", "Sign in again: aws sso login."),
    "UnauthorizedSSOTokenError": ("The single sign-on session must be valid.", "Sign in again: aws sso login."),
    "CredentialRetrievalError": ("They must be retrievable.", "See the message, and repair what provides them."),
}


def credentials_fault(error: BaseException) -> Findings | None:
    """What is wrong with the credentials, if that is what ``error`` says."""
    cause = error.exception if isinstance(error, AnsibleAWSError) and error.exception else error
    for kind in type(cause).__mro__:
        if kind.__name__ in _CREDENTIAL_ERRORS:
            rule, fix = _CREDENTIAL_ERRORS[kind.__name__]
            return Findings.fault(CREDENTIALS, HIDDEN, f"{rule} {cause}", fix)
    code = error_code(error)
    if code in _EXPIRED_CODES:
        return Findings.fault(
            CREDENTIALS, HIDDEN, f"They must be valid; they have expired. {error_message(error)}", "Renew them."
        )
    if code in _REFUSED_CODES:
        return Findings.fault(
            CREDENTIALS, HIDDEN, f"AWS must accept them: {code}. {error_message(error)}", "Correct or renew them."
        )
    return None


def _caller(connection: Connection, region: str) -> dict[str, t.Any]:
    return call(connection.client("sts", region), "get_caller_identity", "find out whose credentials these are")


def identity(connection: Connection) -> Findings:
    region = connection.region
    start = region if region in connection.known_regions() else connection.partition.first_region
    try:
        caller = _caller(connection, start)
    except AnsibleAWSError as error:
        elsewhere = connection.partition.first_region
        if error_code(error) not in _REFUSED_CODES or elsewhere == start:
            raise
        _caller(connection, elsewhere)
        return _not_enabled(region)
    return Findings(facts={"account_id": caller["Account"]})


def _not_enabled(region: str) -> Findings:
    return Findings.fault(
        "portkey_aws_region",
        region,
        "The region must be enabled for the account.",
        "Enable it in the account's settings, or choose another region.",
    )


def region_exists(connection: Connection) -> Findings:
    region, known = connection.region, connection.known_regions()
    start = region if region in known else connection.partition.first_region
    try:
        answer = call(connection.client("ec2", start), "describe_regions", "list the regions", AllRegions=True)
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        return Findings() if region in known else _no_such_region(region, known)
    status = {one["RegionName"]: one.get("OptInStatus", "opt-in-not-required") for one in answer["Regions"]}
    if region not in status:
        return _no_such_region(region, status)
    return _not_enabled(region) if status[region] == "not-opted-in" else Findings()


def _no_such_region(region: str, known: t.Iterable[str]) -> Findings:
    return Findings.fault(
        "portkey_aws_region",
        region,
        "There must be such a region.",
        did_you_mean(region, known, "Write the code of a region, like us-east-1."),
    )
