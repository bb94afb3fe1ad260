# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the AWS account has to be asked about a configuration.

These are the options of the module portkey.gateway.preflight. What is at fault already is not asked about.
"""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Mapping

from . import (
    alarms,
    buckets,
    capacity,
    codedeploy,
    control_plane,
    edge,
    elasticache,
    files,
    image_cache,
    names,
    observability,
    secrets,
    services,
)
from .connection import arguments
from .faults import PREFIX, Fault
from .ownership import owner_tags
from .rulebook import is_faulted
from .stack import stack_names

Config = Mapping[str, t.Any]
Question = dict[str, t.Any]


def _vpc(config: Config) -> Question | None:
    if config["create_new_vpc"]:
        return None
    question = {
        "id": config["vpc_id"],
        "public_subnet_ids": config["public_subnet_ids"],
        "private_subnet_ids": config["private_subnet_ids"],
    }
    if config["create_lb"] and config["lb_type"] == "application":
        question["two_zones_for"] = "private" if config["internal_lb"] else "public"
    if control_plane.is_outbound(config):
        question["endpoint_zones"] = control_plane.LEAST_ZONES
    if elasticache.is_made(config) and elasticache.group(config)["multi_az"]:
        question["cache_in_two_zones"] = True
    return question


def _network(config: Config) -> Question | None:
    if not config["create_new_vpc"]:
        return None
    return {
        "name": stack_names(config)["vpc"],
        "cidr": config["vpc_cidr"],
        "project": config["project_name"],
        "environment": config["environment"],
    }


def _cluster(config: Config) -> Question | None:
    if config["create_cluster"]:
        return None
    return {
        "name": config["cluster_name"],
        "capacity_providers": capacity.used_providers(config),
        "variable": PREFIX + ("capacity.type" if capacity.is_fargate(config) else "capacity_provider_name"),
        "needs_insights": alarms.needs_insights(config),
    }


def _instance_type(config: Config) -> str | None:
    return config["instance_type"] if capacity.has_instances(config) else None


def _certificate(config: Config) -> str | None:
    return (config["tls_certificate_arn"] or None) if config["create_lb"] else None


def _access_logs(config: Config) -> Question | None:
    if not (config["create_lb"] and config["enable_lb_access_logs"]) or config["create_lb_access_logs_bucket"]:
        return None
    return {
        "bucket": config["lb_access_logs_bucket"],
        "prefix": config["lb_access_logs_prefix"],
        "lb_type": config["lb_type"],
    }


def _buckets(config: Config) -> Question | None:
    if buckets.makes_storage(config):
        return None
    return {"names": buckets.storage_names(config), "region": config["object_storage"]["bucket_region"]}


def _own_buckets(config: Config) -> Question | None:
    made = [{**one, "variable": PREFIX + one["variable"]} for one in buckets.made(config)]
    if not made:
        return None
    return {
        "buckets": made,
        "tags": {**owner_tags(config), buckets.REGION_TAG: config["aws_region"]},
    }


def _entry_variable(config: Config, service: str, key: str) -> str:
    where = files.source(config, "secrets")
    return f"{PREFIX}{where}.{service}.{key}" if where == "secrets" else PREFIX + where


def _given_secrets(config: Config) -> list[Question]:
    """The secrets that exist by the user's word, each with the variable that names it."""
    docker = [("portkey_docker_cred_secret_arn", config["docker_cred_secret_arn"])]
    of_services = [
        (_entry_variable(config, service, key), arn)
        for service, entries in (config["secrets"] or {}).items()
        for key, arn in entries.items()
    ]
    first: dict[str, str] = {}
    for variable, arn in docker + of_services:
        if arn and arn not in secrets.PLACEHOLDERS:
            first.setdefault(arn, variable)
    return [{"variable": variable, "arn": arn} for arn, variable in first.items()]


