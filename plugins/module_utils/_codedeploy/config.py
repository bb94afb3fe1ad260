# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Deployment configurations: how traffic is shifted. CodeDeploy cannot change one that exists."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from ..shape import snake
from . import api

PREDEFINED = "CodeDeployDefault."
ALL_AT_ONCE, CANARY, LINEAR = "all_at_once", "canary", "linear"
_TYPES = {ALL_AT_ONCE: "AllAtOnce", CANARY: "TimeBasedCanary", LINEAR: "TimeBasedLinear"}
_FIELDS = {
    CANARY: ("timeBasedCanary", "canaryPercentage", "canaryInterval"),
    LINEAR: ("timeBasedLinear", "linearPercentage", "linearInterval"),
}

Routing = dict[str, t.Any]


def to_api(routing: Routing) -> Routing:
    kind = routing["type"]
    if kind == ALL_AT_ONCE:
        return {"type": _TYPES[kind]}
    key, percentage, interval = _FIELDS[kind]
    return {"type": _TYPES[kind], key: {percentage: routing["percentage"], interval: routing["interval"]}}


def from_api(config: dict[str, t.Any]) -> Routing:
    """The traffic routing in the options' words."""
    routing = config.get("trafficRoutingConfig") or {}
    kind = next((name for name, type_ in _TYPES.items() if type_ == routing.get("type")), None)
    if kind in _FIELDS:
        key, percentage, interval = _FIELDS[kind]
        return {"type": kind, "percentage": routing[key][percentage], "interval": routing[key][interval]}
    return {"type": kind or routing.get("type")}


def ensure(module: AnsibleAWSModule) -> Outcome:
    client = module.client("codedeploy")
    name = module.params["name"]
    if name.startswith(PREDEFINED):
        raise GatewayError(f"{name} belongs to AWS: it is used as it is, and no name may begin with {PREDEFINED}")
    current = api.get_config(client, name)
    before = {"name": name, **from_api(current)} if current else None
    if module.params["state"] == "absent":
        if current is not None and not module.check_mode:
            api.delete_config(client, name)
        return Outcome({"deployment_config": None}, before, None)
    wanted = _wanted(module)
    after = {"name": name, **wanted}
    if current is not None:
        if before != after:
            raise GatewayError(
                f"Deployment configuration {name} has {from_api(current)}, and CodeDeploy cannot change it to "
                f"{wanted}. Give the new one another name."
            )
        return Outcome({"deployment_config": shown(current)}, before, after)
    config_id = KNOWN_AFTER_APPLY if module.check_mode else api.create_config(client, name, to_api(wanted))
    made = {"deployment_config_name": name, "deployment_config_id": config_id, "routing": wanted}
    return Outcome({"deployment_config": made}, None, after)


def _wanted(module: AnsibleAWSModule) -> Routing:
    params = module.params
    if params["type"] == ALL_AT_ONCE:
        return {"type": ALL_AT_ONCE}
    return {"type": params["type"], "percentage": params["percentage"], "interval": params["interval"]}


def shown(config: dict[str, t.Any]) -> dict[str, t.Any]:
    return {**snake(config), "routing": from_api(config)}


def info(module: AnsibleAWSModule) -> Outcome:
    """Those of the names that are asked for. Only those of the ECS platform have a traffic routing for it."""
    client = module.client("codedeploy")
    prefix, pattern = module.params["prefix"], re.compile(module.params["pattern"])
    names = [module.params["name"]] if module.params["name"] else api.list_configs(client)
    configs = (api.get_config(client, name) for name in names if name.startswith(prefix) and pattern.fullmatch(name))
    found = [config for config in configs if config and config.get("computePlatform") == "ECS"]
    return Outcome({"deployment_configs": [shown(config) for config in found]}, changed=False)
