# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The stack as the roles are handed it: the configuration, and all that follows from it and from the account."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from .._load_balancer import plan as load_balancer
from . import (
    alarms,
    bedrock,
    buckets,
    capacity,
    codedeploy,
    control_plane,
    edge,
    elasticache,
    hooks,
    image_cache,
    names,
    network,
    observability,
    secrets,
    services,
)
from .ownership import owner_tags
from .place import Place


def stack_tags(config: Mapping[str, t.Any]) -> dict[str, str]:
    return {**config["tags"], **owner_tags(config)}


def stack_names(config: Mapping[str, t.Any]) -> dict[str, t.Any]:
    existing = not config["create_cluster"]
    return names.resource_names(
        config["project_name"],
        config["environment"],
        config["aws_region"],
        num_az=config["num_az"],
        cluster_name=config["cluster_name"] if existing else None,
        capacity_provider_name=config["capacity_provider_name"] if existing else None,
    )


def network_plan(config: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> network.Plan | None:
    """The subnets of the stack's own VPC, in which those that are live stay where they are."""
    if not config["create_new_vpc"]:
        return None
    stack = stack_names(config)
    live = (account["live_vpc"] or {}).get("subnets", {})
    zones, public, private = account["availability_zones"], stack["public_subnets"], stack["private_subnets"]
    return network.plan(config["vpc_cidr"], zones, public, private, live)


def surplus_zones(config: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """The availability zones in which the stack has subnets from when it had more of them; the private ones first."""
    live = (account["live_vpc"] or {}).get("subnets", {})
    stem = names.stack_id(config["project_name"], config["environment"])
    found = []
    for number in range(config["num_az"] + 1, network.MAXIMUM_ZONES + 1):
        zone = names.zone_names(stem, number)
        subnets = [
            {"name": name, "id": live[name]["id"], "cidr": live[name]["cidr"]}
            for name in (zone["private_subnet"], zone["public_subnet"])
            if live.get(name, {}).get("owned")
        ]
        if subnets:
            own = {key: zone[key] for key in ("elastic_ip", "private_route_table")}
            found.append({"number": number, "subnets": subnets, **own})
    return found


def _secret(name: str, is_made: bool, arn: str | None) -> dict[str, t.Any]:
    return {"name": name, "managed": is_made, "arn": arn}


def _secrets(
    config: Mapping[str, t.Any], stack: Mapping[str, t.Any], account: Mapping[str, t.Any], made: Mapping[str, bool]
) -> dict[str, t.Any]:
    given = config["docker_cred_secret_arn"]
    given = None if given in secrets.PLACEHOLDERS else given
    docker_name, client_name = stack["docker_secret"], stack["client_auth_secret"]
    cache_name = stack["image_cache"]["secret"]
    found = account["secrets"]
    return {
        "docker_credentials": _secret(docker_name, made["docker_credentials"], given or found.get(docker_name)),
        "client_auth": _secret(client_name, made["client_auth"], found.get(client_name)),
        "image_cache": _secret(cache_name, made["image_cache"], found.get(cache_name)),
    }


def lock(
    config: Mapping[str, t.Any], stack: Mapping[str, t.Any], account: Mapping[str, t.Any]
) -> dict[str, str | None]:
    """Where the stack's lock is: an SSM parameter, or an object in a bucket, which stacks anywhere may share."""
    bucket = config["lock_bucket"] or None
    place = f"{account['account_id']}/{config['aws_region']}" if bucket else ""
    return {"bucket": bucket, "name": place + stack["lock"]}


def build(config: Mapping[str, t.Any], account: Mapping[str, t.Any], made: Mapping[str, bool]) -> dict[str, t.Any]:
    """The fact ``preflight_stack``. ``account`` is what the module saw, ``made`` which secrets this run makes."""
    stack = stack_names(config)
    plan = network_plan(config, account)
    region, partition = config["aws_region"], account["partition"]
    place = Place(partition, region, account["account_id"])
    lifecycle_hook = hooks.plan(config, stack, place)
    deployed = alarms.deployed(config, stack)
    definitions = services.service_definitions(deployed, stack, place, lifecycle_hook["hooks"])
    return {
        "config": dict(config),
        "id": names.stack_id(config["project_name"], config["environment"]),
        "account_id": account["account_id"],
        "partition": partition,
        "region": region,
        "dns_suffix": account["dns_suffix"],
        "availability_zones": plan.zones if plan else account["availability_zones"],
        "architecture": account["architecture"] or capacity.architecture(config),
        "ami_parameter": account["ami_parameter"],
        "ami_id": account["ami_id"],
        "names": stack,
        "tags": stack_tags(config),
        "owner_tags": owner_tags(config),
        "network": {
            "vpc_cidr": config["vpc_cidr"] if plan else account["vpc_cidr"],
            "public_cidrs": plan.public if plan else [],
            "private_cidrs": plan.private if plan else [],
            "surplus_zones": surplus_zones(config, account) if plan else [],
        },
        "secrets": _secrets(config, stack, account, made),
        "lock": lock(config, stack, account),
        "live": {
            "server_mode": account["live_server_mode"],
            "lb_type": account["live_lb_type"],
            "controller": account["live_controller"],
            "codedeploy": account["live_codedeploy"],
            "capacity_providers": account["live_capacity_providers"],
            "instances": account["live_instances"],
            "elasticache": account["live_elasticache"],
            "image_cache": account["live_image_cache"],
        },
        "capacity": capacity.plan(config, stack, account),
        "control_plane": control_plane.plan(config, stack, place, account.get("live_control_plane") or {}),
        "image_cache": image_cache.plan(config, services.images_of(config)),
        "load_balancer": load_balancer.plan(config, stack),
        "edge": edge.plan(config, stack, account),
        "elasticache": elasticache.plan(config, stack),
        "object_storage": buckets.plan(config, stack_tags(config), place),
        "lifecycle_hook": lifecycle_hook,
        "codedeploy": codedeploy.plan(deployed, stack, lifecycle_hook["hooks"]),
        "bedrock": bedrock.plan(config, stack, place),
        "observability": observability.plan(config, stack, place, account),
        "services": codedeploy.adapted(config, definitions, stack),
        "deploy_image": services.deploy_image(config, place),
    }
