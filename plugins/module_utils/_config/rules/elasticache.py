# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the ElastiCache that the stack makes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import elasticache
from ..faults import Fault, fault
from ..rulebook import Config, RuleBook
from .common import within

book = RuleBook()

_PATH = "redis_configuration"
_NODE_TYPE = re.compile(r"cache\.(t[34]|m[4-9]|r[4-9]|c[7-9])[a-z]*\.(micro|small|medium|large|\d*xlarge)")
# Their nodes keep data on disks, which has to be asked for; the gateway's cache is small.
_TIERED = re.compile(r"cache\.r\d+gd\.")
_VERSION = re.compile(r"\d+\.\d+(\.\d+)?")
# Below 6, Redis OSS knows no version without a third number; below 7.2 there is no Valkey.
_OLDEST = {"valkey": (7, 2), "redis": (6, 0)}
_NEWEST_REDIS = (7, 1)
_MOMENT = r"(?:mon|tue|wed|thu|fri|sat|sun):(?:[01]\d|2[0-3]):[0-5]\d"
_WINDOW = re.compile(rf"(?P<start>{_MOMENT})-(?P<end>{_MOMENT})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = 7 * 24 * 60
_SHORTEST_WINDOW = 60
_MOST_NODES = 90
_ZONES = 2


@book.needs(f"{_PATH}.redis_type", f"{_PATH}.create", f"{_PATH}.endpoint")
def place(config: Config) -> Iterator[Fault]:
    cache = config[_PATH]
    if not cache["create"]:
        return
    if cache["redis_type"] != "aws-elastic-cache":
        yield fault(
            f"{_PATH}.create",
            cache["create"],
            "It makes an ElastiCache, and redis_type is redis, a container.",
            "Set redis_type to aws-elastic-cache, or remove create.",
        )
    elif cache["endpoint"]:
        yield fault(
            f"{_PATH}.endpoint",
            cache["endpoint"],
            "The address of a cache that the stack makes comes from AWS.",
            "Remove it, or set create to false to use the cache that is there.",
        )


@book.needs(_PATH)
def node_type(config: Config) -> Iterator[Fault]:
    given = config[_PATH]["node_type"]
    if not elasticache.is_made(config):
        return
    if not _NODE_TYPE.fullmatch(given):
        rule = "It must be a node type of ElastiCache: of the families t3, t4g, m4, r4 or c7gn and later ones."
        yield fault(f"{_PATH}.node_type", given, rule, "Write it like cache.t4g.small.")
    elif _TIERED.match(given):
        rule = "Nodes that move data to disks (data tiering) are not made here."
        yield fault(f"{_PATH}.node_type", given, rule, "Choose one without disks, like cache.r7g.large.")


@book.needs(_PATH)
def version(config: Config) -> Iterator[Fault]:
    cache = config[_PATH]
    given, engine = cache["engine_version"], cache["engine"]
    if not elasticache.is_made(config) or not given:
        return
    path, latest = f"{_PATH}.engine_version", elasticache.ENGINE_VERSIONS[engine]
    if not _VERSION.fullmatch(given):
        yield fault(path, given, "It must be a version of the engine.", f"Write it like '{latest}', in quotes.")
        return
    numbers = tuple(int(part) for part in given.split("."))[:2]
    if numbers < _OLDEST[engine]:
        oldest = ".".join(str(part) for part in _OLDEST[engine])
        yield fault(path, given, f"Of {engine} it must be {oldest} or later.", f"Choose {latest}.")
    elif engine == "redis" and numbers > _NEWEST_REDIS:
        rule = "The last version of Redis OSS that ElastiCache has is 7.1; what is later is Valkey."
        yield fault(path, given, rule, "Choose 7.1, or engine: valkey.")


@book.needs(_PATH)
def shape(config: Config) -> Iterator[Fault]:
    cache = config[_PATH]
    if not elasticache.is_made(config):
        return
    yield from within(config, f"{_PATH}.num_shards", 1, _MOST_NODES)
    yield from within(config, f"{_PATH}.num_replicas", 0, 5)
    yield from within(config, f"{_PATH}.snapshot_retention_days", 0, 35, " days")
    shards, nodes = cache["num_shards"], cache["num_shards"] * (1 + cache["num_replicas"])
    if cache["mode"] == elasticache.STANDALONE and shards > 1:
        rule = "A cache with the mode standalone has one shard."
        yield fault(f"{_PATH}.num_shards", shards, rule, "Set it to 1, or mode to cluster.")
    elif shards <= _MOST_NODES < nodes:
        rule = f"A cache has at most {_MOST_NODES} nodes, and these shards with their replicas are {nodes}."
        yield fault(f"{_PATH}.num_shards", shards, rule, "Lower it, or num_replicas.")


@book.needs(_PATH, "create_new_vpc", "num_az")
def zones(config: Config) -> Iterator[Fault]:
    replicas = config[_PATH]["num_replicas"]
    if elasticache.is_made(config) and replicas > 0 and config["create_new_vpc"] and config["num_az"] < _ZONES:
        rule = "Replicas are in another zone than what they stand in for, and portkey_num_az is 1."
        yield fault(f"{_PATH}.num_replicas", replicas, rule, "Raise portkey_num_az, or set it to 0.")


def _minute(moment: str) -> int:
    day, hour, minute = moment.split(":")
    return (_DAYS.index(day) * 24 + int(hour)) * 60 + int(minute)


@book.needs(_PATH)
def window(config: Config) -> Iterator[Fault]:
    given = config[_PATH]["maintenance_window"]
    if not elasticache.is_made(config) or not given:
        return
    found = _WINDOW.fullmatch(given)
    if not found or (_minute(found["end"]) - _minute(found["start"])) % _WEEK < _SHORTEST_WINDOW:
        rule = "It must be a time of the week in UTC of an hour or more."
        yield fault(f"{_PATH}.maintenance_window", given, rule, "Write it like sun:05:00-sun:06:00.")


@book.needs(_PATH, "secrets", "secrets_file_path")
def token(config: Config) -> Iterator[Fault]:
    if not elasticache.is_made(config):
        return
    for service, entries in (config["secrets"] or {}).items():
        if elasticache.AUTH_KEY in (entries or {}):
            rule = "The stack makes this secret with its cache, and hands it to the services by itself."
            path = "secrets_file_path" if config["secrets_file_path"] else f"secrets.{service}.{elasticache.AUTH_KEY}"
            yield fault(path, entries[elasticache.AUTH_KEY], rule, f"Remove {elasticache.AUTH_KEY} of {service}.")