def _own_secrets(config: Config) -> list[Question]:
    """The stack's own secrets, and whether this run makes them."""
    own = names.secret_names(config["project_name"], config["environment"])
    return [
        {"name": own["docker_secret"], "is_made": secrets.is_made(config, secrets.DOCKER_KEYS)},
        {"name": own["client_auth_secret"], "is_made": secrets.is_made(config, secrets.CLIENT_AUTH_KEYS)},
        *_cache_secret(config),
    ]


def _cache_secret(config: Config) -> list[Question]:
    if not image_cache.is_on(config):
        return []
    name = names.image_cache_names(config["project_name"], config["environment"])["secret"]
    return [{"name": name, "is_made": secrets.is_made(config, image_cache.KEYS)}]


def _elasticache(config: Config) -> Question:
    """The cache that the stack makes, or that an earlier configuration has made."""
    own = stack_names(config)["elasticache"]
    group = elasticache.group(config) if elasticache.is_made(config) else None
    asked = ("engine", "engine_version", "cluster_mode")
    return {
        "subnet_group": own["subnet_group"],
        "replication_group": own["replication_group"],
        "tags": owner_tags(config),
        "wanted": {key: group[key] for key in asked} if group else None,
    }


def _image_cache(config: Config) -> Question:
    """Asked also where there is none: what an earlier run has made is to go."""
    return {
        **stack_names(config)["image_cache"],
        "repositories": image_cache.repositories(config, services.images_of(config)),
        "tags": owner_tags(config),
    }


def _live(config: Config) -> Question:
    stack = stack_names(config)
    return {
        "project": config["project_name"],
        "environment": config["environment"],
        "cluster": stack["cluster"],
        "own_cluster": config["create_cluster"],
        "service": stack["services"]["gateway"]["service"],
        "load_balancer": stack["load_balancer"],
        "server_mode": config["server_mode"],
        "lb_type": config["lb_type"],
        "create_lb": config["create_lb"],
        "insights": config["container_insights"],
        "codedeploy_role": stack["codedeploy"]["service_role"],
        # Instances are only looked for where there should be none.
        "instance_role": None if capacity.has_instances(config) else stack["instance_role"],
    }


def _observability(config: Config) -> Question:
    """What of it is live, as far as it tells what is surplus now; and the topic that is not the stack's."""
    stack = stack_names(config)
    return {
        "alarms": stack["alarms"],
        "wanted": [one["name"] for one in alarms.alarms(config, stack)],
        "topic": stack["alarm_topic"],
        "rule": stack["deployment_rule"],
        "dashboard": stack["dashboard"],
        "wants_dashboard": config["dashboard"],
        "tags": owner_tags(config),
        "given_topic": (config["alarms"]["sns_topic_arn"] or None) if alarms.is_on(config) else None,
        "needs_publishing": observability.makes_rule(config),
        "for_rollback": alarms.for_rollback(config, stack),
        "by_codedeploy": codedeploy.is_controller(config),
    }


def _edge(config: Config) -> Question | None:
    stack = stack_names(config)
    return edge.question(config, stack["dns_owner"], stack["load_balancer"])


def _control_plane(config: Config) -> Question:
    """Asked also where PrivateLink is off: what an earlier run has made is to go."""
    own = stack_names(config)["control_plane"]
    return {
        "project": config["project_name"],
        "environment": config["environment"],
        "endpoint": own["endpoint"],
        "endpoint_security_group": own["endpoint_security_group"],
        "endpoint_service": own["endpoint_service"],
        "load_balancer_security_group": own["load_balancer_security_group"],
        "is_outbound": control_plane.is_outbound(config),
    }


_NAME_PARTS = ("project_name", "environment", "aws_region")
_ACCESS_LOGS = ("create_lb", "enable_lb_access_logs", "create_lb_access_logs_bucket", "lb_access_logs_bucket")

