"""Listeners, their default rules and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.acm.models import acm_backends
from moto.elbv2.ssl_policies import SSL_POLICIES
from moto.iam.models import iam_backends

from ...registry import AwsError, Call, handles
from ..pages import page
from .actions import normalized
from .attributes import listener_defaults
from .balancer_targets import check_free
from .load_balancers import forget_listener
from .state import Listener, LoadBalancer, Rule, Store, new_id, publish, store_of
from .validation import check_range, check_tags, invalid

if TYPE_CHECKING:
    from ...world import World

PROTOCOLS = {"application": ("HTTPS", "HTTP"), "network": ("TCP_UDP", "TCP", "UDP", "TLS")}
SECURE = ("HTTPS", "TLS")
DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"
PAGE = 400
MOST_CERTIFICATES = 25


@handles("elbv2", "CreateListener")
def create_listener(world: World, call: Call) -> Any:
    params, store = call.params, store_of(world, call)
    balancer = store.load_balancer(params["LoadBalancerArn"])
    check_tags(params.get("Tags", []))
    wanted = _wanted(world, call, store, balancer, params, {})
    arn = f"{balancer.arn.replace(':loadbalancer/', ':listener/')}/{new_id()}"
    listener = Listener(arn, balancer.arn, **wanted, attributes=listener_defaults(wanted["protocol"]))
    for existing in store.listeners_of(balancer.arn):
        if existing.port == listener.port:
            if _settings(existing) != _settings(listener):
                message = f"A listener already exists on this port for this load balancer '{balancer.arn}'"
                raise AwsError("DuplicateListener", message)
            return {"Listeners": [_described(existing)]}
    store.listeners[arn] = listener
    rule_arn = f"{arn.replace(':listener/', ':listener-rule/')}/{new_id()}"
    store.rules[rule_arn] = Rule(rule_arn, listener, "default", [], [], [])
    publish(call.account, call.region, arn, params.get("Tags", []))
    return {"Listeners": [_described(listener)]}


def _settings(listener: Listener) -> tuple[Any, ...]:
    return listener.protocol, listener.default_actions, listener.certificates[:1], listener.ssl_policy


def _wanted(
    world: World, call: Call, store: Store, balancer: LoadBalancer, params: dict[str, Any], current: dict[str, Any]
) -> dict[str, Any]:
    """A listener's settings: the request's over the current ones."""
    protocol, port = params.get("Protocol", current.get("protocol")), params.get("Port", current.get("port"))
    for value, words in ((protocol, "A protocol"), (port, "A port")):
        if value is None:
            raise invalid(f"{words} must be specified")
    if protocol not in PROTOCOLS[balancer.type]:
        allowed = ", ".join(PROTOCOLS[balancer.type])
        raise invalid(f"Listener protocol '{protocol}' must be one of '{allowed}'")
    check_range("port", port, 1, 65535)
    actions = params.get("DefaultActions") or current.get("default_actions", [])
    return {
        "protocol": protocol,
        "port": port,
        "default_actions": normalized(store, balancer, protocol, actions),
        **_security(world, call, protocol, params, current),
    }


def _security(
    world: World, call: Call, protocol: str, params: dict[str, Any], current: dict[str, Any]
) -> dict[str, Any]:
    asked = [one["CertificateArn"] for one in params.get("Certificates", [])]
    policy = params.get("SslPolicy")
    if protocol not in SECURE:
        if asked or policy:
            raise invalid(f"Certificates and security policies cannot be specified for {protocol} listeners")
        return {"certificates": [], "ssl_policy": None, "alpn_policy": []}
    if len(asked) > 1:
        raise AwsError("TooManyCertificates", "Only one default certificate can be specified for a listener")
    certificates = [*asked, *current.get("certificates", [])[1:]] if asked else current.get("certificates", [])
    if not certificates:
        raise AwsError("CertificateNotFound", f"A certificate must be specified for {protocol} listeners")
    for arn in asked:
        check_certificate(world, call, arn)
    policy = policy or current.get("ssl_policy") or DEFAULT_POLICY
    if policy not in SSL_POLICIES:
        raise AwsError("SSLPolicyNotFound", f"SSL policy '{policy}' not found")
    alpn = params.get("AlpnPolicy", current.get("alpn_policy", []))
    return {"certificates": certificates, "ssl_policy": policy, "alpn_policy": alpn}


def check_certificate(world: World, call: Call, arn: str) -> None:
    """It has to exist, in the load balancer's region or in IAM."""
    parts = arn.split(":")
    if len(parts) < 6 or parts[2] not in ("acm", "iam"):
        raise invalid(f"Certificate ARN '{arn}' is not valid")
    if parts[2] == "acm" and parts[3] != call.region:
        raise invalid(f"Certificate ARN '{arn}' is not valid")
    if parts[2] == "acm":
        from ..acm import settle

        certificate = acm_backends[call.account][call.region]._certificates.get(arn)
        if certificate is not None:
            settle(world, call, certificate)
        if certificate is not None and certificate.status != "ISSUED":
            message = (
                f"The certificate '{arn}' must have a fully-qualified domain name, "
                "a supported signature, and a supported key size."
            )
            raise AwsError("UnsupportedCertificate", message)
        found = certificate is not None
    else:
        found = iam_backends[call.account][call.partition].get_certificate_by_arn(arn) is not None
    if not found:
        raise AwsError("CertificateNotFound", f"Certificate '{arn}' not found")


