"""What AWS accepts as container definitions, and how it completes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from . import errors

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./:@-]{0,254}")
PORT_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")
SECRET = re.compile(r"arn:[\w-]+:(secretsmanager:[\w-]+:\d{12}:secret:|ssm:[\w-]+:\d{12}:parameter/)\S+|[\w./-]+")
PROTOCOLS = ("tcp", "udp")
APPLICATION_PROTOCOLS = ("http", "http2", "grpc")
LOG_DRIVERS = ("json-file", "syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "awsfirelens")
FARGATE_LOG_DRIVERS = ("awslogs", "splunk", "awsfirelens")
CONDITIONS = ("START", "COMPLETE", "SUCCESS", "HEALTHY")
HEALTH_CHECK_DEFAULTS = {"interval": 30, "timeout": 5, "retries": 3}
HEALTH_CHECK_RANGES = {"interval": (5, 300), "timeout": (2, 120), "retries": (1, 10), "startPeriod": (0, 300)}
LEAST_MEMORY = 6


def check(definitions: list[dict[str, Any]], task: dict[str, Any]) -> list[dict[str, Any]]:
    """The containers as AWS stores them; ``task`` is the rest of the request."""
    if not definitions:
        raise errors.client("Container list cannot be empty.")
    names = [definition.get("name") or "" for definition in definitions]
    if len(set(names)) != len(names):
        raise errors.client("Container.name must be unique: two containers have the same name.")
    complete = [_check_one(definition, task) for definition in definitions]
    if not any(definition["essential"] for definition in complete):
        raise errors.client("At least one container in the task definition must be essential.")
    _check_dependencies(complete)
    _check_ports_together(complete)
    _check_sums(complete, task)
    return complete


def _check_one(definition: dict[str, Any], task: dict[str, Any]) -> dict[str, Any]:
    name = definition.get("name") or ""
    if not name:
        raise errors.client("Container.name should not be null or empty.")
    if not NAME.fullmatch(name):
        raise errors.client("Container.name contains invalid characters.")
    image = definition.get("image") or ""
    if not image:
        raise errors.client("Container.image should not be null or empty.")
    if not IMAGE.fullmatch(image):
        raise errors.client("Container.image contains invalid characters.")
    _check_size(name, definition, task)
    complete = {
        "cpu": 0,
        "essential": True,
        "environment": [],
        "mountPoints": [],
        "volumesFrom": [],
        "systemControls": [],
        **{key: value for key, value in definition.items() if value is not None},
        "portMappings": [_port(mapping, task) for mapping in definition.get("portMappings") or []],
    }
    _check_variables(definition, task)
    _check_logging(definition.get("logConfiguration"), task)
    if task.get("networkMode") == "awsvpc" and definition.get("links"):
        raise errors.client("Links are not supported when networkMode=awsvpc.")
    if definition.get("repositoryCredentials") and not task.get("executionRoleArn"):
        raise errors.client(
            "When you are specifying container repository credentials, you must also specify a value for "
            "'executionRoleArn'."
        )
    if definition.get("healthCheck"):
        complete["healthCheck"] = _health_check(definition["healthCheck"])
    if definition.get("stopTimeout") is not None and not 0 <= definition["stopTimeout"] <= 120:
        raise errors.client("Container stopTimeout value must be between 0 and 120 seconds.")
    return complete


def _check_size(name: str, definition: dict[str, Any], task: dict[str, Any]) -> None:
    memory, reservation = definition.get("memory"), definition.get("memoryReservation")
    if not task.get("memory") and not memory and not reservation:
        raise errors.client(
            f"Invalid setting for container '{name}'. At least one of 'memory' or 'memoryReservation' must be "
            "specified."
        )
    for size in (memory, reservation):
        if size is not None and size < LEAST_MEMORY:
            raise errors.client(
                f"Invalid 'memory' setting for container '{name}': it must be at least {LEAST_MEMORY} MiB."
            )
    if memory and reservation and reservation > memory:
        raise errors.client(
            f"Invalid setting for container '{name}'. 'memoryReservation' must be less than or equal to 'memory'."
        )


def _port(mapping: dict[str, Any], task: dict[str, Any]) -> dict[str, Any]:
    port, host = mapping.get("containerPort"), mapping.get("hostPort")
    if port is None and not mapping.get("containerPortRange"):
        raise errors.client("Container port mapping must have a containerPort or a containerPortRange.")
    for number in (port, host):
        if number is not None and not 0 <= number <= 65535:
            raise errors.client("Container port must be between 0 and 65535.")
    if mapping.get("protocol", "tcp") not in PROTOCOLS:
        raise errors.client("Invalid protocol in port mapping: it must be tcp or udp.")
    if mapping.get("name") and not PORT_NAME.fullmatch(mapping["name"]):
        raise errors.client("Port mapping name contains invalid characters.")
    if mapping.get("appProtocol"):
        if mapping["appProtocol"] not in APPLICATION_PROTOCOLS:
            raise errors.client("Invalid appProtocol in port mapping: it must be http, http2 or grpc.")
        if not mapping.get("name"):
            raise errors.client("A port mapping with an appProtocol must have a name.")
    complete = {"protocol": "tcp", **{key: value for key, value in mapping.items() if value is not None}}
    if task.get("networkMode") in ("awsvpc", "host") and port is not None:
        if host not in (None, port):
            raise errors.client(
                f"When networkMode={task['networkMode']}, the host ports and container ports in port mappings must "
                "match."
            )
        complete["hostPort"] = port
    elif port is not None:
        complete.setdefault("hostPort", 0)
    return complete


def _check_variables(definition: dict[str, Any], task: dict[str, Any]) -> None:
    environment = [variable.get("name") or "" for variable in definition.get("environment") or []]
    secrets = definition.get("secrets") or []
    if "" in environment:
        raise errors.client("Environment variable name should not be null or empty.")
    if secrets and not task.get("executionRoleArn"):
        raise errors.client(
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
        )
    names = [*environment]
    for secret in secrets:
        if secret["name"] in names:
            raise errors.client(
                "The secret name must be unique and not shared with any new or existing environment variables set on "
                f"the container, such as '{secret['name']}'."
            )
        names.append(secret["name"])
        if not SECRET.fullmatch(secret["valueFrom"]):
            raise errors.client(f"Invalid 'valueFrom' of the secret '{secret['name']}'.")


def _check_logging(logging: dict[str, Any] | None, task: dict[str, Any]) -> None:
    if not logging:
        return
    driver, options = logging.get("logDriver"), logging.get("options") or {}
    if driver not in LOG_DRIVERS:
        raise errors.client(f"Invalid log driver: {driver}.")
    on_fargate = "FARGATE" in (task.get("requiresCompatibilities") or [])
    if on_fargate and driver not in FARGATE_LOG_DRIVERS:
        raise errors.client(f"Fargate does not support the log driver {driver}.")
    if driver != "awslogs":
        return
    required = ["awslogs-group", *(["awslogs-region", "awslogs-stream-prefix"] if on_fargate else [])]
    missing = [option for option in required if not options.get(option)]
    if missing:
        raise errors.client(f"Log driver awslogs requires options: {', '.join(missing)}")
    if on_fargate and not task.get("executionRoleArn"):
        raise errors.client(
            "Fargate requires task definition to have execution role ARN to support log driver awslogs."
        )


def _health_check(asked: dict[str, Any]) -> dict[str, Any]:
    if not asked.get("command"):
        raise errors.client("Container.healthCheck.command should not be null or empty.")
    complete = {**HEALTH_CHECK_DEFAULTS, **{key: value for key, value in asked.items() if value is not None}}
    for key, (least, most) in HEALTH_CHECK_RANGES.items():
        if key in complete and not least <= complete[key] <= most:
            raise errors.client(f"Container.healthCheck.{key} must be between {least} and {most}.")
    return complete


def _check_dependencies(definitions: list[dict[str, Any]]) -> None:
    needs: dict[str, set[str]] = {}
    for definition in definitions:
        dependencies = definition.get("dependsOn") or []
        needs[definition["name"]] = {dependency["containerName"] for dependency in dependencies}
        for dependency in dependencies:
            target = next((one for one in definitions if one["name"] == dependency["containerName"]), None)
            if target is None:
                raise errors.client(f"Container '{definition['name']}' depends on a container that does not exist.")
            if dependency["condition"] not in CONDITIONS:
                raise errors.client("Invalid container dependency condition.")
            if dependency["condition"] == "HEALTHY" and not target.get("healthCheck"):
                raise errors.client(
                    f"Container '{target['name']}' must have a health check: another container waits for HEALTHY."
                )
    while needs:
        ready = [name for name, required in needs.items() if not required & needs.keys()]
        if not ready:
            raise errors.client("Container dependencies must not be circular.")
        for name in ready:
            del needs[name]


def _check_ports_together(definitions: list[dict[str, Any]]) -> None:
    names, ports = set(), set()
    for mapping in port_mappings(definitions):
        if mapping.get("name") in names:
            raise errors.client(f"Port mapping names must be unique in a task definition: '{mapping['name']}'.")
        names |= {mapping["name"]} if mapping.get("name") else set()
        key = (mapping.get("hostPort"), mapping["protocol"])
        if mapping.get("hostPort") and key in ports:
            raise errors.client(f"The host port {mapping['hostPort']} is used by two port mappings.")
        ports.add(key)


def _check_sums(definitions: list[dict[str, Any]], task: dict[str, Any]) -> None:
    for key in ("cpu", "memory"):
        limit = task.get(key)
        if limit and sum(definition.get(key) or 0 for definition in definitions) > int(limit) and key == "cpu":
            raise errors.client("The total CPU of all containers exceeds the 'cpu' of the task.")
        if limit and any((definition.get(key) or 0) > int(limit) for definition in definitions):
            raise errors.client(f"The '{key}' of a container exceeds the '{key}' of the task.")


def port_mappings(definitions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for definition in definitions:
        yield from definition["portMappings"]
