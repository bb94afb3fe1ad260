# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the gateway speaks to outside of the stack, by its running task definition. Only hosts and names are told."""

from __future__ import annotations

import urllib.parse

from .found import Facts, Found

_BUCKET = "LOG_STORE_GENERATIONS_BUCKET"
_REDIS = "REDIS_URL"
_CONTROL_PLANE = ("CONTROL_PLANE_BASEPATH", "ALBUS_ENDPOINT", "CONTROL_PLANE_URL")
# Where Portkey's control plane is, unless the gateway is told otherwise.
_PORTKEY = "Portkey"


def outside(found: Found) -> list[Facts]:
    told = _environment(found)
    own = {service["name"] for service in found.services} | set(found.stack["names"]["services"])
    places = [("Control plane", _host(next((told[key] for key in _CONTROL_PLANE if told.get(key)), "")) or _PORTKEY)]
    redis = _host(told.get(_REDIS, ""))
    if redis and redis not in own:
        places.append(("ElastiCache", redis))
    if told.get(_BUCKET):
        places.append(("Log store in S3", told[_BUCKET]))
    return [{"kind": kind, "name": name} for kind, name in places]


def _environment(found: Found) -> dict[str, str]:
    return {
        one["name"]: one["value"]
        for definition in found.task_definitions
        for container in definition.get("container_definitions") or []
        for one in container.get("environment") or []
    }


def _host(address: str) -> str:
    """Without what a URL may have before the host, which may be a password."""
    return urllib.parse.urlsplit(address if "//" in address else f"//{address}").hostname or ""
