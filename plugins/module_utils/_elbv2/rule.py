# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The desired listener rule, compared with the one that AWS has at that priority."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .. import tags
from ..api import call, call_unless
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known
from .actions import api_actions, observed_actions, serving, wanted_actions
from .common import differing, given, read_tags, returned, tag_list, write_tags

_NOT_FOUND = ("ListenerNotFound", "RuleNotFound")
# The structure in which AWS keeps the values of each kind of condition.
CONDITIONS = {
    "host-header": "HostHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "path-pattern": "PathPatternConfig",
    "source-ip": "SourceIpConfig",
}
TRANSFORMS = {"host-header-rewrite": "HostHeaderRewriteConfig", "url-rewrite": "UrlRewriteConfig"}


@dataclasses.dataclass(frozen=True)
class Found:
    """A rule that exists."""

    raw: dict[str, t.Any]
    tags: dict[str, str]

    @property
    def arn(self) -> str:
        return self.raw["RuleArn"]

    def view(self) -> dict[str, t.Any]:
        return {
            "priority": int(self.raw["Priority"]),
            "conditions": observed_conditions(self.raw["Conditions"]),
            "transforms": observed_transforms(self.raw.get("Transforms") or []),
            "actions": observed_actions(self.raw["Actions"]),
            "tags": self.tags,
        }

    def result(self) -> dict[str, t.Any]:
        return returned(self.raw, self.tags, serving_target_group=serving(observed_actions(self.raw["Actions"])))


def _condition(field: str, values: list[str]) -> dict[str, t.Any]:
    # Names of hosts are the same in any case, and AWS may answer another than was asked for.
    if field == "host-header":
        values = [value.lower() for value in values]
    return {"field": field, "values": sorted(values)}


