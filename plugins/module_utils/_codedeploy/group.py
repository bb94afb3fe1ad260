# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A deployment group: the service that CodeDeploy deploys to, the target groups it swaps, and when it goes back."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags, wait
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, Outcome
from ..shape import changed_keys, overlay, prune, snake
from . import api, tagging

# In the options' words: when a deployment is taken back by itself.
EVENTS = {
    "failure": "DEPLOYMENT_FAILURE",
    "stop_on_alarm": "DEPLOYMENT_STOP_ON_ALARM",
    "stop_on_request": "DEPLOYMENT_STOP_ON_REQUEST",
}
# A role that was made a moment ago cannot be assumed yet.
NOT_YET = ("InvalidRoleException",)

Fields = dict[str, t.Any]

# Of the module's options, those that describe the group.
OPTIONS: Fields = dict(
    service_role_arn=dict(type="str"),
    deployment_config=dict(type="str"),
    cluster=dict(type="str"),
    service=dict(type="str"),
    target_groups=dict(type="list", elements="str"),
    production_listener_arn=dict(type="str"),
    test_listener_arn=dict(type="str"),
    termination_wait_minutes=dict(type="int"),
    ready_wait_minutes=dict(type="int"),
    auto_rollback_events=dict(type="list", elements="str", choices=list(EVENTS)),
    alarms=dict(type="list", elements="str"),
    ignore_poll_alarm_failure=dict(type="bool"),
)


def view(group: dict[str, t.Any]) -> Fields:
    """What the options say, of a group that there is."""
    pairs = (group.get("loadBalancerInfo") or {}).get("targetGroupPairInfoList") or [{}]
    service = next(iter(group.get("ecsServices") or [{}]))
    blue_green = group.get("blueGreenDeploymentConfiguration") or {}
    termination = blue_green.get("terminateBlueInstancesOnDeploymentSuccess") or {}
    ready = blue_green.get("deploymentReadyOption") or {}
    alarms = group.get("alarmConfiguration") or {}
    rollback = group.get("autoRollbackConfiguration") or {}
    names = {value: key for key, value in EVENTS.items()}
    stops = ready.get("actionOnTimeout") == "STOP_DEPLOYMENT"
    return {
        "service_role_arn": group.get("serviceRoleArn"),
        "deployment_config": group.get("deploymentConfigName"),
        "cluster": service.get("clusterName"),
        "service": service.get("serviceName"),
        # Their roles swap with every deployment, so their order means nothing.
        "target_groups": sorted(one["name"] for one in pairs[0].get("targetGroups") or []),
        "production_listener_arn": _listener(pairs[0], "prodTrafficRoute"),
        "test_listener_arn": _listener(pairs[0], "testTrafficRoute"),
        "termination_wait_minutes": termination.get("terminationWaitTimeInMinutes", 0),
        "ready_wait_minutes": ready.get("waitTimeInMinutes", 0) if stops else 0,
        "auto_rollback_events": sorted(names[event] for event in rollback.get("events") or [])
        if rollback.get("enabled")
        else [],
        "alarms": sorted(one["name"] for one in alarms.get("alarms") or []) if alarms.get("enabled") else [],
        "ignore_poll_alarm_failure": bool(alarms.get("ignorePollAlarmFailure")),
    }


def _listener(pair: dict[str, t.Any], route: str) -> str:
    return next(iter((pair.get(route) or {}).get("listenerArns") or []), "")


def to_api(fields: Fields) -> dict[str, t.Any]:
    pair: dict[str, t.Any] = {
        "targetGroups": [{"name": name} for name in fields["target_groups"]],
        "prodTrafficRoute": {"listenerArns": [fields["production_listener_arn"]]},
    }
    if fields["test_listener_arn"]:
        pair["testTrafficRoute"] = {"listenerArns": [fields["test_listener_arn"]]}
    minutes = fields["ready_wait_minutes"]
    ready: dict[str, t.Any] = {"actionOnTimeout": "CONTINUE_DEPLOYMENT"}
    if minutes:
        ready = {"actionOnTimeout": "STOP_DEPLOYMENT", "waitTimeInMinutes": minutes}
    return {
        "serviceRoleArn": fields["service_role_arn"],
        "deploymentConfigName": fields["deployment_config"],
        "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        "ecsServices": [{"clusterName": fields["cluster"], "serviceName": fields["service"]}],
        "loadBalancerInfo": {"targetGroupPairInfoList": [pair]},
        "blueGreenDeploymentConfiguration": {
            "terminateBlueInstancesOnDeploymentSuccess": {
                "action": "TERMINATE",
                "terminationWaitTimeInMinutes": fields["termination_wait_minutes"],
            },
            "deploymentReadyOption": ready,
        },
        "autoRollbackConfiguration": {
            "enabled": bool(fields["auto_rollback_events"]),
            "events": [EVENTS[event] for event in fields["auto_rollback_events"]],
        },
        "alarmConfiguration": {
            "enabled": bool(fields["alarms"]),
            "ignorePollAlarmFailure": fields["ignore_poll_alarm_failure"],
            "alarms": [{"name": name} for name in fields["alarms"]],
        },
    }


