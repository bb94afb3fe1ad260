"""ECR: pull-through cache rules, and what a pull of an image by a task does."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

from moto.ecr.models import ecr_backends
from moto.secretsmanager.models import secretsmanager_backends

from ..registry import AwsError, Call, handles
from .pages import page

if TYPE_CHECKING:
    from ..world import World

PREFIX = re.compile(r"([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*")
SHORTEST, LONGEST = 2, 30
CREDENTIAL = re.compile(r"arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:ecr-pullthroughcache/[\w/+=.@-]+")
# Those that want credentials, and those that have none.
AUTHENTICATED = ("registry-1.docker.io", "ghcr.io")
OPEN = ("public.ecr.aws", "quay.io", "registry.k8s.io")
NAMES = {"registry-1.docker.io": "docker-hub", "ghcr.io": "github-container-registry", "public.ecr.aws": "ecr-public"}
KEYS = ("username", "accessToken")


@dataclasses.dataclass
class Rule:
    prefix: str
    upstream: str
    credential: str | None
    created_at: float
    updated_at: float


class Rules(dict[str, Rule]):
    """By prefix."""


def rules(world: World, account: str, region: str) -> Rules:
    found: Rules = world.store(Rules, account, region)
    return found


def rule_for(world: World, account: str, region: str, repository: str) -> Rule | None:
    known = rules(world, account, region).values()
    return next((rule for rule in known if repository.startswith(f"{rule.prefix}/")), None)


def credentials_problem(account: str, region: str, credential: str) -> AwsError | None:
    """Why the secret is none that the upstream registry's credentials can be read from."""
    secret = secretsmanager_backends[account][region].secrets.get(credential)
    if secret is None or secret.is_deleted():
        return AwsError(
            "SecretNotFoundException",
            f"The ARN of the secret specified in the pull through cache rule was not found: {credential}. Update the "
            "pull through cache rule with a valid secret ARN and try again.",
        )
    version = secret.versions.get(secret.default_version_id) if secret.default_version_id else None
    try:
        value = json.loads((version or {}).get("secret_string") or "")
    except ValueError:
        value = None
    if not isinstance(value, dict) or any(key not in value for key in KEYS):
        return AwsError(
            "UnableToDecryptSecretValueException",
            "The secret is accessible but is unable to be decrypted. Verify the secret has the keys username and "
            "accessToken and try again.",
        )
    return None


def _check_credential(call: Call, upstream: str, credential: str | None) -> None:
    if credential is None:
        if upstream in AUTHENTICATED:
            raise AwsError(
                "InvalidParameterException",
                "Invalid parameter at 'credentialArn' failed to satisfy constraint: 'Credential ARN is required for "
                f"the upstream registry {upstream}'",
            )
        return
    if not CREDENTIAL.fullmatch(credential):
        raise AwsError(
            "InvalidParameterException",
            "Invalid parameter at 'credentialArn' failed to satisfy constraint: 'must satisfy regular expression "
            "'^arn:aws(-\\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr\\-pullthroughcache\\/[a-zA-Z0-9\\/_+=.@-]+$''",
        )
    problem = credentials_problem(call.account, call.region, credential)
    if problem is not None:
        raise problem


def _check_region(call: Call) -> None:
    """GovCloud and China do not know the rules."""
    if call.region.startswith(("us-gov-", "cn-")):
        raise AwsError("UnknownOperationException", f"The operation {call.operation} is not known")


def _existing(world: World, call: Call) -> Rule:
    prefix = call.params["ecrRepositoryPrefix"]
    rule = rules(world, call.account, call.region).get(prefix)
    if rule is None:
        raise _not_found(call, prefix)
    return rule


def _not_found(call: Call, prefix: str) -> AwsError:
    return AwsError(
        "PullThroughCacheRuleNotFoundException",
        f"The pull through cache rule with repository prefix '{prefix}' does not exist in the registry with id "
        f"'{call.account}'",
    )


