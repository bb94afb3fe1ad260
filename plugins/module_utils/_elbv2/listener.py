# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The desired listener, compared with the one that AWS has on that port."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from .. import tags
from ..api import call, call_unless
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known
from .actions import api_actions, observed_actions, serving, wanted_actions
from .common import differing, given, read_tags, returned, tag_list, write_tags

_NOT_FOUND = ("LoadBalancerNotFound", "ListenerNotFound")
# Without TLS there is neither a certificate nor a policy; AWS forgets both when the protocol changes.
_TLS = ("HTTPS", "TLS")


@dataclasses.dataclass(frozen=True)
class Found:
    """A listener that exists."""

    raw: dict[str, t.Any]
    certificates: list[str]
    tags: dict[str, str]

    @property
    def arn(self) -> str:
        return self.raw["ListenerArn"]

    def view(self) -> dict[str, t.Any]:
        return {
            "port": self.raw["Port"],
            "protocol": self.raw.get("Protocol"),
            "certificates": self.certificates,
            "ssl_policy": self.raw.get("SslPolicy") if self.raw.get("Protocol") in _TLS else None,
            "default_actions": observed_actions(self.raw["DefaultActions"]),
            "tags": self.tags,
        }

    def result(self) -> dict[str, t.Any]:
        actions = observed_actions(self.raw["DefaultActions"])
        return returned(self.raw, self.tags, certificate_arns=self.certificates, serving_target_group=serving(actions))


def find(client: t.Any, load_balancer_arn: str, port: int) -> Found | None:
    if not is_known(load_balancer_arn):
        return None
    answer = call_unless(
        _NOT_FOUND,
        client,
        "describe_listeners",
        f"find the listeners of {load_balancer_arn}",
        LoadBalancerArn=load_balancer_arn,
    )
    listeners = answer["Listeners"] if answer else []
    raw = next((listener for listener in listeners if listener.get("Port") == port), None)
    if raw is None:
        return None
    arn = raw["ListenerArn"]
    return Found(raw, _certificates(client, raw), read_tags(client, [arn])[arn])


def _certificates(client: t.Any, raw: Mapping[str, t.Any]) -> list[str]:
    """The default certificate first, then those that clients choose by server name."""
    if raw.get("Protocol") not in _TLS:
        return []
    answer = call(
        client, "describe_listener_certificates", "read the certificates of a listener", ListenerArn=raw["ListenerArn"]
    )
    default = [certificate["CertificateArn"] for certificate in raw.get("Certificates", [])]
    more = {certificate["CertificateArn"] for certificate in answer["Certificates"] if not certificate.get("IsDefault")}
    return default + sorted(more - set(default))


def desired(params: Mapping[str, t.Any]) -> dict[str, t.Any]:
    certificates = params["certificates"]
    if certificates:
        certificates = [certificates[0], *sorted(set(certificates[1:]) - {certificates[0]})]
    return given(
        {
            "protocol": params["protocol"],
            "certificates": certificates,
            "ssl_policy": params["ssl_policy"],
            "default_actions": wanted_actions(params["default_actions"]),
        }
    )


