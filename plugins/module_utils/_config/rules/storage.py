# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the cache, the buckets and the policies."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from .. import buckets as made
from .. import services
from ..faults import Fault, fault
from ..partitions import partition_of
from ..rulebook import Config, RuleBook
from .common import (
    ARN_PLACE,
    PLACEHOLDER,
    REGION,
    at_least,
)

book = RuleBook()

_ENDPOINT = re.compile(r"(rediss?://)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?(/\d+)?")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_POLICY = re.compile(r"policy/[\w+=,.@/-]+")
_MOST_POLICIES = 20
_ACCESS_LOGS = ("create_lb", "enable_lb_access_logs", "create_lb_access_logs_bucket", "lb_access_logs_bucket")


@book.needs("redis_configuration")
def elasticache(config: Config) -> Iterator[Fault]:
    cache = config["redis_configuration"]
    if services.has_redis(config) or cache["create"]:
        return
    if not cache["endpoint"]:
        yield fault(
            "redis_configuration.endpoint",
            cache["endpoint"],
            "It is required with redis_type: aws-elastic-cache, unless the stack makes the cache.",
            "Write the ElastiCache's address, like redis://cache.example.com:6379, or set create to true.",
        )
    elif not _ENDPOINT.fullmatch(cache["endpoint"]):
        yield fault(
            "redis_configuration.endpoint",
            cache["endpoint"],
            "It must be a host with an optional port, or a redis:// or rediss:// URL; a password is a secret.",
            "Write it like redis://cache.example.com:6379.",
        )


@book.needs("redis_configuration")
def container(config: Config) -> Iterator[Fault]:
    cache = config["redis_configuration"]
    if not services.has_redis(config):
        return
    if cache["mode"] != "standalone":
        yield fault(
            "redis_configuration.mode",
            cache["mode"],
            "The Redis container is one standalone server.",
            "Set it to standalone, or redis_type to aws-elastic-cache.",
        )
    if cache["tls"]:
        yield fault(
            "redis_configuration.tls",
            cache["tls"],
            "The Redis container does not speak TLS.",
            "Set it to false, or redis_type to aws-elastic-cache.",
        )


def bucket_fault(path: str, bucket: str) -> Iterator[Fault]:
    """Why ``bucket`` cannot be the name of an S3 bucket, if so."""
    if PLACEHOLDER.fullmatch(bucket):
        yield fault(path, bucket, "The placeholder must be replaced.", "Write the name of your bucket.")
    elif not _BUCKET.fullmatch(bucket) or ".." in bucket or _is_address(bucket):
        yield fault(
            path,
            bucket,
            "A bucket's name has 3 to 63 small letters, digits, dots and hyphens, none of the last two at an end.",
            "Write the name alone, without s3:// or a path.",
        )


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


@book.needs("object_storage")
def buckets(config: Config) -> Iterator[Fault]:
    for key in made.STORAGE_KEYS:
        bucket = config["object_storage"][key]
        if bucket:
            yield from bucket_fault(f"object_storage.{key}", bucket)


@book.needs("object_storage.bucket_region")
def bucket_region(config: Config) -> Iterator[Fault]:
    region = config["object_storage"]["bucket_region"]
    if not REGION.fullmatch(region):
        yield fault(
            "object_storage.bucket_region", region, "It must be the code of an AWS region.", "Write it like us-east-1."
        )


@book.needs("object_storage.create", "object_storage.bucket_region", "aws_region")
def region_of_new_buckets(config: Config) -> Iterator[Fault]:
    region, partition = config["object_storage"]["bucket_region"], partition_of(config["aws_region"]).name
    if made.makes_storage(config) and partition_of(region).name != partition:
        rule = f"A bucket that the stack makes is of its partition, {partition}."
        yield fault("object_storage.bucket_region", region, rule, "Choose a region of that partition.")


@book.needs("object_storage")
def days(config: Config) -> Iterator[Fault]:
    for key in ("expire_after_days", "expire_noncurrent_after_days"):
        if config["object_storage"][key] is not None:
            yield from at_least(config, f"object_storage.{key}", 1)


@book.needs("object_storage", *_ACCESS_LOGS, "lock_bucket")
def no_bucket_for_two_purposes(config: Config) -> Iterator[Fault]:
    logs, storage = config["lb_access_logs_bucket"], made.storage_names(config)
    is_written = config["create_lb"] and config["enable_lb_access_logs"]
    if is_written and logs in storage and (made.makes_storage(config) or made.makes_access_logs(config)):
        rule = "A bucket that the stack makes is for one purpose: its policy and its lifecycle are."
        yield fault("lb_access_logs_bucket", logs, rule, "Name another bucket than those of portkey_object_storage.")
    if config["lock_bucket"] in made.made_names(config):
        rule = "The lock is there before the stack is, and when it has gone; so its bucket cannot be made by the stack."
        yield fault("lock_bucket", config["lock_bucket"], rule, "Name a bucket that exists, or remove it.")


def _policies(config: Config, variable: str) -> Iterator[Fault]:
    partition = partition_of(config["aws_region"]).name
    policies = config[variable]
    if len(policies) > _MOST_POLICIES:
        yield fault(variable, len(policies), f"A role has at most {_MOST_POLICIES} policies.", "Join some of them.")
    for label, arn in policies.items():
        path = f"{variable}.{label}"
        place = ARN_PLACE.fullmatch(arn) if isinstance(arn, str) else None
        if not place or place["service"] != "iam" or not _POLICY.fullmatch(arn.split(":", maxsplit=5)[5]):
            yield fault(
                path,
                arn,
                "It must be the ARN of an IAM policy.",
                "Write it like arn:aws:iam::123456789012:policy/name.",
            )
        elif place["partition"] != partition:
            yield fault(
                path,
                arn,
                f"It must be of the partition {partition}, as the region {config['aws_region']} is.",
                "Use a policy of that partition.",
            )


@book.needs("gateway_task_role_policy_arns", "aws_region")
def gateway_policies(config: Config) -> Iterator[Fault]:
    yield from _policies(config, "gateway_task_role_policy_arns")


@book.needs("data_service_task_role_policy_arns", "aws_region")
def data_service_policies(config: Config) -> Iterator[Fault]:
    yield from _policies(config, "data_service_task_role_policy_arns")
