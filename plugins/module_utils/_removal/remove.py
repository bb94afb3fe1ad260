# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Removes what the audit found, side by side where AWS allows it, each thing after those that need it."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from concurrent import futures

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .. import wait
from .._audit.audit import find, stack_of
from .._audit.options import KEEPABLE
from .._audit.resource import Resource
from .._preflight.connection import Connection
from ..module import BOTO_ERRORS, GatewayError, Outcome
from . import balancing, caches, containers, edge, identity, instances, network, observability, stores
from .work import Removal, Work

REMOVALS: dict[str, Removal] = {
    **containers.REMOVALS,
    **balancing.REMOVALS,
    **edge.REMOVALS,
    **caches.REMOVALS,
    **instances.REMOVALS,
    **network.REMOVALS,
    **observability.REMOVALS,
    **identity.REMOVALS,
    **stores.REMOVALS,
}
_THREADS = 16


def ensure_absent(module: t.Any, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    connection = Connection(module)
    params = module.params
    found = find(connection, stack_of(params, connection.region))
    coming = [one for one in found if _goes(one, params)]
    if not module.check_mode:
        work = Work(
            client=connection.client,
            clock=clock,
            timeout=params["wait_timeout"],
            removed_ids=frozenset(one.id for one in found if one.is_owned),
            recovery_days=params["secret_recovery_days"],
        )
        run(work, coming)
    removed = [{"kind": one.kind, "name": one.name, "id": one.id} for one in coming]
    before: dict[str, list[str]] = {}
    for one in coming:
        before.setdefault(one.kind, []).append(one.name)
    return Outcome({"removed": removed}, before, {}, changed=bool(removed))


def _goes(resource: Resource, params: Mapping[str, t.Any]) -> bool:
    if not resource.is_owned or resource.kind not in REMOVALS:
        return False
    if params["kinds"] is not None and resource.kind not in params["kinds"]:
        return False
    if params.get("only") is not None and resource.name not in params["only"]:
        return False
    if resource.kind in KEEPABLE and resource.is_leaving and params["secret_recovery_days"]:
        return False
    return resource.kind not in params["keep"]


def run(work: Work, resources: list[Resource]) -> None:
    """Begin each removal as soon as nothing that comes before it is left. One that fails holds up only what follows."""
    waiting = list(resources)
    running: dict[futures.Future[None], Resource] = {}
    failed: dict[Resource, BaseException] = {}
    with futures.ThreadPoolExecutor(max_workers=_THREADS) as pool:
        while True:
            left = {one.kind for one in (*waiting, *running.values(), *failed)}
            ready = [one for one in waiting if not left & set(REMOVALS[one.kind].after)]
            for one in ready:
                waiting.remove(one)
                running[pool.submit(REMOVALS[one.kind].act, work, one)] = one
            if not running:
                break
            done, _unused = futures.wait(running, return_when=futures.FIRST_COMPLETED)
            for future in done:
                resource = running.pop(future)
                error = future.exception()
                if error is not None:
                    failed[resource] = error
    if failed:
        raise _failure(failed, waiting)


def _failure(failed: dict[Resource, BaseException], waiting: list[Resource]) -> BaseException:
    for error in failed.values():
        if not isinstance(error, (GatewayError, AnsibleAWSError, *BOTO_ERRORS)):
            return error
    said = "\n".join(f"- {resource}: {error}" for resource, error in failed.items())
    after = f"\nLeft because of that: {', '.join(str(one) for one in waiting)}." if waiting else ""
    return GatewayError(
        f"Not everything could be removed. Put it right and run again, which passes over what is gone.\n{said}{after}",
        failures=[{**one.view(), "tags": dict(one.tags), "reason": str(error)} for one, error in failed.items()],
        left=[one.view() for one in waiting],
        last_states={str(one): getattr(error, "last_state", None) for one, error in failed.items()},
    )
