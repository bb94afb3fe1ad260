"""Target groups. Their targets are in emulator.ecs.targets, next to the tasks that they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call, handles
from ..ec2.common import backend
from ..pages import page
from .attributes import group_defaults
from .balancer_targets import check_group
from .state import Store, TargetGroup, arn_of, new_id, publish, store_of, withdraw
from .validation import check_choice, check_range, check_tags, check_target_group_name, invalid

if TYPE_CHECKING:
    from ...world import World

HTTP = ("HTTP", "HTTPS")
PROTOCOLS = ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"]
CHECK_PROTOCOLS = ["HTTP", "HTTPS", "TCP"]
TARGET_TYPES = ["instance", "ip", "lambda", "alb"]
MATCHER = r"\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*"
PAGE = 400
# Settings of the health check that a request may carry.
CHECK_SETTINGS = (
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckPath",
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
)


@handles("elbv2", "CreateTargetGroup")
def create_target_group(world: World, call: Call) -> Any:
    params, store = call.params, store_of(world, call)
    name = params["Name"]
    check_target_group_name(name)
    check_tags(params.get("Tags", []))
    data = {"TargetGroupName": name, **_destination(call)}
    data |= _health_check(data, {}, params)
    check_group(data)
    existing = next((one for one in store.target_groups.values() if one.name == name), None)
    if existing is not None:
        if {**existing.data, "TargetGroupArn": ""} != {**data, "TargetGroupArn": ""}:
            message = f"A target group with the same name '{name}' exists, but with different settings"
            raise AwsError("DuplicateTargetGroupName", message)
        return {"TargetGroups": [_described(store, existing)]}
    arn = arn_of(call, f"targetgroup/{name}/{new_id()}")
    group = TargetGroup(arn, name, {"TargetGroupArn": arn, **data}, group_defaults(data))
    store.target_groups[arn] = group
    publish(call.account, call.region, arn, params.get("Tags", []))
    return {"TargetGroups": [_described(store, group)]}


def _destination(call: Call) -> dict[str, Any]:
    """Where the traffic goes: protocol, port, VPC and kind of target."""
    params = call.params
    kind = params.get("TargetType", "instance")
    check_choice("targetType", kind, TARGET_TYPES)
    if kind == "lambda":
        return {"TargetType": kind}
    for key, words in (("Protocol", "A protocol"), ("Port", "A port"), ("VpcId", "A VPC ID")):
        if params.get(key) is None:
            raise invalid(f"{words} must be specified")
    check_choice("protocol", params["Protocol"], PROTOCOLS)
    check_range("port", params["Port"], 1, 65535)
    if params["VpcId"] not in backend(call).vpcs:
        raise invalid(f"The VPC ID '{params['VpcId']}' is not found")
    destination = {
        "TargetType": kind,
        "Protocol": params["Protocol"],
        "Port": params["Port"],
        "VpcId": params["VpcId"],
        "IpAddressType": params.get("IpAddressType", "ipv4"),
    }
    if params["Protocol"] in HTTP:
        destination["ProtocolVersion"] = params.get("ProtocolVersion", "HTTP1")
    return destination


def _health_check(data: dict[str, Any], current: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The health check's settings: AWS's defaults, the current ones, the request's."""
    asked = {key: changes[key] for key in CHECK_SETTINGS if changes.get(key) is not None}
    over_http = data.get("Protocol") in HTTP
    first = "HTTP" if over_http or data.get("TargetType") == "alb" else "TCP"
    protocol = asked.get("HealthCheckProtocol", current.get("HealthCheckProtocol", first))
    settings = {**_defaults(over_http, protocol), **current, **asked, "HealthCheckProtocol": protocol}
    if protocol == "TCP":
        for key in ("HealthCheckPath", "Matcher"):
            if key in asked:
                words = "path" if key == "HealthCheckPath" else "matcher"
                raise invalid(f"Health check {words} cannot be specified for health checks with protocol 'TCP'")
            settings.pop(key, None)
    _check_settings(over_http, settings)
    return settings


