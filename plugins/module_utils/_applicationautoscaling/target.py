# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A scalable target: within which bounds the autoscaler may move a resource's capacity.

Any RegisterScalableTarget makes the autoscaler move the capacity into the bounds, even a call that changes nothing.
So there is none unless something differs.
"""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags, wait
from ..aws import error_code, error_message
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known
from ..shape import changed_keys, overlay, prune, snake
from . import api
from .suspension import TAG, remembered
from .target_fields import API_NAMES, View, suspended_state, suspension_parameters

# A service that was made a moment ago may not be visible to the autoscaler yet.
SERVICE_VISIBLE_SECONDS = 60

OPTIONS = ("min_capacity", "max_capacity", "suspended_state")


def target_of(module: AnsibleAWSModule) -> api.Target:
    return {
        "ServiceNamespace": module.params["service_namespace"],
        "ResourceId": module.params["resource_id"],
        "ScalableDimension": module.params["scalable_dimension"],
    }


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("application-autoscaling")
    target = target_of(module)
    current = api.describe_scalable_target(client, target) if is_known(target["ResourceId"]) else None
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, target, current)
    if current is None:
        return _register_new(module, client, target, clock)
    return _update(module, client, target, current)


def _view(target: dict[str, t.Any], target_tags: tags.Tags) -> View:
    return {
        "resource_id": target["ResourceId"],
        "min_capacity": target["MinCapacity"],
        "max_capacity": target["MaxCapacity"],
        "suspended_state": suspended_state(target),
        "tags": target_tags,
    }


def _parameters(fields: View) -> dict[str, t.Any]:
    parameters = {API_NAMES[name]: fields[name] for name in ("min_capacity", "max_capacity") if name in fields}
    if "suspended_state" in fields:
        parameters |= suspension_parameters(fields["suspended_state"])
    return parameters


def _register_new(module: AnsibleAWSModule, client: t.Any, target: api.Target, clock: wait.Clock) -> Outcome:
    wanted = prune({option: module.params[option] for option in OPTIONS})
    missing = [option for option in ("min_capacity", "max_capacity") if option not in wanted]
    if missing:
        raise GatewayError(f"{target['ResourceId']} is not a scalable target yet: {' and '.join(missing)} needed")
    new_tags = tags.change({}, module.params["tags"], False).final
    after = {"resource_id": target["ResourceId"], **wanted, "tags": new_tags}
    if module.check_mode:
        return Outcome({"scalable_target": {**after, "scalable_target_arn": KNOWN_AFTER_APPLY}}, None, after)
    parameters = {**_parameters(wanted), **({"Tags": new_tags} if new_tags else {})}
    wait.keep_trying(
        lambda: _register(client, target, parameters),
        _is_not_visible_yet,
        what=f"{target['ResourceId']} to be visible to the autoscaler",
        timeout=SERVICE_VISIBLE_SECONDS,
        clock=clock,
    )
    return Outcome({"scalable_target": _read(client, target, new_tags)}, None, after)


def _register(client: t.Any, target: api.Target, parameters: dict[str, t.Any]) -> None:
    """AWS takes tags the first time only: its refusal means that a try has registered it whose answer was lost."""
    try:
        api.register_scalable_target(client, target, parameters)
    except AnsibleAWSError as error:
        if "Tags can only be specified" not in error_message(error):
            raise


def _is_not_visible_yet(error: Exception) -> bool:
    return error_code(error) == "ValidationException" and "ECS service doesn't exist" in error_message(error)


def _update(module: AnsibleAWSModule, client: t.Any, target: api.Target, current: dict[str, t.Any]) -> Outcome:
    arn = current.get("ScalableTargetARN")
    before = _view(current, api.list_tags(client, arn) if arn else {})
    retagging = tags.change(before["tags"], module.params["tags"] if arn else None, module.params["purge_tags"])
    wanted = prune({option: module.params[option] for option in OPTIONS})
    if TAG in retagging.removed:
        # A run that suspended it for a while never came to its end.
        wanted["suspended_state"] = {**t.cast(View, remembered(before["tags"])), **wanted.get("suspended_state", {})}
    after = {**overlay(before, wanted), "tags": retagging.final}
    changed = [key for key in changed_keys(before, after) if key != "tags"]
    if module.check_mode:
        return Outcome({"scalable_target": {**snake(current), **after}}, before, after)
    if changed:
        api.register_scalable_target(client, target, _parameters({key: after[key] for key in changed}))
    tags.apply(
        retagging,
        lambda added: api.tag_resource(client, str(arn), added),
        lambda keys: api.untag_resource(client, str(arn), keys),
    )
    return Outcome({"scalable_target": {**snake(current), **after}}, before, after)


def _read(client: t.Any, target: api.Target, target_tags: tags.Tags) -> dict[str, t.Any]:
    current = api.describe_scalable_target(client, target)
    return {**snake(current or {}), "tags": target_tags}


def _ensure_absent(
    module: AnsibleAWSModule, client: t.Any, target: api.Target, current: dict[str, t.Any] | None
) -> Outcome:
    if current is None:
        return Outcome({"scalable_target": None})
    if not module.check_mode:
        api.deregister_scalable_target(client, target)
    return Outcome({"scalable_target": None}, _view(current, {}), None)
