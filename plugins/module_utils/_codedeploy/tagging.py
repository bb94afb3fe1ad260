# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Tags of applications and deployment groups, which are found by ARNs that have to be put together."""

from __future__ import annotations

import typing as t

from .. import tags
from . import api


def plan(module: t.Any, client: t.Any, kind: str, name: str) -> tuple[tags.Tags, tags.Change, str]:
    """The tags there are, their change, and the resource's ARN. Without tags in the task nothing is asked."""
    wanted = module.params["tags"]
    if wanted is None:
        return {}, tags.change({}, None, False), ""
    arn = api.arn(api.arn_start(module, client), kind, name)
    current = api.list_tags(client, arn)
    return current, tags.change(current, wanted, module.params["purge_tags"]), arn


def apply(client: t.Any, arn: str, retagging: tags.Change) -> None:
    tags.apply(
        retagging,
        lambda added: api.tag_resource(client, arn, added),
        lambda keys: api.untag_resource(client, arn, keys),
    )
