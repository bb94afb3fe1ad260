# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The desired target group, compared with the one that AWS has."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterable, Mapping

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .. import tags
from ..api import call, call_unless
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from ..wait import SYSTEM_CLOCK, Backoff, Clock, keep_trying
from .common import (
    attribute_dict,
    attribute_list,
    attribute_text,
    check_name,
    differing,
    given,
    read_tags,
    refuse_changes,
    returned,
    tag_list,
    write_tags,
)

KIND = "target group"
_NOT_FOUND = ("TargetGroupNotFound",)
# Where one is, and at which port.
Target = dict[str, t.Any]
_CREATED_AS = {"target_type": "instance"}
# Changing one of these means another target group.
_FIXED = "target_type protocol protocol_version port vpc_id"
_HEALTH_CHECK = {
    "enabled": "HealthCheckEnabled",
    "protocol": "HealthCheckProtocol",
    "port": "HealthCheckPort",
    "path": "HealthCheckPath",
    "interval_seconds": "HealthCheckIntervalSeconds",
    "timeout_seconds": "HealthCheckTimeoutSeconds",
    "healthy_threshold_count": "HealthyThresholdCount",
    "unhealthy_threshold_count": "UnhealthyThresholdCount",
}


@dataclasses.dataclass(frozen=True)
class Found:
    """A target group that exists."""

    raw: dict[str, t.Any]
    attributes: dict[str, str]
    tags: dict[str, str]
    # Only where the user names any.
    targets: list[Target] | None = None

    @property
    def arn(self) -> str:
        return self.raw["TargetGroupArn"]

    def view(self, wanted: Mapping[str, t.Any]) -> dict[str, t.Any]:
        """What a user manages of it; of health check and attributes only what he named."""
        health_check: dict[str, t.Any] = {key: self.raw.get(api) for key, api in _HEALTH_CHECK.items()}
        health_check["matcher"] = (self.raw.get("Matcher") or {}).get("HttpCode")
        return {
            "name": self.raw["TargetGroupName"],
            "target_type": self.raw.get("TargetType"),
            "protocol": self.raw.get("Protocol"),
            "protocol_version": self.raw.get("ProtocolVersion"),
            "port": self.raw.get("Port"),
            "vpc_id": self.raw.get("VpcId"),
            "health_check": {key: health_check[key] for key in wanted.get("health_check", {})},
            "attributes": {key: self.attributes.get(key) for key in wanted.get("attributes", {})},
            "tags": self.tags,
            **({} if self.targets is None else {"targets": self.targets}),
        }

    def result(self) -> dict[str, t.Any]:
        return returned(self.raw, self.tags, attributes=self.attributes)


def _targets(client: t.Any, arn: str, wanted: t.Any) -> list[Target] | None:
    """Those that are registered, where it matters."""
    if wanted is None:
        return None
    doing = f"read the targets of {arn}"
    found = call(client, "describe_target_health", doing, TargetGroupArn=arn)["TargetHealthDescriptions"]
    staying = [one["Target"] for one in found if one["TargetHealth"]["State"] != "draining"]
    return _in_order({"id": one["Id"], "port": one["Port"]} for one in staying)


def _in_order(targets: Iterable[Target]) -> list[Target]:
    return sorted(targets, key=lambda one: (str(one["id"]), int(one["port"])))


def _write_targets(client: t.Any, arn: str, before: list[Target], after: list[Target]) -> None:
    for operation, changed in (
        ("deregister_targets", [one for one in before if one not in after]),
        ("register_targets", [one for one in after if one not in before]),
    ):
        if changed:
            called = [{"Id": one["id"], "Port": one["port"]} for one in changed]
            call(client, operation, f"change the targets of {arn}", TargetGroupArn=arn, Targets=called)


def find(client: t.Any, name: str, targets: t.Any = None) -> Found | None:
    doing = f"find the target group {name}"
    answer = call_unless(_NOT_FOUND, client, "describe_target_groups", doing, Names=[name])
    if not answer or not answer["TargetGroups"]:
        return None
    raw = answer["TargetGroups"][0]
    arn = raw["TargetGroupArn"]
    attributes = call(client, "describe_target_group_attributes", f"read the attributes of {name}", TargetGroupArn=arn)
    own_tags = read_tags(client, [arn])[arn]
    return Found(raw, attribute_dict(attributes["Attributes"]), own_tags, _targets(client, arn, targets))


