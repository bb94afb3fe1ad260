"""Lifecycle hooks: pauses that wait for an answer, and functions that are asked."""

from __future__ import annotations

from typing import Any

from ..registry import AwsError, Call, handles
from ..world import World
from . import errors, hook_functions
from .service import Hook, ServiceDeployment
from .state import Ecs, ecs_for

PREFIXES = {"PAUSE": "ecs-pause-", "AWS_LAMBDA": "ecs-lambda-"}
WAITING = ("AWAITING_ACTION", "IN_PROGRESS")
MINUTE = 60.0
DEFAULT_MINUTES = 1440


def begin(ecs: Ecs, deployment: ServiceDeployment, stage: str, only_lambda: bool = False) -> None:
    """Start the hooks of a stage, all at once. In a rollback nobody is waited for."""
    for settings in deployment.configuration.get("lifecycleHooks") or []:
        if stage not in settings["lifecycleStages"] or (only_lambda and settings["targetType"] == "PAUSE"):
            continue
        hook = Hook(PREFIXES[settings["targetType"]] + ecs.short_id(), settings, stage)
        deployment.hooks.append(hook)
        if settings["targetType"] == "PAUSE":
            hook.status = "AWAITING_ACTION"
            _limit(ecs, deployment, hook, "pause hook timed out")
        else:
            if settings.get("timeoutConfiguration"):
                _limit(ecs, deployment, hook, "lifecycle hook(s) timed out")
            hook_functions.invoke(ecs, deployment, hook)


def _limit(ecs: Ecs, deployment: ServiceDeployment, hook: Hook, what: str) -> None:
    """How long a hook may take, and what comes then."""
    timeout = {"timeoutInMinutes": DEFAULT_MINUTES, "action": "ROLLBACK", **hook.settings["timeoutConfiguration"]}
    # People take their time in every profile.
    hook.expires_at = ecs.now + timeout["timeoutInMinutes"] * MINUTE

    def expire() -> None:
        if hook.status not in WAITING:
            return
        hook.status = "TIMED_OUT"
        if timeout["action"] == "ROLLBACK":
            hook.reason = f"{hook.stage} {what}"
        deployment.service.wake()

    ecs.world.at(hook.expires_at, expire)


def failure(deployment: ServiceDeployment) -> str | None:
    """Why the hooks want the deployment to go back."""
    return next((hook.reason for hook in deployment.hooks if hook.reason is not None), None)


def are_done(deployment: ServiceDeployment) -> bool:
    return not any(hook.status in WAITING for hook in deployment.hooks)


def is_paused(deployment: ServiceDeployment) -> bool:
    return any(hook.status == "AWAITING_ACTION" for hook in deployment.hooks)


def close(deployment: ServiceDeployment) -> None:
    """Nobody is waited for any more."""
    for hook in deployment.hooks:
        if hook.status in WAITING:
            hook.status = "FAILED"


@handles("ecs", "ContinueServiceDeployment")
def continue_deployment(world: World, call: Call) -> Any:
    from .service_deployments import find_deployment, request_rollback

    ecs = ecs_for(world, call)
    arn, hook_id = call.params["serviceDeploymentArn"], call.params["hookId"]
    action = call.params.get("action") or "CONTINUE"
    if action not in ("CONTINUE", "ROLLBACK"):
        raise errors.invalid_parameter("Invalid action. Valid values are: CONTINUE, ROLLBACK")
    deployment = find_deployment(ecs, arn)
    if deployment is None:
        raise AwsError("ServiceDeploymentNotFoundException", "The specified service deployment was not found.")
    if not deployment.is_running:
        raise errors.invalid_parameter(
            "Continuing a service deployment is not allowed for service deployment in terminal states."
        )
    if not hook_id.startswith(tuple(PREFIXES.values())):
        raise errors.invalid_parameter("Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}")
    hook = next((one for one in deployment.hooks if one.id == hook_id), None)
    if hook is None or hook.status != "AWAITING_ACTION":
        raise errors.invalid_parameter(
            "Provided hookId is either completed, unavailable, or not associated with the given Resource ARN"
        )
    if action == "CONTINUE":
        hook.status = "SUCCEEDED"
        deployment.service.wake()
    else:
        hook.status = "FAILED"
        why = f"the {hook.stage} pause hook was answered with ROLLBACK"
        request_rollback(ecs, deployment, f"Service deployment rolled back because {why}.")
    return {"serviceDeploymentArn": arn}
