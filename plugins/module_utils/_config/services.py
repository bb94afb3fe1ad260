# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What each service of a stack is: image, ports, health check, environment, secrets, policies and deployment.

``service_definitions`` gives plain dictionaries; ``container_definitions`` turns one into the ECS API's shape.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from . import bedrock, capacity, elasticache, image_cache, images, secrets, strategy, timeouts
from .place import Place

Definition = dict[str, t.Any]
Config = Mapping[str, t.Any]

GATEWAY, DATA_SERVICE, REDIS = "gateway", "data-service", "redis"
LOAD_BALANCER = "load_balancer"  # as a source of traffic, beside the services

REDIS_PORT = elasticache.PORT
ALBUS_ENDPOINT = "https://albus.portkey.ai"
HEALTH_CHECK_GRACE_SECONDS = 150

_GATEWAY_ACTIONS = ("s3:GetObject", "s3:PutObject")
_DATA_SERVICE_ACTIONS = (*_GATEWAY_ACTIONS, "s3:DeleteObject", "s3:AbortMultipartUpload")


def serves_gateway(server_mode: str) -> bool:
    return server_mode in ("gateway", "all")


def serves_mcp(server_mode: str) -> bool:
    return server_mode in ("mcp", "all")


def has_redis(config: Config) -> bool:
    """Whether the cache is a container; otherwise it is an ElastiCache, made by the stack or there already."""
    return config["redis_configuration"]["redis_type"] == "redis"


def sized_variables(config: Config) -> list[str]:
    """The variables with the sizes of the tasks that run."""
    runs = {
        "gateway_config": True,
        "dataservice_config": config["dataservice_config"]["enable_dataservice"],
        "redis_configuration": has_redis(config),
    }
    return [variable for variable, is_run in runs.items() if is_run]


def buckets(config: Config) -> dict[str, str]:
    """The bucket of each purpose; exports and fine-tuning fall back to the log store."""
    storage = config["object_storage"]
    log_store = storage["log_store_bucket"]
    return {
        "log_store": log_store,
        "log_exports": storage["log_exports_bucket"] or log_store,
        "finetune": storage["finetune_bucket"] or log_store,
    }


def _s3_statement(config: Config, partition: str, actions: tuple[str, ...]) -> Definition:
    resources = dict.fromkeys(f"arn:{partition}:s3:::{bucket}/*" for bucket in buckets(config).values())
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def _common_environment(config: Config) -> dict[str, str]:
    cache, is_made = config["redis_configuration"], elasticache.is_made(config)
    given = elasticache.URL_PLACEHOLDER if is_made else cache["endpoint"]
    return {
        "CACHE_STORE": cache["redis_type"],
        "REDIS_URL": f"redis://{REDIS}:{REDIS_PORT}" if has_redis(config) else given,
        "REDIS_TLS_ENABLED": "true" if cache["tls"] or is_made else "false",
        "REDIS_MODE": cache["mode"],
        "LOG_STORE_REGION": config["object_storage"]["bucket_region"],
    }


def gateway_environment(config: Config) -> dict[str, str]:
    mode, settings, data_service = config["server_mode"], config["gateway_config"], config["dataservice_config"]
    own = {
        **_common_environment(config),
        "SERVER_MODE": "" if mode == "gateway" else mode,
        "PORT": str(settings["gateway_port"]),
        "LOG_STORE_GENERATIONS_BUCKET": buckets(config)["log_store"],
    }
    if serves_mcp(mode):
        own["MCP_PORT"] = str(settings["mcp_port"])
        own["MCP_GATEWAY_BASE_URL"] = config["mcp_gateway_base_url"]
    if data_service["enable_dataservice"]:
        own["DATASERVICE_BASEPATH"] = f"http://{DATA_SERVICE}:{data_service['port']}"
    return own


def data_service_environment(config: Config) -> dict[str, str]:
    bucket = buckets(config)
    return {
        **_common_environment(config),
        "PORT": str(config["dataservice_config"]["port"]),
        "ALBUS_ENDPOINT": ALBUS_ENDPOINT,
        "LOG_EXPORTS_BUCKET": bucket["log_exports"],
        "FINETUNES_BUCKET": bucket["finetune"],
        "AWS_S3_FINETUNE_BUCKET": bucket["finetune"],
        "GATEWAY_BASE_URL": f"http://{GATEWAY}:{config['gateway_config']['gateway_port']}",
    }