def desired(params: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the user asks for, in the shape of ``Found.view``; unset options are missing."""
    plain = {key: params[key] for key in _FIXED.split()}
    health_check = params["health_check"]
    return given(
        {
            **plain,
            "health_check": None if health_check is None else given(health_check),
            "attributes": attribute_text(params["attributes"]),
            "targets": None if params.get("targets") is None else _in_order(params["targets"]),
        }
    )


def _health_check_call(health_check: Mapping[str, t.Any]) -> dict[str, t.Any]:
    parameters = {api: health_check.get(key) for key, api in _HEALTH_CHECK.items()}
    matcher = health_check.get("matcher")
    return {**parameters, "Matcher": None if matcher is None else {"HttpCode": matcher}}


def ensure_present(client: t.Any, params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    check_name(KIND, params["name"])
    wanted = desired(params)
    found = find(client, params["name"], params.get("targets"))
    if found is None:
        return _create(client, wanted, params, check_mode)
    if params["port_owner"] == "ecs":
        wanted.pop("port", None)
    return _update(client, found, wanted, params, check_mode)


def _create(client: t.Any, wanted: Mapping[str, t.Any], params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    name = params["name"]
    target_type = wanted.get("target_type", _CREATED_AS["target_type"])
    missing = [key for key in ("protocol", "port", "vpc_id") if target_type != "lambda" and key not in wanted]
    if missing:
        raise GatewayError(
            f"The target group {name} does not exist, and cannot be created without {', '.join(missing)}."
        )
    after = {"name": name, **_CREATED_AS, **wanted, "tags": tags.change({}, params["tags"], True).final}
    if check_mode:
        predicted = {**after, "target_group_name": name, "target_group_arn": KNOWN_AFTER_APPLY}
        return Outcome({"target_group": {**predicted, "load_balancer_arns": []}}, None, after)
    answer = call(
        client,
        "create_target_group",
        f"create the target group {name}",
        Name=name,
        TargetType=target_type,
        Protocol=wanted.get("protocol"),
        ProtocolVersion=wanted.get("protocol_version"),
        Port=wanted.get("port"),
        VpcId=wanted.get("vpc_id"),
        Tags=tag_list(params["tags"]),
        **_health_check_call(wanted.get("health_check", {})),
    )
    arn = answer["TargetGroups"][0]["TargetGroupArn"]
    _write_attributes(client, arn, wanted.get("attributes"))
    _write_targets(client, arn, [], wanted.get("targets", []))
    return Outcome({"target_group": _existing(client, name).result()}, None, after)


def _update(
    client: t.Any, found: Found, wanted: Mapping[str, t.Any], params: Mapping[str, t.Any], check_mode: bool
) -> Outcome:
    before = found.view(wanted)
    refuse_changes(KIND, params["name"], before, wanted, _FIXED)
    after = {**before, **wanted, "tags": tags.change(found.tags, params["tags"], params["purge_tags"]).final}
    if before == after:
        return Outcome({"target_group": found.result()}, before, after)
    if check_mode:
        return Outcome({"target_group": {**found.result(), **differing(before, after)}}, before, after)
    health_check = differing(before["health_check"], after["health_check"])
    if health_check:
        call(
            client,
            "modify_target_group",
            f"change the health check of {params['name']}",
            TargetGroupArn=found.arn,
            **_health_check_call(health_check),
        )
    _write_attributes(client, found.arn, differing(before["attributes"], after["attributes"]))
    _write_targets(client, found.arn, before.get("targets", []), after.get("targets", []))
    write_tags(client, found.arn, found.tags, params)
    return Outcome({"target_group": _existing(client, params["name"]).result()}, before, after)


def _write_attributes(client: t.Any, arn: str, attributes: Mapping[str, str] | None) -> None:
    if attributes:
        call(
            client,
            "modify_target_group_attributes",
            f"set attributes of {arn}",
            TargetGroupArn=arn,
            Attributes=attribute_list(attributes),
        )


def _existing(client: t.Any, name: str) -> Found:
    found = find(client, name)
    if found is None:
        raise GatewayError(f"The target group {name} disappeared while it was being changed. Run again.")
    return found


def ensure_absent(client: t.Any, params: Mapping[str, t.Any], check_mode: bool, clock: Clock = SYSTEM_CLOCK) -> Outcome:
    found = find(client, params["name"])
    if found is None:
        return Outcome({})
    if not check_mode:
        _delete(client, found.arn, params, clock)
    return Outcome({}, found.view({}), None)


def _delete(client: t.Any, arn: str, params: Mapping[str, t.Any], clock: Clock) -> None:
    def delete() -> None:
        call(client, "delete_target_group", f"delete the target group {params['name']}", TargetGroupArn=arn)

    def still_in_use(error: Exception) -> bool:
        return isinstance(error, AnsibleAWSError) and error_code(error) == "ResourceInUse"

    if not params["wait"]:
        return delete()
    # A listener or rule that has just been deleted holds its target group for some seconds more.
    keep_trying(
        delete,
        still_in_use,
        what=f"the target group {params['name']} to be used by no listener and no rule",
        timeout=params["wait_timeout"],
        backoff=Backoff(first=0.5),
        clock=clock,
    )


def ensure(module: t.Any) -> Outcome:
    client = module.client("elbv2")
    if module.params["state"] == "present":
        return ensure_present(client, module.params, module.check_mode)
    return ensure_absent(client, module.params, module.check_mode)
