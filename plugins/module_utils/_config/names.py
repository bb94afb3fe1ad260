# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The names of everything a stack owns, from project, environment and region alone.

Ansible keeps no state, so the name is how a second run finds what the first one made. A name that AWS would refuse,
because it is too long or starts with a reserved word, is shortened and gets a hash of the whole, so that it stays the
same from run to run and different from its neighbours.
"""

from __future__ import annotations

import hashlib
import re
import typing as t

# The services of a stack, in the order in which they are started: the gateway needs the cache.
SERVICES = ("redis", "data-service", "gateway")

# Target groups exist per routing rule; the second colour is used by the traffic-shifting strategies.
ROUTING_RULES = ("default", "gateway", "mcp")
COLOURS = ("blue", "green")

# Where a load balancer listens, by whether it has a certificate.
PRODUCTION_PORTS = ("80", "443")

# The Lambda functions that a stack may have for its deployments.
LIFECYCLE_HOOK, SMOKE_GATE = "lifecycle-hook", "smoke-gate"
FUNCTIONS = (LIFECYCLE_HOOK, SMOKE_GATE)

# What there may be an alarm for.
ALARMS = (
    "target-errors",
    "balancer-errors",
    "latency",
    "unhealthy-targets",
    "target-resets",
    *(f"{service}-{kind}" for service in SERVICES for kind in ("cpu", "memory", "missing-tasks")),
    "capacity",
)

# How long a name may be. IAM roles name their instance profiles too, Lambda functions share the 64.
LIMIT_LOAD_BALANCING = 32
LIMIT_IAM_ROLE = 64
LIMIT_LAMBDA = 64
LIMIT_LAUNCH_TEMPLATE = 128
LIMIT_NAMESPACE = 253
LIMIT_CODEDEPLOY = 100
LIMIT_EVENTS_RULE = 64
LIMIT_WEB_ACL = 128
LIMIT_DNS_LABEL = 63
LIMIT_REPLICATION_GROUP = 40
LIMIT_COMMON = 255
LIMIT_IMAGE_CACHE = 30

_HASH_LENGTH = 8
_REPLACED_PREFIX = "portkey-"


def fitted(stem: str, suffix: str = "", limit: int = LIMIT_COMMON, reserved: tuple[str, ...] = ()) -> str:
    """``stem-suffix``, or a shorter name with a hash if AWS would refuse that one.

    The suffix survives, since it says what the thing is. ``reserved`` are beginnings that AWS keeps for itself.
    """
    name = f"{stem}-{suffix}" if suffix else stem
    is_reserved = name.lower().startswith(reserved) if reserved else False
    if len(name) <= limit and not is_reserved:
        return name
    ending = "-".join(part for part in (hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH], suffix) if part)
    beginning = f"{_REPLACED_PREFIX}{stem}" if is_reserved else stem
    return f"{beginning[: limit - len(ending) - 1].rstrip('-')}-{ending}"


def stack_id(project: str, environment: str) -> str:
    return f"{project}-{environment}"


def _service_names(
    stem: str, project: str, environment: str, region: str, service: str, own_cluster: bool
) -> dict[str, t.Any]:
    return {
        # In a cluster that others use too, the bare component name would collide with another stack's.
        "service": service if own_cluster else fitted(stem, service),
        "family": fitted(stem, service),
        "container": service,
        "log_group": f"/ecs/{project}/{environment}/{service}",
        "security_group": fitted(stem, service, reserved=("sg-",)),
        "execution_role": iam_role_name(stem, region, f"{service}-execution"),
        "task_role": iam_role_name(stem, region, f"{service}-task"),
    }


def iam_role_name(stem: str, region: str, suffix: str) -> str:
    """IAM is global, so without the region one environment in two regions would share its roles."""
    return fitted(f"{stem}-{region}", suffix, limit=LIMIT_IAM_ROLE)


def _target_group_names(stem: str) -> dict[str, dict[str, str]]:
    return {
        rule: {colour: fitted(stem, f"{rule}-{colour}", limit=LIMIT_LOAD_BALANCING) for colour in COLOURS}
        for rule in ROUTING_RULES
    }


def zone_names(stem: str, zone: int) -> dict[str, str]:
    """What the network has in the stack's n-th availability zone."""
    return {
        "public_subnet": fitted(stem, f"public-{zone}"),
        "private_subnet": fitted(stem, f"private-{zone}"),
        "nat_gateway": fitted(stem, f"nat-{zone}"),
        "elastic_ip": fitted(stem, f"nat-{zone}"),
        "private_route_table": fitted(stem, f"private-{zone}"),
    }


