# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The desired load balancer, compared with the one that AWS has."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from .. import tags
from ..api import call, call_unless
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from ..wait import SYSTEM_CLOCK, Backoff, Clock, WaitFailed, poll
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

KIND = "load balancer"
_NOT_FOUND = ("LoadBalancerNotFound",)
# Changing one of these means another load balancer.
_FIXED = "type scheme"
# What AWS chooses when the user does not say.
# Whether the inbound rules of its security groups count for what comes by PrivateLink. AWS begins with yes.
_PRIVATE_LINK = "enforce_security_group_inbound_rules_on_private_link_traffic"
_PRIVATE_LINK_API = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
_CREATED_AS = {"type": "application", "scheme": "internet-facing", "ip_address_type": "ipv4"}
# Load balancers take minutes, so looking often would only cost API calls.
_BACKOFF = Backoff(first=2, most=10)


@dataclasses.dataclass(frozen=True)
class Found:
    """A load balancer that exists."""

    raw: dict[str, t.Any]
    attributes: dict[str, str]
    tags: dict[str, str]

    @property
    def arn(self) -> str:
        return self.raw["LoadBalancerArn"]

    def view(self, wanted_attributes: Mapping[str, str]) -> dict[str, t.Any]:
        """What a user manages of it; of the attributes only those that he named."""
        return {
            "name": self.raw["LoadBalancerName"],
            "type": self.raw["Type"],
            "scheme": self.raw.get("Scheme"),
            "ip_address_type": self.raw.get("IpAddressType"),
            "subnets": sorted(zone["SubnetId"] for zone in self.raw["AvailabilityZones"]),
            "security_groups": sorted(self.raw.get("SecurityGroups") or []),
            "attributes": {key: self.attributes.get(key) for key in wanted_attributes},
            "tags": self.tags,
            **self._private_link(),
        }

    def _private_link(self) -> dict[str, bool]:
        """Only of network load balancers with security groups; AWS's own choice is not worth a word."""
        enforced = self.raw.get(_PRIVATE_LINK_API, "on") == "on"
        return {} if enforced else {_PRIVATE_LINK: False}

    def result(self) -> dict[str, t.Any]:
        return returned(self.raw, self.tags, attributes=self.attributes)


def describe(client: t.Any, name: str) -> dict[str, t.Any] | None:
    answer = call_unless(_NOT_FOUND, client, "describe_load_balancers", f"find the load balancer {name}", Names=[name])
    return answer["LoadBalancers"][0] if answer and answer["LoadBalancers"] else None


def find(client: t.Any, name: str) -> Found | None:
    raw = describe(client, name)
    if raw is None:
        return None
    arn = raw["LoadBalancerArn"]
    attributes = call(
        client, "describe_load_balancer_attributes", f"read the attributes of {name}", LoadBalancerArn=arn
    )
    return Found(raw, attribute_dict(attributes["Attributes"]), read_tags(client, [arn])[arn])


