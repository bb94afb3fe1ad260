# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The desired Auto Scaling group, compared with the one that AWS has."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable, Mapping

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .. import tags
from ..api import call
from ..aws import error_code, error_message
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from ..shape import changed_keys
from ..wait import SYSTEM_CLOCK, Clock, keep_trying
from . import refresh
from .group import (
    BACKOFF,
    Found,
    existing,
    find,
    once_profile_is_visible,
    release_instances,
    tag_items,
    wait_until_empty,
    wait_until_gone,
    wait_until_in_service,
)

_SETTINGS = {
    "min_size": "MinSize",
    "max_size": "MaxSize",
    "desired_capacity": "DesiredCapacity",
    "health_check_type": "HealthCheckType",
    "health_check_grace_period": "HealthCheckGracePeriod",
    "new_instances_protected_from_scale_in": "NewInstancesProtectedFromScaleIn",
}
_NEEDED = ("launch_template", "min_size", "max_size", "subnets")


@dataclasses.dataclass(frozen=True)
class Aws:
    """The clients. EC2's is made only when it is needed."""

    autoscaling: t.Any
    ec2: Callable[[], t.Any]
    clock: Clock = SYSTEM_CLOCK


def ensure(module: t.Any) -> Outcome:
    aws = Aws(module.client("autoscaling"), lambda: module.client("ec2"))
    ensure_state = ensure_present if module.params["state"] == "present" else ensure_absent
    return ensure_state(aws, module.params, module.check_mode)


