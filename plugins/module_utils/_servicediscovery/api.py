# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""One call each: Cloud Map namespaces and their operations."""

from __future__ import annotations

import typing as t

from ..api import call, call_unless
from ..tags import Tags, from_list, to_list

Resource = dict[str, t.Any]


def list_namespaces(client: t.Any, name: str) -> list[Resource]:
    filters = [{"Name": "NAME", "Values": [name], "Condition": "EQ"}]
    answer = call(client, "list_namespaces", f"look for namespace {name}", Filters=filters)
    return [namespace for namespace in answer["Namespaces"] if namespace["Name"] == name]


def create_http_namespace(client: t.Any, name: str, parameters: Resource) -> str:
    return call(client, "create_http_namespace", f"create namespace {name}", Name=name, **parameters)["OperationId"]


def create_private_dns_namespace(client: t.Any, name: str, parameters: Resource) -> str:
    doing = f"create namespace {name}"
    return call(client, "create_private_dns_namespace", doing, Name=name, **parameters)["OperationId"]


def update_http_namespace(client: t.Any, namespace_id: str, description: str) -> str:
    change = {"Description": description}
    doing = f"update namespace {namespace_id}"
    return call(client, "update_http_namespace", doing, Id=namespace_id, Namespace=change)["OperationId"]


def update_private_dns_namespace(client: t.Any, namespace_id: str, description: str) -> str:
    change = {"Description": description}
    doing = f"update namespace {namespace_id}"
    return call(client, "update_private_dns_namespace", doing, Id=namespace_id, Namespace=change)["OperationId"]


def delete_namespace(client: t.Any, namespace_id: str) -> str | None:
    doing = f"delete namespace {namespace_id}"
    answer = call_unless(("NamespaceNotFound",), client, "delete_namespace", doing, Id=namespace_id)
    return answer["OperationId"] if answer else None


def get_operation(client: t.Any, operation_id: str) -> Resource:
    return call(client, "get_operation", f"read operation {operation_id}", OperationId=operation_id)["Operation"]


def get_namespace(client: t.Any, namespace_id: str) -> Resource:
    return call(client, "get_namespace", f"read namespace {namespace_id}", Id=namespace_id)["Namespace"]


def list_services(client: t.Any, namespace_id: str) -> list[Resource]:
    filters = [{"Name": "NAMESPACE_ID", "Values": [namespace_id], "Condition": "EQ"}]
    doing = f"list the services of namespace {namespace_id}"
    return call(client, "list_services", doing, Filters=filters)["Services"]


def create_service(client: t.Any, parameters: Resource) -> Resource:
    return call(client, "create_service", f"create service {parameters['Name']}", **parameters)["Service"]


def delete_service(client: t.Any, service_id: str) -> None:
    call_unless(("ServiceNotFound",), client, "delete_service", f"delete service {service_id}", Id=service_id)


def list_tags(client: t.Any, arn: str) -> Tags:
    doing = f"read the tags of {arn}"
    answer = call_unless(("ResourceNotFoundException",), client, "list_tags_for_resource", doing, ResourceARN=arn)
    return from_list((answer or {}).get("Tags"))


def tag_resource(client: t.Any, arn: str, tags: Tags) -> None:
    call(client, "tag_resource", f"tag {arn}", ResourceARN=arn, Tags=to_list(tags))


def untag_resource(client: t.Any, arn: str, keys: list[str]) -> None:
    call(client, "untag_resource", f"remove tags from {arn}", ResourceARN=arn, TagKeys=keys)
