"""How the API shows services, their revisions and their deployments."""

from __future__ import annotations

from typing import Any

from . import tags
from .registrations import service_connect_names
from .service import Revision, Rollout, Service, ServiceDeployment
from .state import Ecs
from .task import Task
from .task_definitions import find as find_definition

SETTINGS = (
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "taskDefinition",
    "networkConfiguration",
    "healthCheckGracePeriodSeconds",
    "deploymentController",
    "propagateTags",
    "availabilityZoneRebalancing",
)
ROLLOUT_SETTINGS = (
    "capacityProviderStrategy",
    "launchType",
    "platformVersion",
    "networkConfiguration",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
)


def counts(tasks: list[Task]) -> dict[str, int]:
    return {
        "runningCount": sum(task.last_status == "RUNNING" for task in tasks),
        "pendingCount": sum(task.is_pending and task.is_active for task in tasks),
    }


def describe_service(ecs: Ecs, service: Service, with_tags: bool) -> dict[str, Any]:
    from .task_sets import describe as describe_task_set

    tasks = service.tasks(ecs)
    settings = service.settings
    shown: dict[str, Any] = {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": service.cluster.arn,
        "status": service.status,
        "desiredCount": service.desired_count,
        **counts(tasks),
        "loadBalancers": settings.get("loadBalancers") or [],
        "serviceRegistries": settings.get("serviceRegistries") or [],
        "deploymentConfiguration": service.configuration,
        "schedulingStrategy": settings.get("schedulingStrategy") or "REPLICA",
        "placementConstraints": settings.get("placementConstraints") or [],
        "placementStrategy": settings.get("placementStrategy") or [],
        "enableECSManagedTags": bool(settings.get("enableECSManagedTags")),
        "enableExecuteCommand": bool(settings.get("enableExecuteCommand")),
        "deployments": [],
        "events": list(service.events),
        "createdAt": service.created_at,
        "createdBy": service.created_by,
        **{key: settings[key] for key in SETTINGS if settings.get(key) is not None},
    }
    if service.controller == "ECS":
        shown["deployments"] = [_describe_rollout(ecs, service, rollout) for rollout in service.rollouts]
        shown["currentServiceRevisions"] = [
            _revision_counts(ecs, service, rollout) for rollout in service.rollouts if _has_tasks(ecs, service, rollout)
        ]
        running = service.running_deployment
        if running is not None:
            shown["currentServiceDeployment"] = running.arn
    else:
        shown["taskSets"] = [describe_task_set(ecs, task_set) for task_set in service.task_sets]
    if settings.get("loadBalancers"):
        role = f"arn:{ecs.partition}:iam::{ecs.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
        shown["roleArn"] = settings.get("role") or role
    if service.on_fargate:
        shown["platformFamily"] = "Linux"
    if with_tags:
        shown["tags"] = tags.shown(service.tags)
    return shown


def _has_tasks(ecs: Ecs, service: Service, rollout: Rollout) -> bool:
    return rollout.status == "PRIMARY" or any(task.rollout is rollout for task in service.tasks(ecs))


def _describe_rollout(ecs: Ecs, service: Service, rollout: Rollout) -> dict[str, Any]:
    settings = rollout.revision.settings
    own = [task for task in service.tasks(ecs) if task.rollout is rollout]
    shown: dict[str, Any] = {
        "id": rollout.id,
        "status": rollout.status,
        "taskDefinition": settings["taskDefinition"],
        "desiredCount": rollout.desired,
        **counts(own),
        "failedTasks": rollout.failed_tasks,
        "createdAt": rollout.created_at,
        "updatedAt": rollout.updated_at,
        "rolloutState": rollout.state,
        "rolloutStateReason": rollout.reason,
        **{key: settings[key] for key in ROLLOUT_SETTINGS if settings.get(key)},
    }
    connect = settings.get("serviceConnectConfiguration") or {}
    if connect.get("enabled"):
        shown["serviceConnectResources"] = _connect_resources(ecs, settings)
    return shown


def _connect_resources(ecs: Ecs, settings: dict[str, Any]) -> list[dict[str, str]]:
    from .cloud_map import namespaces, services

    definition = find_definition(ecs, settings["taskDefinition"])
    found = []
    for name, _unused, namespace in service_connect_names(settings, definition.containers if definition else []):
        known = namespaces.find(ecs.world, ecs.account, ecs.region, namespace)
        if known is not None:
            service = services.ensure_for_ecs(ecs.world, ecs.account, ecs.region, known, name)
            found.append({"discoveryName": name, "discoveryArn": service.arn})
    return found