def _network_names(stem: str, num_az: int) -> dict[str, t.Any]:
    zones = [zone_names(stem, zone) for zone in range(1, num_az + 1)]
    return {
        "vpc": fitted(stem, "vpc"),
        "internet_gateway": fitted(stem, "igw"),
        "public_route_table": fitted(stem, "public"),
        **{f"{kind}s": [zone[kind] for zone in zones] for kind in zone_names(stem, 1)},
    }


def _cluster_names(stem: str, project: str, environment: str, region: str) -> dict[str, str]:
    return {
        "cluster": fitted(stem, "cluster"),
        "namespace": fitted(stem, limit=LIMIT_NAMESPACE),
        "capacity_provider": fitted(stem, "capacity-provider", reserved=("aws", "ecs", "fargate")),
        "launch_template": fitted(stem, "instance", limit=LIMIT_LAUNCH_TEMPLATE),
        "auto_scaling_group": fitted(stem, "instances"),
        "instance": fitted(stem, "instance"),
        "instance_role": iam_role_name(stem, region, "instance"),
        "instance_security_group": fitted(stem, "instance", reserved=("sg-",)),
        "exec_log_group": f"/aws/ecs/{project}/{environment}",
        # Where AWS keeps what Container Insights measures.
        "insights_log_group": f"/aws/ecs/containerinsights/{fitted(stem, 'cluster')}/performance",
    }


def _load_balancer_names(stem: str, region: str) -> dict[str, t.Any]:
    return {
        "load_balancer": fitted(stem, "lb", limit=LIMIT_LOAD_BALANCING, reserved=("internal-",)),
        "load_balancer_security_group": fitted(stem, "lb", reserved=("sg-",)),
        "load_balancer_role": iam_role_name(stem, region, "ecs-load-balancer"),
        "lifecycle_hook_invoke_role": iam_role_name(stem, region, "lifecycle-hook-invoke"),
        "functions": {function: _function_names(stem, region, function) for function in FUNCTIONS},
    }


def _function_names(stem: str, region: str, function: str) -> dict[str, str]:
    name = fitted(stem, function, limit=LIMIT_LAMBDA)
    return {
        "function": name,
        "role": iam_role_name(stem, region, function),
        "security_group": fitted(stem, function, reserved=("sg-",)),
        # Where Lambda writes unless it is told otherwise.
        "log_group": f"/aws/lambda/{name}",
    }


def codedeploy_config(stem: str, routing: str, percentage: int | str, minutes: int | str) -> str:
    """CodeDeploy cannot change a deployment configuration, so that its name says what it is."""
    return f"{stem}-{routing}-{percentage}-percent-{minutes}-minutes"


def _codedeploy_names(stem: str, region: str) -> dict[str, str]:
    # Whatever it says, its name fits.
    config = fitted(stem, limit=LIMIT_CODEDEPLOY - len(codedeploy_config("", "linear", 99, 2880)))
    return {
        "application": fitted(stem, limit=LIMIT_CODEDEPLOY),
        "deployment_config": config,
        # Not by its beginning alone: environment dev must not take what is of dev-eu.
        "deployment_config_pattern": codedeploy_config(re.escape(config), "(canary|linear)", "[0-9]+", "[0-9]+"),
        "group": fitted(stem, "gateway", limit=LIMIT_CODEDEPLOY),
        "service_role": iam_role_name(stem, region, "codedeploy"),
        # A DNS name, in which the services find one another without Service Connect.
        "namespace": f"{stem.lower()}.internal",
    }