def _defaults(over_http: bool, protocol: str) -> dict[str, Any]:
    timeout = 5 if over_http else {"TCP": 10, "HTTPS": 10, "HTTP": 6}.get(protocol, 10)
    defaults: dict[str, Any] = {
        "HealthCheckPort": "traffic-port",
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckTimeoutSeconds": timeout,
        "HealthyThresholdCount": 5,
        "UnhealthyThresholdCount": 2,
    }
    if protocol != "TCP":
        defaults |= {"HealthCheckPath": "/", "Matcher": {"HttpCode": "200" if over_http else "200-399"}}
    return defaults


def _check_settings(over_http: bool, settings: dict[str, Any]) -> None:
    protocol = settings["HealthCheckProtocol"]
    check_choice("healthCheckProtocol", protocol, CHECK_PROTOCOLS)
    if over_http and protocol == "TCP":
        raise invalid("Health check protocol 'TCP' is not supported for target groups with protocols HTTP or HTTPS")
    check_range("healthCheckIntervalSeconds", settings["HealthCheckIntervalSeconds"], 5, 300)
    check_range("healthCheckTimeoutSeconds", settings["HealthCheckTimeoutSeconds"], 2, 120)
    check_range("healthyThresholdCount", settings["HealthyThresholdCount"], 2, 10)
    check_range("unhealthyThresholdCount", settings["UnhealthyThresholdCount"], 2, 10)
    if settings["HealthCheckTimeoutSeconds"] >= settings["HealthCheckIntervalSeconds"] and over_http:
        raise invalid("Health check interval must be greater than the timeout.")
    if settings["HealthCheckTimeoutSeconds"] > settings["HealthCheckIntervalSeconds"]:
        raise invalid("Health check interval must be greater than or equal to the timeout.")
    path = settings.get("HealthCheckPath", "/")
    if not path.startswith("/"):
        raise invalid(f"Health check path '{path}' must begin with a '/' character")
    port = settings["HealthCheckPort"]
    if port != "traffic-port" and not (port.isdecimal() and 1 <= int(port) <= 65535):
        raise invalid(f"Health check port '{port}' must be either 'traffic-port' or in the range of 1-65535")
    matcher = settings.get("Matcher", {}).get("HttpCode")
    if matcher is not None and not re.fullmatch(MATCHER, matcher):
        raise invalid("HTTP code matcher must contain a single value, multiple values or a range of values")


@handles("elbv2", "ModifyTargetGroup")
def modify_target_group(world: World, call: Call) -> Any:
    store = store_of(world, call)
    group = store.target_group(call.params["TargetGroupArn"])
    current = {key: group.data[key] for key in CHECK_SETTINGS if key in group.data}
    settings = _health_check(group.data, current, call.params)
    kept = {key: value for key, value in group.data.items() if key not in CHECK_SETTINGS}
    group.data = {**kept, **settings}
    return {"TargetGroups": [_described(store, group)]}


@handles("elbv2", "DescribeTargetGroups")
def describe_target_groups(world: World, call: Call) -> Any:
    params, store = call.params, store_of(world, call)
    arns, names, balancer = params.get("TargetGroupArns", []), params.get("Names", []), params.get("LoadBalancerArn")
    every = list(store.target_groups.values())
    if {*arns} - {one.arn for one in every} or {*names} - {one.name for one in every}:
        raise AwsError("TargetGroupNotFound", "One or more target groups not found")
    if balancer:
        store.load_balancer(balancer)
        every = [one for one in every if balancer in store.load_balancers_of(one.arn)]
    wanted = [one for one in every if not (arns or names) or one.arn in arns or one.name in names]
    items, marker = page(wanted, params.get("Marker"), params.get("PageSize"), PAGE)
    return {"TargetGroups": [_described(store, one) for one in items], "NextMarker": marker}


@handles("elbv2", "DeleteTargetGroup")
def delete_target_group(world: World, call: Call) -> Any:
    """One that does not exist is as good as deleted."""
    store, arn = store_of(world, call), call.params["TargetGroupArn"]
    if store.load_balancers_of(arn):
        message = f"Target group '{arn}' is currently in use by a listener or a rule"
        raise AwsError("ResourceInUse", message)
    if store.target_groups.pop(arn, None) is not None:
        withdraw(call.account, call.region, arn)
    return {}


def _described(store: Store, group: TargetGroup) -> dict[str, Any]:
    return {**group.data, "LoadBalancerArns": store.load_balancers_of(group.arn)}