# What a new group has where the task says nothing.
DEFAULTS: Fields = {
    "deployment_config": "CodeDeployDefault.ECSAllAtOnce",
    "test_listener_arn": "",
    "termination_wait_minutes": 0,
    "ready_wait_minutes": 0,
    "auto_rollback_events": sorted(EVENTS),
    "alarms": [],
    "ignore_poll_alarm_failure": False,
}
SORTED = ("target_groups", "auto_rollback_events", "alarms")


def _wanted(module: AnsibleAWSModule) -> Fields:
    given = prune({name: module.params[name] for name in OPTIONS})
    return {name: sorted(value) if name in SORTED else value for name, value in given.items()}


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("codedeploy")
    application, name = module.params["application"], module.params["name"]
    current = api.get_group(client, application, name)
    if module.params["state"] == "absent":
        if current is not None and not module.check_mode:
            api.delete_group(client, application, name)
        return Outcome({"deployment_group": None}, {"name": name, **view(current)} if current else None, None)
    if current is None:
        return _create(module, client, clock)
    return _update(module, client, current, clock)


def _create(module: AnsibleAWSModule, client: t.Any, clock: wait.Clock) -> Outcome:
    application, name = module.params["application"], module.params["name"]
    new_tags = tags.change({}, module.params["tags"], False).final
    fields = {**DEFAULTS, **_wanted(module)}
    parameters = to_api(fields)
    if new_tags:
        parameters["tags"] = tags.to_list(new_tags)
    group_id = KNOWN_AFTER_APPLY
    if not module.check_mode:
        group_id = _accepted(module, lambda: api.create_group(client, application, name, parameters), clock)
    result = {"deployment_group_name": name, "deployment_group_id": group_id, **fields, "tags": new_tags}
    return Outcome({"deployment_group": result}, None, {"name": name, **fields, "tags": new_tags})


def _update(module: AnsibleAWSModule, client: t.Any, current: dict[str, t.Any], clock: wait.Clock) -> Outcome:
    application, name = module.params["application"], module.params["name"]
    before = view(current)
    after = overlay(before, _wanted(module))
    current_tags, retagging, arn = tagging.plan(module, client, api.GROUP, f"{application}/{name}")
    if not module.check_mode:
        if changed_keys(before, after):
            _accepted(module, lambda: api.update_group(client, application, name, to_api(after)), clock)
        tagging.apply(client, arn, retagging)
    result = {**shown(current), **after, "tags": retagging.final}
    return Outcome(
        {"deployment_group": result},
        {"name": name, **before, "tags": current_tags},
        {"name": name, **after, "tags": retagging.final},
    )


def _accepted(module: AnsibleAWSModule, act: t.Callable[[], t.Any], clock: wait.Clock) -> t.Any:
    return wait.keep_trying(
        act,
        lambda error: error_code(error) in NOT_YET,
        what=f"CodeDeploy to be able to assume {module.params['service_role_arn']}",
        timeout=module.params["wait_timeout"],
        clock=clock,
    )


def shown(group: dict[str, t.Any]) -> dict[str, t.Any]:
    last = {key: snake(group[key]) for key in ("lastSuccessfulDeployment", "lastAttemptedDeployment") if key in group}
    facts = {"deployment_group_name": group["deploymentGroupName"], "deployment_group_id": group["deploymentGroupId"]}
    return {**facts, **view(group), **snake(last)}


def info(module: AnsibleAWSModule) -> Outcome:
    client = module.client("codedeploy")
    application, name = module.params["application"], module.params["name"]
    names = api.list_groups(client, application) if name is None else [name]
    found = [group for group in (api.get_group(client, application, one) for one in names) if group]
    return Outcome({"deployment_groups": [shown(group) for group in found]}, changed=False)
