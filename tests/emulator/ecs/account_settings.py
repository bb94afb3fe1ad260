"""PutAccountSetting and its like."""

from __future__ import annotations

from typing import Any

from moto.iam.models import iam_backends

from ..registry import Call, handles
from ..services.sts import USER
from ..world import World
from . import errors
from .settings import AWS_MANAGED, SETTINGS, check
from .state import ecs_for, page


def _describe(name: str, value: str, principal: str) -> dict[str, Any]:
    kind = "aws_managed" if name in AWS_MANAGED else "user"
    return {"name": name, "value": value, "principalArn": principal, "type": kind}


@handles("ecs", "PutAccountSettingDefault")
def put_default(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    name, value = call.params["name"], call.params["value"]
    ecs.settings.put(ecs.root, name, value, world.now)
    return {"setting": _describe(name, value, ecs.root)}


@handles("ecs", "PutAccountSetting")
def put(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    name, value = call.params["name"], call.params["value"]
    principal = call.params.get("principalArn") or caller_arn(call)
    ecs.settings.put(principal, name, value, world.now)
    return {"setting": _describe(name, value, principal)}


@handles("ecs", "DeleteAccountSetting")
def delete(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    name = call.params["name"]
    principal = call.params.get("principalArn") or caller_arn(call)
    value = ecs.settings.effective([principal, ecs.root], name).value if name in SETTINGS else ""
    check(name, value)
    ecs.settings.delete(principal, name)
    return {"setting": _describe(name, value, principal)}


@handles("ecs", "ListAccountSettings")
def list_settings(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = call.params
    principal = params.get("principalArn") or caller_arn(call)
    if params.get("name") and params["name"] not in SETTINGS:
        raise errors.invalid_parameter(f"Unknown setting: {params['name']}")
    if params.get("effectiveSettings"):
        values = {name: ecs.settings.effective([principal, ecs.root], name).value for name in SETTINGS}
    else:
        values = ecs.settings.stored(principal)
    found = [
        _describe(name, value, principal)
        for name, value in sorted(values.items())
        if params.get("name") in (None, name) and params.get("value") in (None, value)
    ]
    shown, token = page(found, params, 10)
    return {"settings": shown, "nextToken": token}


def caller_arn(call: Call) -> str:
    """The IAM identity behind the access key; a key that IAM does not know is that of the account's only user."""
    for user in iam_backends[call.account][call.partition].users.values():
        if any(key.access_key_id == call.access_key for key in user.access_keys):
            return str(user.arn)
    return f"arn:{call.partition}:iam::{call.account}:user/{USER}"
