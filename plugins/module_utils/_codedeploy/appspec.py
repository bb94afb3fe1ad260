# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The AppSpec of a deployment: which tasks replace the present ones, how they are reached, which functions check them.

One form serves all: what a task wants, what a task set runs with, and what an earlier AppSpec had asked for.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping

from ..module import GatewayError, is_known
from ..shape import prune

# The events of a deployment, in their order.
EVENTS = (
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
)
# CodeDeploy does its own work in the others.
HOOK_EVENTS = tuple(event for event in EVENTS if event not in ("Install", "AllowTestTraffic", "AllowTraffic"))

Spec = dict[str, t.Any]


def wanted(params: Mapping[str, t.Any], task_definition_arn: str) -> Spec:
    """From the module's options. What the task does not say stays as the running tasks have it."""
    return prune(
        {
            "task_definition": task_definition_arn,
            "container_name": params["container_name"],
            "container_port": params["container_port"],
            "platform_version": params["platform_version"],
            "network_configuration": _network(params["network_configuration"]),
            "capacity_provider_strategy": _capacity(params["capacity_provider_strategy"]),
        }
    )


def _network(options: Mapping[str, t.Any] | None) -> Spec | None:
    if options is None:
        return None
    return {
        "subnets": sorted(options["subnets"]),
        "security_groups": sorted(options["security_groups"] or []),
        "assign_public_ip": bool(options["assign_public_ip"]),
    }


def _capacity(options: list[Mapping[str, t.Any]] | None) -> list[Spec] | None:
    if options is None:
        return None
    items = [
        {"capacity_provider": one["capacity_provider"], "weight": one.get("weight") or 0, "base": one.get("base") or 0}
        for one in options
    ]
    # Their order says nothing.
    return sorted(items, key=lambda item: item["capacity_provider"])


def of_task_set(task_set: Mapping[str, t.Any]) -> Spec:
    """What a task set runs with."""
    balancer = next(iter(task_set.get("loadBalancers") or [{}]))
    network = (task_set.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    return prune(
        {
            "task_definition": task_set["taskDefinition"],
            "container_name": balancer.get("containerName"),
            "container_port": balancer.get("containerPort"),
            "platform_version": task_set.get("platformVersion"),
            "network_configuration": None
            if network is None
            else {
                "subnets": sorted(network.get("subnets") or []),
                "security_groups": sorted(network.get("securityGroups") or []),
                "assign_public_ip": network.get("assignPublicIp") == "ENABLED",
            },
            "capacity_provider_strategy": _capacity(
                [
                    {"capacity_provider": one["capacityProvider"], "weight": one.get("weight"), "base": one.get("base")}
                    for one in task_set.get("capacityProviderStrategy") or []
                ]
            ),
        }
    )


def differs(present: Spec, spec: Spec) -> list[str]:
    """What of the wanted is not so."""
    return [key for key, value in spec.items() if present.get(key) != value]


def check(spec: Spec, hooks: Mapping[str, str]) -> None:
    """What CodeDeploy would refuse, or notice only in the middle of a deployment."""
    unknown = sorted(set(hooks) - set(HOOK_EVENTS))
    if unknown:
        raise GatewayError(f"There is no hook for {', '.join(unknown)}. There is one for {', '.join(HOOK_EVENTS)}.")
    network = spec.get("network_configuration")
    if network is not None and not network["subnets"]:
        raise GatewayError("network_configuration needs at least one subnet")
    if is_known(spec["task_definition"]) and not spec["task_definition"].startswith("arn:"):
        raise GatewayError(f"There is no active task definition {spec['task_definition']}")


def content(spec: Spec, hooks: Mapping[str, str]) -> str:
    """The document, as JSON, which is YAML as well."""
    properties: Spec = {
        "TaskDefinition": spec["task_definition"],
        "LoadBalancerInfo": {"ContainerName": spec["container_name"], "ContainerPort": spec["container_port"]},
    }
    if spec.get("platform_version"):
        properties["PlatformVersion"] = spec["platform_version"]
    network = spec.get("network_configuration")
    if network:
        properties["NetworkConfiguration"] = {
            "AwsvpcConfiguration": {
                "Subnets": network["subnets"],
                "SecurityGroups": network["security_groups"],
                "AssignPublicIp": "ENABLED" if network["assign_public_ip"] else "DISABLED",
            }
        }
    if spec.get("capacity_provider_strategy"):
        properties["CapacityProviderStrategy"] = [
            {"CapacityProvider": one["capacity_provider"], "Weight": one["weight"], "Base": one["base"]}
            for one in spec["capacity_provider_strategy"]
        ]
    document: Spec = {
        "version": 0.0,
        "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": properties}}],
    }
    if hooks:
        document["Hooks"] = [{event: hooks[event]} for event in EVENTS if event in hooks]
    return json.dumps(document)


def revision(text: str) -> Spec:
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": text}}


def text_of(deployment: Mapping[str, t.Any]) -> str:
    """The document of a deployment; empty where it is kept elsewhere, such as in S3."""
    return ((deployment.get("revision") or {}).get("appSpecContent") or {}).get("content") or ""


def task_definition_of(deployment: Mapping[str, t.Any]) -> str | None:
    """The task definition that a deployment was to bring, if its document is ours to read."""
    try:
        document = json.loads(text_of(deployment))
        return document["Resources"][0]["TargetService"]["Properties"]["TaskDefinition"]
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def hooks_of(deployment: Mapping[str, t.Any]) -> dict[str, str]:
    """By event, the function that a deployment asks, if its document is ours to read."""
    try:
        return {event: name for one in json.loads(text_of(deployment))["Hooks"] for event, name in one.items()}
    except (ValueError, KeyError, AttributeError, TypeError):
        return {}
