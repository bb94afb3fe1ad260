"""Listener rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call, handles
from ..pages import page
from .actions import normalized
from .conditions import conditions, transforms
from .state import Listener, Rule, Store, new_id, publish, store_of, withdraw
from .validation import check_range, check_tags, invalid

if TYPE_CHECKING:
    from ...world import World

PAGE = 400


@handles("elbv2", "CreateRule")
def create_rule(world: World, call: Call) -> Any:
    params, store = call.params, store_of(world, call)
    listener = store.listener(params["ListenerArn"])
    balancer = store.load_balancer(listener.load_balancer_arn)
    if balancer.type == "network":
        message = "Rules are not supported for listeners of load balancers of type 'network'"
        raise AwsError("InvalidConfigurationRequest", message)
    check_range("priority", params["Priority"], 1, 50000)
    check_tags(params.get("Tags", []))
    if not params["Conditions"]:
        raise invalid("A rule must have at least one condition")
    rule = Rule(
        arn=f"{listener.arn.replace(':listener/', ':listener-rule/')}/{new_id()}",
        listener=listener,
        priority=str(params["Priority"]),
        conditions=conditions(params["Conditions"]),
        own_actions=normalized(store, balancer, listener.protocol, params["Actions"]),
        transforms=transforms(params.get("Transforms", [])),
    )
    for existing in store.rules_of(listener.arn):
        if existing.priority == rule.priority:
            return {"Rules": [_described(_same(existing, rule))]}
    store.rules[rule.arn] = rule
    publish(call.account, call.region, rule.arn, params.get("Tags", []))
    return {"Rules": [_described(rule)]}


def _same(existing: Rule, wanted: Rule) -> Rule:
    """A repeated creation is the rule that there is; another rule cannot have its priority."""
    same = (existing.conditions, existing.actions, existing.transforms) == (
        wanted.conditions,
        wanted.actions,
        wanted.transforms,
    )
    if not same:
        raise AwsError("PriorityInUse", f"Priority '{wanted.priority}' is currently in use")
    return existing


@handles("elbv2", "ModifyRule")
def modify_rule(world: World, call: Call) -> Any:
    params, store = call.params, store_of(world, call)
    rule = store.rule(params["RuleArn"])
    balancer = store.load_balancer(rule.listener.load_balancer_arn)
    if params.get("ResetTransforms") and params.get("Transforms"):
        raise invalid("You cannot specify both ResetTransforms and Transforms")
    changes = [params.get(key) for key in ("Conditions", "Actions", "Transforms", "ResetTransforms")]
    if not any(changes):
        raise invalid("Either conditions, actions or transforms must be specified")
    if rule.is_default:
        raise AwsError("OperationNotPermitted", f"Default rule '{rule.arn}' cannot be modified")
    wanted_conditions = conditions(params["Conditions"]) if params.get("Conditions") else rule.conditions
    wanted_transforms = transforms(params["Transforms"]) if params.get("Transforms") else rule.transforms
    if params.get("Actions"):
        rule.actions = normalized(store, balancer, rule.listener.protocol, params["Actions"])
    rule.conditions = wanted_conditions
    rule.transforms = [] if params.get("ResetTransforms") else wanted_transforms
    return {"Rules": [_described(rule)]}


@handles("elbv2", "DescribeRules")
def describe_rules(world: World, call: Call) -> Any:
    params, store = call.params, store_of(world, call)
    listener_arn, arns = params.get("ListenerArn"), params.get("RuleArns", [])
    if bool(listener_arn) == bool(arns):
        raise invalid("You must specify either listener rule ARNs or a listener ARN")
    if {*arns} - {*store.rules}:
        raise AwsError("RuleNotFound", "One or more rules not found")
    found = store.rules_of(store.listener(listener_arn).arn) if listener_arn else [store.rules[one] for one in arns]
    items, marker = page(found, params.get("Marker"), params.get("PageSize"), PAGE)
    return {"Rules": [_described(one) for one in items], "NextMarker": marker}


@handles("elbv2", "DeleteRule")
def delete_rule(world: World, call: Call) -> Any:
    store = store_of(world, call)
    rule = store.rule(call.params["RuleArn"])
    if rule.is_default:
        raise AwsError("OperationNotPermitted", f"Default rule '{rule.arn}' cannot be deleted")
    del store.rules[rule.arn]
    withdraw(call.account, call.region, rule.arn)
    return {}


@handles("elbv2", "SetRulePriorities")
def set_rule_priorities(world: World, call: Call) -> Any:
    store = store_of(world, call)
    wanted = {one["RuleArn"]: one["Priority"] for one in call.params["RulePriorities"]}
    for number in wanted.values():
        check_range("priority", number, 1, 50000)
        if list(wanted.values()).count(number) > 1:
            raise invalid(f"Priority '{number}' was provided multiple times")
    rules = [store.rule(arn) for arn in wanted]
    for rule in rules:
        _check_priority(store, rule.listener, rule, wanted)
    for rule in rules:
        rule.priority = str(wanted[rule.arn])
    return {"Rules": [_described(rule) for rule in rules]}


def _check_priority(store: Store, listener: Listener, rule: Rule, wanted: dict[str, int]) -> None:
    if rule.is_default:
        raise AwsError("OperationNotPermitted", f"Default rule '{rule.arn}' cannot be modified")
    for other in store.rules_of(listener.arn):
        if other.arn not in wanted and other.priority == str(wanted[rule.arn]):
            raise AwsError("PriorityInUse", f"Priority '{other.priority}' is currently in use")


def _described(rule: Rule) -> dict[str, Any]:
    return {
        "RuleArn": rule.arn,
        "Priority": rule.priority,
        "Conditions": rule.conditions,
        "Actions": rule.actions,
        "Transforms": rule.transforms,
        "IsDefault": rule.is_default,
    }
