# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Autoscaling suspended for a while, and afterwards as it was before.

What was before is kept in a tag of the target, so that whoever comes after a run that was killed can still put it back.
"""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module import Outcome, is_known
from . import api
from .target_fields import SUSPENSIONS, View, suspended_state, suspension_parameters

# Its value names what was suspended already, or says that nothing was.
TAG = "portkey.gateway:suspended-before"
_NOTHING = "nothing"


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Of several targets at once. One that is not registered has nothing to suspend."""
    client = module.client("application-autoscaling")
    known = [name for name in module.params["resource_ids"] if is_known(name)]
    found = api.describe_scalable_targets(client, module.params["service_namespace"], known) if known else []
    step = _suspend if module.params["state"] == "suspended" else _resume
    before, after = {}, {}
    for target in found:
        name = target["ResourceId"]
        before[name] = suspended_state(target)
        after[name] = step(client, target, module.check_mode)
    states = {name: {"suspended_state": state} for name, state in after.items()}
    return Outcome({"scalable_targets": states}, before, after)


def remembered(tags: t.Mapping[str, str]) -> View | None:
    """What was suspended before, if it is suspended only for a while."""
    if TAG not in tags:
        return None
    return {name: name in tags[TAG].split() for name in SUSPENSIONS}


def _suspend(client: t.Any, target: api.Resource, check_mode: bool) -> View:
    before = suspended_state(target)
    if not all(before.values()) and not check_mode:
        arn = target.get("ScalableTargetARN")
        # First the note: a run that dies between the two leaves nothing that could not be put right.
        if arn and TAG not in api.list_tags(client, arn):
            api.tag_resource(client, arn, {TAG: " ".join(name for name in before if before[name]) or _NOTHING})
        _set(client, target, dict.fromkeys(before, True))
    return dict.fromkeys(before, True)


def _resume(client: t.Any, target: api.Resource, check_mode: bool) -> View:
    before, arn = suspended_state(target), target.get("ScalableTargetARN")
    wanted = remembered(api.list_tags(client, arn)) if arn else dict.fromkeys(before, False)
    if wanted is None:
        return before
    if not check_mode:
        if wanted != before:
            _set(client, target, wanted)
        if arn:
            api.untag_resource(client, arn, [TAG])
    return wanted


def _set(client: t.Any, target: api.Resource, state: View) -> None:
    names = {key: target[key] for key in ("ServiceNamespace", "ResourceId", "ScalableDimension")}
    api.register_scalable_target(client, names, suspension_parameters(state))
