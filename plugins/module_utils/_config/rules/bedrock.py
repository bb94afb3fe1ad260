# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about what the gateway may ask of Amazon Bedrock."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator

from .. import bedrock
from ..faults import Fault, fault
from ..partitions import partition_of
from ..place import Place
from ..rulebook import Config, RuleBook
from .common import ARN_PLACE, REGION

book = RuleBook()

_MODEL = re.compile(r"[a-z0-9]+\.[a-z0-9][a-z0-9.:_-]*")
_MADE_UP = re.compile(r"[a-z0-9]{12}")
_FOUNDATION = re.compile(rf"foundation-model/{_MODEL.pattern}")
_PROVISIONED = re.compile(rf"provisioned-model/{_MADE_UP.pattern}")
_PROFILE = re.compile(
    rf"inference-profile/{bedrock.SYSTEM_PROFILE.pattern}|application-inference-profile/{_MADE_UP.pattern}"
)
_ROLE = re.compile(r"role/[\w+=,.@/-]+")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}")
_ACCOUNT = "0" * 12


def _region(path: str, region: str, config: Config) -> Iterator[Fault]:
    partition = partition_of(config["aws_region"]).name
    if not REGION.fullmatch(region):
        yield fault(path, region, "It must be the code of an AWS region.", "Write it like us-east-1.")
    elif partition_of(region).name != partition:
        rule = f"It must be of the partition {partition}, as the region {config['aws_region']} is."
        yield fault(path, region, rule, "Use a region of that partition.")


def _arn(path: str, arn: str, service: str, kind: re.Pattern[str], config: Config, like: str) -> Iterator[Fault]:
    """A fault unless it is an ARN of the kind, in the stack's partition."""
    partition = partition_of(config["aws_region"]).name
    place = ARN_PLACE.fullmatch(arn)
    somewhere = place and (place["region"] or service == "iam")
    if not place or not somewhere or place["service"] != service or not kind.fullmatch(arn.split(":", maxsplit=5)[5]):
        yield fault(path, arn, "Exactly one is meant, without * and ?.", f"Write it like {like}.")
    elif place["partition"] != partition:
        rule = f"It must be of the partition {partition}, as the region {config['aws_region']} is."
        yield fault(path, arn, rule, "Use one of that partition.")


def _named(path: str, name: str, ids: re.Pattern[str], kind: re.Pattern[str], config: Config) -> Iterator[Fault]:
    """A fault unless it is an id, or an ARN of the kind."""
    like = {_FOUNDATION: "amazon.nova-pro-v1:0", _PROFILE: "us.amazon.nova-pro-v1:0"}.get(kind, "a1b2c3d4e5f6")
    if name.startswith("arn:") or not ids.fullmatch(name):
        yield from _arn(path, name, "bedrock", kind, config, f"{like}, or its ARN")


def _once(path: str, names: list[str]) -> Iterator[Fault]:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        yield fault(path, repeated, "Each is named once.", "Remove the repetition.")


@book.needs("bedrock.region", "aws_region")
def region(config: Config) -> Iterator[Fault]:
    if config["bedrock"]["region"]:
        yield from _region("bedrock.region", config["bedrock"]["region"], config)


def _listed(config: Config, key: str, ids: re.Pattern[str], kind: re.Pattern[str]) -> Iterator[Fault]:
    names = config["bedrock"][key]
    for name in names:
        yield from _named(f"bedrock.{key}", name, ids, kind, config)
    yield from _once(f"bedrock.{key}", names)


@book.needs("bedrock.models", "aws_region")
def models(config: Config) -> Iterator[Fault]:
    yield from _listed(config, "models", _MODEL, _FOUNDATION)


@book.needs("bedrock.provisioned_models", "aws_region")
def provisioned_models(config: Config) -> Iterator[Fault]:
    yield from _listed(config, "provisioned_models", _MADE_UP, _PROVISIONED)


@book.needs("bedrock.inference_profiles", "aws_region")
def inference_profiles(config: Config) -> Iterator[Fault]:
    profiles = config["bedrock"]["inference_profiles"]
    for number, one in enumerate(profiles, start=1):
        path = f"bedrock.inference_profiles.{number}"
        ids = re.compile(f"{bedrock.SYSTEM_PROFILE.pattern}|{_MADE_UP.pattern}")
        wrong = list(_named(f"{path}.profile", one["profile"], ids, _PROFILE, config))
        yield from wrong or _model_of_profile(path, one)
        yield from _regions_of_profile(path, one, config)
    yield from _once("bedrock.inference_profiles", [one["profile"] for one in profiles])


def _model_of_profile(path: str, profile: dict[str, t.Any]) -> Iterator[Fault]:
    known, model = bedrock.system_profile(profile["profile"]), profile["model"]
    if model and not _MODEL.fullmatch(model):
        yield fault(f"{path}.model", model, "It must be the id of a model.", "Write it like amazon.nova-pro-v1:0.")
    elif not model and not known:
        rule = "It is required with an application's profile, whose name does not tell it."
        yield fault(f"{path}.model", model, rule, "Write the id of the model that the profile stands for.")
    if known and known["geography"] != bedrock.ANYWHERE and not profile["regions"]:
        rule = "A cross-region profile passes requests on, which AWS allows only with the model of each region."
        fix = "Write the regions that aws bedrock get-inference-profile lists under models."
        yield fault(f"{path}.regions", profile["regions"], rule, fix)


def _regions_of_profile(path: str, profile: dict[str, t.Any], config: Config) -> Iterator[Fault]:
    for one in profile["regions"]:
        if one != bedrock.ANYWHERE:
            yield from _region(f"{path}.regions", one, config)
    yield from _once(f"{path}.regions", profile["regions"])


@book.needs("bedrock.role_arns", "aws_region")
def role_arns(config: Config) -> Iterator[Fault]:
    roles = config["bedrock"]["role_arns"]
    for arn in roles:
        yield from _arn("bedrock.role_arns", arn, "iam", _ROLE, config, "arn:aws:iam::210987654321:role/name")
    yield from _once("bedrock.role_arns", roles)


@book.needs("bedrock.external_id", "bedrock.role_arns")
def external_id(config: Config) -> Iterator[Fault]:
    value = config["bedrock"]["external_id"]
    if not value:
        return
    if not _EXTERNAL_ID.fullmatch(value):
        rule = "It must have 2 to 1224 letters, digits and + = , . @ : / - _."
        yield fault("bedrock.external_id", value, rule, "Choose another one.")
    if not config["bedrock"]["role_arns"]:
        rule = "It is for roles of other accounts, and bedrock.role_arns names none."
        yield fault("bedrock.external_id", value, rule, "Name the roles, or remove it.")


@book.needs("bedrock", "aws_region")
def fits_a_policy(config: Config) -> Iterator[Fault]:
    place = Place(partition_of(config["aws_region"]).name, config["aws_region"], _ACCOUNT)
    length = bedrock.length(config, place)
    if length > bedrock.MOST_CHARACTERS:
        rule = f"IAM takes so many characters in a role's policies that {bedrock.MOST_CHARACTERS} are left for it."
        fix = "Name fewer, or put some into managed policies of portkey_gateway_task_role_policy_arns."
        yield fault("bedrock", f"{length} characters", rule, fix)
