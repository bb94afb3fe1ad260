"""Where a running task is announced: target groups, Service Connect, service registries."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from . import network
from .cloud_map import namespaces, services
from .state import Ecs
from .targets import Group
from .task import Task


def security_groups(ecs: Ecs, task: Task) -> list[str]:
    """Those of its network configuration; without any, the default one of the VPC."""
    given = (task.network or {}).get("securityGroups")
    if given:
        return list(given)
    subnet = network.find_subnet(ecs, task.subnet_id or "")
    if subnet is None:
        return []
    group = network.backend(ecs).get_default_security_group(subnet.vpc_id)
    return [group.id] if group is not None else []


def fargate_subnet(ecs: Ecs, task: Task) -> tuple[str, str]:
    """The subnet in which the group has the fewest tasks, and its zone."""
    siblings = [other for other in ecs.tasks_of(task.cluster) if other.group == task.group and other.is_active]
    subnets = (task.network or {})["subnets"]
    chosen = min(subnets, key=lambda subnet: sum(other.subnet_id == subnet for other in siblings))
    return chosen, str(network.find_subnet(ecs, chosen).availability_zone)  # type: ignore[union-attr]


def register(ecs: Ecs, task: Task) -> None:
    """Announce a task that runs."""
    if task.service is None:
        return
    for balancer in _load_balancers(task):
        group = Group(ecs.world, ecs.account, ecs.region, balancer["targetGroupArn"])
        if not group.exists:
            task.service.event(
                ecs,
                f"failed to register targets in (target-group {group.arn}) with (error One or more target groups not "
                "found)",
            )
            continue
        target_id, port = _target(task, balancer)
        probe = functools.partial(_probe, ecs, task, group, port)
        group.register(target_id, port, probe, task.service.wake, task.zone)
        task.targets.append((group.arn, port))
        task.service.event(ecs, f"registered 1 targets in (target-group {group.arn})")
    for registry_id, port in _registries(ecs, task):
        registry = services.find(ecs.world, ecs.account, ecs.region, registry_id)
        if registry is not None:
            registry.instances[task.id] = {
                "AWS_INSTANCE_IPV4": task.ip or "",
                "AWS_INSTANCE_PORT": str(port),
                "AVAILABILITY_ZONE": task.zone or "",
                "ECS_SERVICE_NAME": task.service.name,
                "ECS_CLUSTER_NAME": task.cluster.name,
                "ECS_TASK_DEFINITION_FAMILY": task.definition.family,
            }
            registry.revision += 1


def deregister(ecs: Ecs, task: Task) -> float:
    """Take it out everywhere; how many seconds its connections drain."""
    seconds = 0.0
    for arn, port in task.targets:
        group = Group(ecs.world, ecs.account, ecs.region, arn)
        target_id = _target_id(task)
        if not group.exists or (target_id, port) not in group.targets:
            continue
        if group.load_balancers:
            seconds = max(seconds, group.deregistration_delay)
        group.deregister(target_id, port)
        if task.service is not None:
            task.service.event(ecs, f"deregistered 1 targets in (target-group {arn})")
    if seconds and task.service is not None:
        task.service.event(ecs, "has begun draining connections on 1 tasks.")
    for registry_id, _unused in _registries(ecs, task) if task.service is not None else ():
        registry = services.find(ecs.world, ecs.account, ecs.region, registry_id)
        if registry is not None and registry.instances.pop(task.id, None) is not None:
            registry.revision += 1
    return seconds


def unhealthy_target(ecs: Ecs, task: Task) -> tuple[str, int, str] | None:
    """The target group in which it is unhealthy, its port there, and the reason."""
    for arn, port in task.targets:
        group = Group(ecs.world, ecs.account, ecs.region, arn)
        target = group.targets.get((_target_id(task), port)) if group.exists else None
        if target is not None and target.state == "unhealthy":
            return arn, port, target.description or "Health checks failed"
    return None


def all_targets_healthy(ecs: Ecs, task: Task) -> bool:
    for arn, port in task.targets:
        target = Group(ecs.world, ecs.account, ecs.region, arn).targets.get((_target_id(task), port))
        if target is None or target.state != "healthy":
            return False
    return True


def _load_balancers(task: Task) -> list[dict[str, Any]]:
    if task.rollout is None:
        return []
    return [one for one in task.rollout.revision.load_balancers if one.get("targetGroupArn")]


def _target_id(task: Task) -> str:
    return task.ip or (task.instance.ec2_id if task.instance else "")


def _target(task: Task, balancer: dict[str, Any]) -> tuple[str, int]:
    return _target_id(task), int(balancer["containerPort"])


def _probe(ecs: Ecs, task: Task, group: Group, port: int) -> tuple[str, str] | None:
    """What a health check of a task's target finds."""
    over_http = str(group.data.get("HealthCheckProtocol", "")).startswith("HTTP")
    if task.fails("target_health"):
        message = task.failure.message if task.failure else None
        if over_http:
            return "Target.ResponseCodeMismatch", message or "Health checks failed with these codes: [503]"
        return "Target.FailedHealthChecks", message or "Health checks failed"
    if task.last_status != "RUNNING" or not _is_reachable(ecs, task, group, port):
        return (
            ("Target.Timeout", "Request timed out")
            if over_http
            else ("Target.FailedHealthChecks", "Health checks failed")
        )
    return None


def _is_reachable(ecs: Ecs, task: Task, group: Group, port: int) -> bool:
    """Whether the task's security groups let the load balancer in."""
    groups = security_groups(ecs, task)
    if not task.uses_interface or not groups:
        return True
    return any(
        network.lets_in(ecs, groups, port, balancer.security_groups, _addresses(ecs, balancer))
        for balancer in group.load_balancers
    )


def _addresses(ecs: Ecs, balancer: Any) -> list[str]:
    subnets = [network.find_subnet(ecs, subnet_id) for subnet_id in balancer.subnets.values()]
    return [subnet.cidr_block for subnet in subnets if subnet is not None]


def _registries(ecs: Ecs, task: Task) -> Iterator[tuple[str, int]]:
    """The Cloud Map services, by id or ARN, that it is registered in, and with which port."""
    if task.rollout is None:
        return
    settings = task.rollout.revision.settings
    for registry in settings.get("serviceRegistries") or []:
        yield registry["registryArn"], registry.get("containerPort") or registry.get("port") or 0
    for name, port, namespace in service_connect_names(settings, task.definition.containers):
        found = namespaces.find(ecs.world, ecs.account, ecs.region, namespace)
        if found is not None:
            yield services.ensure_for_ecs(ecs.world, ecs.account, ecs.region, found, name).id, port


def service_connect_names(settings: dict[str, Any], containers: list[dict[str, Any]]) -> Iterator[tuple[str, int, str]]:
    """Discovery name, container port and namespace of each port that Service Connect offers."""
    connect = settings.get("serviceConnectConfiguration") or {}
    if not connect.get("enabled"):
        return
    ports = {mapping.get("name"): mapping for one in containers for mapping in one["portMappings"]}
    for service in connect.get("services") or []:
        mapping = ports.get(service["portName"]) or {}
        yield (
            service.get("discoveryName") or service["portName"],
            int(mapping.get("containerPort") or 0),
            connect["namespace"],
        )
