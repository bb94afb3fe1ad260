"""The attributes of load balancers, target groups and listeners: which there are, and which values they take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call, handles
from . import access_logs
from .state import Listener, LoadBalancer, TargetGroup, store_of
from .validation import invalid

if TYPE_CHECKING:
    from ...world import World

BOOLEAN = "true|false"
ANY = ".*"
TEXT_255 = ".{0,255}"
Range = tuple[int, int]
# Key: (default, a pattern or a range of what it may be).
Table = dict[str, tuple[str, str | Range]]

_LOGS: Table = {
    "access_logs.s3.enabled": ("false", BOOLEAN),
    "access_logs.s3.bucket": ("", ANY),
    "access_logs.s3.prefix": ("", ANY),
}
_EVERY_BALANCER: Table = {
    **_LOGS,
    "deletion_protection.enabled": ("false", BOOLEAN),
    "ipv6.deny_all_igw_traffic": ("false", BOOLEAN),
    "zonal_shift.config.enabled": ("false", BOOLEAN),
}
LOAD_BALANCER: dict[str, Table] = {
    "application": {
        **_EVERY_BALANCER,
        "load_balancing.cross_zone.enabled": ("true", "true"),
        "idle_timeout.timeout_seconds": ("60", (1, 4000)),
        "client_keep_alive.seconds": ("3600", (60, 604800)),
        "connection_logs.s3.enabled": ("false", BOOLEAN),
        "connection_logs.s3.bucket": ("", ANY),
        "connection_logs.s3.prefix": ("", ANY),
        "health_check_logs.s3.enabled": ("false", BOOLEAN),
        "health_check_logs.s3.bucket": ("", ANY),
        "health_check_logs.s3.prefix": ("", ANY),
        "routing.http.desync_mitigation_mode": ("defensive", "monitor|defensive|strictest"),
        "routing.http.drop_invalid_header_fields.enabled": ("false", BOOLEAN),
        "routing.http.preserve_host_header.enabled": ("false", BOOLEAN),
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": ("false", BOOLEAN),
        "routing.http.xff_client_port.enabled": ("false", BOOLEAN),
        "routing.http.xff_header_processing.mode": ("append", "append|preserve|remove"),
        "routing.http2.enabled": ("true", BOOLEAN),
        "waf.fail_open.enabled": ("false", BOOLEAN),
    },
    "network": {
        **_EVERY_BALANCER,
        "load_balancing.cross_zone.enabled": ("false", BOOLEAN),
        "dns_record.client_routing_policy": (
            "any_availability_zone",
            "availability_zone_affinity|partial_availability_zone_affinity|any_availability_zone",
        ),
        "secondary_ips.auto_assigned.per_subnet": ("0", (0, 7)),
    },
}

_HEALTHY_COUNTS = "[1-9][0-9]*|off"
_EVERY_GROUP: Table = {
    "deregistration_delay.timeout_seconds": ("300", (0, 3600)),
    "stickiness.enabled": ("false", BOOLEAN),
    "load_balancing.cross_zone.enabled": (
        "use_load_balancer_configuration",
        f"{BOOLEAN}|use_load_balancer_configuration",
    ),
    "target_group_health.dns_failover.minimum_healthy_targets.count": ("1", _HEALTHY_COUNTS),
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": ("off", _HEALTHY_COUNTS),
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": ("1", "[1-9][0-9]*"),
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": ("off", _HEALTHY_COUNTS),
}
HTTP_GROUP: Table = {
    **_EVERY_GROUP,
    "stickiness.type": ("lb_cookie", "lb_cookie|app_cookie"),
    "stickiness.lb_cookie.duration_seconds": ("86400", (1, 604800)),
    "stickiness.app_cookie.cookie_name": ("", TEXT_255),
    "stickiness.app_cookie.duration_seconds": ("86400", (1, 604800)),
    "slow_start.duration_seconds": ("0", (0, 900)),
    "load_balancing.algorithm.type": ("round_robin", "round_robin|least_outstanding_requests|weighted_random"),
    "load_balancing.algorithm.anomaly_mitigation": ("off", "on|off"),
}
TCP_GROUP: Table = {
    **_EVERY_GROUP,
    "stickiness.type": ("source_ip", "source_ip"),
    "deregistration_delay.connection_termination.enabled": ("false", BOOLEAN),
    "preserve_client_ip.enabled": ("true", BOOLEAN),
    "proxy_protocol_v2.enabled": ("false", BOOLEAN),
    "target_health_state.unhealthy.connection_termination.enabled": ("true", BOOLEAN),
    "target_health_state.unhealthy.draining_interval_seconds": ("0", (0, 360000)),
}

_HTTP_LISTENER: Table = {
    **{
        f"routing.http.response.{header}.header_value": ("", ANY)
        for header in (
            "strict_transport_security",
            "access_control_allow_origin",
            "access_control_allow_methods",
            "access_control_allow_headers",
            "access_control_allow_credentials",
            "access_control_expose_headers",
            "access_control_max_age",
            "content_security_policy",
            "x_content_type_options",
            "x_frame_options",
        )
    },
    "routing.http.response.server.enabled": ("true", BOOLEAN),
}
_HTTPS_LISTENER: Table = _HTTP_LISTENER | {
    f"routing.http.request.x_amzn_{header}.header_name": ("", TEXT_255)
    for header in (
        "mtls_clientcert_serial_number",
        "mtls_clientcert_issuer",
        "mtls_clientcert_subject",
        "mtls_clientcert_validity",
        "mtls_clientcert_leaf",
        "mtls_clientcert",
        "tls_version",
        "tls_cipher_suite",
    )
}
LISTENER: dict[str, Table] = {
    "HTTP": _HTTP_LISTENER,
    "HTTPS": _HTTPS_LISTENER,
    "TCP": {"tcp.idle_timeout.seconds": ("350", (60, 6000))},
}


def load_balancer_defaults(kind: str) -> dict[str, str]:
    return _defaults(LOAD_BALANCER[kind])


def group_table(data: dict[str, Any]) -> Table:
    return HTTP_GROUP if data.get("Protocol") in ("HTTP", "HTTPS") else TCP_GROUP


def group_defaults(data: dict[str, Any]) -> dict[str, str]:
    defaults = _defaults(group_table(data))
    # Only UDP keeps the client's address towards an IP address.
    if "preserve_client_ip.enabled" in defaults and data["TargetType"] == "ip" and data["Protocol"] in ("TCP", "TLS"):
        defaults["preserve_client_ip.enabled"] = "false"
    return defaults


def listener_defaults(protocol: str) -> dict[str, str]:
    return _defaults(LISTENER.get(protocol, {}))


def _defaults(table: Table) -> dict[str, str]:
    return {key: default for key, (default, _unused) in table.items()}


def _checked(what: str, kind: str, table: Table, every: set[str], wanted: list[dict[str, str]]) -> dict[str, str]:
    """The changes as a mapping, when all of them are possible."""
    changes = {}
    for attribute in wanted:
        key, value = attribute["Key"], attribute.get("Value", "")
        if key not in every:
            raise invalid(f"{what} attribute key '{key}' is not recognized")
        if key not in table:
            message = f"{what} attribute key '{key}' is not supported on {what.lower()}s with {kind}"
            raise AwsError("InvalidConfigurationRequest", message)
        if not _fits(value, table[key][1]):
            raise invalid(f"The value '{value}' for the {what.lower()} attribute '{key}' is not valid")
        changes[key] = value
    return changes


def _fits(value: str, allowed: str | Range) -> bool:
    if isinstance(allowed, str):
        return re.fullmatch(allowed, value) is not None
    return re.fullmatch("[0-9]+", value) is not None and allowed[0] <= int(value) <= allowed[1]


def _listed(attributes: dict[str, str]) -> dict[str, Any]:
    return {"Attributes": [{"Key": key, "Value": value} for key, value in attributes.items()]}


@handles("elbv2", "DescribeLoadBalancerAttributes")
def describe_load_balancer_attributes(world: World, call: Call) -> Any:
    return _listed(store_of(world, call).load_balancer(call.params["LoadBalancerArn"]).attributes)


@handles("elbv2", "ModifyLoadBalancerAttributes")
def modify_load_balancer_attributes(world: World, call: Call) -> Any:
    balancer: LoadBalancer = store_of(world, call).load_balancer(call.params["LoadBalancerArn"])
    every = {key for table in LOAD_BALANCER.values() for key in table}
    table = LOAD_BALANCER[balancer.type]
    changes = _checked("Load balancer", f"type '{balancer.type}'", table, every, call.params["Attributes"])
    wanted = balancer.attributes | changes
    touches_logs = any(key.startswith("access_logs.") for key in changes)
    if touches_logs and wanted["access_logs.s3.enabled"] == "true":
        access_logs.check(call, balancer, wanted)
    balancer.attributes = wanted
    return _listed(wanted)


@handles("elbv2", "DescribeTargetGroupAttributes")
def describe_target_group_attributes(world: World, call: Call) -> Any:
    return _listed(store_of(world, call).target_group(call.params["TargetGroupArn"]).attributes)


@handles("elbv2", "ModifyTargetGroupAttributes")
def modify_target_group_attributes(world: World, call: Call) -> Any:
    group: TargetGroup = store_of(world, call).target_group(call.params["TargetGroupArn"])
    table = group_table(group.data)
    kind = f"protocol '{group.data.get('Protocol')}'"
    changes = _checked("Target group", kind, table, {*HTTP_GROUP, *TCP_GROUP}, call.params["Attributes"])
    group.attributes = group.attributes | changes
    return _listed(group.attributes)


@handles("elbv2", "DescribeListenerAttributes")
def describe_listener_attributes(world: World, call: Call) -> Any:
    return _listed(store_of(world, call).listener(call.params["ListenerArn"]).attributes)


@handles("elbv2", "ModifyListenerAttributes")
def modify_listener_attributes(world: World, call: Call) -> Any:
    listener: Listener = store_of(world, call).listener(call.params["ListenerArn"])
    every = {key for table in LISTENER.values() for key in table}
    table = LISTENER.get(listener.protocol, {})
    changes = _checked("Listener", f"protocol '{listener.protocol}'", table, every, call.params["Attributes"])
    listener.attributes = listener.attributes | changes
    return _listed(listener.attributes)