def own_environment(config: Config, service: str) -> dict[str, str]:
    """The variables that the stack itself sets, which win over the user's."""
    return gateway_environment(config) if service == GATEWAY else data_service_environment(config)


def _user_environment(config: Config, service: str) -> dict[str, str]:
    given = (config["environment_variables"] or {}).get(service) or {}
    return {key: _text(value) for key, value in given.items() if value is not None}


def _text(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def gateway_ports(config: Config) -> list[Definition]:
    """The ports that the gateway's server mode opens; the first is the one that is asked for its health."""
    mode, settings = config["server_mode"], config["gateway_config"]
    ports = [
        (GATEWAY, settings["gateway_port"], serves_gateway(mode)),
        ("mcp", settings["mcp_port"], serves_mcp(mode)),
    ]
    return [{"name": name, "container_port": port, "app_protocol": "http"} for name, port, is_open in ports if is_open]


def _health_check(command: str, start_period: int) -> Definition:
    return {"command": ["CMD-SHELL", command], "interval": 30, "timeout": 5, "retries": 3, "start_period": start_period}


def _wget(port: int, path: str) -> str:
    return f"wget -qO- http://localhost:{port}{path} || exit 1"


def _service_connect(config: Config, discovery_name: str, port: Definition) -> Definition:
    return {
        "port_name": port["name"],
        "discovery_name": discovery_name,
        "client_aliases": [{"port": port["container_port"], "dns_name": discovery_name}],
        "timeout": timeouts.service_connect(config, port["app_protocol"]),
    }


def _image(image: Mapping[str, str]) -> str:
    return images.reference(image["image"], image["tag"])


def deploy_image(config: Config, place: Place) -> str:
    """The gateway's image that the playbook deploy brings about."""
    configured = config["gateway_image"]
    wanted = images.reference(configured["image"], config["deploy_tag"] or configured["tag"])
    return image_cache.through(config, place, config["deploy_image"] or wanted)


def _scaling(desired: int, settings: Mapping[str, t.Any]) -> Definition:
    """Autoscaling, and what it means for the desired count: with a scaler ours is only the first, in its limits."""
    autoscaling = _autoscaling(settings)
    if autoscaling is None:
        return {"autoscaling": None, "desired_count": desired, "desired_count_policy": "always"}
    first = max(autoscaling["min_capacity"], min(desired, autoscaling["max_capacity"]))
    return {"autoscaling": autoscaling, "desired_count": first, "desired_count_policy": "create"}


def _autoscaling(settings: Mapping[str, t.Any]) -> Definition | None:
    if not settings["enable_autoscaling"]:
        return None
    return {
        "min_capacity": settings["autoscaling_min_capacity"],
        "max_capacity": settings["autoscaling_max_capacity"],
        "target_cpu_utilization": settings["target_cpu_utilization"],
        "target_memory_utilization": settings["target_memory_utilization"],
        "scale_in_cooldown": settings["scale_in_cooldown"],
        "scale_out_cooldown": settings["scale_out_cooldown"],
    }


def _definition(
    name: str, settings: Mapping[str, t.Any], names: Mapping[str, t.Any], region: str, retention_days: int, **own: t.Any
) -> Definition:
    """What all services have, with what is their ``own`` on top."""
    return {
        "name": name,
        "names": names["services"][name],
        "cpu": settings["cpu"],
        "memory": settings["memory"],
        "desired_count": 1,
        "desired_count_policy": "always",
        "enable_execute_command": settings["enable_execute_command"],
        "log": {
            "group": names["services"][name]["log_group"],
            "region": region,
            "stream_prefix": f"{name}-service",
            "retention_days": retention_days,
        },
        "environment": {},
        "secrets": {},
        "pull_secret": None,
        "stop_timeout": None,
        "task_policy_statements": [],
        "task_role_policy_arns": {},
        "autoscaling": None,
        "strategy": strategy.ROLLING,
        "has_load_balancer": False,
        "health_check_grace_period_seconds": None,
        "deployment_controller": "ECS",
        "discovery_name": None,
        **own,
    }


def _environment(config: Config, service: str) -> dict[str, str]:
    return {**_user_environment(config, service), **own_environment(config, service)}


def _secrets(config: Config, service: str) -> dict[str, str]:
    own = {elasticache.AUTH_KEY: elasticache.AUTH_PLACEHOLDER} if elasticache.is_made(config) else {}
    return {**((config["secrets"] or {}).get(service) or {}), **own}


def _redis(config: Config, names: Mapping[str, t.Any], region: str) -> Definition:
    port = {"name": "redis-port", "container_port": REDIS_PORT, "app_protocol": None}
    return _definition(
        REDIS,
        config["redis_configuration"],
        names,
        region,
        retention_days=7,
        image=_image(config["redis_image"]),
        ports=[port],
        health_check=_health_check("redis-cli ping | grep -q PONG || exit 1", start_period=10),
        service_connect=[_service_connect(config, REDIS, port)],
        ingress=[{"source": client, "port": REDIS_PORT} for client in elasticache.clients(config)],
        deployment_configuration=strategy.deployment_configuration({}, {"enable": True, "rollback": True}),
    )


def _data_service(config: Config, names: Mapping[str, t.Any], place: Place) -> Definition:
    settings = config["dataservice_config"]
    port = {"name": "data-service-port", "container_port": settings["port"], "app_protocol": None}
    return _definition(
        DATA_SERVICE,
        settings,
        names,
        place.region,
        retention_days=14,
        image=_image(config["data_service_image"]),
        pull_secret=config["docker_cred_secret_arn"] or secrets.DOCKER_PLACEHOLDER,
        stop_timeout=timeouts.stop(config),
        ports=[port],
        health_check=_health_check(_wget(settings["port"], "/health"), start_period=60),
        environment=_environment(config, DATA_SERVICE),
        secrets=_secrets(config, DATA_SERVICE),
        service_connect=[_service_connect(config, DATA_SERVICE, port)],
        ingress=[{"source": GATEWAY, "port": settings["port"]}],
        task_policy_statements=[_s3_statement(config, place.partition, _DATA_SERVICE_ACTIONS)],
        task_role_policy_arns=dict(config["data_service_task_role_policy_arns"]),
        **_scaling(settings["desired_task_count"], config["dataservice_autoscaling"]),
        deployment_configuration=strategy.deployment_configuration(
            {}, config["dataservice_deployment_circuit_breaker"]
        ),
    )


def _gateway_ingress(config: Config, ports: list[Definition]) -> list[Definition]:
    ingress = (
        [{"source": LOAD_BALANCER, "port": port["container_port"]} for port in ports] if config["create_lb"] else []
    )
    if config["dataservice_config"]["enable_dataservice"]:
        ingress.append({"source": DATA_SERVICE, "port": config["gateway_config"]["gateway_port"]})
    return ingress


def _gateway(config: Config, names: Mapping[str, t.Any], place: Place, hooks: list[Definition]) -> Definition:
    ports = gateway_ports(config)
    deployment = config["gateway_deployment_configuration"]
    return _definition(
        GATEWAY,
        config["gateway_config"],
        names,
        place.region,
        retention_days=14,
        image=_image(config["gateway_image"]),
        pull_secret=config["docker_cred_secret_arn"] or secrets.DOCKER_PLACEHOLDER,
        stop_timeout=timeouts.stop(config),
        ports=ports,
        health_check=_health_check(_wget(ports[0]["container_port"], "/v1/health"), start_period=60),
        environment=_environment(config, GATEWAY),
        secrets=_secrets(config, GATEWAY),
        service_connect=[_service_connect(config, port["name"], port) for port in ports],
        ingress=_gateway_ingress(config, ports),
        task_policy_statements=[
            _s3_statement(config, place.partition, _GATEWAY_ACTIONS),
            *bedrock.statements(config, place),
        ],
        task_role_policy_arns=dict(config["gateway_task_role_policy_arns"]),
        **_scaling(config["gateway_config"]["desired_task_count"], config["gateway_autoscaling"]),
        strategy=strategy.chosen_strategy(deployment),
        deployment_configuration=strategy.deployment_configuration(
            deployment, config["gateway_deployment_circuit_breaker"], hooks
        ),
        has_load_balancer=config["create_lb"],
        health_check_grace_period_seconds=HEALTH_CHECK_GRACE_SECONDS if config["create_lb"] else None,
    )


def running(config: Config) -> list[str]:
    """The services that a stack has, in the order in which they are started."""
    has = {
        REDIS: has_redis(config),
        DATA_SERVICE: config["dataservice_config"]["enable_dataservice"],
        GATEWAY: True,
    }
    return [name for name, is_there in has.items() if is_there]


def images_of(config: Config) -> list[str]:
    """The images of those services, without their tags."""
    variables = {REDIS: "redis_image", DATA_SERVICE: "data_service_image", GATEWAY: "gateway_image"}
    return [config[variables[name]]["image"] for name in running(config)]


def service_definitions(
    config: Config, names: Mapping[str, t.Any], place: Place, hooks: list[Definition]
) -> list[Definition]:
    """The services of a stack, in the order in which they are started. ``hooks`` are those of its deployments."""
    definitions = [_redis(config, names, place.region)] if has_redis(config) else []
    if config["dataservice_config"]["enable_dataservice"]:
        definitions.append(_data_service(config, names, place))
    definitions.append(_gateway(config, names, place, hooks))
    # The cache has one task, and with it everything in it would go.
    placed = [{**one, **capacity.of_service(config, names, on_spot=one["name"] != REDIS)} for one in definitions]
    return [image_cache.of_service(config, place, one) for one in placed]


def _port_mapping(port: Mapping[str, t.Any]) -> Definition:
    mapping = {"name": port["name"], "containerPort": port["container_port"], "protocol": "tcp"}
    return {**mapping, "appProtocol": port["app_protocol"]} if port["app_protocol"] else mapping


def secret_arns(definition: Mapping[str, t.Any], arns: Mapping[str, str | None]) -> list[str]:
    """The secrets that the service's execution role must be allowed to read.

    The credentials of the images are among them also where ECR pulls, for tasks of revisions from before that.
    """
    wanted = [*definition["secrets"].values(), definition["pull_secret"]]
    return sorted({arn for arn in (secrets.resolve(one, arns) for one in wanted) if arn})


def _known(value: str, arns: Mapping[str, str | None]) -> str:
    return arns.get(value) or value if value == elasticache.URL_PLACEHOLDER else value


def container_definitions(
    definition: Mapping[str, t.Any], arns: Mapping[str, str | None], environment: Mapping[str, str] | None = None
) -> list[Definition]:
    """The containers of a service in the ECS API's shape. ``arns`` says what the placeholders stand for.

    ``environment`` is what only turned out while the stack was being made.
    """
    variables = {**definition["environment"], **(environment or {})}
    health, log = definition["health_check"], definition["log"]
    container: Definition = {
        "name": definition["names"]["container"],
        "image": definition["image"],
        "essential": True,
        "portMappings": [_port_mapping(port) for port in definition["ports"]],
        "environment": [{"name": key, "value": _known(value, arns)} for key, value in sorted(variables.items())],
        "secrets": [
            {"name": key, "valueFrom": secrets.value_from(key, arn, arns)}
            for key, arn in sorted(definition["secrets"].items())
        ],
        "healthCheck": {
            "command": list(health["command"]),
            "interval": health["interval"],
            "timeout": health["timeout"],
            "retries": health["retries"],
            "startPeriod": health["start_period"],
        },
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log["group"],
                "awslogs-region": log["region"],
                "awslogs-stream-prefix": log["stream_prefix"],
            },
        },
    }
    if definition.get("stop_timeout") is not None:
        container["stopTimeout"] = definition["stop_timeout"]
    if definition["pull_secret"] and not definition.get("cached_repository_arn"):
        container["repositoryCredentials"] = {"credentialsParameter": secrets.resolve(definition["pull_secret"], arns)}
    return [container]
