# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The images of Docker Hub through a cache in ECR: what they are called there, and what the cache consists of."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Mapping

from . import images, names
from .partitions import partition_of
from .place import Place

UPSTREAM = "registry-1.docker.io"
# As ECR wants the secret of Docker Hub: its JSON keys, and the variable that holds the value.
KEYS = {"username": "docker_username", "accessToken": "docker_password"}
# Where somebody has written the registry, too.
_DOCKER_HUB = ("docker.io", "index.docker.io", UPSTREAM)
_OFFICIAL = "library"

Config = Mapping[str, t.Any]
Item = dict[str, t.Any]


def is_on(config: Config) -> bool:
    return config["image_cache"]["enable"]


def _upstream(image: str) -> str | None:
    """The repository as Docker Hub calls it; None when it is in another registry."""
    host, _slash, rest = image.partition("/")
    if rest and ("." in host or ":" in host or host == "localhost"):
        if host not in _DOCKER_HUB:
            return None
        image = rest
    return image if "/" in image else f"{_OFFICIAL}/{image}"


def _repository(config: Config, image: str) -> str | None:
    """The repository that an image has in the cache, by a name without tag and digest."""
    upstream = _upstream(image) if is_on(config) else None
    if upstream is None:
        return None
    prefix = names.image_cache_names(config["project_name"], config["environment"])["prefix"]
    return f"{prefix}/{upstream}"


def registry(place: Place) -> str:
    return f"{place.account_id}.dkr.ecr.{place.region}.{partition_of(place.region).dns_suffix}"


def repository_of(config: Config, reference: str) -> str | None:
    """The repository in the cache of an image with its tag or digest."""
    return _repository(config, images.split(reference)[0])


def through(config: Config, place: Place, reference: str) -> str:
    """An image with its tag or digest, as a container definition names it."""
    repository, version = images.split(reference)
    cached = _repository(config, repository)
    return f"{registry(place)}/{cached}{version}" if cached else reference


def arn(place: Place, repository: str) -> str:
    return f"arn:{place.partition}:ecr:{place.region}:{place.account_id}:repository/{repository}"


def of_service(config: Config, place: Place, definition: Item) -> Item:
    """A service's definition with its image from the cache, which its execution role pulls without credentials."""
    repository = repository_of(config, definition["image"])
    if repository is None:
        return {**definition, "cached_repository_arn": None}
    return {
        **definition,
        "image": through(config, place, definition["image"]),
        "cached_repository_arn": arn(place, repository),
    }


def repositories(config: Config, wanted: Iterable[str]) -> list[str]:
    """What the cache consists of for these images, by their names without tags."""
    return sorted({cached for cached in (_repository(config, image) for image in wanted) if cached})


def plan(config: Config, wanted: Iterable[str]) -> Item | None:
    """The parameters of the role image_cache, without their prefix; None when there is no cache."""
    if not is_on(config):
        return None
    own = names.image_cache_names(config["project_name"], config["environment"])
    return {
        "prefix": own["prefix"],
        "repositories": repositories(config, wanted),
        "lifecycle_policy": _lifecycle_policy(config["image_cache"]["keep_images"]),
    }


def _lifecycle_policy(keep: int) -> str:
    """What goes is pulled from Docker Hub again where it is still needed."""
    rule = {
        "rulePriority": 1,
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": keep},
        "action": {"type": "expire"},
    }
    return json.dumps({"rules": [rule]})