def _observability_names(stem: str) -> dict[str, t.Any]:
    return {
        "alarms": {key: fitted(stem, key) for key in ALARMS},
        "alarm_topic": fitted(stem, "alarms"),
        "deployment_rule": fitted(stem, "deployment-failed", limit=LIMIT_EVENTS_RULE),
        "dashboard": stem,
    }


def _edge_names(stem: str, region: str) -> dict[str, str]:
    return {
        "web_acl": fitted(stem, "web-acl", limit=LIMIT_WEB_ACL),
        # Of the record that says which others in a hosted zone are the stack's; the zone's name follows it.
        "dns_owner": f"_portkey-gateway.{fitted(stem, limit=LIMIT_DNS_LABEL).lower()}.{region}",
    }


def _control_plane_names(stem: str) -> dict[str, t.Any]:
    """Of the ways to and from Portkey's control plane. A target group leads to one port of the load balancer."""
    return {
        "endpoint": fitted(stem, "control-plane"),
        "endpoint_security_group": fitted(stem, "control-plane", reserved=("sg-",)),
        "endpoint_service": fitted(stem, "inbound"),
        "load_balancer": fitted(stem, "inbound", limit=LIMIT_LOAD_BALANCING, reserved=("internal-",)),
        "load_balancer_security_group": fitted(stem, "inbound", reserved=("sg-",)),
        "target_groups": {
            port: fitted(stem, f"inbound-{port}", limit=LIMIT_LOAD_BALANCING) for port in PRODUCTION_PORTS
        },
    }


def _elasticache_names(stem: str) -> dict[str, str]:
    """ElastiCache knows small letters only, begins with one, and takes no two hyphens in a row."""
    plain = re.sub("[^a-z0-9]+", "-", stem.lower())
    return {
        "replication_group": fitted(plain, "cache", limit=LIMIT_REPLICATION_GROUP, reserved=tuple("0123456789")),
        "subnet_group": fitted(plain, "cache", reserved=tuple("0123456789")),
        "security_group": fitted(stem, "cache", reserved=("sg-",)),
    }


def secret_names(project: str, environment: str) -> dict[str, str]:
    return {
        "docker_secret": f"{project}/{environment}/docker-credentials",
        "client_auth_secret": f"{project}/{environment}/clientauth-organizations",
        "cache_auth_secret": f"{project}/{environment}/redis-auth",
    }


def image_cache_names(project: str, environment: str) -> dict[str, str]:
    """The prefix of the repositories, for ECR in small letters and with one hyphen at a time, and the secret.

    How the secret's name begins is ECR's wish, too.
    """
    stem = re.sub("-+", "-", stack_id(project, environment).lower())
    return {
        "prefix": fitted(stem, limit=LIMIT_IMAGE_CACHE),
        "secret": f"ecr-pullthroughcache/{project}/{environment}/docker-hub",
    }


def resource_names(
    project: str,
    environment: str,
    region: str,
    num_az: int = 2,
    cluster_name: str | None = None,
    capacity_provider_name: str | None = None,
) -> dict[str, t.Any]:
    """Every name of a stack. The names of cluster and capacity provider are given when these exist already."""
    stem = stack_id(project, environment)
    own_cluster = cluster_name is None
    services = {
        service: _service_names(stem, project, environment, region, service, own_cluster) for service in SERVICES
    }
    services["gateway"]["target_groups"] = _target_group_names(stem)
    names: dict[str, t.Any] = {
        **_network_names(stem, num_az),
        **_cluster_names(stem, project, environment, region),
        **_load_balancer_names(stem, region),
        **_edge_names(stem, region),
        **secret_names(project, environment),
        "codedeploy": _codedeploy_names(stem, region),
        **_observability_names(stem),
        "control_plane": _control_plane_names(stem),
        "elasticache": _elasticache_names(stem),
        "image_cache": image_cache_names(project, environment),
        "lock": f"/portkey-gateway/{project}/{environment}/lock",
        "services": services,
    }
    if cluster_name is not None:
        names["cluster"] = cluster_name
        # Of a cluster that others use, too, its measurements are not the stack's.
        del names["insights_log_group"]
    if capacity_provider_name is not None:
        names["capacity_provider"] = capacity_provider_name
    return names