# For each question, what must be in order before it can be asked.
_QUESTIONS: dict[str, tuple[tuple[str, ...], t.Callable[[Config], t.Any]]] = {
    "zones": (("create_new_vpc", "num_az"), lambda config: config["num_az"] if config["create_new_vpc"] else None),
    "vpc": (
        (
            "create_new_vpc",
            "vpc_id",
            "public_subnet_ids",
            "private_subnet_ids",
            "create_lb",
            "lb_type",
            "internal_lb",
            "control_plane.outbound",
            "redis_configuration",
        ),
        _vpc,
    ),
    "network": ((*_NAME_PARTS, "num_az", "create_new_vpc", "vpc_cidr", "create_cluster", "cluster_name"), _network),
    "cluster": (("create_cluster", "cluster_name", "capacity_provider_name", "capacity", "alarms"), _cluster),
    "instance_type": (("create_cluster", "instance_type", "capacity"), _instance_type),
    "certificate_arn": (("create_lb", "tls_certificate_arn"), _certificate),
    "access_logs": (
        (*_ACCESS_LOGS, "lb_access_logs_prefix", "lb_type"),
        _access_logs,
    ),
    "edge": (
        (*_NAME_PARTS, "create_lb", "lb_type", "server_mode", "alb_routing_configuration", "dns", "certificate"),
        _edge,
    ),
    "own_buckets": ((*_NAME_PARTS, *_ACCESS_LOGS, "object_storage"), _own_buckets),
    "buckets": (("object_storage",), _buckets),
    "given_secrets": (("docker_cred_secret_arn", "secrets", "secrets_file_path"), _given_secrets),
    "own_secrets": (
        (*_NAME_PARTS, "docker_username", "docker_password", "client_auth", "organisations", "image_cache"),
        _own_secrets,
    ),
    "observability": (
        (
            *_NAME_PARTS,
            "alarms",
            "dashboard",
            "container_insights",
            "create_cluster",
            "cluster_name",
            "capacity_provider_name",
            "create_lb",
            "lb_type",
            "server_mode",
            "num_az",
            "gateway_config",
            "dataservice_config",
            "redis_configuration",
            "max_request_seconds",
            "gateway_deployment_configuration",
        ),
        _observability,
    ),
    "control_plane": (
        (*_NAME_PARTS, "num_az", "create_cluster", "cluster_name", "control_plane.outbound"),
        _control_plane,
    ),
    "elasticache": (
        (*_NAME_PARTS, "num_az", "create_cluster", "cluster_name", "capacity_provider_name", "redis_configuration"),
        _elasticache,
    ),
    "image_cache": (
        (
            *_NAME_PARTS,
            "num_az",
            "create_cluster",
            "cluster_name",
            "capacity_provider_name",
            "image_cache",
            "gateway_image",
            "data_service_image",
            "redis_image",
            "dataservice_config",
            "redis_configuration",
        ),
        _image_cache,
    ),
    "live": (
        (
            *_NAME_PARTS,
            "num_az",
            "create_cluster",
            "cluster_name",
            "capacity_provider_name",
            "capacity",
            "create_lb",
            "server_mode",
            "lb_type",
            "container_insights",
        ),
        _live,
    ),
}


def place(config: Config, faults: Collection[Fault]) -> dict[str, t.Any]:
    """Where to ask."""
    return {} if is_faulted("aws_region", faults) else {"region": config["aws_region"]}


def questions(config: Config, faults: Collection[Fault]) -> dict[str, t.Any]:
    """The module's options for this configuration; none when the region is at fault, but for who the caller is."""
    asked = place(config, faults)
    if not asked:
        return {}
    for name, (needs, ask) in _QUESTIONS.items():
        if not any(is_faulted(path, faults) for path in needs):
            question = ask(config)
            if question is not None:
                asked[name] = question
    return asked


def connection(config: Config, faults: Collection[Fault]) -> Question:
    """How the account is reached, where the user says so."""
    if is_faulted("aws_connection", faults):
        return {}
    return dict(arguments(config["aws_connection"]))
