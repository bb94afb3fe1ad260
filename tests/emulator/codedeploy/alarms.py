"""CloudWatch alarms that stop a deployment."""

from __future__ import annotations

from moto.cloudwatch.models import cloudwatch_backends

from ..ecs import permissions
from ..ecs.state import Ecs
from .install import Failure
from .state import Deployment

STOPPED = (
    "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected "
    "deployments have been stopped. Activated alarms: "
)
UNKNOWN = "The alarms could not be polled, and the affected deployments have been stopped. Alarms: "


def ringing(ecs: Ecs, deployment: Deployment) -> Failure | None:
    """The alarms that ring, or that nobody can ask. A rollback goes on whatever rings."""
    settings = deployment.alarms
    if not settings.get("enabled") or deployment.undone is not None:
        return None
    known = cloudwatch_backends[ecs.account][ecs.region].alarms
    names = [one["name"] for one in settings["alarms"]]
    may = permissions.allows(ecs, deployment.role, "cloudwatch:DescribeAlarms", "*")
    missing = [name for name in names if name not in known or not may]
    active = [name for name in names if name not in missing and known[name].state_value == "ALARM"]
    if active:
        return _failure(STOPPED, active)
    if missing and not settings.get("ignorePollAlarmFailure"):
        return _failure(UNKNOWN, missing)
    # CloudWatch tells nobody: look again in a while.
    ecs.world.after("task_restart_backoff", deployment.wake)
    return None


def _failure(message: str, names: list[str]) -> Failure:
    text = f"{message}<{', '.join(names)}>"
    return Failure("ALARM_ACTIVE", text, status="Stopped", cause="DEPLOYMENT_STOP_ON_ALARM")
