# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Whether two task definitions mean the same: what a task would notice, in one form."""

from __future__ import annotations

import re
import typing as t

from .reduce import Rules, reduced

Definition = dict[str, t.Any]

# What RegisterTaskDefinition takes. The rest of a described revision (status, revision, ...) is AWS's own.
CONTENT = (
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "inferenceAccelerators",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "proxyConfiguration",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
)

DEFAULTS: dict[str, Definition] = {
    "": {"networkMode": "bridge", "enableFaultInjection": False},
    "containerDefinitions": {
        "cpu": 0,
        "disableNetworking": False,
        "essential": True,
        "interactive": False,
        "privileged": False,
        "pseudoTerminal": False,
        "readonlyRootFilesystem": False,
        "versionConsistency": "enabled",
    },
    "healthCheck": {"interval": 30, "timeout": 5, "retries": 3, "startPeriod": 0},
    "linuxParameters": {"initProcessEnabled": False},
    "mountPoints": {"readOnly": False},
    "portMappings": {"protocol": "tcp"},
    "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
    "volumes": {"configuredAtLaunch": False},
    "volumesFrom": {"readOnly": False},
}

SETS = frozenset(
    {
        "containerDefinitions",
        "dependsOn",
        "environment",
        "environmentFiles",
        "extraHosts",
        "inferenceAccelerators",
        "mountPoints",
        "placementConstraints",
        "portMappings",
        "requiresCompatibilities",
        "resourceRequirements",
        "secretOptions",
        "secrets",
        "systemControls",
        "ulimits",
        "volumes",
        "volumesFrom",
    }
)

OWN = frozenset({"dockerLabels", "options", "driverOpts", "labels"})

RULES = Rules(DEFAULTS, SETS, OWN)

UNITS = {"cpu": {"": 1, "vcpu": 1024}, "memory": {"": 1, "mb": 1, "gb": 1024}}


def meaning(definition: Definition) -> Definition:
    content = {field: definition[field] for field in CONTENT if field in definition}
    for field in UNITS:
        if content.get(field) is not None:
            content[field] = _number(field, content[field])
    content["containerDefinitions"] = [
        _with_ports_of(container, content.get("networkMode")) for container in content.get("containerDefinitions", [])
    ]
    return reduced(content, RULES)


def _number(field: str, value: t.Any) -> str:
    """CPU in units and memory in MiB: AWS also takes them as text like '.5 vCPU' and '1 GB'."""
    match = re.fullmatch(r"\s*([\d.]+)\s*([a-z]*)\s*", str(value).lower())
    factor = UNITS[field].get(match.group(2)) if match else None
    if match is None or factor is None:
        return str(value)
    return f"{float(match.group(1)) * factor:g}"


def _with_ports_of(container: Definition, network_mode: str | None) -> Definition:
    """A host port says nothing when it equals the container's in a mode where it must, or is left to the host."""
    own_interface = network_mode in ("awsvpc", "host")
    mappings = [
        {
            key: value
            for key, value in mapping.items()
            if key != "hostPort" or value not in ((mapping.get("containerPort"),) if own_interface else (0,))
        }
        for mapping in container.get("portMappings") or []
    ]
    return {**container, "portMappings": mappings}
