# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the cache of images."""

from __future__ import annotations

from collections.abc import Iterator

from .. import image_cache
from ..faults import Fault, fault
from ..rulebook import Config, RuleBook
from .common import within

book = RuleBook()

_MOST_IMAGES = 1000


@book.needs("image_cache")
def keep_images(config: Config) -> Iterator[Fault]:
    yield from within(config, "image_cache.keep_images", 1, _MOST_IMAGES)


@book.needs("image_cache", "deploy_image", "gateway_image", "project_name", "environment")
def deploy_image(config: Config) -> Iterator[Fault]:
    """The gateway's execution role may pull from the repository that site.yml has made, and from no other."""
    wanted, configured = config["deploy_image"], config["gateway_image"]["image"]
    if not wanted or not image_cache.is_on(config):
        return
    cached = image_cache.repository_of(config, wanted)
    if cached and cached != image_cache.repository_of(config, configured):
        rule = f"With portkey_image_cache it must be of the repository of portkey_gateway_image, {configured}."
        yield fault("deploy_image", wanted, rule, "Set portkey_gateway_image to the other one and run site.yml.")