def desired(params: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the user asks for, in the shape of ``Found.view``; unset options are missing."""
    return given(
        {
            "type": params["type"],
            "scheme": params["scheme"],
            "ip_address_type": params["ip_address_type"],
            "subnets": None if params["subnets"] is None else sorted(params["subnets"]),
            "security_groups": None if params["security_groups"] is None else sorted(params["security_groups"]),
            "attributes": attribute_text(params["attributes"]),
            _PRIVATE_LINK: params.get(_PRIVATE_LINK),
        }
    )


def ensure_present(
    client: t.Any, params: Mapping[str, t.Any], check_mode: bool, clock: Clock = SYSTEM_CLOCK
) -> Outcome:
    name = params["name"]
    check_name(KIND, name)
    if name.startswith("internal-"):
        raise GatewayError(
            f"The load balancer name '{name}' is invalid: AWS keeps the beginning 'internal-' for itself."
        )
    wanted = desired(params)
    found = find(client, name)
    if found is None:
        outcome = _create(client, name, wanted, params, check_mode)
    elif params["replace"] and _is_fixed_change(found, wanted):
        outcome = _replace(client, found, wanted, params, check_mode, clock)
    else:
        outcome = _update(client, found, wanted, params, check_mode)
    if params["wait"] and not check_mode:
        state = wait_until_active(client, name, params["wait_timeout"], clock)["State"]
        outcome.result["load_balancer"]["state"] = {"code": state["Code"]}
    return outcome


def _create(
    client: t.Any, name: str, wanted: Mapping[str, t.Any], params: Mapping[str, t.Any], check_mode: bool
) -> Outcome:
    if not wanted.get("subnets"):
        raise GatewayError(f"The load balancer {name} does not exist, and without subnets it cannot be created.")
    after = {"name": name, **_CREATED_AS, **wanted, "tags": tags.change({}, params["tags"], True).final}
    after = _without_default(after)
    if check_mode:
        unknown = ("load_balancer_arn", "dns_name", "canonical_hosted_zone_id", "vpc_id")
        predicted = {**after, **dict.fromkeys(unknown, KNOWN_AFTER_APPLY), "state": {"code": KNOWN_AFTER_APPLY}}
        return Outcome({"load_balancer": {**predicted, "load_balancer_name": name}, "replaced": False}, None, after)
    answer = call(
        client,
        "create_load_balancer",
        f"create the load balancer {name}",
        Name=name,
        Type=after["type"],
        Scheme=after["scheme"],
        IpAddressType=wanted.get("ip_address_type"),
        Subnets=wanted["subnets"],
        SecurityGroups=wanted.get("security_groups") or None,
        Tags=tag_list(params["tags"]),
    )
    arn = answer["LoadBalancers"][0]["LoadBalancerArn"]
    if _PRIVATE_LINK in after:
        _set_groups(client, arn, wanted.get("security_groups") or [], False)
    _write_attributes(client, arn, wanted.get("attributes"))
    return Outcome({"load_balancer": _existing(client, name).result(), "replaced": False}, None, after)


def _is_fixed_change(found: Found, wanted: Mapping[str, t.Any]) -> bool:
    before = found.view({})
    return any(key in wanted and wanted[key] != before[key] for key in _FIXED.split())


def _replace(
    client: t.Any,
    found: Found,
    wanted: Mapping[str, t.Any],
    params: Mapping[str, t.Any],
    check_mode: bool,
    clock: Clock,
) -> Outcome:
    """Its name is free only when it is gone, so there is a time without it; its target groups stay."""
    name = params["name"]
    _refuse_when_protected(found, name)
    if not check_mode:
        _delete(client, found.arn, name)
        poll(
            lambda: describe(client, name),
            lambda raw: raw is None,
            what=f"the load balancer {name} to be gone",
            timeout=params["wait_timeout"],
            backoff=_BACKOFF,
            clock=clock,
            show=lambda raw: raw and raw["State"],
        )
    created = _create(client, name, wanted, params, check_mode)
    before = found.view(wanted.get("attributes", {}))
    return Outcome({**created.result, "replaced": True}, before, created.after)


def _update(
    client: t.Any, found: Found, wanted: Mapping[str, t.Any], params: Mapping[str, t.Any], check_mode: bool
) -> Outcome:
    name = params["name"]
    before = found.view(wanted.get("attributes", {}))
    refuse_changes(KIND, name, before, wanted, _FIXED)
    after = {**before, **wanted, "tags": tags.change(found.tags, params["tags"], params["purge_tags"]).final}
    after = _without_default(after)
    changes = differing({_PRIVATE_LINK: True, **before}, wanted)
    if "security_groups" in changes and before["type"] == "network" and not before["security_groups"]:
        raise GatewayError(
            f"The load balancer {name} is a network load balancer that was created without security groups, and AWS "
            "lets such a one never have any. Leave security_groups unset, or remove it (state absent) and make it anew."
        )
    if before == after:
        return Outcome({"load_balancer": found.result(), "replaced": False}, before, after)
    if check_mode:
        return Outcome(
            {"load_balancer": {**found.result(), **differing(before, after)}, "replaced": False}, before, after
        )
    _apply(client, found.arn, before["security_groups"], changes)
    write_tags(client, found.arn, found.tags, params)
    return Outcome({"load_balancer": _existing(client, name).result(), "replaced": False}, before, after)


def _without_default(view: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in view.items() if key != _PRIVATE_LINK or value is False}


def _set_groups(client: t.Any, arn: str, groups: list[str], enforced: bool | None) -> None:
    words = None if enforced is None else "on" if enforced else "off"
    call(
        client,
        "set_security_groups",
        f"set the security groups of {arn}",
        LoadBalancerArn=arn,
        SecurityGroups=groups,
        **{_PRIVATE_LINK_API: words},
    )


def _apply(client: t.Any, arn: str, groups: list[str], changes: Mapping[str, t.Any]) -> None:
    if "ip_address_type" in changes:
        call(
            client,
            "set_ip_address_type",
            f"set the IP address type of {arn}",
            LoadBalancerArn=arn,
            IpAddressType=changes["ip_address_type"],
        )
    if "subnets" in changes:
        call(client, "set_subnets", f"set the subnets of {arn}", LoadBalancerArn=arn, Subnets=changes["subnets"])
    if "security_groups" in changes or _PRIVATE_LINK in changes:
        _set_groups(client, arn, changes.get("security_groups", groups), changes.get(_PRIVATE_LINK))
    _write_attributes(client, arn, changes.get("attributes"))


def _write_attributes(client: t.Any, arn: str, attributes: Mapping[str, str] | None) -> None:
    # All that were given go out together: AWS checks some against each other, as bucket and prefix of the logs.
    if attributes:
        call(
            client,
            "modify_load_balancer_attributes",
            f"set attributes of {arn}",
            LoadBalancerArn=arn,
            Attributes=attribute_list(attributes),
        )


def _existing(client: t.Any, name: str) -> Found:
    found = find(client, name)
    if found is None:
        raise GatewayError(f"The load balancer {name} disappeared while it was being changed. Run again.")
    return found


def wait_until_active(client: t.Any, name: str, timeout: float, clock: Clock = SYSTEM_CLOCK) -> dict[str, t.Any]:
    def done(raw: dict[str, t.Any] | None) -> bool:
        state = {"Code": "gone"} if raw is None else raw["State"]
        if state["Code"] in ("failed", "gone"):
            raise WaitFailed(
                f"The load balancer {name} cannot become active: it is {state['Code']}. {state.get('Reason', '')}",
                last_state=state,
            )
        return state["Code"] in ("active", "active_impaired")

    return t.cast(
        dict[str, t.Any],
        poll(
            lambda: describe(client, name),
            done,
            what=f"the load balancer {name} to become active",
            timeout=timeout,
            backoff=_BACKOFF,
            clock=clock,
            show=lambda raw: raw and raw["State"],
        ),
    )


def ensure_absent(
    client: t.Any, ec2: t.Any, params: Mapping[str, t.Any], check_mode: bool, clock: Clock = SYSTEM_CLOCK
) -> Outcome:
    """Delete it. ``ec2`` makes an EC2 client; it is only asked for when there are network interfaces to wait for."""
    found = find(client, params["name"])
    if found is None:
        return Outcome({})
    _refuse_when_protected(found, params["name"])
    before = found.view({})
    if not check_mode:
        _delete(client, found.arn, params["name"])
        if params["wait"]:
            wait_until_detached(ec2(), found.arn, params["wait_timeout"], clock)
    return Outcome({}, before, None)


def _refuse_when_protected(found: Found, name: str) -> None:
    if found.attributes.get("deletion_protection.enabled") == "true":
        raise GatewayError(
            f"The load balancer {name} is protected from deletion. "
            "Set its attribute deletion_protection.enabled to false first."
        )


def _delete(client: t.Any, arn: str, name: str) -> None:
    call(client, "delete_load_balancer", f"delete the load balancer {name}", LoadBalancerArn=arn)


def wait_until_detached(ec2: t.Any, arn: str, timeout: float, clock: Clock = SYSTEM_CLOCK) -> None:
    """Until its network interfaces are gone, which keep subnets and security groups from being deleted."""
    description = "ELB " + arn.partition(":loadbalancer/")[2]

    def interfaces() -> list[str]:
        answer = call(
            ec2,
            "describe_network_interfaces",
            f"find the network interfaces of {arn}",
            Filters=[{"Name": "description", "Values": [description]}],
        )
        return [item["NetworkInterfaceId"] for item in answer["NetworkInterfaces"]]

    poll(
        interfaces,
        lambda left: not left,
        what=f"the network interfaces of {arn} to be gone",
        timeout=timeout,
        backoff=_BACKOFF,
        clock=clock,
    )


def ensure(module: t.Any) -> Outcome:
    client = module.client("elbv2")
    if module.params["state"] == "present":
        return ensure_present(client, module.params, module.check_mode)
    return ensure_absent(client, lambda: module.client("ec2"), module.params, module.check_mode)
