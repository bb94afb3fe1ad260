# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the gateway may ask of Amazon Bedrock: models of its own account, and roles of others that it may assume."""

from __future__ import annotations

import json
import re
import typing as t
from collections.abc import Iterator, Mapping

from .place import Place

Config = Mapping[str, t.Any]
Statement = dict[str, t.Any]

INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")

# Among the regions of a profile: the requests may go to any, for which AWS writes the model's ARN without a region.
ANYWHERE = "global"
# <geography>.<vendor>.<model>, such as us.amazon.nova-pro-v1:0.
SYSTEM_PROFILE = re.compile(r"(?P<geography>[a-z]{2,6}(?:-[a-z]{2,6})?)\.(?P<model>[a-z0-9]+\.[a-z0-9][a-z0-9.:_-]*)")
_SYSTEM_KIND, _APPLICATION_KIND = "inference-profile", "application-inference-profile"

# Of all the inline policies of a role, without white space. What the buckets and exec take of it is left out.
MOST_CHARACTERS = 10_240 - 1_024


def is_used(config: Config) -> bool:
    wanted = config["bedrock"]
    return any(wanted[key] for key in ("models", "provisioned_models", "inference_profiles", "role_arns"))


def home(config: Config) -> str:
    """The region in which Bedrock is called."""
    return str(config["bedrock"]["region"] or config["aws_region"])


def system_profile(profile: str) -> re.Match[str] | None:
    """The parts of a profile that AWS defines, by its id or its ARN; None for one that somebody has made."""
    kind, _unused, name = profile.rpartition("/")
    if kind and not kind.endswith(f":{_SYSTEM_KIND}"):
        return None
    return SYSTEM_PROFILE.fullmatch(name)


def own_arns(config: Config) -> Iterator[tuple[str, str]]:
    """The ARNs that the user wrote of what an account owns, each with the path of its variable."""
    wanted = config["bedrock"]
    for arn in wanted["provisioned_models"]:
        yield "bedrock.provisioned_models", arn
    for number, one in enumerate(wanted["inference_profiles"], start=1):
        yield f"bedrock.inference_profiles.{number}.profile", one["profile"]


def statements(config: Config, place: Place) -> list[Statement]:
    """What is added to the policy of the gateway's task role."""
    wanted = config["bedrock"]
    profiles = {_profile_arn(one["profile"], config, place): one for one in wanted["inference_profiles"]}
    called = [
        *(_arn("foundation-model", one, config, place, account="") for one in wanted["models"]),
        *(_arn("provisioned-model", one, config, place) for one in wanted["provisioned_models"]),
        *profiles,
    ]
    made = [_allow(INVOKE, called)] if called else []
    made += [_behind(arn, one, place) for arn, one in profiles.items()]
    if profiles:
        # With it the gateway finds out which model a profile stands for.
        made.append(_allow(("bedrock:GetInferenceProfile",), profiles))
    if wanted["role_arns"]:
        made.append(_allow(("sts:AssumeRole",), wanted["role_arns"]))
    return made


def _allow(actions: t.Iterable[str], resources: t.Iterable[str]) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(dict.fromkeys(resources))}


def _arn(kind: str, name: str, config: Config, place: Place, account: str | None = None) -> str:
    if name.startswith("arn:"):
        return name
    owner = place.account_id if account is None else account
    return f"arn:{place.partition}:bedrock:{home(config)}:{owner}:{kind}/{name}"


def _profile_arn(profile: str, config: Config, place: Place) -> str:
    """An id that AWS did not define is one that AWS made up for an application's profile."""
    return _arn(_SYSTEM_KIND if system_profile(profile) else _APPLICATION_KIND, profile, config, place)


def _behind(arn: str, profile: Mapping[str, t.Any], place: Place) -> Statement:
    """The models to which a profile passes requests on: one in each region, and only through the profile."""
    known = system_profile(arn)
    model = profile["model"] or (known["model"] if known else "")
    # The region of the profile itself is asked for as well, even where it takes no requests.
    regions = [arn.split(":")[3], *profile["regions"]]
    if known and known["geography"] == ANYWHERE:
        regions.append(ANYWHERE)
    where = ["" if one == ANYWHERE else one for one in regions]
    models = [f"arn:{place.partition}:bedrock:{region}::foundation-model/{model}" for region in where]
    return {**_allow(INVOKE, models), "Condition": {"ArnEquals": {"bedrock:InferenceProfileArn": arn}}}


def length(config: Config, place: Place) -> int:
    """How many characters it takes of the policy."""
    return len(json.dumps(statements(config, place), separators=(",", ":")))


def trust_policy(config: Config, task_role: str, place: Place) -> dict[str, t.Any] | None:
    """What the roles of the other accounts must say of who assumes them.

    It names the account and, as a condition, the role: a role as the principal must exist already, and when it is made
    again AWS takes it for another one.
    """
    wanted = config["bedrock"]
    if not wanted["role_arns"]:
        return None
    condition: dict[str, t.Any] = {"ArnEquals": {"aws:PrincipalArn": place.role_arn(task_role)}}
    if wanted["external_id"]:
        condition["StringEquals"] = {"sts:ExternalId": wanted["external_id"]}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{place.partition}:iam::{place.account_id}:root"},
                "Action": "sts:AssumeRole",
                "Condition": condition,
            }
        ],
    }


def plan(config: Config, names: Mapping[str, t.Any], place: Place) -> dict[str, t.Any]:
    """What a run tells of it."""
    return {
        "role_arns": list(config["bedrock"]["role_arns"]),
        "trust_policy": trust_policy(config, names["services"]["gateway"]["task_role"], place),
    }
