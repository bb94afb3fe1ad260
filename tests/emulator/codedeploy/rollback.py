"""A rollback is a deployment of its own: traffic returns to the original task set, and the replacement goes."""

from __future__ import annotations

import dataclasses

from ..ecs.state import Ecs
from .state import Deployment, Event, new_id, store_of

BY = "codeDeployRollback"
IN_PROGRESS = "The deployment {} failed or was stopped, and a rollback to the original task set is in progress."
DONE = "The rollback to the original task set succeeded."
NOTHING = "The deployment cannot be rolled back: it failed before a replacement task set was created."


def consider(ecs: Ecs, deployment: Deployment, cause: str) -> None:
    """Roll back if that was asked for."""
    wanted = deployment.auto_rollback
    if not wanted.get("enabled") or cause not in wanted["events"] or deployment.undone is not None:
        return
    start(ecs, deployment)


def start(ecs: Ecs, deployment: Deployment) -> None:
    from . import lifecycle

    if deployment.green is None:
        deployment.rollback = {"rollbackMessage": NOTHING}
        return
    back = dataclasses.replace(
        deployment,
        id=new_id(ecs),
        created_at=ecs.now,
        creator=BY,
        description=None,
        revision=deployment.previous or deployment.revision,
        # Hooks are of the revision that failed.
        spec={**deployment.spec, "hooks": {}},
        auto_rollback={"enabled": False, "events": []},
        status="Created",
        started_at=None,
        completed_at=None,
        error=None,
        events=[Event(name, "Skipped" if name != "AllowTraffic" else "Pending") for name in lifecycle.EVENTS],
        rollback={
            "rollbackTriggeringDeploymentId": deployment.id,
            "rollbackMessage": IN_PROGRESS.format(deployment.id),
        },
        step=None,
        termination_started=False,
        undone=deployment,
    )
    deployment.rollback = {"rollbackDeploymentId": back.id, "rollbackMessage": IN_PROGRESS.format(deployment.id)}
    store_of(ecs).deployments[back.id] = back
    lifecycle.begin(ecs, back)


def succeeded(back: Deployment) -> None:
    for one in (back, back.undone):
        if one is not None and one.rollback is not None:
            one.rollback["rollbackMessage"] = DONE