def observed_conditions(conditions: list[Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    found = []
    for condition in conditions:
        config = condition.get(CONDITIONS.get(condition["Field"], "")) or {}
        found.append(_condition(condition["Field"], config.get("Values") or condition.get("Values") or []))
    return sorted(found, key=lambda condition: (condition["field"], condition["values"]))


def wanted_conditions(conditions: list[Mapping[str, t.Any]] | None) -> list[dict[str, t.Any]] | None:
    if conditions is None:
        return None
    wanted = [_condition(condition["field"], condition["values"]) for condition in conditions]
    return sorted(wanted, key=lambda condition: (condition["field"], condition["values"]))


def observed_transforms(transforms: list[Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    found = [
        {
            "type": transform["Type"],
            "rewrites": [
                {"regex": rewrite["Regex"], "replace": rewrite["Replace"]}
                for rewrite in transform[TRANSFORMS[transform["Type"]]]["Rewrites"]
            ],
        }
        for transform in transforms
    ]
    return sorted(found, key=lambda transform: transform["type"])


def wanted_transforms(transforms: list[Mapping[str, t.Any]] | None) -> list[dict[str, t.Any]] | None:
    if transforms is None:
        return None
    return sorted((dict(transform) for transform in transforms), key=lambda transform: transform["type"])


def api_conditions(conditions: list[Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    return [
        {"Field": condition["field"], CONDITIONS[condition["field"]]: {"Values": condition["values"]}}
        for condition in conditions
    ]


def api_transforms(transforms: list[Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    return [
        {
            "Type": transform["type"],
            TRANSFORMS[transform["type"]]: {
                "Rewrites": [
                    {"Regex": rewrite["regex"], "Replace": rewrite["replace"]} for rewrite in transform["rewrites"]
                ]
            },
        }
        for transform in transforms
    ]


def find(client: t.Any, listener_arn: str, priority: int) -> Found | None:
    if not is_known(listener_arn):
        return None
    answer = call_unless(
        _NOT_FOUND, client, "describe_rules", f"find the rules of {listener_arn}", ListenerArn=listener_arn
    )
    rules = answer["Rules"] if answer else []
    raw = next((rule for rule in rules if rule["Priority"] == str(priority)), None)
    if raw is None:
        return None
    return Found(raw, read_tags(client, [raw["RuleArn"]])[raw["RuleArn"]])


def desired(params: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return given(
        {
            "conditions": wanted_conditions(params["conditions"]),
            "transforms": wanted_transforms(params["transforms"]),
            "actions": wanted_actions(params["actions"]),
        }
    )


def ensure_present(client: t.Any, params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    wanted = desired(params)
    found = find(client, params["listener_arn"], params["priority"])
    if found is None:
        return _create(client, wanted, params, check_mode)
    if params["actions_owner"] == "ecs":
        # ECS and CodeDeploy shift weights and swap target groups here; setting them again would undo a deployment.
        wanted.pop("actions", None)
    return _update(client, found, wanted, params, check_mode)


def _create(client: t.Any, wanted: Mapping[str, t.Any], params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    arn, priority = params["listener_arn"], params["priority"]
    missing = [key for key in ("conditions", "actions") if not wanted.get(key)]
    if missing:
        raise GatewayError(f"There is no rule {priority} on {arn}; to create it, set {' and '.join(missing)}.")
    after = {
        "priority": priority,
        "transforms": [],
        **wanted,
        "tags": tags.change({}, params["tags"], True).final,
    }
    if check_mode:
        predicted = {**after, "rule_arn": KNOWN_AFTER_APPLY, "serving_target_group": serving(wanted["actions"])}
        return Outcome({"rule": predicted}, None, after)
    try:
        call(
            client,
            "create_rule",
            f"create rule {priority} on {arn}",
            ListenerArn=arn,
            Priority=priority,
            Conditions=api_conditions(wanted["conditions"]),
            Actions=api_actions(wanted["actions"]),
            Transforms=api_transforms(wanted.get("transforms", [])) or None,
            Tags=tag_list(params["tags"]),
        )
    except AnsibleAWSError as error:
        # The answer to a first try was lost, and the second try met what the first had made.
        if (
            error_code(error) != "PriorityInUse"
            or _existing(client, params).view()["conditions"] != after["conditions"]
        ):
            raise
    return Outcome({"rule": _existing(client, params).result()}, None, after)


def _update(
    client: t.Any, found: Found, wanted: Mapping[str, t.Any], params: Mapping[str, t.Any], check_mode: bool
) -> Outcome:
    before = found.view()
    after = {**before, **wanted, "tags": tags.change(found.tags, params["tags"], params["purge_tags"]).final}
    if before == after:
        return Outcome({"rule": found.result()}, before, after)
    if check_mode:
        return Outcome({"rule": {**found.result(), **differing(before, after)}}, before, after)
    _modify(client, found.arn, differing(before, after))
    write_tags(client, found.arn, found.tags, params)
    return Outcome({"rule": _existing(client, params).result()}, before, after)


def _modify(client: t.Any, arn: str, changes: Mapping[str, t.Any]) -> None:
    parameters: dict[str, t.Any] = {}
    if "conditions" in changes:
        parameters["Conditions"] = api_conditions(changes["conditions"])
    if "actions" in changes:
        parameters["Actions"] = api_actions(changes["actions"])
    if changes.get("transforms"):
        parameters["Transforms"] = api_transforms(changes["transforms"])
    elif "transforms" in changes:
        parameters["ResetTransforms"] = True
    if parameters:
        call(client, "modify_rule", f"change the rule {arn}", RuleArn=arn, **parameters)


def _existing(client: t.Any, params: Mapping[str, t.Any]) -> Found:
    found = find(client, params["listener_arn"], params["priority"])
    if found is None:
        raise GatewayError(f"The rule {params['priority']} disappeared while it was being changed. Run again.")
    return found


def ensure_absent(client: t.Any, params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    found = find(client, params["listener_arn"], params["priority"])
    if found is None:
        return Outcome({})
    if not check_mode:
        doing = f"delete rule {params['priority']}"
        call_unless(_NOT_FOUND, client, "delete_rule", doing, RuleArn=found.arn)
    return Outcome({}, found.view(), None)


def ensure(module: t.Any) -> Outcome:
    client = module.client("elbv2")
    ensure_state = ensure_present if module.params["state"] == "present" else ensure_absent
    return ensure_state(client, module.params, module.check_mode)
