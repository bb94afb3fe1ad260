# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The buckets that the stack makes: for what the gateway stores, and for the access logs of its load balancer."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from .._load_balancer.access_logs import Destination, writer_statements
from . import services
from .place import Place

Config = Mapping[str, t.Any]
Item = dict[str, t.Any]

STORAGE_KEYS = ("log_store_bucket", "log_exports_bucket", "finetune_bucket")
# Buckets belong to no region's stack by their names, and may be in another region than the stack.
REGION_TAG = "portkey:stack-region"


def makes_storage(config: Config) -> bool:
    return bool(config["object_storage"]["create"])


def makes_access_logs(config: Config) -> bool:
    wanted = config["create_lb"] and config["enable_lb_access_logs"] and config["create_lb_access_logs_bucket"]
    return bool(wanted)


def storage_names(config: Config) -> list[str]:
    return list(dict.fromkeys(services.buckets(config).values()))


def made(config: Config) -> list[Item]:
    """The buckets that the stack makes: what each is called, where it is, and the variable that says so."""
    storage, found = config["object_storage"], []
    if makes_storage(config):
        for name in storage_names(config):
            key = next(key for key in STORAGE_KEYS if storage[key] == name)
            found.append({"name": name, "region": storage["bucket_region"], "variable": f"object_storage.{key}"})
    if makes_access_logs(config):
        variable = "lb_access_logs_bucket"
        found.append({"name": config[variable], "region": config["aws_region"], "variable": variable})
    return found


def made_names(config: Config) -> list[str]:
    return [one["name"] for one in made(config)]


def plan(config: Config, tags: Mapping[str, str], place: Place) -> Item:
    """The parameters of the role object_storage without their prefix."""
    storage = config["object_storage"]
    kept = {
        "expire_after_days": storage["expire_after_days"],
        "expire_noncurrent_after_days": storage["expire_noncurrent_after_days"],
    }
    made = [_bucket(name, storage["bucket_region"], [], kept) for name in storage_names(config)]
    return {
        "buckets": [*(made if makes_storage(config) else []), *_access_logs(config, place)],
        "tags": {**tags, REGION_TAG: place.region},
    }


def _bucket(name: str, region: str, statements: list[Item], kept: Mapping[str, int | None]) -> Item:
    return {"name": name, "region": region, "policy_statements": statements, **kept}


def _access_logs(config: Config, place: Place) -> list[Item]:
    if not makes_access_logs(config):
        return []
    destination = Destination(
        bucket=config["lb_access_logs_bucket"],
        prefix=config["lb_access_logs_prefix"],
        load_balancer_type=config["lb_type"],
        account_id=place.account_id,
        region=place.region,
        partition=place.partition,
    )
    kept = {
        "expire_after_days": config["lb_access_logs_expire_after_days"],
        "expire_noncurrent_after_days": config["object_storage"]["expire_noncurrent_after_days"],
    }
    return [_bucket(destination.bucket, place.region, writer_statements(destination), kept)]
