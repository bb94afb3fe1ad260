# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How the services of a cluster are, read with a few calls for all of them."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .._applicationautoscaling.api import describe_scalable_targets
from .._applicationautoscaling.remember import target_of_service
from .._ecs import api_service as api
from .._ecs.api_task_definition import describe_task_definition
from .._ecs.api_tasks import targets
from .._ecs.attached import target_groups
from .._ecs.deployment import controller
from ..module import Outcome
from . import codedeploy
from .facts import Sources, missing, service_facts

Resource = dict[str, t.Any]

_AT_ONCE = 4


def info(module: AnsibleAWSModule) -> Outcome:
    cluster, names = module.params["cluster"], module.params["services"]
    reader = _Reader(module, cluster)
    found = api.describe_services(reader.ecs, cluster, names)
    active = {name: service for name, service in found.items() if service["status"] != "INACTIVE"}
    targets = reader.scalable_targets(list(active))
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        read = dict(zip(active, pool.map(reader.sources, active.values()), strict=True))
    shown = [service_facts(*read[name], targets.get(name)) if name in active else missing(name) for name in names]
    told = [f"{one['name']}: {text}" for one in shown for text in one["problems"]]
    return Outcome({"services": shown, "healthy": not told, "problems": told}, changed=False)


class _Reader:
    """The clients are made first: making one is not safe in several threads, using one is."""

    def __init__(self, module: AnsibleAWSModule, cluster: str) -> None:
        self.ecs = module.client("ecs")
        self._elbv2 = module.client("elbv2")
        self._scaling = module.client("application-autoscaling")
        self._cluster = cluster
        self._limit = module.params["deployments"]
        self._group = (module.params["codedeploy_application"], module.params["codedeploy_deployment_group"])
        self._codedeploy = module.client("codedeploy") if all(self._group) else None

    def scalable_targets(self, names: list[str]) -> dict[str, Resource]:
        if not names:
            return {}
        resources = [target_of_service(self._cluster, name)["ResourceId"] for name in names]
        found = describe_scalable_targets(self._scaling, "ecs", resources)
        return {target["ResourceId"].rpartition("/")[2]: target for target in found}

    def sources(self, service: Resource) -> tuple[Resource, Sources]:
        """With the service as it is to be told."""
        name, health = service["serviceName"], self._target_health(service)
        tasks = api.describe_tasks(self.ecs, self._cluster, api.list_tasks(self.ecs, self._cluster, name, "RUNNING"))
        if controller(service) == "CODE_DEPLOY":
            return self._by_codedeploy(service, tasks, health)
        deployments = self._deployments(service)
        return service, Sources(tasks, deployments, self._revisions(service, deployments), health)

    def _by_codedeploy(
        self, service: Resource, tasks: list[Resource], health: dict[str, list[Resource]]
    ) -> tuple[Resource, Sources]:
        has_group = self._codedeploy is not None and self._limit
        seen = codedeploy.newest(self._codedeploy, *self._group, self._limit) if has_group else []
        told = [codedeploy.service_deployment(service, one) for one in seen]
        found = codedeploy.revisions(service, seen, lambda arn: describe_task_definition(self.ecs, arn))
        return codedeploy.service(service, seen), Sources(tasks, told, found, health)

    def _deployments(self, service: Resource) -> list[Resource]:
        """The newest first. ECS keeps none of a service that somebody else deploys."""
        if controller(service) != "ECS":
            return []
        briefs = api.list_service_deployments(self.ecs, self._cluster, service["serviceName"])[: self._limit]
        arns = [brief["serviceDeploymentArn"] for brief in briefs]
        described = api.describe_service_deployments(self.ecs, arns)
        return [described.get(brief["serviceDeploymentArn"], brief) for brief in briefs]

    def _revisions(self, service: Resource, deployments: list[Resource]) -> dict[str, Resource]:
        """Those at work first, for one call takes a limited number."""
        current = [revision["arn"] for revision in service.get("currentServiceRevisions", [])]
        targets = [(one.get("targetServiceRevision") or {}).get("arn") for one in deployments]
        arns = [arn for arn in dict.fromkeys([*current, *targets]) if arn]
        found = api.describe_service_revisions(self.ecs, arns) if arns else []
        return {revision["serviceRevisionArn"]: revision for revision in found}

    def _target_health(self, service: Resource) -> dict[str, list[Resource]]:
        """The targets of each target group of the service, by its ARN."""
        return {arn: targets(self._elbv2, arn) for arn in target_groups(service)}