@handles("ecr", "CreatePullThroughCacheRule")
def create(world: World, call: Call) -> Any:
    _check_region(call)
    prefix, upstream = call.params["ecrRepositoryPrefix"], call.params["upstreamRegistryUrl"]
    if not PREFIX.fullmatch(prefix) or not SHORTEST <= len(prefix) <= LONGEST:
        raise AwsError(
            "InvalidParameterException",
            "Invalid parameter at 'ecrRepositoryPrefix' failed to satisfy constraint: 'must be 2 to 30 "
            "characters, begin with a letter or digit, and have only lowercase letters, digits, single hyphens, "
            "underscores, periods and forward slashes'",
        )
    if upstream not in (*AUTHENTICATED, *OPEN):
        raise AwsError(
            "UnsupportedUpstreamRegistryException",
            f"The specified upstream registry URL '{upstream}' is not supported",
        )
    known = rules(world, call.account, call.region)
    if prefix in known:
        raise AwsError(
            "PullThroughCacheRuleAlreadyExistsException",
            f"A pull through cache rule with repository prefix '{prefix}' already exists in the registry with id "
            f"'{call.account}'",
        )
    _check_credential(call, upstream, call.params.get("credentialArn"))
    rule = known[prefix] = Rule(prefix, upstream, call.params.get("credentialArn"), world.now, world.now)
    return {key: value for key, value in _shown(call, rule).items() if key != "updatedAt"}


@handles("ecr", "UpdatePullThroughCacheRule")
def update(world: World, call: Call) -> Any:
    rule = _existing(world, call)
    credential = call.params.get("credentialArn") or rule.credential
    _check_credential(call, rule.upstream, credential)
    rule.credential, rule.updated_at = credential, world.now
    shown = _shown(call, rule)
    return {key: shown[key] for key in ("ecrRepositoryPrefix", "registryId", "updatedAt", "credentialArn")}


@handles("ecr", "DescribePullThroughCacheRules")
def describe(world: World, call: Call) -> Any:
    _check_region(call)
    known = rules(world, call.account, call.region)
    asked = call.params.get("ecrRepositoryPrefixes")
    for prefix in asked or []:
        if prefix not in known:
            raise _not_found(call, prefix)
    wanted = [known[prefix] for prefix in asked] if asked else list(known.values())
    shown, token = page(wanted, call.params.get("nextToken"), call.params.get("maxResults"), 100)
    return {"pullThroughCacheRules": [_shown(call, rule) for rule in shown], "nextToken": token}


@handles("ecr", "DeletePullThroughCacheRule")
def delete(world: World, call: Call) -> Any:
    rule = _existing(world, call)
    del rules(world, call.account, call.region)[rule.prefix]
    return {key: value for key, value in _shown(call, rule).items() if key not in ("updatedAt", "upstreamRegistry")}


def _shown(call: Call, rule: Rule) -> dict[str, Any]:
    shown = {
        "ecrRepositoryPrefix": rule.prefix,
        "upstreamRegistryUrl": rule.upstream,
        "upstreamRegistry": NAMES.get(rule.upstream),
        "registryId": call.account,
        "createdAt": rule.created_at,
        "updatedAt": rule.updated_at,
        "credentialArn": rule.credential,
    }
    return {key: value for key, value in shown.items() if value is not None}


def has_image(account: str, region: str, repository: str, wanted: str) -> bool:
    found = ecr_backends[account][region].repositories.get(repository)
    images = found.images if found else []
    return any(wanted in (one.get_image_digest(), *one.image_tags) for one in images)


def import_image(account: str, region: str, repository: str, wanted: str) -> None:
    """What a pull leaves in the registry; a repository that ECR makes for it has no tags."""
    backend = ecr_backends[account][region]
    if repository not in backend.repositories:
        backend.create_repository(repository, None, {}, {}, "MUTABLE", [])
    by_digest = wanted if wanted.startswith("sha256:") else None
    media_type = "application/vnd.oci.image.manifest.v1+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": media_type, "upstream": f"{repository}:{wanted}"})
    backend.put_image(repository, manifest, "" if by_digest else wanted, digest=by_digest)
