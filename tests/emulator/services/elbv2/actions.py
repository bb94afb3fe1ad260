"""What listeners and rules do with a request."""

from __future__ import annotations

import re
from typing import Any

from ...registry import AwsError
from .state import Action, LoadBalancer, Store
from .validation import check_choice, check_range, invalid

TYPES = ["forward", "authenticate-oidc", "authenticate-cognito", "redirect", "fixed-response", "jwt-validation"]
ENDS = ("forward", "redirect", "fixed-response")
CONTENT_TYPES = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"]
REDIRECT_DEFAULTS = {
    "Protocol": "#{protocol}",
    "Port": "#{port}",
    "Host": "#{host}",
    "Path": "/#{path}",
    "Query": "#{query}",
}
MOST_TARGET_GROUPS = 5
HEAVIEST = 999
# Which target groups a listener can forward to.
COMPATIBLE = {
    "HTTP": ("HTTP", "HTTPS"),
    "HTTPS": ("HTTP", "HTTPS"),
    "TCP": ("TCP", "TCP_UDP"),
    "TLS": ("TCP", "TLS"),
    "UDP": ("UDP", "TCP_UDP"),
    "TCP_UDP": ("TCP_UDP",),
}


def normalized(store: Store, balancer: LoadBalancer, protocol: str, actions: list[Action]) -> list[Action]:
    """The actions as AWS keeps and describes them, when they are possible."""
    for index, action in enumerate(actions, 1):
        check_choice(f"actions.{index}.member.type", action.get("Type"), TYPES)
        if balancer.type == "network" and action["Type"] != "forward":
            message = f"Actions of type '{action['Type']}' are not supported on load balancers of type 'network'"
            raise AwsError("InvalidLoadBalancerAction", message)
    if sum(action["Type"] in ENDS for action in actions) != 1:
        message = "Exactly one forward, redirect or fixed-response action must be specified"
        raise AwsError("InvalidLoadBalancerAction", message)
    return [_normalized(store, balancer, protocol, action) for action in actions]


def _normalized(store: Store, balancer: LoadBalancer, protocol: str, action: Action) -> Action:
    if action["Type"] == "forward":
        return _forward(store, balancer, protocol, action)
    if action["Type"] == "redirect":
        return _redirect(action)
    if action["Type"] == "fixed-response":
        return _fixed_response(action)
    return dict(action)


def _forward(store: Store, balancer: LoadBalancer, protocol: str, action: Action) -> Action:
    targets = [dict(one) for one in action.get("ForwardConfig", {}).get("TargetGroups", [])]
    scalar = action.get("TargetGroupArn")
    if scalar and not targets:
        targets = [{"TargetGroupArn": scalar}]
    if not targets:
        raise invalid("A target group ARN must be specified")
    if scalar and [one["TargetGroupArn"] for one in targets] != [scalar]:
        message = "You cannot specify both a target group ARN and a forward config with other target groups"
        raise AwsError("InvalidLoadBalancerAction", message)
    _check_targets(store, balancer, protocol, targets)
    stickiness = action.get("ForwardConfig", {}).get("TargetGroupStickinessConfig") or {"Enabled": False}
    result = {key: value for key, value in action.items() if key == "Order"}
    result |= {
        "Type": "forward",
        "ForwardConfig": {"TargetGroups": targets, "TargetGroupStickinessConfig": dict(stickiness)},
    }
    if len(targets) == 1:
        result["TargetGroupArn"] = targets[0]["TargetGroupArn"]
    return result


def _check_targets(store: Store, balancer: LoadBalancer, protocol: str, targets: list[dict[str, Any]]) -> None:
    if len(targets) > MOST_TARGET_GROUPS:
        message = f"An action cannot have more than '{MOST_TARGET_GROUPS}' target groups"
        raise AwsError("TooManyUniqueTargetGroupsPerLoadBalancer", message)
    arns = [target["TargetGroupArn"] for target in targets]
    if len({*arns}) != len(arns):
        raise invalid("Target groups must be unique in an action")
    for target in targets:
        target.setdefault("Weight", 1)
        check_range("weight", target["Weight"], 0, HEAVIEST)
        _check_target(store, balancer, protocol, target["TargetGroupArn"])


def _check_target(store: Store, balancer: LoadBalancer, protocol: str, arn: str) -> None:
    data = store.target_group(arn).data
    if data.get("TargetType") != "lambda":
        if data["Protocol"] not in COMPATIBLE.get(protocol, ()):
            message = (
                f"Listener protocol '{protocol}' is not compatible with target group '{arn}' "
                f"of protocol '{data['Protocol']}'"
            )
            raise AwsError("IncompatibleProtocols", message)
        if data["VpcId"] != balancer.vpc_id:
            message = f"The target group '{arn}' is not in the VPC '{balancer.vpc_id}' of the load balancer"
            raise AwsError("InvalidConfigurationRequest", message)
    if any(other != balancer.arn for other in store.load_balancers_of(arn)):
        message = f"The following target groups cannot be associated with more than one load balancer: {arn}"
        raise AwsError("TargetGroupAssociationLimit", message)


def _redirect(action: Action) -> Action:
    config = action.get("RedirectConfig") or {}
    if config.get("StatusCode") not in ("HTTP_301", "HTTP_302"):
        raise invalid("A redirect action must have a status code of HTTP_301 or HTTP_302")
    return {**action, "RedirectConfig": {**REDIRECT_DEFAULTS, **config}}


def _fixed_response(action: Action) -> Action:
    config = action.get("FixedResponseConfig") or {}
    if not re.fullmatch(r"[245]\d\d", config.get("StatusCode", "")):
        raise invalid("A fixed response status code must be 2XX, 4XX or 5XX")
    check_choice("contentType", config.get("ContentType"), CONTENT_TYPES)
    if len(config.get("MessageBody", "")) > 1024:
        raise invalid("A fixed response message body cannot be longer than '1024' characters")
    return {**action, "FixedResponseConfig": dict(config)}
