"""Namespaces: HTTP and DNS."""

from __future__ import annotations

import re
from typing import Any

from moto.ec2.models import ec2_backends
from moto.route53.models import route53_backends

from ...registry import AwsError, Call, handles
from ...world import World
from .state import (
    Namespace,
    Operation,
    Service,
    arn,
    cloud_map,
    invalid_input,
    new_id,
    of,
    page,
    selected,
    start,
    tags_of,
)

SUBMITTED_FOR = 10.0
HTTP_NAME = re.compile(r"[!-~]{1,1024}")
DNS_NAME = re.compile(
    r"(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
)


def find(world: World, account: str, region: str, name_or_arn: str) -> Namespace | None:
    """The namespace with this name, id or ARN."""
    for namespace in cloud_map(world, account, region).namespaces.values():
        if name_or_arn in (namespace.name, namespace.arn, namespace.id):
            return namespace
    return None


def create_for_ecs(world: World, account: str, region: str, name: str) -> Namespace:
    """The HTTP namespace that ECS makes for a cluster's default; without an operation to wait for."""
    namespace = _new(world, account, region, name, "HTTP", {"Tags": [{"Key": "AmazonECSManaged", "Value": "true"}]})
    cloud_map(world, account, region).namespaces[namespace.id] = namespace
    return namespace


def _new(world: World, account: str, region: str, name: str, kind: str, params: dict[str, Any]) -> Namespace:
    namespace_id = new_id(world, "ns")
    return Namespace(
        id=namespace_id,
        arn=arn(account, region, "namespace", namespace_id),
        name=name,
        type=kind,
        description=params.get("Description"),
        creator_request_id=params.get("CreatorRequestId"),
        created=world.now,
        tags=tags_of(params.get("Tags")),
        soa_ttl=((params.get("Properties") or {}).get("DnsProperties") or {}).get("SOA", {}).get("TTL", 15),
    )


def _create(world: World, call: Call, kind: str) -> Any:
    store = of(world, call)
    params = call.params
    name = params["Name"]
    if not (HTTP_NAME if kind == "HTTP" else DNS_NAME).fullmatch(name):
        raise invalid_input(f"'{name}' is not a valid namespace name.")
    token = params.get("CreatorRequestId")
    running = store.running("CREATE_NAMESPACE", token) if token else None
    if running is not None:
        raise AwsError("DuplicateRequest", "The operation is already in progress.", DuplicateOperationId=running.id)
    vpc = params.get("Vpc")
    if kind == "DNS_PRIVATE" and vpc not in ec2_backends[call.account][call.region].vpcs:
        raise invalid_input(f"The VPC {vpc} does not exist.")
    _check_free(store, name, kind, vpc)
    namespace = _new(world, call.account, call.region, name, kind, params)

    def made() -> None:
        _check_free(store, name, kind, vpc)
        if kind != "HTTP":
            namespace.hosted_zone_id = _hosted_zone(call, namespace, vpc)
        store.namespaces[namespace.id] = namespace

    operation = start(world, store, "CREATE_NAMESPACE", {"NAMESPACE": namespace.id}, made, token)
    return {"OperationId": operation.id}


def _check_free(store: Any, name: str, kind: str, vpc: str | None) -> None:
    for namespace in store.namespaces.values():
        # Names of DNS namespaces are unique in a VPC; the emulator has them unique by kind.
        if namespace.name == name and (namespace.type == kind):
            raise AwsError(
                "NamespaceAlreadyExists",
                f"The namespace {name} already exists.",
                CreatorRequestId=namespace.creator_request_id,
                NamespaceId=namespace.id,
            )


def _hosted_zone(call: Call, namespace: Namespace, vpc: str | None) -> str:
    backend = route53_backends[call.account][call.partition]
    zone = backend.create_hosted_zone(
        f"{namespace.name}.",
        private_zone=namespace.type == "DNS_PRIVATE",
        caller_reference=f"cloud-map-{namespace.id}",
        vpcid=vpc,
        vpcregion=call.region if vpc else None,
        comment="Created by AWS Cloud Map",
    )
    return str(zone.id).rsplit("/", 1)[-1]


@handles("servicediscovery", "CreateHttpNamespace")
def create_http(world: World, call: Call) -> Any:
    return _create(world, call, "HTTP")


@handles("servicediscovery", "CreatePrivateDnsNamespace")
def create_private_dns(world: World, call: Call) -> Any:
    return _create(world, call, "DNS_PRIVATE")


@handles("servicediscovery", "CreatePublicDnsNamespace")
def create_public_dns(world: World, call: Call) -> Any:
    return _create(world, call, "DNS_PUBLIC")


def existing(world: World, call: Call, namespace_id: str) -> Namespace:
    for namespace in of(world, call).namespaces.values():
        if namespace_id in (namespace.id, namespace.arn):
            return namespace
    raise AwsError("NamespaceNotFound", f"Namespace {namespace_id} was not found.")


@handles("servicediscovery", "DeleteNamespace")
def delete(world: World, call: Call) -> Any:
    store = of(world, call)
    namespace = existing(world, call, call.params["Id"])
    running = store.running("DELETE_NAMESPACE", namespace.id)
    if running is not None:
        raise AwsError("DuplicateRequest", "The operation is already in progress.", DuplicateOperationId=running.id)
    _check_empty(store, namespace)

    def gone() -> None:
        _check_empty(store, namespace)
        store.namespaces.pop(namespace.id, None)
        if namespace.hosted_zone_id:
            route53_backends[call.account][call.partition].delete_hosted_zone(namespace.hosted_zone_id)

    return {"OperationId": start(world, store, "DELETE_NAMESPACE", {"NAMESPACE": namespace.id}, gone).id}


