# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The running deployment of an ECS service, stopped: its original task set serves again."""

from __future__ import annotations

import typing as t

from . import api
from .seen import RUNNING


def stop(client: t.Any, cluster: str, service: str) -> None:
    """``cluster`` may be a name or an ARN."""
    for application, group in _groups_of(client, cluster.rpartition("/")[2], service):
        for deployment in api.list_deployments(client, application, group, list(RUNNING)):
            api.stop_deployment(client, deployment, rollback=True)


def _groups_of(client: t.Any, cluster: str, service: str) -> t.Iterator[tuple[str, str]]:
    """A service belongs to one deployment group at most, but only the groups tell to which."""
    wanted = {"clusterName": cluster, "serviceName": service}
    for application in api.list_applications(client):
        for found in api.get_groups(client, application, api.list_groups(client, application)):
            if wanted in found.get("ecsServices", []):
                yield application, found["deploymentGroupName"]
