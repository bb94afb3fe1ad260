"""Who is calling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from ..registry import Call, handles

if TYPE_CHECKING:
    from ..world import World

USER = "emulator"


@handles("sts", "GetCallerIdentity")
def get_caller_identity(world: World, call: Call) -> Any:
    """A role's session or a user that moto knows by the access key; else the account's only user."""
    backend: Any = iam_backends[call.account][call.partition]
    known = any(key.access_key_id == call.access_key for user in backend.users.values() for key in user.access_keys)
    if known or call.access_key.startswith("ASIA"):
        return call.forward()
    return {
        "UserId": "AIDAEMULATOREXAMPLE00",
        "Account": call.account,
        "Arn": f"arn:{call.partition}:iam::{call.account}:user/{USER}",
    }
