"""Clusters: create, change, describe, delete."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from moto.logs.models import logs_backends

from ..registry import AwsError, Call, handles
from ..world import World
from . import errors, tags
from .capacity_providers import find as find_provider
from .cloud_map import namespaces
from .settings import SETTINGS
from .state import Ecs, ecs_for, last_part, page
from .strategy import check_strategy, is_fargate

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
DESCRIBED_AT_ONCE = 100
LIVE_SERVICE = ("ACTIVE", "DRAINING")


@dataclasses.dataclass
class Cluster:
    name: str
    arn: str
    settings: dict[str, str]
    configuration: dict[str, Any] | None = None
    namespace_arn: str | None = None
    capacity_providers: list[str] = dataclasses.field(default_factory=list)
    default_strategy: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    tags: dict[str, str] = dataclasses.field(default_factory=dict)
    status: str = "ACTIVE"
    attachments_status: str | None = None

    @property
    def busy(self) -> bool:
        return bool(self.attachments_status and self.attachments_status.endswith("IN_PROGRESS"))


def find(ecs: Ecs, name_or_arn: str | None) -> Cluster:
    """The cluster that a request means; without a name, the one called default."""
    cluster = ecs.clusters.get(last_part(name_or_arn or "default"))
    if cluster is None or (name_or_arn or "").startswith("arn:") and cluster.arn != name_or_arn:
        raise errors.cluster_not_found()
    if cluster.status == "INACTIVE":
        raise errors.cluster_inactive()
    return cluster


@handles("ecs", "CreateCluster")
def create(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    params = call.params
    name = params.get("clusterName") or "default"
    if not NAME.fullmatch(name):
        raise errors.invalid_parameter("Identifier was not valid: names have up to 255 letters, digits, _ and -.")
    settings = _settings(ecs, params.get("settings"), {})
    configuration = _configuration(params.get("configuration"))
    providers = _known_providers(ecs, params.get("capacityProviders"))
    strategy = check_strategy(params.get("defaultCapacityProviderStrategy") or [], providers)
    wanted_tags = tags.checked(params.get("tags"))
    existing = ecs.clusters.get(name)
    if existing is not None and existing.status != "INACTIVE":
        return {"cluster": describe(ecs, _same(ecs, existing, params, providers), set(ALL_PARTS))}
    cluster = Cluster(
        name=name,
        arn=ecs.arn("cluster", name),
        settings=settings,
        configuration=configuration,
        namespace_arn=_namespace(ecs, params.get("serviceConnectDefaults")),
        default_strategy=strategy,
        tags=wanted_tags,
    )
    ecs.clusters[name] = cluster
    _keep_measurements(ecs, cluster)
    if any(not is_fargate(provider) for provider in providers):
        cluster.status = "PROVISIONING"
    attach(ecs, cluster, providers)
    return {"cluster": describe(ecs, cluster, set(ALL_PARTS))}


def _same(ecs: Ecs, cluster: Cluster, params: dict[str, Any], providers: list[str]) -> Cluster:
    """The existing cluster, if the request asks for nothing else than it is."""
    asked = {setting["name"]: setting["value"] for setting in params.get("settings") or []}
    differs = (
        asked.items() - cluster.settings.items()
        or (params.get("configuration") is not None and params["configuration"] != cluster.configuration)
        or (params.get("capacityProviders") is not None and providers != cluster.capacity_providers)
    )
    if differs:
        raise errors.invalid_parameter(
            "Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."
        )
    return cluster


@handles("ecs", "UpdateCluster")
def update(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params["cluster"])
    if call.params.get("settings") is not None:
        cluster.settings = _settings(ecs, call.params["settings"], cluster.settings)
        _keep_measurements(ecs, cluster)
    if call.params.get("configuration") is not None:
        cluster.configuration = _configuration(call.params["configuration"])
    if call.params.get("serviceConnectDefaults") is not None:
        cluster.namespace_arn = _namespace(ecs, call.params["serviceConnectDefaults"])
    return {"cluster": describe(ecs, cluster, set(ALL_PARTS))}


@handles("ecs", "UpdateClusterSettings")
def update_settings(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params["cluster"])
    cluster.settings = _settings(ecs, call.params["settings"], cluster.settings)
    _keep_measurements(ecs, cluster)
    return {"cluster": describe(ecs, cluster, set(ALL_PARTS))}


@handles("ecs", "PutClusterCapacityProviders")
def put_capacity_providers(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params["cluster"])
    if cluster.busy:
        raise errors.update_in_progress()
    providers = _known_providers(ecs, call.params["capacityProviders"])
    strategy = check_strategy(call.params["defaultCapacityProviderStrategy"], providers)
    for removed in set(cluster.capacity_providers) - set(providers):
        if _in_use(ecs, cluster, removed):
            raise AwsError("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.")
    cluster.default_strategy = strategy
    attach(ecs, cluster, providers)
    return {"cluster": describe(ecs, cluster, set(ALL_PARTS))}


def attach(ecs: Ecs, cluster: Cluster, providers: list[str]) -> None:
    """Attach exactly these providers; those with an Auto Scaling group take a moment."""
    changed = set(providers) ^ set(cluster.capacity_providers)
    cluster.capacity_providers = providers
    if not any(not is_fargate(name) for name in changed):
        return
    cluster.attachments_status = "UPDATE_IN_PROGRESS"

    def done() -> None:
        cluster.attachments_status = "UPDATE_COMPLETE"
        if cluster.status == "PROVISIONING":
            cluster.status = "ACTIVE"

    ecs.world.after("capacity_provider_update", done)


@handles("ecs", "DeleteCluster")
def delete(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    cluster = find(ecs, call.params["cluster"])
    _check_deletable(ecs, cluster)
    described = describe(ecs, cluster, set(ALL_PARTS))

    def gone() -> None:
        cluster.status = "INACTIVE"

    if any(not is_fargate(name) for name in cluster.capacity_providers):
        cluster.status = "DEPROVISIONING"
        world.after("capacity_provider_update", gone)
    else:
        gone()
    cluster.capacity_providers, cluster.default_strategy = [], []
    return {"cluster": {**described, "status": cluster.status}}


def _check_deletable(ecs: Ecs, cluster: Cluster) -> None:
    if any(service.cluster is cluster and service.status in LIVE_SERVICE for service in ecs.services.values()):
        raise AwsError("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
    if any(instance.cluster is cluster for instance in ecs.instances.values()):
        raise AwsError(
            "ClusterContainsContainerInstancesException",
            "The Cluster cannot be deleted while Container Instances are active or draining.",
        )
    if any(task.last_status != "STOPPED" for task in ecs.tasks_of(cluster)):
        raise AwsError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
    if cluster.busy:
        raise errors.update_in_progress()


@handles("ecs", "ListClusters")
def list_clusters(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    arns = [cluster.arn for cluster in ecs.clusters.values() if cluster.status != "INACTIVE"]
    shown, token = page(arns, call.params, 100)
    return {"clusterArns": shown, "nextToken": token}


@handles("ecs", "DescribeClusters")
def describe_clusters(world: World, call: Call) -> Any:
    ecs = ecs_for(world, call)
    asked = call.params.get("clusters") or ["default"]
    if len(asked) > DESCRIBED_AT_ONCE:
        raise errors.invalid_parameter("Clusters cannot have more than 100 elements.")
    parts = set(call.params.get("include") or [])
    clusters, failures = [], []
    for name in asked:
        cluster = ecs.clusters.get(last_part(name))
        if cluster is None or name.startswith("arn:") and name != cluster.arn:
            failures.append({"arn": name if ":" in name else ecs.arn("cluster", name), "reason": "MISSING"})
        else:
            clusters.append(describe(ecs, cluster, parts))
    return {"clusters": clusters, "failures": failures}


ALL_PARTS = ("ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", "TAGS")


def describe(ecs: Ecs, cluster: Cluster, parts: set[str]) -> dict[str, Any]:
    """A cluster as the API shows it, with the parts that were asked for."""
    tasks = [task for task in ecs.tasks_of(cluster) if task.last_status != "STOPPED"]
    running = sum(task.last_status == "RUNNING" for task in tasks)
    services = [service for service in ecs.services.values() if service.cluster is cluster]
    shown: dict[str, Any] = {
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": cluster.status,
        "registeredContainerInstancesCount": sum(i.cluster is cluster for i in ecs.instances.values()),
        "runningTasksCount": running,
        "pendingTasksCount": sum(task.is_pending for task in tasks),
        "activeServicesCount": sum(service.status == "ACTIVE" for service in services),
        "statistics": _statistics(tasks, services) if "STATISTICS" in parts else [],
        "tags": tags.shown(cluster.tags) if "TAGS" in parts else [],
        "settings": _shown_settings(cluster) if "SETTINGS" in parts else [],
        "capacityProviders": list(cluster.capacity_providers),
        "defaultCapacityProviderStrategy": list(cluster.default_strategy),
    }
    if cluster.namespace_arn:
        shown["serviceConnectDefaults"] = {"namespace": cluster.namespace_arn}
    if "CONFIGURATIONS" in parts and cluster.configuration:
        shown["configuration"] = cluster.configuration
    if "ATTACHMENTS" in parts and cluster.attachments_status:
        shown["attachmentsStatus"] = cluster.attachments_status
        shown["attachments"] = [
            _attachment(cluster, name) for name in cluster.capacity_providers if not is_fargate(name)
        ]
    return shown


def _attachment(cluster: Cluster, provider: str) -> dict[str, Any]:
    return {
        "id": f"{cluster.name}-{provider}",
        "type": "as_policy",
        "status": "CREATING" if cluster.busy else "CREATED",
        "details": [
            {"name": "capacityProviderName", "value": provider},
            {"name": "scalingPolicyName", "value": f"ECSManagedAutoScalingPolicy-{cluster.name}-{provider}"},
        ],
    }


def _statistics(tasks: list[Any], services: list[Any]) -> list[dict[str, str]]:
    numbers: dict[str, int] = {}
    for kind in ("EC2", "Fargate"):
        of_kind = [task for task in tasks if (task.launch_type == "FARGATE") == (kind == "Fargate")]
        numbers[f"running{kind}TasksCount"] = sum(task.last_status == "RUNNING" for task in of_kind)
        numbers[f"pending{kind}TasksCount"] = sum(task.is_pending for task in of_kind)
        for status in ("ACTIVE", "DRAINING"):
            numbers[f"{status.lower()}{kind}ServiceCount"] = sum(
                service.status == status and service.on_fargate == (kind == "Fargate") for service in services
            )
    return [{"name": name, "value": str(number)} for name, number in numbers.items()]


def _shown_settings(cluster: Cluster) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in cluster.settings.items()]


def _keep_measurements(ecs: Ecs, cluster: Cluster) -> None:
    """AWS makes the log group of Container Insights by itself, without tags, and never takes it away."""
    logs = logs_backends[ecs.account][ecs.region]
    name = f"/aws/ecs/containerinsights/{cluster.name}/performance"
    if cluster.settings["containerInsights"] in ("enabled", "enhanced", "on") and name not in logs.groups:
        logs.create_log_group(name, {})
        days: Any = 1  # moto takes it for text.
        logs.groups[name].set_retention_policy(days)


def _settings(ecs: Ecs, asked: list[dict[str, str]] | None, old: dict[str, str]) -> dict[str, str]:
    default = ecs.settings.effective([ecs.root], "containerInsights").value
    settings = {"containerInsights": default, **old}
    for setting in asked or []:
        if setting.get("name") != "containerInsights":
            raise errors.invalid_parameter(f"Unknown cluster setting: {setting.get('name')}")
        if setting.get("value") not in SETTINGS["containerInsights"][1]:
            raise errors.invalid_parameter("Invalid setting value for containerInsights")
        settings["containerInsights"] = setting["value"]
    return settings


def _configuration(configuration: dict[str, Any] | None) -> dict[str, Any] | None:
    command = (configuration or {}).get("executeCommandConfiguration") or {}
    logging, target = command.get("logging"), command.get("logConfiguration") or {}
    if logging not in (None, "NONE", "DEFAULT", "OVERRIDE"):
        raise errors.invalid_parameter("Invalid logging value for executeCommandConfiguration")
    if logging == "OVERRIDE" and not (target.get("cloudWatchLogGroupName") or target.get("s3BucketName")):
        raise errors.invalid_parameter("logConfiguration must be specified when logging is OVERRIDE")
    if target and logging != "OVERRIDE":
        raise errors.invalid_parameter("logConfiguration can only be specified when logging is OVERRIDE")
    return configuration


def _namespace(ecs: Ecs, defaults: dict[str, Any] | None) -> str | None:
    """The ARN of the default namespace; a name that no namespace has makes one. Empty: none."""
    name = (defaults or {}).get("namespace")
    if not name:
        return None
    namespace = namespaces.find(ecs.world, ecs.account, ecs.region, name)
    if namespace is None and name.startswith("arn:"):
        raise AwsError("NamespaceNotFoundException", "The specified namespace could not be found.")
    if namespace is None:
        namespace = namespaces.create_for_ecs(ecs.world, ecs.account, ecs.region, name)
    return namespace.arn


def _known_providers(ecs: Ecs, names: list[str] | None) -> list[str]:
    found = []
    for name in names or []:
        if not is_fargate(last_part(name)) and find_provider(ecs, name) is None:
            raise errors.invalid_parameter(
                "The specified capacity provider was not found. Specify a valid name or ARN and try again."
            )
        found.append(last_part(name))
    return found


def _in_use(ecs: Ecs, cluster: Cluster, provider: str) -> bool:
    by_services = any(
        service.cluster is cluster and service.status in LIVE_SERVICE and provider in service.provider_names
        for service in ecs.services.values()
    )
    by_tasks = any(task.provider == provider and task.last_status != "STOPPED" for task in ecs.tasks_of(cluster))
    return by_services or by_tasks
