# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about what the playbooks that operate a stack are asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import images, services
from ..faults import Fault, fault
from ..rulebook import Config, RuleBook
from .common import URL, bounded
from .storage import bucket_fault

book = RuleBook()

_SINCE = re.compile(r"\d+[smhd]|\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_REVISION = re.compile(r"arn:[^:]+:ecs:[^:]+:\d{12}:service-revision/.+", re.ASCII)


@book.needs("deploy_image", "deploy_tag")
def deployed_image(config: Config) -> Iterator[Fault]:
    image, tag = config["deploy_image"], config["deploy_tag"]
    if image and tag:
        yield fault(
            "deploy_tag",
            tag,
            f"portkey_deploy_image is {image}, which has the tag or digest in it.",
            "Set one of the two.",
        )
    if image and not images.REFERENCE.fullmatch(image):
        yield fault(
            "deploy_image",
            image,
            "It must be an image with its tag or digest.",
            "Write it like registry.example.com/team/image:1.2.3.",
        )
    if tag and not images.VERSION.fullmatch(tag):
        yield fault("deploy_tag", tag, images.VERSION_RULE, "Write the tag or digest alone.")


@book.needs("rollback_to")
def rollback_to(config: Config) -> Iterator[Fault]:
    wanted = config["rollback_to"]
    if wanted not in ("active", "previous") and not _REVISION.fullmatch(wanted):
        yield fault(
            "rollback_to",
            wanted,
            "It must be active, previous, or the ARN of a service revision.",
            "The playbook status tells the ARNs in its JSON.",
        )


@book.needs("scale_count", "scale_min", "scale_max")
def scale(config: Config) -> Iterator[Fault]:
    for name in ("scale_count", "scale_min", "scale_max"):
        if config[name] is not None:
            yield from bounded(config, name)
    least, greatest = config["scale_min"], config["scale_max"]
    if least is not None and greatest is not None and least > greatest:
        yield fault("scale_max", greatest, f"It must not be below portkey_scale_min, which is {least}.", "Raise it.")


@book.needs("logs_lines")
def logs_lines(config: Config) -> Iterator[Fault]:
    yield from bounded(config, "logs_lines")


@book.needs("logs_since")
def logs_since(config: Config) -> Iterator[Fault]:
    since = config["logs_since"]
    if since and not _SINCE.fullmatch(since):
        yield fault(
            "logs_since",
            since,
            "It must be a span of seconds, minutes, hours or days, or a date with or without a time.",
            "Write it like 15m, or like 2026-01-31T12:00:00Z.",
        )


@book.needs("wait_timeout", "verify_timeout")
def timeouts(config: Config) -> Iterator[Fault]:
    yield from bounded(config, "wait_timeout")
    yield from bounded(config, "verify_timeout")


@book.needs("lock_wait", "lock_lifetime")
def lock(config: Config) -> Iterator[Fault]:
    yield from bounded(config, "lock_wait")
    yield from bounded(config, "lock_lifetime", " seconds")


@book.needs("lock_bucket")
def lock_bucket(config: Config) -> Iterator[Fault]:
    if config["lock_bucket"]:
        yield from bucket_fault("lock_bucket", config["lock_bucket"])


@book.needs("verify_url", "verify_test_url")
def verified_urls(config: Config) -> Iterator[Fault]:
    for name in ("verify_url", "verify_test_url"):
        if config[name] and not URL.fullmatch(config[name]):
            yield fault(name, config[name], "It must be a URL with http:// or https://.", "Write the whole URL.")


@book.needs("service", "dataservice_config.enable_dataservice", "redis_configuration.redis_type")
def service_exists(config: Config) -> Iterator[Fault]:
    wanted, running = config["service"], services.running(config)
    if wanted not in running:
        yield fault("service", wanted, "The stack has no such service.", f"Name one that it has: {', '.join(running)}.")
