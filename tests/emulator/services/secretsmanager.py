"""Secrets Manager: deletion is a plan, with a recovery window, and blocks the name until it has happened."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from moto.secretsmanager.models import secretsmanager_backends

from ..registry import AwsError, Call, handles
from .times import moment

if TYPE_CHECKING:
    from ..world import World

DAY = 86400
DEFAULT_WINDOW = 30
MARKED = "You can't perform this operation on the secret because it was marked for deletion."
SCHEDULED = "You can't create this secret because a secret with this name is already scheduled for deletion."
BLOCKED_OPERATIONS = (
    "GetSecretValue",
    "PutSecretValue",
    "UpdateSecret",
    "UpdateSecretVersionStage",
    "RotateSecret",
    "TagResource",
    "UntagResource",
    "PutResourcePolicy",
)


class Deletions(dict[str, float]):
    """By ARN: when a secret that is marked for deletion goes."""


class Dying(dict[str, float]):
    """By name: until when a secret that was deleted without recovery still blocks its name."""


def _backend(account: str, region: str) -> Any:
    return secretsmanager_backends[account][region]


def _secret(call: Call) -> Any:
    return _backend(call.account, call.region).secrets.get(call.params["SecretId"])


def _deletions(world: World, call: Call) -> Deletions:
    found: Deletions = world.store(Deletions, call.account, call.region)
    return found


@handles("secretsmanager", "CreateSecret")
def create_secret(world: World, call: Call) -> Any:
    name = call.params["Name"]
    if not re.fullmatch(r"[A-Za-z0-9/_+=.@!-]{1,512}", name):
        message = (
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
        )
        raise AwsError("ValidationException", message)
    secret = _backend(call.account, call.region).secrets.get(name)
    dying: Dying = world.store(Dying, call.account, call.region)
    if (secret is not None and secret.is_deleted()) or dying.get(name, 0.0) > world.now:
        raise AwsError("InvalidRequestException", SCHEDULED)
    return call.forward()


def _refuse_deleted(world: World, call: Call) -> Any:
    secret = _secret(call)
    if secret is not None and secret.is_deleted():
        raise AwsError("InvalidRequestException", MARKED)
    return call.forward()


for _operation in BLOCKED_OPERATIONS:
    handles("secretsmanager", _operation)(_refuse_deleted)


@handles("secretsmanager", "DeleteSecret")
def delete_secret(world: World, call: Call) -> Any:
    window, forced = call.params.get("RecoveryWindowInDays"), bool(call.params.get("ForceDeleteWithoutRecovery"))
    if window is not None and forced:
        message = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
        raise AwsError("InvalidParameterException", message)
    if window is not None and not 7 <= window <= 30:
        message = "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."
        raise AwsError("InvalidParameterException", message)
    secret = _secret(call)
    if secret is None:
        return call.forward()
    if forced:
        return _delete_now(world, call, secret)
    if secret.is_deleted():
        message = "You can't perform this operation on the secret because it was already scheduled for deletion."
        raise AwsError("InvalidRequestException", message)
    goes_at = world.now + (window or DEFAULT_WINDOW) * DAY
    secret.delete(goes_at)
    _deletions(world, call)[secret.arn] = goes_at
    world.at(goes_at, functools.partial(_expire, world, call, secret.arn, goes_at))
    return {"ARN": secret.arn, "Name": secret.name, "DeletionDate": moment(goes_at)}


def _delete_now(world: World, call: Call, secret: Any) -> Any:
    """Asynchronous, too: the name is free a moment later."""
    _backend(call.account, call.region).secrets.pop(secret.arn)
    _deletions(world, call).pop(secret.arn, None)
    dying: Dying = world.store(Dying, call.account, call.region)
    dying[secret.name] = world.now + world.profile.seconds("secret_delete")
    return {"ARN": secret.arn, "Name": secret.name, "DeletionDate": moment(world.now)}


def _expire(world: World, call: Call, arn: str, goes_at: float) -> None:
    """The recovery window is over, unless the secret was restored."""
    secrets = _backend(call.account, call.region).secrets
    if _deletions(world, call).get(arn) == goes_at and secrets.get(arn) is not None:
        secrets.pop(arn)
        del _deletions(world, call)[arn]


@handles("secretsmanager", "RestoreSecret")
def restore_secret(world: World, call: Call) -> Any:
    secret = _secret(call)
    if secret is not None:
        _deletions(world, call).pop(secret.arn, None)
    return call.forward()


@handles("secretsmanager", "ListSecretVersionIds")
def list_secret_version_ids(world: World, call: Call) -> Any:
    """When each version was made; moto says that all have been made just now."""
    secret = _secret(call)
    if secret is None:
        return call.forward()
    versions = [
        {"VersionId": version, "VersionStages": one["version_stages"], "CreatedDate": moment(one["createdate"])}
        for version, one in secret.versions.items()
        if one["version_stages"] or call.params.get("IncludeDeprecated")
    ]
    return {"ARN": secret.arn, "Name": secret.name, "Versions": versions}
