# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The account's default for a setting of ECS, which every principal without a setting of its own follows."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module import Outcome
from ..shape import snake
from . import api_cluster as api


def ensure(module: AnsibleAWSModule) -> Outcome:
    client = module.client("ecs")
    name, value = module.params["name"], module.params["value"]
    setting = _account_default(client, name)
    before = {"name": name, "value": setting.get("value")}
    after = {"name": name, "value": value}
    if before != after:
        setting = {**setting, **after} if module.check_mode else api.put_account_setting_default(client, name, value)
    return Outcome({"setting": snake(setting)}, before, after)


def _account_default(client: t.Any, name: str) -> dict[str, t.Any]:
    """The root's setting is the account's default. The caller may have one of its own, which says nothing of it."""
    setting = api.list_account_setting(client, name) or {}
    account, _separator, principal = setting.get("principalArn", "").rpartition(":")
    if not account or principal == "root":
        return setting
    return api.list_account_setting(client, name, f"{account}:root") or {}
