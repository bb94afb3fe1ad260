# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the module stack_lock does."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module import GatewayError, Outcome
from . import entry, keeper, protocol
from .entry import HELD, Seen
from .holder import describe, is_alive, started
from .s3 import S3Store
from .ssm import SsmStore
from .store import Store


def ensure(module: AnsibleAWSModule) -> Outcome:
    if module.params["state"] == HELD:
        return _hold(module)
    return _give_back(module)


def _store(module: AnsibleAWSModule) -> Store:
    name, bucket = module.params["name"], module.params["bucket"]
    if bucket:
        return S3Store(module.client("s3"), bucket, name)
    return SsmStore(module.client("ssm"), name, module.params["tags"])


def _hold(module: AnsibleAWSModule) -> Outcome:
    params = module.params
    if params["pid"] is None:
        raise GatewayError("The action plugin of this module tells it the process of the run; without one, set pid.")
    store, pid, lifetime = _store(module), params["pid"], params["lifetime"]
    if module.check_mode:
        return _would_hold(store)
    taken = protocol.acquire(store, describe(pid, params["job"]), lifetime, params["wait_timeout"], params["advice"])
    claim = taken.value["claim"]
    began = started(pid)
    keeper.start(lambda: _store(module), claim, lifetime, lambda: is_alive(pid, began))
    return Outcome(
        {
            "claim": claim,
            "holder": _public(Seen(taken.value, None, 0)),
            "previous": _public(taken.previous) if taken.previous else None,
            "waited": taken.waited,
        },
        changed=True,
    )


def _would_hold(store: Store) -> Outcome:
    seen = store.read()
    held = seen if seen and not protocol.may_take(seen) else None
    return Outcome({"claim": None, "holder": _public(held) if held else None, "previous": None}, changed=held is None)


def _give_back(module: AnsibleAWSModule) -> Outcome:
    params = module.params
    if params["claim"] is None and not params["force"]:
        raise GatewayError("Only who holds the lock gives it back: set claim, or force to break somebody else's.")
    store, claim, remove = _store(module), params["claim"], params["state"] == "absent"
    if module.check_mode:
        seen = store.read()
        done = seen is not None and (remove or not seen.is_free)
    else:
        seen, done = protocol.release(store, None if params["force"] else claim, remove)
    lost = claim is not None and not (seen and (seen.is_of(claim) or seen.is_free))
    if lost:
        module.warn(_overlap(seen))
    previous = _public(seen) if seen and not seen.is_free else None
    return Outcome({"claim": None, "holder": None, "previous": previous, "lost": lost}, changed=done)


def _overlap(seen: Seen | None) -> str:
    whose = f"now {entry.sentence(seen)}" if seen else "now it is gone"
    return (
        "The stack's lock was lost while this run was at work, and another may have changed the stack meanwhile: "
        f"{whose}."
    )


def _public(seen: Seen) -> dict[str, t.Any]:
    return entry.holder(seen)
