# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Everything in the account that is the stack's, from all services that a stack uses, asked side by side."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from .._codedeploy import api as code_deploy
from .._preflight.connection import Connection
from ..module import Outcome
from . import autoscaling, buckets, caches, ec2, ecs, edge, elbv2, functions, iam, images, observability, stores
from .options import KEEPABLE
from .resource import Resource, Stack

_THREADS = 12

Reader = Callable[[Connection, Stack], Iterable[Resource]]


def _reader(service: str, read: Callable[[t.Any, Stack], Iterable[Resource]]) -> Reader:
    return lambda connection, stack: read(connection.client(service), stack)


def _codedeploy(connection: Connection, stack: Stack) -> Iterator[Resource]:
    client = connection.client("codedeploy")
    yield from functions.codedeploy(client, stack, code_deploy.arn_start(connection, client))


READERS: tuple[Reader, ...] = (
    _reader("ecs", ecs.read),
    _reader("application-autoscaling", autoscaling.read_targets),
    _codedeploy,
    _reader("lambda", functions.lambda_functions),
    _reader("elbv2", elbv2.read),
    _reader("autoscaling", autoscaling.read),
    _reader("servicediscovery", functions.namespaces),
    _reader("cloudwatch", observability.alarms_and_dashboard),
    _reader("sns", observability.topics),
    _reader("events", observability.rules),
    _reader("elasticache", caches.read),
    _reader("ec2", ec2.read),
    _reader("iam", iam.read),
    _reader("secretsmanager", stores.secrets),
    _reader("logs", stores.log_groups),
    _reader("s3", buckets.read),
    _reader("acm", edge.certificates),
    _reader("wafv2", edge.web_acls),
    _reader("route53", edge.records),
    _reader("ecr", images.read),
)


def find(connection: Connection, stack: Stack) -> list[Resource]:
    """In the order of the readers: what is the stack's, and what has its name and nobody's tags."""

    def asked(reader: Reader) -> list[Resource]:
        judged = [stack.judged(one) for one in reader(connection, stack)]
        return [one for one in judged if one is not None]

    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        found = [one for part in pool.map(asked, READERS) for one in part]
    vpcs = [one.id for one in found if one.kind == "ec2_vpc_net" and one.is_owned]
    known = {(one.kind, one.id) for one in found}
    subnets = {one.id for one in found if one.kind == "ec2_vpc_subnet" and one.is_owned}
    untagged = ec2.read_untagged(connection.client("ec2"), vpcs, subnets)
    return [*found, *(one for one in untagged if (one.kind, one.id) not in known)]


def is_kept(resource: Resource, keep: t.Collection[str]) -> bool:
    """Whether it may stay: what keeps data, unless its end was asked for, and then until its day comes."""
    return resource.kind in KEEPABLE and (resource.kind in keep or resource.is_leaving)


def stack_of(params: t.Mapping[str, t.Any], region: str) -> Stack:
    return Stack(params["project"], params["environment"], region, params["names"])


def info(module: t.Any) -> Outcome:
    connection = Connection(module)
    found = find(connection, stack_of(module.params, connection.region))
    kept = [one for one in found if is_kept(one, module.params["keep"])]
    orphans = [one for one in found if one.is_owned and one not in kept]
    unclaimed = [one for one in found if not one.is_owned and one not in kept]
    result = {
        "orphans": [one.view() for one in orphans],
        "unclaimed": [one.view() for one in unclaimed],
        "kept": [one.view() for one in kept],
        "listing": [str(one) for one in orphans] + [f"{one}, by its name only" for one in unclaimed],
    }
    return Outcome(result, changed=False)
