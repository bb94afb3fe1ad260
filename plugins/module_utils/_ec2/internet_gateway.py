# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The internet gateway of a VPC.

EC2 takes neither a name nor a token when it makes one. A run that died before it was attached, or an answer that was
lost, leaves a gateway that only its tags tell of: one of those is taken over, and the others go.
"""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags
from ..api import call, call_unless
from ..module import KNOWN_AFTER_APPLY, Outcome, is_known

Gateway = dict[str, t.Any]


def ensure(module: AnsibleAWSModule) -> Outcome:
    client, vpc_id = module.client("ec2"), module.params["vpc_id"]
    wanted = {**(module.params["tags"] or {}), "Name": module.params["name"]}
    loose = _loose(client, wanted)
    found = _attached(client, vpc_id) or next(iter(loose), None)
    before = _view(found) if found else None
    retagging = tags.change(before["tags"] if before else {}, wanted, module.params["purge_tags"])
    after = {"name": module.params["name"], "vpc_id": vpc_id, "tags": retagging.final}
    surplus = [one for one in loose if one is not found]
    is_changed = before != after or bool(surplus)
    if module.check_mode:
        identity = found["InternetGatewayId"] if found else KNOWN_AFTER_APPLY
        return Outcome({"gateway_id": identity}, before, after, is_changed)
    if found is None:
        found = _create(client, retagging.final)
        surplus = [one for one in _loose(client, wanted) if one["InternetGatewayId"] != found["InternetGatewayId"]]
    else:
        _retag(client, found["InternetGatewayId"], retagging)
    if not found.get("Attachments"):
        _attach(client, found["InternetGatewayId"], vpc_id)
    for one in surplus:
        _delete(client, one["InternetGatewayId"])
    return Outcome({"gateway_id": found["InternetGatewayId"]}, before, after, is_changed)


def _find(client: t.Any, **filters: str) -> list[Gateway]:
    answer = call(
        client,
        "describe_internet_gateways",
        "look for the internet gateway",
        Filters=[{"Name": name, "Values": [value]} for name, value in filters.items()],
    )
    return sorted(answer["InternetGateways"], key=lambda one: str(one["InternetGatewayId"]))


def _attached(client: t.Any, vpc_id: str) -> Gateway | None:
    """A VPC has one at most."""
    return next(iter(_find(client, **{"attachment.vpc-id": vpc_id})), None) if is_known(vpc_id) else None


def _loose(client: t.Any, wanted: tags.Tags) -> list[Gateway]:
    """Those with all of the tags that are attached to nothing."""
    named = _find(client, **{f"tag:{key}": str(value) for key, value in wanted.items()})
    return [one for one in named if not one.get("Attachments")]


def _view(gateway: Gateway) -> dict[str, t.Any]:
    has = tags.from_list(gateway.get("Tags"))
    attached = [one["VpcId"] for one in gateway.get("Attachments") or []]
    return {"name": has.get("Name", ""), "vpc_id": next(iter(attached), None), "tags": has}


def _create(client: t.Any, wanted: tags.Tags) -> Gateway:
    specification = {"ResourceType": "internet-gateway", "Tags": tags.to_list(wanted)}
    doing = "create the internet gateway"
    return t.cast(
        Gateway, call(client, "create_internet_gateway", doing, TagSpecifications=[specification])["InternetGateway"]
    )


def _attach(client: t.Any, gateway_id: str, vpc_id: str) -> None:
    call_unless(
        ("Resource.AlreadyAssociated",),
        client,
        "attach_internet_gateway",
        f"attach the internet gateway {gateway_id} to {vpc_id}",
        InternetGatewayId=gateway_id,
        VpcId=vpc_id,
    )


def _delete(client: t.Any, gateway_id: str) -> None:
    call_unless(
        ("InvalidInternetGatewayID.NotFound",),
        client,
        "delete_internet_gateway",
        f"delete the surplus internet gateway {gateway_id}",
        InternetGatewayId=gateway_id,
    )


def _retag(client: t.Any, gateway_id: str, retagging: tags.Change) -> None:
    doing = f"tag the internet gateway {gateway_id}"
    tags.apply(
        retagging,
        lambda added: call(client, "create_tags", doing, Resources=[gateway_id], Tags=tags.to_list(added)),
        lambda keys: call(client, "delete_tags", doing, Resources=[gateway_id], Tags=[{"Key": key} for key in keys]),
    )
