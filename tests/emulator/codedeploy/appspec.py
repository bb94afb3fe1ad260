"""The AppSpec: which task definition becomes the replacement, how it is reached, and which functions check it."""

from __future__ import annotations

import hashlib
from typing import Any

import yaml
from moto.core.exceptions import ServiceException
from moto.s3.models import s3_backends

from ..ecs.state import Ecs
from ..registry import AwsError

HOOKABLE = ("BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic")
PROPERTIES = {
    "TaskDefinition",
    "LoadBalancerInfo",
    "PlatformVersion",
    "NetworkConfiguration",
    "CapacityProviderStrategy",
}


def read(ecs: Ecs, revision: dict[str, Any] | None) -> dict[str, Any]:
    """The properties of the target service and the hooks, by event."""
    if not revision or not revision.get("revisionType"):
        raise AwsError("RevisionRequiredException", "Revision is required")
    document = _parsed(_content(ecs, revision))
    if str(document.get("version")) != "0.0":
        raise _bad("The AppSpec file must have a version, and it must be 0.0")
    return {"service": _service(document), "hooks": _hooks(document)}


def _content(ecs: Ecs, revision: dict[str, Any]) -> str:
    kind = revision["revisionType"]
    if kind == "AppSpecContent":
        given = revision.get("appSpecContent") or {}
        content = str(given.get("content") or "")
        if given.get("sha256") and given["sha256"] != hashlib.sha256(content.encode()).hexdigest():
            raise _bad("The SHA256 of the AppSpec content does not match")
        return content
    if kind == "S3":
        return _from_s3(ecs, revision.get("s3Location") or {})
    raise _bad(f"The revision type {kind} is not supported for the ECS compute platform")


def _from_s3(ecs: Ecs, location: dict[str, Any]) -> str:
    if location.get("bundleType") not in ("YAML", "JSON"):
        raise _bad("BundleType must be either YAML or JSON")
    backend: Any = s3_backends[ecs.account][ecs.partition]
    try:
        found = backend.get_object(location.get("bucket"), location.get("key"))
    except ServiceException:
        found = None
    if found is None:
        raise AwsError("RevisionDoesNotExistException", "The named revision does not exist")
    return str(found.value.decode())


def _parsed(content: str) -> dict[str, Any]:
    try:
        document = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise _bad("The AppSpec content is neither valid YAML nor JSON") from error
    if not isinstance(document, dict):
        raise _bad("The AppSpec content is empty")
    return document


def _service(document: dict[str, Any]) -> dict[str, Any]:
    resources = document.get("Resources") or document.get("resources") or []
    services = [one["TargetService"] for one in resources if isinstance(one, dict) and one.get("TargetService")]
    if len(services) != 1 or len(resources) != 1:
        raise _bad("The AppSpec file must have exactly one resource, TargetService")
    if services[0].get("Type") != "AWS::ECS::Service":
        raise _bad("The type of the resource TargetService must be AWS::ECS::Service")
    properties: dict[str, Any] = services[0].get("Properties") or {}
    unknown = sorted(set(properties) - PROPERTIES)
    if unknown:
        raise _bad(f"The AppSpec file has unknown properties: {', '.join(unknown)}")
    if not str(properties.get("TaskDefinition") or "").startswith("arn:"):
        raise _bad("The AppSpec file must name the task definition by its ARN")
    balancer = properties.get("LoadBalancerInfo") or {}
    if not balancer.get("ContainerName") or not isinstance(balancer.get("ContainerPort"), int):
        raise _bad("The AppSpec file must have LoadBalancerInfo with ContainerName and ContainerPort")
    return properties


def _hooks(document: dict[str, Any]) -> dict[str, str]:
    hooks: dict[str, str] = {}
    for one in document.get("Hooks") or document.get("hooks") or []:
        for name, function in one.items():
            if name not in HOOKABLE:
                raise _bad(f"The AppSpec file has a hook for {name}, which is none of {', '.join(HOOKABLE)}")
            if name in hooks or not isinstance(function, str):
                raise _bad(f"The AppSpec file must have one Lambda function for the hook {name}")
            hooks[name] = function
    return hooks


def _bad(message: str) -> AwsError:
    return AwsError("InvalidRevisionException", message)


def settings(spec: dict[str, Any], target_group: str) -> dict[str, Any]:
    """What the AppSpec says of the replacement task set, in ECS's words."""
    service = spec["service"]
    balancer = service["LoadBalancerInfo"]
    asked: dict[str, Any] = {
        "taskDefinition": service["TaskDefinition"],
        "loadBalancers": [
            {
                "targetGroupArn": target_group,
                "containerName": balancer["ContainerName"],
                "containerPort": balancer["ContainerPort"],
            }
        ],
    }
    if service.get("PlatformVersion"):
        asked["platformVersion"] = service["PlatformVersion"]
    network = (service.get("NetworkConfiguration") or {}).get("AwsvpcConfiguration")
    if network:
        asked["networkConfiguration"] = {"awsvpcConfiguration": {_lower(key): value for key, value in network.items()}}
    if service.get("CapacityProviderStrategy"):
        asked["capacityProviderStrategy"] = [
            {_lower(key): value for key, value in one.items()} for one in service["CapacityProviderStrategy"]
        ]
    return asked


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]
