# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The deployments of services that are there already: waited for together, and looked at."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import wait
from ..module import Outcome, is_known
from ..shape import snake
from . import api_service as api
from .deployment import Observation, summary
from .follow import follow
from .service_fields import RAW
from .watch import Watched, observe


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("ecs")
    names = list(dict.fromkeys(module.params["services"]))
    if module.check_mode:
        seen = _as_they_are(client, module.params["cluster"], names)
    else:
        watched = [Watched(name) for name in names]
        seen = follow(module, client, watched, module.params["wait_until"], clock)
    return Outcome({"deployments": [_shown(name, seen[name]) for name in names if name in seen]}, changed=False)


def _as_they_are(client: t.Any, cluster: str, names: list[str]) -> dict[str, Observation]:
    """Check mode waits for nothing, and the services may not be there yet."""
    known = [name for name in names if is_known(name)] if is_known(cluster) else []
    services = api.describe_services(client, cluster, known) if known else {}
    return {name: observe(client, cluster, service) for name, service in services.items()}


def _shown(name: str, seen: Observation) -> dict[str, t.Any]:
    deployment = snake(seen.deployment, raw=RAW) if seen.deployment else None
    return {**summary(seen), "service": name, "deployment": deployment}


def info(module: AnsibleAWSModule) -> Outcome:
    client = module.client("ecs")
    cluster, name = module.params["cluster"], module.params["service"]
    wanted = set(module.params["status"] or [])
    briefs = [
        brief
        for brief in api.list_service_deployments(client, cluster, name)
        if not wanted or brief["status"] in wanted
    ][: module.params["limit"]]
    described = api.describe_service_deployments(client, [brief["serviceDeploymentArn"] for brief in briefs])
    deployments = [described.get(brief["serviceDeploymentArn"], brief) for brief in briefs]
    result = {"service_deployments": [snake(deployment, raw=RAW) for deployment in deployments]}
    if module.params["include_revisions"]:
        result["service_revisions"] = _revisions(client, deployments)
    return Outcome(result, changed=False)


def _revisions(client: t.Any, deployments: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """The target revisions of the deployments, each once, in the same order."""
    targets = [
        (deployment.get("targetServiceRevision") or {}).get("arn") or deployment.get("targetServiceRevisionArn")
        for deployment in deployments
    ]
    arns = list(dict.fromkeys(arn for arn in targets if arn))
    return [snake(item, raw=RAW) for item in api.describe_service_revisions(client, arns)] if arns else []