def _check_empty(store: Any, namespace: Namespace) -> None:
    if any(service.namespace is namespace for service in store.services.values()):
        raise AwsError("ResourceInUse", "The namespace still contains services and cannot be deleted.")


def _update(world: World, call: Call) -> Any:
    store = of(world, call)
    namespace = existing(world, call, call.params["Id"])
    change = call.params["Namespace"]

    def changed() -> None:
        if change.get("Description") is not None:
            namespace.description = change["Description"]
        ttl = ((change.get("Properties") or {}).get("DnsProperties") or {}).get("SOA", {}).get("TTL")
        namespace.soa_ttl = ttl or namespace.soa_ttl

    return {"OperationId": start(world, store, "UPDATE_NAMESPACE", {"NAMESPACE": namespace.id}, changed).id}


for _name in ("UpdateHttpNamespace", "UpdatePrivateDnsNamespace", "UpdatePublicDnsNamespace"):
    handles("servicediscovery", _name)(_update)


@handles("servicediscovery", "GetNamespace")
def get(world: World, call: Call) -> Any:
    namespace = existing(world, call, call.params["Id"])
    return {"Namespace": {**_described(world, call, namespace), "CreatorRequestId": namespace.creator_request_id}}


@handles("servicediscovery", "ListNamespaces")
def list_namespaces(world: World, call: Call) -> Any:
    found = [
        _described(world, call, namespace)
        for namespace in of(world, call).namespaces.values()
        if selected(
            {"TYPE": namespace.type, "NAME": namespace.name, "HTTP_NAME": namespace.name}, call.params.get("Filters")
        )
    ]
    shown, token = page(found, call.params)
    return {"Namespaces": shown, "NextToken": token}


def _described(world: World, call: Call, namespace: Namespace) -> dict[str, Any]:
    properties: dict[str, Any] = {"HttpProperties": {"HttpName": namespace.name}, "DnsProperties": {"SOA": {}}}
    if namespace.hosted_zone_id:
        properties["DnsProperties"] = {"HostedZoneId": namespace.hosted_zone_id, "SOA": {"TTL": namespace.soa_ttl}}
    shown = {
        "Id": namespace.id,
        "Arn": namespace.arn,
        "Name": namespace.name,
        "Type": namespace.type,
        "ServiceCount": sum(service.namespace is namespace for service in of(world, call).services.values()),
        "Properties": properties,
        "CreateDate": namespace.created,
    }
    return {**shown, "Description": namespace.description} if namespace.description else shown


@handles("servicediscovery", "GetOperation")
def get_operation(world: World, call: Call) -> Any:
    operation = of(world, call).operations.get(call.params["OperationId"])
    if operation is None:
        raise AwsError("OperationNotFound", f"Operation {call.params['OperationId']} was not found.")
    shown: dict[str, Any] = {
        "Id": operation.id,
        "Type": operation.type,
        "Status": "PENDING" if _runs(world, operation) else operation.status,
        "CreateDate": operation.created,
        "UpdateDate": operation.updated,
        "Targets": operation.targets,
    }
    if operation.error:
        shown |= {"ErrorMessage": operation.error, "ErrorCode": "CANNOT_COMPLETE"}
    return {"Operation": shown}


def _runs(world: World, operation: Operation) -> bool:
    """A moment after it was submitted, an operation runs."""
    return operation.status == "SUBMITTED" and world.now > operation.created + SUBMITTED_FOR


@handles("servicediscovery", "ListOperations")
def list_operations(world: World, call: Call) -> Any:
    found = []
    for operation in of(world, call).operations.values():
        values = {**{f"{kind}_ID": target for kind, target in operation.targets.items()}}
        if selected({**values, "STATUS": operation.status, "TYPE": operation.type}, call.params.get("Filters")):
            found.append({"Id": operation.id, "Status": operation.status})
    shown, token = page(found, call.params)
    return {"Operations": shown, "NextToken": token}


def _tagged(world: World, call: Call) -> dict[str, str]:
    wanted = call.params["ResourceARN"]
    store = of(world, call)
    everything: list[Namespace | Service] = [*store.namespaces.values(), *store.services.values()]
    for resource in everything:
        if resource.arn == wanted:
            return resource.tags
    raise AwsError("ResourceNotFoundException", f"The resource {wanted} was not found.", ResourceName=wanted)


@handles("servicediscovery", "TagResource")
def tag_resource(world: World, call: Call) -> Any:
    _tagged(world, call).update(tags_of(call.params["Tags"]))
    return {}


@handles("servicediscovery", "UntagResource")
def untag_resource(world: World, call: Call) -> Any:
    tags = _tagged(world, call)
    for key in call.params["TagKeys"]:
        tags.pop(key, None)
    return {}


@handles("servicediscovery", "ListTagsForResource")
def list_tags(world: World, call: Call) -> Any:
    return {"Tags": [{"Key": key, "Value": value} for key, value in _tagged(world, call).items()]}
