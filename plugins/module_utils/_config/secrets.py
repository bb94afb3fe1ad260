# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The two secrets of a stack, who makes them, and the placeholders that stand for their ARNs in the user's files."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterable, Mapping

from . import elasticache

DOCKER_PLACEHOLDER = "<DockerCredentialsSecretArn>"
CLIENT_AUTH_PLACEHOLDER = "<ClientOrgSecretNameArn>"
PLACEHOLDERS = (DOCKER_PLACEHOLDER, CLIENT_AUTH_PLACEHOLDER)
# Also those that only the stack itself writes.
_RESOLVED = (*PLACEHOLDERS, elasticache.AUTH_PLACEHOLDER)

# The JSON keys of each secret, and the variable that holds the value.
DOCKER_KEYS = {"username": "docker_username", "password": "docker_password"}
CLIENT_AUTH_KEYS = {"PORTKEY_CLIENT_AUTH": "client_auth", "ORGANISATIONS_TO_SYNC": "organisations"}

ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):secretsmanager:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):secret:(?P<name>[\w/+=.@-]+)"
)
_RANDOM_ENDING = re.compile(r"-[A-Za-z0-9]{6}$")


def name_in_arn(arn: str) -> str:
    """The secret's name: its ARN ends with six characters that AWS adds."""
    match = ARN.fullmatch(arn)
    return _RANDOM_ENDING.sub("", match["name"]) if match else arn


def is_made(values: Mapping[str, t.Any], keys: Mapping[str, str]) -> bool:
    """Whether the collection makes the secret: the user gave all of its values."""
    return all(values.get(variable) for variable in keys.values())


def resolve(arn: str | None, arns: Mapping[str, str | None]) -> str | None:
    """``arn``, or what stands for it in ``arns`` when it is a placeholder of which the ARN is known."""
    return arns.get(arn) or arn if arn in _RESOLVED else arn


def default_service_secrets() -> dict[str, dict[str, str]]:
    """What both services read from the client-auth secret, when the user says nothing else."""
    return {
        service: dict.fromkeys(CLIENT_AUTH_KEYS, CLIENT_AUTH_PLACEHOLDER) for service in ("gateway", "data-service")
    }


def used_placeholders(docker_secret: str | None, service_secrets: Iterable[Mapping[str, str]]) -> set[str]:
    used = {arn for secrets in service_secrets for arn in secrets.values()} | {docker_secret or DOCKER_PLACEHOLDER}
    return used & set(PLACEHOLDERS)


def known_arns(
    docker_credentials: str | None, client_auth: str | None, cache: Mapping[str, t.Any] | None = None
) -> dict[str, str | None]:
    """What each placeholder stands for. ``cache`` is what the role elasticache has published."""
    of_cache = cache or {}
    return {
        DOCKER_PLACEHOLDER: docker_credentials,
        CLIENT_AUTH_PLACEHOLDER: client_auth,
        elasticache.AUTH_PLACEHOLDER: of_cache.get("auth_secret_arn"),
        elasticache.AUTH_VERSION: of_cache.get("auth_secret_version"),
        elasticache.URL_PLACEHOLDER: of_cache.get("url"),
    }


def value_from(key: str, arn: str, arns: Mapping[str, str | None]) -> str:
    """How ECS finds the value of the secret ``key``.

    The token of the stack's own cache is named with its version. So tasks have the one that the cache knows, also those
    that start between a change of the secret and the run that tells the cache; and a new token makes a new revision.
    """
    version = arns.get(elasticache.AUTH_VERSION) if arn == elasticache.AUTH_PLACEHOLDER else None
    return f"{resolve(arn, arns)}:{key}::{version or ''}"
