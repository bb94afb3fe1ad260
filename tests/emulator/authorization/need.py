"""One need, the request that has it, and what several services need alike. NEW stands for an id that AWS makes up."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

# Where the prefix of a service's IAM actions is not boto3's name of the service.
ACTION_PREFIXES = {"elbv2": "elasticloadbalancing", "cloudwatch": "cloudwatch", "resourcegroupstaggingapi": "tag"}
NEW = "0a1b2c3d4e5f67890"
EVERYTHING = "*"

Params = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Need:
    action: str
    resource: str = EVERYTHING
    # Of the request, by lower-case key.
    context: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Request:
    """A call, where it is made, and what only AWS knows: the deployment group of a deployment."""

    service: str
    operation: str
    params: Params
    region: str
    account: str = "123456789012"
    partition: str = "aws"
    deployment_group: str = f"{NEW}/{NEW}"

    @property
    def action(self) -> str:
        return self.of(self.operation)

    def of(self, operation: str) -> str:
        return f"{ACTION_PREFIXES.get(self.service, self.service)}:{operation}"

    def arn(self, service: str, resource: str, region: str | None = None, account: str | None = None) -> str:
        place = f"{self.region if region is None else region}:{self.account if account is None else account}"
        return f"arn:{self.partition}:{service}:{place}:{resource}"

    def role(self, name: str) -> str:
        return self.arn("iam", f"role/{name}", region="")


Found = Iterator[Need]
SERVICES: dict[str, Callable[[Request], Found]] = {}


def of_service(name: str) -> Callable[[Callable[[Request], Found]], Callable[[Request], Found]]:
    def register(function: Callable[[Request], Found]) -> Callable[[Request], Found]:
        SERVICES[name] = function
        return function

    return register


def passes(arn: str | None, service: str) -> Found:
    if arn:
        yield Need("iam:PassRole", arn, {"iam:passedtoservice": f"{service}.amazonaws.com"})


def links(request: Request, service: str) -> Found:
    """The first of its kind in an account makes AWS's own role for the service."""
    role = request.role(f"aws-service-role/{service}.amazonaws.com/{NEW}")
    yield Need("iam:CreateServiceLinkedRole", role, {"iam:awsservicename": f"{service}.amazonaws.com"})


def last(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]
