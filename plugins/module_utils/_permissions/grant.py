# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How a permission is written down: which actions, on what, for what, and with which features of the stack."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable, Mapping

from .._config import edge, elasticache
from .._config.buckets import made, makes_access_logs, makes_storage
from .._config.capacity import has_instances
from .._config.image_cache import is_on
from .resources import EVERYTHING, Stack

# For what a permission is needed. Who creates also deploys, who deploys also reads.
READ, DEPLOY, CREATE, UNINSTALL = "read", "deploy", "create", "uninstall"
PURPOSES = (READ, DEPLOY, CREATE, UNINSTALL)
INCLUDED = {READ: (READ,), DEPLOY: (READ, DEPLOY), CREATE: (READ, DEPLOY, CREATE), UNINSTALL: (UNINSTALL,)}

# Those of amazon.aws.iam_role and amazon.aws.iam_policy.
LOOK_AT_ROLE = (
    "GetRole ListAttachedRolePolicies ListRolePolicies GetRolePolicy ListRoleTags ListInstanceProfilesForRole"
)
MAKE_ROLE = "CreateRole UpdateAssumeRolePolicy UpdateRole AttachRolePolicy DetachRolePolicy TagRole UntagRole"
MAKE_POLICY = "PutRolePolicy DeleteRolePolicy"

Feature = Callable[[Stack], bool]

NO_RESOURCE = "AWS has no resource-level permission for it"


@dataclasses.dataclass(frozen=True)
class Grant:
    """Actions of one service on resources of the kinds ``on``. ``why`` says why they are not on named resources."""

    service: str
    purposes: tuple[str, ...]
    actions: tuple[str, ...]
    on: tuple[str, ...]
    when: Feature
    why: str = ""
    condition: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)


def always(stack: Stack) -> bool:
    return True


def grant(
    service: str, purposes: str | tuple[str, ...], actions: str, *on: str, when: Feature = always, **more: t.Any
) -> Grant:
    """Without ``on`` the actions are ones that AWS only allows on everything, or ``why`` says why they are."""
    given = (purposes,) if isinstance(purposes, str) else purposes
    why = more.pop("why", "" if on else NO_RESOURCE)
    return Grant(service, given, tuple(actions.split()), on or (EVERYTHING,), when, why, **more)


def config(name: str) -> Feature:
    return lambda stack: bool(stack["config"][name])


def scaling(stack: Stack) -> bool:
    return any(one["autoscaling"] is not None for one in stack["services"])


def shifting(stack: Stack) -> bool:
    """Whether ECS shifts a service's traffic, for which it asks for a role. Only the gateway's is ever shifted."""
    if codedeploy(stack):
        return False
    strategies = (one["deployment_configuration"].get("strategy") for one in stack["services"])
    return any(one and one.lower() != "rolling" for one in strategies)


def routing(stack: Stack) -> bool:
    """Whether the load balancer has rules, which only one of the type application has."""
    return bool(stack["config"]["create_lb"]) and stack["config"]["lb_type"] == "application"


def two_colours(stack: Stack) -> bool:
    """Whether the load balancer has two target groups for a route; then there is the role for shifting between them."""
    return shifting(stack) or codedeploy(stack)


def makes_functions(stack: Stack) -> bool:
    return bool(stack["lifecycle_hook"]["functions"])


def functions_in_vpc(stack: Stack) -> bool:
    return any(one["in_vpc"] for one in stack["lifecycle_hook"]["functions"])


def calls_functions(stack: Stack) -> bool:
    return bool(stack["lifecycle_hook"]["function_arns"])


def codedeploy(stack: Stack) -> bool:
    return stack["codedeploy"] is not None


def own_deployment_config(stack: Stack) -> bool:
    return codedeploy(stack) and stack["codedeploy"]["deployment_config"]["make"]


def private_names(stack: Stack) -> bool:
    """Whether services find one another in a private DNS namespace."""
    return codedeploy(stack) and bool(stack["codedeploy"]["discovered_services"])


def makes_secrets(stack: Stack) -> bool:
    return any(one["managed"] for one in stack["secrets"].values())


def lock_parameter(stack: Stack) -> bool:
    return bool(stack["config"]["lock"]) and not stack["lock"]["bucket"]


def lock_object(stack: Stack) -> bool:
    return bool(stack["config"]["lock"]) and bool(stack["lock"]["bucket"])


def makes_buckets(stack: Stack) -> bool:
    return bool(made(stack["config"]))


def makes_cache(stack: Stack) -> bool:
    return elasticache.is_made(stack["config"])


def given_storage(stack: Stack) -> bool:
    return not makes_storage(stack["config"])


def given_access_logs(stack: Stack) -> bool:
    return access_logs(stack) and not makes_access_logs(stack["config"])


def makes_certificate(stack: Stack) -> bool:
    return edge.makes_certificate(stack["config"])


def in_route53(stack: Stack) -> bool:
    return edge.makes_records(stack["config"]) or makes_certificate(stack)


def has_web_acl(stack: Stack) -> bool:
    return edge.has_web_acl(stack["config"])


def caches_images(stack: Stack) -> bool:
    return is_on(stack["config"])


def own_instances(stack: Stack) -> bool:
    return has_instances(stack["config"])


def no_instances(stack: Stack) -> bool:
    """Whether preflight looks for instances that should not be there."""
    return not own_instances(stack)


_SUFFIX = ("amazonaws.com",)
# EC2 is called otherwise in China.
_SUFFIXES = {"ec2": (*_SUFFIX, "amazonaws.com.cn")}

own_vpc = config("create_new_vpc")
own_cluster = config("create_cluster")
balancer = config("create_lb")
access_logs = config("enable_lb_access_logs")
deletes_buckets = config("uninstall_delete_buckets")


def passes(service: str) -> dict[str, t.Any]:
    return {
        "StringEquals": {"iam:PassedToService": [f"{service}.{suffix}" for suffix in _SUFFIXES.get(service, _SUFFIX)]}
    }


def linked(*services: str) -> dict[str, t.Any]:
    return {"StringEquals": {"iam:AWSServiceName": [f"{one}.amazonaws.com" for one in services]}}
