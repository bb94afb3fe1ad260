# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A capacity provider on an Auto Scaling group."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags, wait
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known
from ..shape import camel, changed_keys, overlay, prune, snake
from . import api_cluster as api
from .errors import is_busy

OPTIONS = ("auto_scaling_group_arn", "managed_scaling", "managed_termination_protection", "managed_draining")
# The module takes these in Ansible's usual lower case; the API's values are the same in upper case.
SWITCHES = ("status", "managed_termination_protection", "managed_draining")

View = dict[str, t.Any]


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("ecs")
    current = _find(client, module.params["name"])
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, current, clock)
    if current is None:
        return _create(module, client)
    return _update(module, client, current, clock)


def _find(client: t.Any, name: str) -> dict[str, t.Any] | None:
    """The provider, unless it is gone: AWS goes on describing deleted ones as INACTIVE for a while."""
    provider = api.describe_capacity_provider(client, name)
    if provider is None or provider["status"] == "INACTIVE" or provider.get("updateStatus") == "DELETE_COMPLETE":
        return None
    return provider


def _switched(value: t.Any, case: t.Callable[[str], str]) -> t.Any:
    """The same structure with its switches in the given case."""
    if not isinstance(value, dict):
        return value
    return {key: case(inner) if key in SWITCHES else _switched(inner, case) for key, inner in value.items()}


def _view(provider: dict[str, t.Any]) -> View:
    group = _switched(snake(provider.get("autoScalingGroupProvider", {})), str.lower)
    return {
        "name": provider["name"],
        **{option: group[option] for option in OPTIONS if option in group},
        "tags": tags.from_list(provider.get("tags")),
    }


def _desired(module: AnsibleAWSModule) -> View:
    return prune({"name": module.params["name"], **{option: module.params[option] for option in OPTIONS}})


def _group_provider(fields: View) -> dict[str, t.Any]:
    return camel(_switched({option: fields[option] for option in OPTIONS if option in fields}, str.upper))


def _create(module: AnsibleAWSModule, client: t.Any) -> Outcome:
    wanted = _desired(module)
    if "auto_scaling_group_arn" not in wanted:
        raise GatewayError(f"Capacity provider {wanted['name']} does not exist: auto_scaling_group_arn is needed")
    new_tags = tags.change({}, module.params["tags"], False).final
    after = {**wanted, "tags": new_tags}
    if module.check_mode:
        shown = {"name": wanted["name"], "capacity_provider_arn": KNOWN_AFTER_APPLY, "tags": new_tags}
        return Outcome({"capacity_provider": shown}, None, after)
    provider = api.create_capacity_provider(client, wanted["name"], _group_provider(wanted), new_tags)
    return Outcome({"capacity_provider": _result(provider)}, None, after)


def _update(module: AnsibleAWSModule, client: t.Any, current: dict[str, t.Any], clock: wait.Clock) -> Outcome:
    before = _view(current)
    wanted = _desired(module)
    _refuse_another_group(before, wanted)
    retagging = tags.change(before["tags"], module.params["tags"], module.params["purge_tags"])
    after = {**overlay(before, wanted), "tags": retagging.final}
    changed = [key for key in changed_keys(before, after) if key != "tags"]
    if not module.check_mode:
        if changed:
            current = {**current, **_apply(module, client, {key: after[key] for key in changed}, clock)}
        arn = current["capacityProviderArn"]
        tags.apply(
            retagging,
            lambda added: api.tag_resource(client, arn, added),
            lambda keys: api.untag_resource(client, arn, keys),
        )
    return Outcome({"capacity_provider": {**_result(current), "tags": retagging.final}}, before, after)


def _refuse_another_group(before: View, wanted: View) -> None:
    was, wants = before.get("auto_scaling_group_arn"), wanted.get("auto_scaling_group_arn")
    if wants is not None and is_known(wants) and wants != was:
        raise GatewayError(
            f"Capacity provider {before['name']} belongs to {was}, and ECS cannot move it to {wants}. "
            "Remove it (state: absent) or choose another name."
        )


def _apply(module: AnsibleAWSModule, client: t.Any, fields: View, clock: wait.Clock) -> dict[str, t.Any]:
    return wait.keep_trying(
        lambda: api.update_capacity_provider(client, module.params["name"], _group_provider(fields)),
        is_busy,
        what=f"the running update of capacity provider {module.params['name']}",
        timeout=module.params["wait_timeout"],
        clock=clock,
    )


def _ensure_absent(
    module: AnsibleAWSModule, client: t.Any, current: dict[str, t.Any] | None, clock: wait.Clock
) -> Outcome:
    name = module.params["name"]
    if current is None:
        return Outcome({"capacity_provider": None})
    if not module.check_mode:
        leaving = current.get("updateStatus") == "DELETE_IN_PROGRESS"
        delete(client, name, leaving, module.params["wait_timeout"], clock, module.params["wait"])
    return Outcome({"capacity_provider": None}, _view(current), None)


def delete(client: t.Any, name: str, leaving: bool, timeout: float, clock: wait.Clock, until_gone: bool = True) -> None:
    """``leaving``: ECS is deleting it already."""
    if not leaving:
        wait.keep_trying(
            lambda: api.delete_capacity_provider(client, name),
            is_busy,
            what=f"the running update of capacity provider {name}",
            timeout=timeout,
            clock=clock,
        )
    if until_gone:
        _wait_until_gone(client, name, timeout, clock)


def _wait_until_gone(client: t.Any, name: str, timeout: float, clock: wait.Clock) -> None:
    def gone(provider: dict[str, t.Any] | None) -> bool:
        if provider and provider.get("updateStatus") == "DELETE_FAILED":
            reason = provider.get("updateStatusReason", "no reason given")
            raise wait.WaitFailed(f"Capacity provider {name} could not be deleted: {reason}")
        return provider is None

    wait.poll(
        lambda: _find(client, name),
        gone,
        what=f"capacity provider {name} to be deleted",
        timeout=timeout,
        clock=clock,
        show=lambda provider: provider and provider.get("updateStatus"),
    )


def _result(provider: dict[str, t.Any]) -> dict[str, t.Any]:
    return {**snake(provider), "tags": tags.from_list(provider.get("tags"))}