def ensure_present(client: t.Any, params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    wanted = desired(params)
    found = find(client, params["load_balancer_arn"], params["port"])
    if found is None:
        return _create(client, wanted, params, check_mode)
    if params["actions_owner"] == "ecs":
        # ECS and CodeDeploy shift weights and swap target groups here; setting them again would undo a deployment.
        wanted.pop("default_actions", None)
    return _update(client, found, wanted, params, check_mode)


def _create(client: t.Any, wanted: Mapping[str, t.Any], params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    arn, port = params["load_balancer_arn"], params["port"]
    missing = [key for key in ("protocol", "default_actions") if not wanted.get(key)]
    if missing:
        raise GatewayError(f"There is no listener on port {port} of {arn}; to create it, set {' and '.join(missing)}.")
    certificates = wanted.get("certificates") or []
    after = {
        "port": port,
        **wanted,
        "certificates": certificates,
        "tags": tags.change({}, params["tags"], True).final,
    }
    if check_mode:
        # With its port, which tells new listeners apart.
        unknown = f"listener {port} {KNOWN_AFTER_APPLY}"
        known = {"listener_arn": unknown, "load_balancer_arn": arn, "certificate_arns": certificates}
        predicted = {**after, **known, "serving_target_group": serving(wanted["default_actions"])}
        return Outcome({"listener": predicted}, None, after)
    answer = call(
        client,
        "create_listener",
        f"create the listener on port {port} of {arn}",
        LoadBalancerArn=arn,
        Port=port,
        Protocol=wanted["protocol"],
        SslPolicy=wanted.get("ssl_policy"),
        Certificates=_default_certificate(certificates),
        DefaultActions=api_actions(wanted["default_actions"]),
        Tags=tag_list(params["tags"]),
    )
    _change_certificates(client, answer["Listeners"][0]["ListenerArn"], [], certificates[1:])
    return Outcome({"listener": _existing(client, params).result()}, None, after)


def _update(
    client: t.Any, found: Found, wanted: Mapping[str, t.Any], params: Mapping[str, t.Any], check_mode: bool
) -> Outcome:
    before = found.view()
    after = {**before, **wanted, "tags": tags.change(found.tags, params["tags"], params["purge_tags"]).final}
    if after["protocol"] not in _TLS:
        after.update(certificates=[], ssl_policy=None)
    if before == after:
        return Outcome({"listener": found.result()}, before, after)
    if check_mode:
        return Outcome({"listener": {**found.result(), **differing(before, after)}}, before, after)
    _modify(client, found.arn, before, after)
    write_tags(client, found.arn, found.tags, params)
    return Outcome({"listener": _existing(client, params).result()}, before, after)


def _modify(client: t.Any, arn: str, before: Mapping[str, t.Any], after: Mapping[str, t.Any]) -> None:
    changes = differing(before, after)
    default_changes = before["certificates"][:1] != after["certificates"][:1]
    becomes_tls = "protocol" in changes and after["protocol"] in _TLS
    parameters = {
        "Protocol": changes.get("protocol"),
        "SslPolicy": changes.get("ssl_policy"),
        # AWS wants the certificate again when a listener becomes TLS.
        "Certificates": _default_certificate(after["certificates"]) if default_changes or becomes_tls else None,
        "DefaultActions": api_actions(changes["default_actions"]) if "default_actions" in changes else None,
    }
    if given(parameters):
        call(client, "modify_listener", f"change the listener {arn}", ListenerArn=arn, **parameters)
    _change_certificates(client, arn, before["certificates"][1:], after["certificates"][1:])


def _default_certificate(certificates: list[str]) -> list[dict[str, str]] | None:
    return [{"CertificateArn": certificates[0]}] if certificates else None


def _change_certificates(client: t.Any, arn: str, before: list[str], after: list[str]) -> None:
    added = [{"CertificateArn": certificate} for certificate in after if certificate not in before]
    removed = [{"CertificateArn": certificate} for certificate in before if certificate not in after]
    if added:
        call(client, "add_listener_certificates", f"add certificates to {arn}", ListenerArn=arn, Certificates=added)
    if removed:
        call(
            client,
            "remove_listener_certificates",
            f"remove certificates of {arn}",
            ListenerArn=arn,
            Certificates=removed,
        )


def _existing(client: t.Any, params: Mapping[str, t.Any]) -> Found:
    found = find(client, params["load_balancer_arn"], params["port"])
    if found is None:
        raise GatewayError(f"The listener on port {params['port']} disappeared while it was being changed. Run again.")
    return found


def ensure_absent(client: t.Any, params: Mapping[str, t.Any], check_mode: bool) -> Outcome:
    found = find(client, params["load_balancer_arn"], params["port"])
    if found is None:
        return Outcome({})
    if not check_mode:
        doing = f"delete the listener on port {params['port']}"
        call_unless(_NOT_FOUND, client, "delete_listener", doing, ListenerArn=found.arn)
    return Outcome({}, found.view(), None)


def ensure(module: t.Any) -> Outcome:
    client = module.client("elbv2")
    ensure_state = ensure_present if module.params["state"] == "present" else ensure_absent
    return ensure_state(client, module.params, module.check_mode)
