# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""From the result of a task to the change of a resource."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from . import own, stock
from .change import ADD, CHANGE, DESTROY, Change
from .difference import difference
from .kind import Kind, Seen
from .known import Known

OWN = "portkey.gateway."
_STOCK = ("amazon.aws.", "community.aws.")

# Options that say how to work, where to, or which resource: not what it is like.
_MANNERS = frozenset(
    {
        "access_key",
        "aws_access_key",
        "aws_ca_bundle",
        "aws_config",
        "aws_secret_key",
        "debug_botocore_endpoint_logs",
        "endpoint_url",
        "force_delete",
        "if_exist_do_not_create",
        "lookup",
        "name",
        "profile",
        "region",
        "secret_key",
        "session_token",
        "state",
        "validate_certs",
        "wait",
        "wait_timeout",
    }
)


def kind_of(module: str) -> Kind | None:
    """What the module manages, or None when that is no resource of AWS."""
    short = module.rpartition(".")[2]
    if short.endswith("_info") or not module.startswith((OWN, *_STOCK)):
        return None
    if module.startswith(OWN):
        return None if short in own.NO_RESOURCE else own.KINDS.get(short, own.OTHER)
    return stock.KINDS.get(module, stock.OTHER)


def read(seen: Seen, kind: Kind, known: Known) -> Change:
    """The change that a task made or, in check mode, would make."""
    is_hidden = seen.no_log
    states = None if is_hidden else kind.states(seen, known)
    effects = kind.effects(seen, states)
    facts = {} if is_hidden else {option: seen.args[option] for option in kind.facts if option in seen.args}
    fields = difference(*states) if states and not seen.is_removal else []
    return Change(
        type=seen.short_name,
        name=kind.name(seen, known) or seen.task,
        action=_action(seen, None if is_hidden else kind.existed(seen)),
        task=seen.task,
        fields=fields,
        facts=[] if seen.is_removal else difference(None, facts),
        managed=[] if fields or seen.is_removal else managed(seen.args),
        restarts=effects.restarts,
        replaces=effects.replaces,
        failed=seen.failed,
        identity=kind.identity(seen),
        parents=kind.parents(seen),
    )


def _action(seen: Seen, existed: bool | None) -> str | None:
    if seen.is_removal:
        return DESTROY
    if existed is None:
        # How far a failed task had come, nobody knows.
        return CHANGE if seen.failed else None
    return CHANGE if existed else ADD


def managed(args: Mapping[str, t.Any]) -> list[str]:
    """The options by which a task says what a resource is like."""
    return sorted(
        option
        for option, value in args.items()
        if value is not None and option not in _MANNERS and not option.startswith(("_ansible", "purge_"))
    )
