# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How much of the configuration a playbook needs: all of it to deploy, only the names to stop or remove a stack.

What it takes to deploy at all is told to people who are not allowed anything yet, so without asking the account.

Whoever removes a stack must be able to do so with a certificate that is gone or a bucket that nobody may see any more.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping

from . import codedeploy, hooks, names, services
from .faults import Fault
from .place import Place
from .rulebook import is_faulted
from .stack import lock, stack_names, stack_tags

STACK, NAMES, PERMISSIONS = "stack", "names", "permissions"

# From these alone follow the names, the tags and the place of everything; and the others say how to stop or remove it.
_NEEDED = (
    "project_name",
    "environment",
    "aws_region",
    "aws_connection",
    "create_cluster",
    "cluster_name",
    "capacity_provider_name",
    "tags",
    "scale_services",
    "scale_force",
    "scale_wait_timeout",
    "uninstall_confirm",
    "uninstall_delete_secrets",
    "uninstall_secret_recovery_days",
    "uninstall_delete_logs",
    "uninstall_delete_buckets",
    "uninstall_wait_timeout",
    "lock",
    "lock_bucket",
    "lock_wait",
    "lock_lifetime",
)


def needed_faults(faults: Iterable[Fault], scope: str) -> list[Fault]:
    """Those that matter."""
    if scope != NAMES:
        return list(faults)
    return [one for one in faults if any(is_faulted(path, [one]) for path in _NEEDED)]


def build(
    scope: str, config: Mapping[str, t.Any], account: Mapping[str, t.Any], made: Mapping[str, bool]
) -> dict[str, t.Any]:
    """The fact ``preflight_stack`` for ``scope``. ``made`` says which secrets a run would make."""
    built = _names(config, account)
    return {**built, **_features(built, made)} if scope == PERMISSIONS else built


def _features(built: Mapping[str, t.Any], made: Mapping[str, bool]) -> dict[str, t.Any]:
    """What decides on the permissions that it takes."""
    config, stack = built["config"], built["names"]
    place = Place(built["partition"], built["region"], built["account_id"])
    lifecycle_hook = hooks.plan(config, stack, place)
    return {
        "secrets": {name: {"managed": is_made} for name, is_made in made.items()},
        "lifecycle_hook": lifecycle_hook,
        "codedeploy": codedeploy.plan(config, stack, lifecycle_hook["hooks"]),
        "services": services.service_definitions(config, stack, place, lifecycle_hook["hooks"]),
    }


def _names(config: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What of the fact ``preflight_stack`` follows from the names."""
    return {
        "config": dict(config),
        "id": names.stack_id(config["project_name"], config["environment"]),
        "account_id": account["account_id"],
        "partition": account["partition"],
        "region": config["aws_region"],
        "dns_suffix": account["dns_suffix"],
        "names": stack_names(config),
        "tags": stack_tags(config),
        "lock": lock(config, stack_names(config), account),
    }
