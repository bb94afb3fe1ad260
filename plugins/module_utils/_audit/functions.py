# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Functions, CodeDeploy and Cloud Map: found by how their names begin, then asked for their tags."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator

from .._codedeploy import api as code_deploy
from .._servicediscovery import api as cloud_map
from ..api import call, call_unless
from .resource import Resource, Stack


def lambda_functions(client: t.Any, stack: Stack) -> Iterator[Resource]:
    for function in call(client, "list_functions", "list the functions")["Functions"]:
        name = function["FunctionName"]
        if stack.may_be(name):
            doing = f"read the tags of function {name}"
            codes = ("ResourceNotFoundException",)
            answer = call_unless(codes, client, "list_tags", doing, Resource=function["FunctionArn"])
            if answer is not None:
                yield Resource("lambda", name, name, answer.get("Tags", {}))


def codedeploy(client: t.Any, stack: Stack, arn_start: str) -> Iterator[Resource]:
    """A deployment configuration cannot have tags: its name alone says whose it is."""
    for name in code_deploy.list_applications(client):
        if not stack.may_be(name):
            continue
        tags = code_deploy.list_tags(client, code_deploy.arn(arn_start, code_deploy.APPLICATION, name))
        yield Resource("codedeploy_application", name, name, tags)
        for group in code_deploy.list_groups(client, name):
            place = f"{name}/{group}"
            group_tags = code_deploy.list_tags(client, code_deploy.arn(arn_start, code_deploy.GROUP, place))
            more = {"application": name}
            # Within the stack's own application, everything is the stack's.
            yield Resource("codedeploy_deployment_group", group, place, group_tags or tags, more=more)
    own = re.compile(stack.names["codedeploy"]["deployment_config_pattern"])
    for name in code_deploy.list_configs(client):
        if own.fullmatch(name):
            yield Resource("codedeploy_deployment_config", name, name, stack.tags)


def namespaces(client: t.Any, stack: Stack) -> Iterator[Resource]:
    """That of Service Connect, in which ECS keeps its own services, and the private DNS one, in which we make them."""
    for namespace in cloud_map.list_namespaces(client, stack.names["namespace"]):
        yield _namespace(client, namespace)
    for namespace in cloud_map.list_namespaces(client, stack.names["codedeploy"]["namespace"]):
        yield _namespace(client, namespace)
        for service in cloud_map.list_services(client, namespace["Id"]):
            name, tags = f"{service['Name']}.{namespace['Name']}", cloud_map.list_tags(client, service["Arn"])
            yield Resource("servicediscovery_service", service["Id"], name, tags)


def _namespace(client: t.Any, namespace: dict[str, t.Any]) -> Resource:
    tags = cloud_map.list_tags(client, namespace["Arn"])
    return Resource("servicediscovery_namespace", namespace["Id"], namespace["Name"], tags)