@handles("elbv2", "ModifyListener")
def modify_listener(world: World, call: Call) -> Any:
    store = store_of(world, call)
    listener = store.listener(call.params["ListenerArn"])
    balancer = store.load_balancer(listener.load_balancer_arn)
    current = {
        "protocol": listener.protocol,
        "port": listener.port,
        "default_actions": listener.default_actions,
        "certificates": listener.certificates,
        "ssl_policy": listener.ssl_policy,
        "alpn_policy": listener.alpn_policy,
    }
    wanted = _wanted(world, call, store, balancer, call.params, current)
    for other in store.listeners_of(balancer.arn):
        if other is not listener and other.port == wanted["port"]:
            message = f"A listener already exists on this port for this load balancer '{balancer.arn}'"
            raise AwsError("DuplicateListener", message)
    if wanted["protocol"] != listener.protocol:
        listener.attributes = listener_defaults(wanted["protocol"])
    let_go = [one for one in listener.certificates if one not in wanted["certificates"]]
    for name, value in wanted.items():
        setattr(listener, name, value)
    _released(world, call, let_go)
    return {"Listeners": [_described(listener)]}


@handles("elbv2", "DescribeListeners")
def describe_listeners(world: World, call: Call) -> Any:
    params, store = call.params, store_of(world, call)
    balancer_arn, arns = params.get("LoadBalancerArn"), params.get("ListenerArns", [])
    if not balancer_arn and not arns:
        raise invalid("You must specify either listener ARNs or a load balancer ARN")
    if balancer_arn and arns:
        raise invalid("You cannot specify both listener ARNs and a load balancer ARN")
    if {*arns} - {*store.listeners}:
        raise AwsError("ListenerNotFound", "One or more listeners not found")
    if balancer_arn:
        found = store.listeners_of(store.load_balancer(balancer_arn).arn)
    else:
        found = [store.listeners[one] for one in arns]
    items, marker = page(found, params.get("Marker"), params.get("PageSize"), PAGE)
    return {"Listeners": [_described(one) for one in items], "NextMarker": marker}


@handles("elbv2", "DeleteListener")
def delete_listener(world: World, call: Call) -> Any:
    store = store_of(world, call)
    listener = store.listener(call.params["ListenerArn"])
    check_free(store, listener)
    forget_listener(call, store, listener.arn)
    _released(world, call, listener.certificates)
    return {}


def _released(world: World, call: Call, arns: list[str]) -> None:
    from ..acm import released

    released(world, call, arns)


@handles("elbv2", "DescribeListenerCertificates")
def describe_listener_certificates(world: World, call: Call) -> Any:
    listener = store_of(world, call).listener(call.params["ListenerArn"])
    return {
        "Certificates": [
            {"CertificateArn": arn, "IsDefault": index == 0} for index, arn in enumerate(listener.certificates)
        ]
    }


@handles("elbv2", "AddListenerCertificates")
def add_listener_certificates(world: World, call: Call) -> Any:
    listener = store_of(world, call).listener(call.params["ListenerArn"])
    if listener.protocol not in SECURE:
        raise invalid(f"Certificates cannot be specified for {listener.protocol} listeners")
    for arn in [one["CertificateArn"] for one in call.params["Certificates"]]:
        check_certificate(world, call, arn)
        if arn not in listener.certificates:
            listener.certificates.append(arn)
    if len(listener.certificates) > MOST_CERTIFICATES + 1:
        message = "You've reached the limit on the number of certificates per load balancer"
        raise AwsError("TooManyCertificates", message)
    return {"Certificates": [{"CertificateArn": arn, "IsDefault": False} for arn in listener.certificates[1:]]}


@handles("elbv2", "RemoveListenerCertificates")
def remove_listener_certificates(world: World, call: Call) -> Any:
    listener = store_of(world, call).listener(call.params["ListenerArn"])
    gone = {one["CertificateArn"] for one in call.params["Certificates"]}
    if gone & {*listener.certificates[:1]}:
        raise AwsError("OperationNotPermitted", "Default certificate cannot be removed")
    listener.certificates = [arn for arn in listener.certificates if arn not in gone]
    return {}


def _described(listener: Listener) -> dict[str, Any]:
    described: dict[str, Any] = {
        "ListenerArn": listener.arn,
        "LoadBalancerArn": listener.load_balancer_arn,
        "Port": listener.port,
        "Protocol": listener.protocol,
        "DefaultActions": listener.default_actions,
    }
    if listener.ssl_policy:
        described["SslPolicy"] = listener.ssl_policy
        described["Certificates"] = [{"CertificateArn": arn} for arn in listener.certificates[:1]]
    if listener.alpn_policy:
        described["AlpnPolicy"] = listener.alpn_policy
    return described
