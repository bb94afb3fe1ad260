# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The modules of this collection. Each shows the resource before and after as its diff."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable

from .kind import Effects, Kind, Seen, States, at, by, by_diff, is_absent
from .known import Known

# What the modules add to their diff for the reader; it is told as an effect instead.
NEW_DEPLOYMENT = "new_deployment_for"
OUTDATED = "outdated_instances"


def _existed(seen: Seen) -> bool | None:
    states = by_diff(seen)
    return None if states is None else not is_absent(states[0])


def _states(seen: Seen, known: Known) -> States | None:
    states = by_diff(seen)
    return None if states is None else (_without_notes(states[0]), _without_notes(states[1]))


def _without_notes(state: t.Any) -> t.Any:
    if not isinstance(state, dict):
        return state
    return {key: value for key, value in state.items() if key not in (NEW_DEPLOYMENT, OUTDATED)}


def _no_effects(seen: Seen, states: States | None) -> Effects:
    return Effects()


def _own(name: Callable[[Seen, Known], str], effects: Callable[[Seen, States | None], Effects] = _no_effects) -> Kind:
    return Kind(name, existed=_existed, states=_states, effects=effects)


def _listener(seen: Seen, known: Known) -> str:
    return f"{known.balancer(seen.args.get('load_balancer_arn'))}:{seen.args.get('port')}"


def _rule(seen: Seen, known: Known) -> str:
    return f"{known.listener(seen.args.get('listener_arn'))}/{seen.args.get('priority')}"


def _policy(seen: Seen, known: Known) -> str:
    return f"{seen.args.get('resource_id')}/{seen.args.get('name')}"


def _topic(seen: Seen, known: Known) -> str:
    return str(seen.args.get("arn")).rpartition(":")[2]


def _new_revision(seen: Seen, states: States | None) -> Effects:
    """Only the tags of a revision can change; anything else makes another revision."""
    if states is None or None in states:
        return Effects()
    before, after = ({key: value for key, value in state.items() if key != "tags"} for state in states)
    return Effects(replaces="a new revision") if before != after else Effects()


def _deployment(seen: Seen, states: States | None) -> Effects:
    """A service's tasks start anew, by its deployment."""
    shown = by_diff(seen)
    reasons = at(shown[1], NEW_DEPLOYMENT) if shown and shown[0] else None
    return Effects(restarts=f"a new deployment, for {', '.join(reasons)}") if reasons else Effects()


def _instance_refresh(seen: Seen, states: States | None) -> Effects:
    shown = by_diff(seen)
    outdated = at(shown[0], OUTDATED) if shown else None
    if not outdated:
        return Effects()
    return Effects(replaces=f"an instance refresh replaces {len(outdated)} instance{'s'[: len(outdated) != 1]}")


def _new_balancer(seen: Seen, states: States | None) -> Effects:
    """What AWS cannot change of a load balancer makes another one."""
    return Effects(replaces="a new load balancer, with another DNS name") if seen.result.get("replaced") else Effects()


def removed(seen: Seen) -> list[Seen]:
    """What a module that removes many things did, as if each had been removed by the module of its kind."""
    return [
        dataclasses.replace(
            seen, module=f"portkey.gateway.{one['kind']}", args={"name": one["name"], "state": "absent"}, result={}
        )
        for one in seen.result.get("removed", [])
    ]


def _alarms(seen: Seen) -> list[Seen]:
    """The alarms that one task has set, as if each had a task of its own."""
    return [
        dataclasses.replace(
            seen,
            module="portkey.gateway.cloudwatch_metric_alarm",
            args={"name": one["name"], "state": "absent" if one["after"] is None else "present"},
            result={"diff": {"before": one["before"] or {}, "after": one["after"] or {}}},
        )
        for one in seen.result.get("changes", [])
    ]


# A thing that is known by its name and no more, and the modules that have many of them.
BY_NAME = _own(by("name"))
MANY = _own(by("project"))
ALARMS = _own(by("name"))


def _records(seen: Seen, known: Known) -> str:
    return f"{seen.args.get('purpose')} in {seen.args.get('hosted_zone_id')}"


def _certificate(seen: Seen, known: Known) -> str:
    return str(seen.args.get("domain_name") or "that no listener has")


KINDS = {
    "acm_certificate": _own(_certificate),
    "application_autoscaling_policy": _own(_policy),
    "application_autoscaling_target": _own(by("resource_id")),
    "autoscaling_group": _own(by("name"), _instance_refresh),
    "cloudwatch_dashboard": _own(by("name")),
    "cloudwatch_metric_alarms": ALARMS,
    "codedeploy_application": _own(by("name")),
    "codedeploy_deployment": _own(by("deployment_group"), _deployment),
    "codedeploy_deployment_config": _own(by("name")),
    "codedeploy_deployment_group": _own(by("name")),
    "ec2_vpc_endpoint": _own(by("name")),
    "ec2_vpc_endpoint_connection": _own(by("service")),
    "ec2_vpc_endpoint_service": _own(by("name")),
    "ec2_vpc_igw": _own(by("name")),
    "ecr_pull_through_cache_rule": _own(by("ecr_repository_prefix")),
    "ecr_repository": _own(by("name")),
    "ecs_account_setting": _own(by("name")),
    "ecs_capacity_provider": _own(by("name")),
    "ecs_cluster": _own(by("name")),
    "ecs_cluster_capacity_providers": _own(by("cluster")),
    "ecs_scale_down": _own(by("cluster")),
    "ecs_service": _own(by("name"), _deployment),
    "ecs_task_definition": _own(by("family"), _new_revision),
    "elasticache_replication_group": _own(by("name")),
    "elasticache_subnet_group": _own(by("name")),
    "elbv2_listener": _own(_listener),
    "elbv2_load_balancer": _own(by("name"), _new_balancer),
    "elbv2_rule": _own(_rule),
    "elbv2_target_group": _own(by("name")),
    "events_rule": _own(by("name")),
    "lambda_function": _own(by("name")),
    "logs_log_group": _own(by("name")),
    "route53_records": _own(_records),
    "s3_bucket": _own(by("name")),
    "secretsmanager_generated_secret": _own(by("name")),
    "servicediscovery_namespace": _own(by("name")),
    "servicediscovery_service": _own(by("name")),
    "sns_topic": _own(_topic),
    "stack_resources": MANY,
    "wafv2_web_acl": _own(by("name")),
}


def parts(seen: Seen, kind: Kind) -> list[Seen] | None:
    """What one task did to many things, each as a change of its own. None: it is about one."""
    if kind is MANY:
        return removed(seen)
    return _alarms(seen) if kind is ALARMS else None


# These ask, wait and steer; they make and change no resource.
NO_RESOURCE = ("preflight", "ecs_service_deployment", "ecs_task", "application_autoscaling_suspension", "stack_lock")

# What a module of this collection that is not listed above is taken for.
OTHER = _own(by("name"))
