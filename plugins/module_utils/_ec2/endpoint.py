# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""An interface endpoint to a service of PrivateLink, which may have to wait until the service's owner lets it in."""

from __future__ import annotations

import typing as t
import uuid
from collections.abc import Mapping

from .. import tags, wait
from ..api import call, call_unless
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known
from .private_link import Item, call_on_each, named, retag, returned, specification, with_name
from .subnets import chosen

Params = Mapping[str, t.Any]

OPTIONS: dict[str, t.Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "vpc_id": {"type": "str", "required": True},
    "service_name": {"type": "str"},
    "service_region": {"type": "str"},
    "hidden_service": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
    "subnet_ids": {"type": "list", "elements": "str"},
    "minimum_zones": {"type": "int", "default": 1},
    "security_group_ids": {"type": "list", "elements": "str"},
    "private_dns_enabled": {"type": "bool"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
}

# What the module says of an endpoint, by what AWS says.
NOT_ALLOWED, PENDING, WAITS_FOR_OWNER, AVAILABLE = "not_allowed", "pending", "pending_acceptance", "available"
_STATUS = {"pendingacceptance": WAITS_FOR_OWNER}
_LEAVING, _GONE = "deleting", "deleted"
# AWS does not tell a service to which the account may not connect from one that does not exist.
_HIDDEN = ("InvalidServiceName",)
_BACKOFF = wait.Backoff(first=1, most=10)
# Of several with the name, the one that is furthest.
_PREFERRED = (AVAILABLE, PENDING, WAITS_FOR_OWNER)


def status(raw: Item) -> str:
    state = str(raw["State"]).lower()
    return _STATUS.get(state, state)


def find(client: t.Any, params: Params) -> Item | None:
    """The endpoint of this name in the VPC. One that AWS is deleting is none."""
    live = [one for one in _all(client, params) if status(one) not in (_LEAVING, _GONE)]
    rank = {state: number for number, state in enumerate(_PREFERRED)}
    return min(live, key=lambda one: (rank.get(status(one), len(rank)), one["VpcEndpointId"]), default=None)


def _all(client: t.Any, params: Params) -> list[Item]:
    if not is_known(params["vpc_id"]):
        return []
    filters = {"vpc-id": params["vpc_id"]}
    return named(client, "describe_vpc_endpoints", "VpcEndpoints", "endpoint", params["name"], **filters)


def _view(raw: Item) -> Item:
    """What a user manages of it."""
    return {
        "name": tags.from_list(raw.get("Tags")).get("Name", ""),
        "vpc_id": raw["VpcId"],
        "service_name": raw["ServiceName"],
        "subnets": sorted(raw.get("SubnetIds") or []),
        "security_groups": sorted(one["GroupId"] for one in raw.get("Groups") or []),
        "private_dns_enabled": bool(raw.get("PrivateDnsEnabled")),
        "tags": tags.from_list(raw.get("Tags")),
    }


class Endpoint:
    """The endpoint that is wanted. ``region`` is where the module works."""

    def __init__(
        self, client: t.Any, params: Params, region: str, check_mode: bool, clock: wait.Clock = wait.SYSTEM_CLOCK
    ) -> None:
        self._client = client
        self._params = params
        self._region = region
        self._check_mode = check_mode
        self._clock = clock

    def ensure_present(self) -> Outcome:
        found = find(self._client, self._params)
        if found is None:
            return self._create()
        if found["ServiceName"] != self._params["service_name"]:
            raise GatewayError(
                f"The endpoint {self._params['name']} leads to {found['ServiceName']}, and AWS lets none lead to "
                f"another service. Remove it first (state absent), then it is made for {self._params['service_name']}."
            )
        return self._update(_view(found), found)

    def _service(self) -> Item | None:
        """As far as the account may see it."""
        region = self._params["service_region"]
        answer = call_unless(
            _HIDDEN,
            self._client,
            "describe_vpc_endpoint_services",
            f"look for the service {self._params['service_name']}",
            ServiceNames=[self._params["service_name"]],
            ServiceRegions=[region] if self._is_elsewhere else None,
        )
        return next(iter((answer or {}).get("ServiceDetails") or []), None)

    @property
    def _is_elsewhere(self) -> bool:
        return bool(self._params["service_region"]) and self._params["service_region"] != self._region

    def _subnets(self, service: Item | None, current: list[str]) -> list[str]:
        wanted = list(self._params["subnet_ids"] or [])
        if not wanted:
            return current
        if not is_known(wanted) or sorted(wanted) == sorted(current):
            return sorted(wanted)
        # Across regions AWS does not ask in which zones the service is.
        zones = None if self._is_elsewhere or service is None else service.get("AvailabilityZones")
        return chosen(self._client, wanted, current, zones, self._params["minimum_zones"], self._params["service_name"])

    def _create(self) -> Outcome:
        service = self._service()
        if service is None:
            return self._not_allowed()
        wanted_tags = {**(self._params["tags"] or {}), "Name": self._params["name"]}
        after = {
            "name": self._params["name"],
            "vpc_id": self._params["vpc_id"],
            "service_name": self._params["service_name"],
            "subnets": self._subnets(service, []),
            "security_groups": sorted(self._params["security_group_ids"] or []),
            "private_dns_enabled": False,
            "tags": wanted_tags,
        }
        if self._check_mode:
            foreseen = WAITS_FOR_OWNER if service.get("AcceptanceRequired") else AVAILABLE
            after["private_dns_enabled"] = bool(self._params["private_dns_enabled"]) and foreseen == AVAILABLE
            return self._outcome(None, after, {"vpc_endpoint_id": KNOWN_AFTER_APPLY}, foreseen)
        answer = call_unless(
            _HIDDEN,
            self._client,
            "create_vpc_endpoint",
            f"create the endpoint {self._params['name']}",
            VpcEndpointType="Interface",
            VpcId=self._params["vpc_id"],
            ServiceName=self._params["service_name"],
            ServiceRegion=self._params["service_region"] if self._is_elsewhere else None,
            SubnetIds=after["subnets"],
            SecurityGroupIds=after["security_groups"] or None,
            # AWS refuses it before the endpoint is accepted, and before it is available a name would lead nowhere.
            PrivateDnsEnabled=False,
            # The same for each try, so that a lost answer makes no second one.
            ClientToken=str(uuid.uuid4()),
            TagSpecifications=specification("vpc-endpoint", wanted_tags),
        )
        return self._not_allowed() if answer is None else self._update(None, answer["VpcEndpoint"])

    def _not_allowed(self) -> Outcome:
        if self._params["hidden_service"] == "skip":
            return Outcome({"endpoint": None, "status": NOT_ALLOWED, "serves": False}, changed=False)
        raise GatewayError(
            f"AWS says that there is no service {self._params['service_name']}, which it also says where the service's "
            "owner has not allowed the account to connect. Correct the name and the region, or ask the owner.",
            status=NOT_ALLOWED,
        )

    def _update(self, before: Item | None, raw: Item) -> Outcome:
        """From what it is, or was made as, to what is wanted, as far as its owner lets it."""
        if not self._check_mode:
            raw = self._settled(raw)
        current = _view(raw)
        # Where it is only AWS that takes its time, the run would go on when it is there.
        is_usable = status(raw) == AVAILABLE or (self._check_mode and status(raw) == PENDING)
        after = self._wanted(current, is_usable)
        if self._check_mode:
            foreseen = AVAILABLE if is_usable else status(raw)
            return self._outcome(before, after, returned(raw), foreseen)
        if self._write(raw["VpcEndpointId"], current, after):
            raw = self._settled(self._read(raw["VpcEndpointId"]))
        return self._outcome(before, after, {**returned(raw), "tags": after["tags"]}, status(raw))

    def _wanted(self, current: Item, is_usable: bool) -> Item:
        change = tags.change(current["tags"], with_name(self._params), self._params["purge_tags"])
        after = {**current, "tags": change.final}
        if not is_usable:
            return after
        if self._params["subnet_ids"] is not None and sorted(self._params["subnet_ids"]) != current["subnets"]:
            after["subnets"] = self._subnets(self._service(), current["subnets"])
        if self._params["security_group_ids"] is not None:
            after["security_groups"] = sorted(self._params["security_group_ids"])
        if self._params["private_dns_enabled"] is not None:
            after["private_dns_enabled"] = self._params["private_dns_enabled"]
        return after

    def _write(self, endpoint_id: str, current: Item, after: Item) -> bool:
        retag(self._client, endpoint_id, tags.change(current["tags"], after["tags"], True))
        changes = {
            "AddSubnetIds": _missing(current["subnets"], after["subnets"]),
            "RemoveSubnetIds": _missing(after["subnets"], current["subnets"]),
            "AddSecurityGroupIds": _missing(current["security_groups"], after["security_groups"]),
            "RemoveSecurityGroupIds": _missing(after["security_groups"], current["security_groups"]),
        }
        given: Item = {key: value for key, value in changes.items() if value}
        if after["private_dns_enabled"] != current["private_dns_enabled"]:
            given["PrivateDnsEnabled"] = after["private_dns_enabled"]
        if given:
            call(
                self._client,
                "modify_vpc_endpoint",
                f"change the endpoint {endpoint_id}",
                VpcEndpointId=endpoint_id,
                **given,
            )
        return bool(given)

    def _read(self, endpoint_id: str) -> Item:
        doing = f"look at the endpoint {endpoint_id}"
        found = call(self._client, "describe_vpc_endpoints", doing, VpcEndpointIds=[endpoint_id])["VpcEndpoints"]
        return t.cast(Item, found[0])

    def _settled(self, raw: Item) -> Item:
        """What it becomes of what takes AWS its time. For a person there is no waiting."""
        if not self._params["wait"] or status(raw) != PENDING:
            return raw
        return wait.poll(
            lambda: self._read(raw["VpcEndpointId"]),
            lambda seen: status(seen) != PENDING,
            what=f"the endpoint {self._params['name']} to become available",
            timeout=self._params["wait_timeout"],
            backoff=_BACKOFF,
            clock=self._clock,
            show=status,
        )

    def _outcome(self, before: Item | None, after: Item, endpoint: Item, state: str) -> Outcome:
        serves = state == AVAILABLE and after["private_dns_enabled"]
        return Outcome({"endpoint": endpoint, "status": state, "serves": serves}, before, after)

    def ensure_absent(self) -> Outcome:
        found = _all(self._client, self._params)
        live = [one for one in found if status(one) not in (_LEAVING, _GONE)]
        if not self._check_mode and found:
            if live:
                ids = [one["VpcEndpointId"] for one in live]
                doing = f"delete the endpoint {self._params['name']}"
                call_on_each(self._client, "delete_vpc_endpoints", doing, VpcEndpointIds=ids)
            if self._params["wait"]:
                self._wait_until_gone()
        return Outcome({"endpoint": None, "status": "absent", "serves": False}, _view(live[0]) if live else None, None)

    def _wait_until_gone(self) -> None:
        wait.poll(
            lambda: [status(one) for one in _all(self._client, self._params)],
            lambda states: all(one == _GONE for one in states),
            what=f"the endpoint {self._params['name']} to be gone",
            timeout=self._params["wait_timeout"],
            backoff=_BACKOFF,
            clock=self._clock,
        )


def _missing(present: list[str], wanted: list[str]) -> list[str]:
    return [one for one in wanted if one not in present]


def ensure(module: t.Any) -> Outcome:
    endpoint = Endpoint(module.client("ec2"), module.params, module.region, module.check_mode)
    return endpoint.ensure_present() if module.params["state"] == "present" else endpoint.ensure_absent()
