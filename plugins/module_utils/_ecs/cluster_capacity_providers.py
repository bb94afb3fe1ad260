# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Which capacity providers a cluster may use, and how it spreads tasks over them unless a service says otherwise."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import wait
from ..aws import error_code
from ..module import GatewayError, Outcome
from ..shape import camel, prune, snake
from . import api_cluster as api
from .cluster import find, result
from .errors import is_busy

IN_USE = "ResourceInUseException"
ITEM_DEFAULTS = {"weight": 0, "base": 0}

View = dict[str, t.Any]


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("ecs")
    name = module.params["cluster"]
    cluster = find(client, name)
    if cluster is None and not module.check_mode:
        raise GatewayError(f"Cluster {name} does not exist")
    before = _view(cluster or {})
    after = _desired(module, before)
    if module.check_mode:
        shown = {**(result(cluster) if cluster else {"cluster_name": name}), **after}
        return Outcome({"cluster": shown, "in_use": False}, before, after)
    in_use = False
    if before != after:
        answered = _put(module, client, after, clock)
        in_use = answered is None
        cluster, after = (cluster, before) if answered is None else (answered, after)
    if module.params["wait"]:
        cluster = _wait_for_attachments(client, name, module.params["wait_timeout"], clock)
    return Outcome({"cluster": result(cluster or {}), "in_use": in_use}, before, after)


def _view(cluster: dict[str, t.Any]) -> View:
    return {
        "capacity_providers": sorted(cluster.get("capacityProviders", [])),
        "default_capacity_provider_strategy": _sorted(snake(cluster).get("default_capacity_provider_strategy", [])),
    }


def _sorted(strategy: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """The order says nothing, and weight and base are 0 where they are not given."""
    return sorted(({**ITEM_DEFAULTS, **item} for item in strategy), key=lambda item: item["capacity_provider"])


def _desired(module: AnsibleAWSModule, before: View) -> View:
    providers = set(module.params["capacity_providers"])
    if not module.params["purge"]:
        providers |= set(before["capacity_providers"])
    strategy = prune(module.params["default_capacity_provider_strategy"])
    if strategy is None:
        strategy = [
            item for item in before["default_capacity_provider_strategy"] if item["capacity_provider"] in providers
        ]
    return {"capacity_providers": sorted(providers), "default_capacity_provider_strategy": _sorted(strategy)}


def _put(module: AnsibleAWSModule, client: t.Any, after: View, clock: wait.Clock) -> dict[str, t.Any] | None:
    """What ECS answers; nothing where tasks use a provider to the end, and it may stay."""
    name, keeps = module.params["cluster"], module.params["keep_in_use"]
    last = ""

    def may_pass(error: Exception) -> bool:
        nonlocal last
        last = error_code(error)
        return is_busy(error) or last == "ClusterNotFoundException" or (keeps and last == IN_USE)

    try:
        return wait.keep_trying(
            lambda: api.put_cluster_capacity_providers(
                client, name, after["capacity_providers"], camel(after["default_capacity_provider_strategy"])
            ),
            may_pass,
            what=f"the running update of cluster {name}",
            timeout=module.params["wait_timeout"],
            clock=clock,
        )
    except wait.WaitTimedOut:
        if last == IN_USE:
            return None
        raise


def _wait_for_attachments(client: t.Any, name: str, timeout: float, clock: wait.Clock) -> dict[str, t.Any] | None:
    """ECS attaches providers in the background and says so in the cluster's attachments."""

    def attached(cluster: dict[str, t.Any] | None) -> bool:
        status = (cluster or {}).get("attachmentsStatus")
        if status == "UPDATE_FAILED":
            raise wait.WaitFailed(
                f"ECS could not attach the capacity providers of cluster {name}",
                attachments=snake(cluster or {}).get("attachments", []),
            )
        return status != "UPDATE_IN_PROGRESS"

    return wait.poll(
        lambda: find(client, name),
        attached,
        what=f"cluster {name} to attach its capacity providers",
        timeout=timeout,
        clock=clock,
        show=lambda cluster: (cluster or {}).get("attachmentsStatus"),
    )