def _revision_counts(ecs: Ecs, service: Service, rollout: Rollout) -> dict[str, Any]:
    own = counts([task for task in service.tasks(ecs) if task.rollout is rollout])
    return {
        "arn": rollout.revision.arn,
        "requestedTaskCount": rollout.desired,
        "runningTaskCount": own["runningCount"],
        "pendingTaskCount": own["pendingCount"],
    }


def describe_revision(ecs: Ecs, service: Service, revision: Revision) -> dict[str, Any]:
    definition = find_definition(ecs, revision.settings["taskDefinition"])
    shown: dict[str, Any] = {
        "serviceRevisionArn": revision.arn,
        "serviceArn": service.arn,
        "clusterArn": service.cluster.arn,
        "createdAt": revision.created_at,
        "guardDutyEnabled": False,
        "containerImages": [
            {"containerName": one["name"], "image": one["image"]}
            for one in (definition.containers if definition else [])
        ],
        **revision.settings,
    }
    if revision.settings.get("loadBalancers"):
        shown["resolvedConfiguration"] = {"loadBalancers": [_resolved(one) for one in revision.load_balancers]}
    return shown


def _resolved(balancer: dict[str, Any]) -> dict[str, str]:
    resolved = {"targetGroupArn": balancer["targetGroupArn"]}
    rule = (balancer.get("advancedConfiguration") or {}).get("productionListenerRule")
    return {**resolved, "productionListenerRule": rule} if rule else resolved


def brief(deployment: ServiceDeployment) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "serviceDeploymentArn": deployment.arn,
        "serviceArn": deployment.service.arn,
        "clusterArn": deployment.service.cluster.arn,
        "createdAt": deployment.created_at,
        "targetServiceRevisionArn": deployment.target.revision.arn,
        "status": deployment.status,
        **{key: deployment.moments[key] for key in ("startedAt", "finishedAt") if key in deployment.moments},
    }
    return {**shown, "statusReason": deployment.reason} if deployment.reason else shown


def describe_deployment(ecs: Ecs, deployment: ServiceDeployment) -> dict[str, Any]:
    service = deployment.service
    shown = brief(deployment)
    del shown["targetServiceRevisionArn"]
    sources = [deployment.source] if deployment.source is not None else []
    shown |= {
        "updatedAt": deployment.target.updated_at,
        "sourceServiceRevisions": [_summary(ecs, service, deployment, rollout) for rollout in sources],
        "targetServiceRevision": _summary(ecs, service, deployment, deployment.target),
        "deploymentConfiguration": deployment.configuration,
        "deploymentCircuitBreaker": {
            "status": deployment.breaker.status,
            "failureCount": deployment.breaker.failures,
            "threshold": deployment.breaker.threshold,
        },
        "alarms": {
            "status": deployment.alarms.status,
            "alarmNames": (deployment.configuration.get("alarms") or {}).get("alarmNames") or [],
            "triggeredAlarmNames": deployment.alarms.triggered,
        },
        **deployment.moments,
    }
    if deployment.stage:
        shown["lifecycleStage"] = deployment.stage
    if deployment.rollback:
        shown["rollback"] = deployment.rollback
    if deployment.hooks:
        shown["lifecycleHookDetails"] = [_hook(hook) for hook in deployment.hooks]
    return shown


def _summary(ecs: Ecs, service: Service, deployment: ServiceDeployment, rollout: Rollout) -> dict[str, Any]:
    shown = _revision_counts(ecs, service, rollout)
    arn = rollout.revision.arn
    if arn in deployment.test_weights:
        shown["requestedTestTrafficWeight"] = deployment.test_weights[arn]
    if arn in deployment.production_weights:
        shown["requestedProductionTrafficWeight"] = deployment.production_weights[arn]
    return shown


def _hook(hook: Any) -> dict[str, Any]:
    settings = hook.settings
    shown: dict[str, Any] = {
        "hookId": hook.id,
        "targetType": settings["targetType"],
        "status": hook.status,
    }
    if settings.get("hookTargetArn"):
        shown["targetArn"] = settings["hookTargetArn"]
    if hook.expires_at is not None:
        shown["expiresAt"] = hook.expires_at
        shown["timeoutAction"] = (settings.get("timeoutConfiguration") or {}).get("action") or "ROLLBACK"
    return shown