def desired(params: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the user asks for, in the shape of ``Found.view``; unset options are missing."""
    wanted = {key: params[key] for key in (*_SETTINGS, "launch_template")}
    wanted["subnets"] = None if params["subnets"] is None else sorted(params["subnets"])
    return {key: value for key, value in wanted.items() if value is not None}


def ensure_present(aws: Aws, params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    name = params["name"]
    wanted = desired(params)
    found = find(aws.autoscaling, name)
    if found is not None and found.is_being_deleted:
        # Its name is free only when it is gone.
        if not check_mode:
            wait_until_gone(aws.autoscaling, name, params["wait_timeout"], aws.clock)
        found = None
    outcome = (
        _create(aws, wanted, params, check_mode) if found is None else _update(aws, found, wanted, params, check_mode)
    )
    if params["wait"] and not check_mode:
        found = wait_until_in_service(aws.autoscaling, name, params["wait_timeout"], aws.clock)
        outcome.result["auto_scaling_group"] = found.result()
    return outcome


def _create(aws: Aws, wanted: Mapping[str, t.Any], params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    name = params["name"]
    missing = [key for key in _NEEDED if key not in wanted]
    if missing:
        raise GatewayError(
            f"The Auto Scaling group {name} does not exist, and cannot be created without {', '.join(missing)}."
        )
    new_tags = tags.change({}, params["tags"], True).final
    after = {"name": name, "desired_capacity": wanted["min_size"], **wanted, "tags": new_tags}
    if check_mode:
        predicted = {
            **after,
            "auto_scaling_group_name": name,
            "auto_scaling_group_arn": KNOWN_AFTER_APPLY,
            "instances": [],
        }
        return Outcome({"auto_scaling_group": predicted, "instance_refresh": None}, None, after)

    def create() -> None:
        try:
            call(
                aws.autoscaling,
                "create_auto_scaling_group",
                f"create the Auto Scaling group {name}",
                AutoScalingGroupName=name,
                Tags=tag_items(name, new_tags, params["tags_propagate_at_launch"]) or None,
                **_settings_call(wanted),
            )
        except AnsibleAWSError as error:
            # The answer to a first try was lost, and the second try met what the first had made.
            if error_code(error) != "AlreadyExists":
                raise

    once_profile_is_visible(create, name, params["wait_timeout"], aws.clock)
    return Outcome(
        {"auto_scaling_group": existing(aws.autoscaling, name).result(), "instance_refresh": None}, None, after
    )


def _settings_call(settings: Mapping[str, t.Any]) -> dict[str, t.Any]:
    parameters = {api: settings[key] for key, api in _SETTINGS.items() if key in settings}
    if "subnets" in settings:
        parameters["VPCZoneIdentifier"] = ",".join(settings["subnets"])
    if "launch_template" in settings:
        template = settings["launch_template"]
        parameters["LaunchTemplate"] = {"LaunchTemplateId": template["id"], "Version": template["version"]}
    return parameters


def _within(capacity: int, settings: Mapping[str, t.Any]) -> int:
    return max(settings["min_size"], min(capacity, settings["max_size"]))


def _update(
    aws: Aws, found: Found, wanted: Mapping[str, t.Any], params: Mapping[str, t.Any], check_mode: bool
) -> Outcome:
    before = found.view()
    after = {**before, **wanted, "tags": tags.change(found.tags, params["tags"], params["purge_tags"]).final}
    # The capacity belongs to whoever scales the group; only its limits are ours.
    after["desired_capacity"] = _within(before["desired_capacity"], after)
    propagation = _wrong_propagation(found, params)
    if propagation:
        before["tags_wrongly_propagated"], after["tags_wrongly_propagated"] = propagation, []
    replaced, running = _refresh_needed(aws, found, after["launch_template"], params)
    if replaced:
        before["outdated_instances"], after["outdated_instances"] = replaced, []
    if before == after or check_mode:
        group = {**found.result(), **{key: after[key] for key in changed_keys(before, after)}}
        return Outcome({"auto_scaling_group": group, "instance_refresh": running}, before, after)
    _apply(aws, found, before, after, params)
    if replaced:
        running = refresh.start(aws.autoscaling, params["name"], params["instance_refresh"])
    result = existing(aws.autoscaling, params["name"]).result()
    return Outcome({"auto_scaling_group": result, "instance_refresh": running}, before, after)


def _apply(
    aws: Aws, found: Found, before: Mapping[str, t.Any], after: Mapping[str, t.Any], params: Mapping[str, t.Any]
) -> None:
    name = params["name"]
    changed = [key for key in (*_SETTINGS, "launch_template", "subnets") if before[key] != after[key]]
    settings = _settings_call({key: after[key] for key in changed})
    if settings:
        once_profile_is_visible(
            lambda: call(
                aws.autoscaling,
                "update_auto_scaling_group",
                f"change the Auto Scaling group {name}",
                AutoScalingGroupName=name,
                **settings,
            ),
            name,
            params["wait_timeout"],
            aws.clock,
        )
    _write_tags(aws, found, params)


def _wrong_propagation(found: Found, params: Mapping[str, t.Any]) -> list[str]:
    """The tags that should reach new instances and do not, or the other way round."""
    propagate = params["tags_propagate_at_launch"]
    return sorted(
        tag["Key"]
        for tag in found.raw.get("Tags") or []
        if tag["Key"] in (params["tags"] or {}) and tag.get("PropagateAtLaunch", False) != propagate
    )


def _write_tags(aws: Aws, found: Found, params: Mapping[str, t.Any]) -> None:
    name, propagate = params["name"], params["tags_propagate_at_launch"]
    change = tags.change(found.tags, params["tags"], params["purge_tags"])
    added = {**{key: change.final[key] for key in _wrong_propagation(found, params)}, **change.added}
    removed = {key: found.tags[key] for key in change.removed}
    if added:
        call(aws.autoscaling, "create_or_update_tags", f"tag {name}", Tags=tag_items(name, added, propagate))
    if removed:
        call(aws.autoscaling, "delete_tags", f"remove tags of {name}", Tags=tag_items(name, removed, propagate))


def _refresh_needed(
    aws: Aws, found: Found, template: Mapping[str, str], params: Mapping[str, t.Any]
) -> tuple[list[str], dict[str, t.Any] | None]:
    """The instances that a refresh has to replace, or the refresh that is already replacing them."""
    options = params["instance_refresh"]
    if not options or not options["enabled"]:
        return [], None
    replaced = refresh.outdated(found, template, aws.ec2)
    running = refresh.at_work(aws.autoscaling, params["name"]) if replaced else None
    return ([], running) if running else (replaced, None)


def ensure_absent(aws: Aws, params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    name = params["name"]
    found = find(aws.autoscaling, name)
    if found is None:
        return Outcome({})
    started_before = found.is_being_deleted
    if not check_mode:
        if not started_before:
            _delete(aws, found, params)
        if params["wait"]:
            wait_until_gone(aws.autoscaling, name, params["wait_timeout"], aws.clock)
    return Outcome({}, None if started_before else found.view(), None)


def _delete(aws: Aws, found: Found, params: Mapping[str, t.Any]) -> None:
    name = params["name"]
    release_instances(aws.autoscaling, found)
    if not params["force_delete"] and found.raw["Instances"]:
        call(
            aws.autoscaling,
            "update_auto_scaling_group",
            f"scale the Auto Scaling group {name} to zero",
            AutoScalingGroupName=name,
            MinSize=0,
            MaxSize=0,
            DesiredCapacity=0,
        )
        wait_until_empty(aws.autoscaling, name, params["wait_timeout"], aws.clock)

    def delete() -> None:
        try:
            call(
                aws.autoscaling,
                "delete_auto_scaling_group",
                f"delete the Auto Scaling group {name}",
                AutoScalingGroupName=name,
                ForceDelete=params["force_delete"],
            )
        except AnsibleAWSError as error:
            # There is no error code of its own for one that is gone, as after a try whose answer was lost.
            if "name not found" not in error_message(error):
                raise

    def busy(error: Exception) -> bool:
        return isinstance(error, AnsibleAWSError) and error_code(error) in (
            "ScalingActivityInProgress",
            "ResourceInUse",
        )

    keep_trying(
        delete,
        busy,
        what=f"the Auto Scaling group {name} to have no activity",
        timeout=params["wait_timeout"],
        backoff=BACKOFF,
        clock=aws.clock,
    )
