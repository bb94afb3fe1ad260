# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""An endpoint service: a network load balancer that other accounts reach by PrivateLink."""

from __future__ import annotations

import typing as t
import uuid
from collections.abc import Callable, Mapping

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .. import tags, wait
from ..api import call
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from .connection import connections, reject
from .private_link import Item, call_on_each, named, retag, returned, specification, with_name

Params = Mapping[str, t.Any]

OPTIONS: dict[str, t.Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "load_balancer_arns": {"type": "list", "elements": "str"},
    "acceptance_required": {"type": "bool"},
    "allowed_principals": {"type": "list", "elements": "str"},
    "private_dns_name": {"type": "str"},
    "supported_regions": {"type": "list", "elements": "str"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
}

_LEAVING = ("deleting", "deleted")
_VERIFIED = "verified"
_CONNECTED = ("available", "pendingacceptance")
_STILL_CONNECTED = "ExistingVpcEndpointConnections"
_BACKOFF = wait.Backoff(first=2, most=10)


def find(client: t.Any, name: str) -> Item | None:
    """With the principals that it lets in."""
    operation, items = "describe_vpc_endpoint_service_configurations", "ServiceConfigurations"
    found = [
        one
        for one in named(client, operation, items, "endpoint service", name)
        if str(one["ServiceState"]).lower() not in _LEAVING
    ]
    return min(found, key=lambda one: str(one["ServiceId"]), default=None)


def _principals(client: t.Any, service_id: str) -> list[str]:
    doing = f"read who may connect to {service_id}"
    answer = call(client, "describe_vpc_endpoint_service_permissions", doing, ServiceId=service_id)
    return sorted(one["Principal"] for one in answer["AllowedPrincipals"])


def _view(raw: Item, principals: list[str], region: str) -> Item:
    regions = {one["Region"] for one in raw.get("SupportedRegions") or []}
    return {
        "name": tags.from_list(raw.get("Tags")).get("Name", ""),
        "load_balancers": sorted(raw.get("NetworkLoadBalancerArns") or []),
        "acceptance_required": bool(raw["AcceptanceRequired"]),
        "allowed_principals": principals,
        "private_dns_name": raw.get("PrivateDnsName") or "",
        "supported_regions": sorted(regions - {region}),
        "tags": tags.from_list(raw.get("Tags")),
    }


_CREATED_AS: Item = {
    "load_balancers": [],
    "acceptance_required": True,
    "allowed_principals": [],
    "private_dns_name": "",
    "supported_regions": [],
}


class EndpointService:
    """The endpoint service that is wanted. ``elbv2`` makes a client, for load balancers that have to be waited for."""

    def __init__(
        self,
        client: t.Any,
        elbv2: Callable[[], t.Any],
        params: Params,
        region: str,
        check_mode: bool,
        clock: wait.Clock = wait.SYSTEM_CLOCK,
    ) -> None:
        self._client = client
        self._elbv2 = elbv2
        self._params = params
        self._region = region
        self._check_mode = check_mode
        self._clock = clock

    def ensure_present(self) -> Outcome:
        found = find(self._client, self._params["name"])
        if found is None:
            return self._create()
        before = _view(found, _principals(self._client, found["ServiceId"]), self._region)
        return self._update(before, before, found)

    def _asked(self) -> Item:
        """What the user has set."""
        given = {key: self._params[key] for key in ("acceptance_required", "private_dns_name")}
        for key, option in (
            ("load_balancers", "load_balancer_arns"),
            ("allowed_principals", "allowed_principals"),
            ("supported_regions", "supported_regions"),
        ):
            given[key] = None if self._params[option] is None else sorted(set(self._params[option]))
        if given["supported_regions"] is not None:
            given["supported_regions"] = [one for one in given["supported_regions"] if one != self._region]
        return {key: value for key, value in given.items() if value is not None}

    def _create(self) -> Outcome:
        asked = {**_CREATED_AS, **self._asked()}
        if not asked["load_balancers"]:
            raise GatewayError(f"The endpoint service {self._params['name']} needs a network load balancer.")
        wanted_tags = {**(self._params["tags"] or {}), "Name": self._params["name"]}
        after = {"name": self._params["name"], **asked, "tags": wanted_tags}
        if self._check_mode:
            unknown = dict.fromkeys(("service_id", "service_name"), KNOWN_AFTER_APPLY)
            foreseen = {**unknown, "private_dns_name": asked["private_dns_name"], "availability_zones": []}
            return Outcome({"service": {**foreseen, "private_dns_name_configuration": None}}, None, after)
        self._wait_until_active(asked["load_balancers"])
        regions = asked["supported_regions"]
        made = call(
            self._client,
            "create_vpc_endpoint_service_configuration",
            f"create the endpoint service {self._params['name']}",
            NetworkLoadBalancerArns=asked["load_balancers"],
            AcceptanceRequired=asked["acceptance_required"],
            PrivateDnsName=asked["private_dns_name"] or None,
            SupportedRegions=[self._region, *regions] if regions else None,
            ClientToken=str(uuid.uuid4()),
            TagSpecifications=specification("vpc-endpoint-service", wanted_tags),
        )["ServiceConfiguration"]
        return self._update(None, _view(made, [], self._region), made)

    def _wait_until_active(self, arns: list[str]) -> None:
        """AWS puts only what is active behind an endpoint service."""
        if not self._params["wait"]:
            return
        client = self._elbv2()

        def states() -> list[str]:
            doing = "look at the load balancers"
            found = call(client, "describe_load_balancers", doing, LoadBalancerArns=arns)["LoadBalancers"]
            return [one["State"]["Code"] for one in found]

        def done(seen: list[str]) -> bool:
            if "failed" in seen:
                raise wait.WaitFailed(f"A load balancer of {', '.join(arns)} has failed, and cannot serve.")
            return all(one.startswith("active") for one in seen)

        wait.poll(
            states,
            done,
            what=f"the load balancers of the endpoint service {self._params['name']} to become active",
            timeout=self._params["wait_timeout"],
            backoff=_BACKOFF,
            clock=self._clock,
        )

    def _update(self, before: Item | None, current: Item, raw: Item) -> Outcome:
        change = tags.change(current["tags"], with_name(self._params), self._params["purge_tags"])
        after = {**current, **self._asked(), "tags": change.final}
        proof = _proof(raw)
        if self._check_mode:
            return Outcome(
                {"service": {**returned(raw), "allowed_principals": after["allowed_principals"]}}, before, after
            )
        self._write(raw["ServiceId"], current, after)
        retag(self._client, raw["ServiceId"], change)
        is_new = before is None or after["private_dns_name"] != current["private_dns_name"]
        if (not is_new and self._verify(raw["ServiceId"], after, proof)) or current != after:
            raw = self._read(raw["ServiceId"])
        is_changed = before != after or _proof(raw) != proof
        result = {**returned(raw), "allowed_principals": after["allowed_principals"], "tags": after["tags"]}
        return Outcome({"service": result}, before, after, is_changed)

    def _write(self, service_id: str, current: Item, after: Item) -> None:
        given: Item = {}
        if after["acceptance_required"] != current["acceptance_required"]:
            given["AcceptanceRequired"] = after["acceptance_required"]
        if after["private_dns_name"] != current["private_dns_name"]:
            name = after["private_dns_name"]
            given |= {"PrivateDnsName": name} if name else {"RemovePrivateDnsName": True}
        for key, words in (("load_balancers", "NetworkLoadBalancerArns"), ("supported_regions", "SupportedRegions")):
            given |= _difference(current[key], after[key], words)
        if "AddNetworkLoadBalancerArns" in given:
            self._wait_until_active(given["AddNetworkLoadBalancerArns"])
        doing = f"change the endpoint service {self._params['name']}"
        service = {"ServiceId": service_id}
        if given:
            call(self._client, "modify_vpc_endpoint_service_configuration", doing, **service, **given)
        principals = _difference(current["allowed_principals"], after["allowed_principals"], "AllowedPrincipals")
        if principals:
            call(self._client, "modify_vpc_endpoint_service_permissions", doing, **service, **principals)

    def _verify(self, service_id: str, after: Item, proof: str) -> bool:
        """AWS looks for the record in DNS when it is asked to. With a new name nobody can have made it yet."""
        if not after["private_dns_name"] or proof == _VERIFIED:
            return False
        call(
            self._client,
            "start_vpc_endpoint_service_private_dns_verification",
            f"verify the private DNS name of {self._params['name']}",
            ServiceId=service_id,
        )
        return True

    def _read(self, service_id: str) -> Item:
        operation = "describe_vpc_endpoint_service_configurations"
        found = call(self._client, operation, f"look at {service_id}", ServiceIds=[service_id])
        return t.cast(Item, found["ServiceConfigurations"][0])

    def ensure_absent(self) -> Outcome:
        found = find(self._client, self._params["name"])
        if found is None:
            return Outcome({"service": None})
        before = _view(found, _principals(self._client, found["ServiceId"]), self._region)
        if not self._check_mode:
            delete(self._client, found["ServiceId"], self._params["wait_timeout"], self._clock)
        return Outcome({"service": None}, before, None)


def _proof(raw: Item) -> str:
    return str((raw.get("PrivateDnsNameConfiguration") or {}).get("State") or "")


def _difference(current: list[str], wanted: list[str], words: str) -> Item:
    changes = {
        f"Add{words}": [one for one in wanted if one not in current],
        f"Remove{words}": [one for one in current if one not in wanted],
    }
    return {key: value for key, value in changes.items() if value}


def delete(client: t.Any, service_id: str, timeout: float, clock: wait.Clock = wait.SYSTEM_CLOCK) -> None:
    """AWS only deletes what nobody is connected to. Others' endpoints stay theirs; they are rejected."""
    live = [one for one in connections(client, service_id) if one["VpcEndpointState"].lower() in _CONNECTED]
    if live:
        reject(client, service_id, [one["VpcEndpointId"] for one in live])

    def still_connected(error: Exception) -> bool:
        return isinstance(error, AnsibleAWSError) and error_code(error) == _STILL_CONNECTED

    operation, doing = "delete_vpc_endpoint_service_configurations", f"delete the endpoint service {service_id}"
    wait.keep_trying(
        lambda: call_on_each(client, operation, doing, ServiceIds=[service_id]),
        still_connected,
        what=f"the endpoint service {service_id} to be free of connections",
        timeout=timeout,
        backoff=_BACKOFF,
        clock=clock,
    )


def ensure(module: t.Any) -> Outcome:
    arguments = (module.client("ec2"), lambda: module.client("elbv2"), module.params, module.region, module.check_mode)
    service = EndpointService(*arguments)
    return service.ensure_present() if module.params["state"] == "present" else service.ensure_absent()
