"""CreateService and its like."""

from __future__ import annotations

from typing import Any

from ..registry import Call, handles
from ..world import World
from . import deployments, errors, scheduler, service_rules, service_updates, tags, task_sets
from .account_settings import caller_arn
from .application_autoscaling.targets import notice_scaling
from .clusters import Cluster, find
from .service import Service
from .service_shape import describe_service
from .state import Ecs, ecs_for, last_part, page

DESCRIBED_AT_ONCE = 10
REMEMBERED_FOR = 3600.0
NOT_SETTINGS = ("cluster", "serviceName", "service", "desiredCount", "clientToken", "tags", "forceNewDeployment")


def existing(ecs: Ecs, cluster: Cluster, name_or_arn: str) -> Service:
    """The service that a request means, in whatever state."""
    service = ecs.services.get((cluster.name, last_part(name_or_arn)))
    if service is None or name_or_arn.startswith("arn:") and service.arn != name_or_arn:
        raise errors.service_not_found()
    return service


def active(ecs: Ecs, cluster: Cluster, name_or_arn: str) -> Service:
    service = existing(ecs, cluster, name_or_arn)
    if service.status != "ACTIVE":
        raise errors.service_not_active()
    return service


@handles("ecs", "CreateService")
def create(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = {key: value for key, value in call.params.items() if value is not None}
    cluster = find(ecs, params.get("cluster"))
    name = params["serviceName"]
    if not service_rules.NAME.fullmatch(name):
        raise errors.invalid_parameter("Invalid service name: it has up to 255 letters, digits, _ and -.")
    same = _same(ecs, cluster, params)
    if same is not None:
        return {"service": describe_service(ecs, same, True)}
    wanted_tags = tags.checked(params.get("tags"))
    asked = {key: value for key, value in params.items() if key not in NOT_SETTINGS}
    settings = service_rules.check(ecs, cluster, asked)
    service = Service(
        name=name,
        arn=ecs.arn("service", cluster.name, name),
        cluster=cluster,
        created_at=world.now,
        created_by=caller_arn(call),
        settings=settings,
        desired_count=_desired(params, settings),
        tags=wanted_tags,
        client_token=params.get("clientToken"),
        request=params,
    )
    scheduler.attach(ecs, service)
    ecs.services[cluster.name, name] = service
    if service.controller == "ECS":
        deployments.begin(ecs, service)
    elif settings.get("taskDefinition"):
        task_sets.first(ecs, service)
    return {"service": describe_service(ecs, service, True)}


def _same(ecs: Ecs, cluster: Cluster, params: dict[str, Any]) -> Service | None:
    """The service, if this very request has already made it."""
    old = ecs.services.get((cluster.name, params["serviceName"]))
    if old is None or old.status == "INACTIVE":
        return None
    if old.status == "DRAINING":
        raise errors.invalid_parameter("Unable to Start a service that is still Draining.")
    if old.request == params:
        return old
    raise errors.invalid_parameter("Creation of service was not idempotent.")


def _desired(params: dict[str, Any], settings: dict[str, Any]) -> int:
    count = params.get("desiredCount")
    if settings["schedulingStrategy"] == "DAEMON":
        if count:
            raise errors.invalid_parameter("The desired count cannot be specified for the daemon scheduling strategy.")
        return 0
    if count is None and settings["deploymentController"]["type"] == "ECS":
        raise errors.invalid_parameter("The desired count must be specified for the replica scheduling strategy.")
    return service_updates.checked_count(count or 0)


@handles("ecs", "UpdateService")
def update(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = {key: value for key, value in call.params.items() if value is not None}
    cluster = find(ecs, params.get("cluster"))
    service = active(ecs, cluster, params["service"])
    changes = {key: value for key, value in params.items() if key not in NOT_SETTINGS}
    force = bool(params.get("forceNewDeployment"))
    service_updates.check_allowed(service, changes, force)
    changed = frozenset(changes) | ({"forceNewDeployment"} if force else set())
    settings = service_rules.check(ecs, cluster, service_updates.merged(service, changes), changed)
    count = service_updates.checked_count(params.get("desiredCount", service.desired_count))
    deploys = service_updates.starts_deployment(service.settings, settings) or force
    task_sets.convert(ecs, service, settings["deploymentController"]["type"])
    service.settings, service.desired_count, service.steady = settings, count, False
    if service.controller == "ECS" and deploys:
        deployments.begin(ecs, service)
    service.wake()
    notice_scaling(ecs, service)
    return {"service": describe_service(ecs, service, True)}


@handles("ecs", "DeleteService")
def delete(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    service = active(ecs, find(ecs, call.params.get("cluster")), call.params["service"])
    if not call.params.get("force"):
        if service.desired_count > 0:
            raise errors.invalid_parameter("The service cannot be stopped while it is scaled above 0.")
        allowed_sets = 1 if service.controller == "CODE_DEPLOY" else 0
        if service.running_deployment is not None or len(service.task_sets) > allowed_sets:
            raise errors.invalid_parameter("The service cannot be stopped while deployments are active.")
    service.status, service.desired_count = "DRAINING", 0
    running = service.running_deployment
    if running is not None:
        deployments.supersede(ecs, running, "The service deployment was stopped because the service was deleted.")
    for rollout in service.rollouts:
        rollout.desired = 0
        scheduler.stop_tasks(ecs, service, rollout, scheduler.tasks_of(ecs, service, rollout))
    task_sets.stop_all(ecs, service)
    world.after("service_drain", lambda: _drained(ecs, service))
    return {"service": describe_service(ecs, service, True)}


def _drained(ecs: Ecs, service: Service) -> None:
    """INACTIVE when no task is left; then its deployments and revisions are gone too."""
    if service.status != "DRAINING":
        return
    if service.tasks(ecs):
        ecs.world.after("task_restart_backoff", lambda: _drained(ecs, service))
        return
    service.status = "INACTIVE"
    service.rollouts.clear()
    service.deployments.clear()
    service.revisions.clear()
    service.task_sets.clear()
    key = (service.cluster.name, service.name)

    def forget() -> None:
        if ecs.services.get(key) is service:
            del ecs.services[key]

    ecs.world.at(ecs.now + REMEMBERED_FOR, forget)


@handles("ecs", "ListServices")
def list_services(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params.get("cluster"))
    launch_type, scheduling = call.params.get("launchType"), call.params.get("schedulingStrategy")
    arns = [
        service.arn
        for service in ecs.services.values()
        if service.cluster is cluster
        and service.status == "ACTIVE"
        and launch_type in (None, "FARGATE" if service.on_fargate else "EC2")
        and scheduling in (None, service.settings["schedulingStrategy"])
    ]
    shown, token = page(arns, call.params, 10)
    return {"serviceArns": shown, "nextToken": token}


@handles("ecs", "DescribeServices")
def describe_services(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params.get("cluster"))
    asked = call.params.get("services") or []
    if not asked:
        raise errors.invalid_parameter("Services cannot be empty.")
    if len(asked) > DESCRIBED_AT_ONCE:
        raise errors.invalid_parameter("Services cannot have more than 10 elements.")
    with_tags = "TAGS" in (call.params.get("include") or [])
    found, failures = [], []
    for name in asked:
        service = ecs.services.get((cluster.name, last_part(name)))
        if service is None:
            arn = name if name.startswith("arn:") else ecs.arn("service", cluster.name, name)
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(describe_service(ecs, service, with_tags))
    return {"services": found, "failures": failures}


@handles("ecs", "ListServicesByNamespace")
def list_by_namespace(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    wanted = call.params["namespace"]
    arns = [
        service.arn
        for service in ecs.services.values()
        if service.status == "ACTIVE"
        and wanted == (service.settings.get("serviceConnectConfiguration") or {}).get("namespace")
    ]
    shown, token = page(arns, call.params, 10)
    return {"serviceArns": shown, "nextToken": token}
