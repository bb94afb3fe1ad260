"""What an update of a service may change, and which changes start a deployment."""

from __future__ import annotations

from typing import Any

from . import errors
from .load_balancer_rules import ADVANCED_REQUIRED
from .service import ROLLING, Service
from .strategy import on_fargate

# A change of one of these brings new tasks.
DEPLOYING = (
    "taskDefinition",
    "networkConfiguration",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
)
CODE_DEPLOY_REFUSALS = {
    "taskDefinition": "Unable to update task definition on services with a CODE_DEPLOY deployment controller. "
    "Use AWS CodeDeploy to trigger a new deployment.",
    "networkConfiguration": "Unable to update network parameters on services with a CODE_DEPLOY deployment controller. "
    "Use AWS CodeDeploy to trigger a new deployment.",
    "platformVersion": "Unable to update network parameters on services with a CODE_DEPLOY deployment controller. "
    "Use AWS CodeDeploy to trigger a new deployment.",
    "loadBalancers": "Unable to update load balancers on services with a CODE_DEPLOY deployment controller. "
    "Use AWS CodeDeploy to trigger a new deployment.",
    "capacityProviderStrategy": "Unable to update capacity provider strategy on services with a CODE_DEPLOY deployment "
    "controller. Use AWS CodeDeploy to trigger a new deployment.",
}
CONTROLLER_CHANGES = {
    ("CODE_DEPLOY", "ECS"),
    ("CODE_DEPLOY", "EXTERNAL"),
    ("ECS", "EXTERNAL"),
    ("EXTERNAL", "ECS"),
}
EXTERNAL_ONLY = ("taskDefinition", "networkConfiguration", "loadBalancers", "serviceRegistries", "platformVersion")


def checked_count(count: int) -> int:
    if count < 0:
        raise errors.invalid_parameter("The desired count must be 0 or greater.")
    return count


def check_allowed(service: Service, changes: dict[str, Any], force: bool) -> None:
    controller = (changes.get("deploymentController") or {}).get("type") or service.controller
    if controller != service.controller:
        _check_controller_change(service, controller)
        return
    if service.controller == "CODE_DEPLOY":
        for key, message in CODE_DEPLOY_REFUSALS.items():
            if key in changes:
                raise errors.invalid_parameter(message)
        if force:
            raise errors.invalid_parameter(
                "Cannot force a new deployment on services with a CODE_DEPLOY deployment controller. Use AWS "
                "CodeDeploy to trigger a new deployment."
            )
    if service.controller == "EXTERNAL" and (force or any(key in changes for key in EXTERNAL_ONLY)):
        raise errors.invalid_parameter(
            "Unable to update task definition, network parameters or load balancers on services with an EXTERNAL "
            "deployment controller. Create a task set."
        )
    _check_capacity_change(service, changes, force)
    _check_strategy_change(service, changes)


def _check_controller_change(service: Service, controller: str) -> None:
    if (service.controller, controller) not in CONTROLLER_CHANGES:
        raise errors.invalid_parameter(
            f"Updating the deployment controller from {service.controller} to {controller} is not supported."
        )
    if service.running_deployment is not None or len(service.task_sets) > 1:
        raise errors.invalid_parameter("The deployment controller cannot be updated while a deployment is in progress.")
    if service.controller != "ECS":
        return
    configuration = service.configuration
    blocked = {
        "alarms": (configuration.get("alarms") or {}).get("enable"),
        "the deployment circuit breaker": (configuration.get("deploymentCircuitBreaker") or {}).get("enable"),
        "a BLUE_GREEN deployment strategy": configuration.get("strategy") not in (None, "ROLLING"),
        "Service Connect": (service.settings.get("serviceConnectConfiguration") or {}).get("enabled"),
        "VPC Lattice": service.settings.get("vpcLatticeConfigurations"),
    }
    for what, used in blocked.items():
        if used:
            raise errors.invalid_parameter(
                f"The deployment controller cannot be updated from ECS for a service that uses {what}."
            )


def _check_capacity_change(service: Service, changes: dict[str, Any], force: bool) -> None:
    asked = changes.get("capacityProviderStrategy")
    if asked is None or force:
        return
    old = {item["capacityProvider"]: (item["weight"], item["base"]) for item in service.strategy}
    new = {
        str(item["capacityProvider"]).rsplit("/", 1)[-1]: (item.get("weight") or 0, item.get("base") or 0)
        for item in asked
    }
    if old != new:
        raise errors.invalid_parameter(
            "When switching from launch type to capacity provider strategy on an existing service, or making a change "
            "to a capacity provider strategy on a service that is already using one, you must force a new deployment."
        )


def _check_strategy_change(service: Service, changes: dict[str, Any]) -> None:
    new = (changes.get("deploymentConfiguration") or {}).get("strategy")
    old = service.configuration.get("strategy")
    if new and old and new != old and service.running_deployment is not None:
        raise errors.invalid_parameter(
            f"The deployment strategy cannot be changed from {old} to {new} while a deployment is in progress."
        )
    # The load balancers come first, with a rolling deployment of their own.
    plain = [one for one in service.settings.get("loadBalancers") or [] if not one.get("advancedConfiguration")]
    if new and new != ROLLING and old == ROLLING and plain:
        raise errors.invalid_parameter(ADVANCED_REQUIRED)


def merged(service: Service, changes: dict[str, Any]) -> dict[str, Any]:
    """The settings after an update: what it does not name stays as it is."""
    settings = {**service.settings, **changes}
    if changes.get("capacityProviderStrategy"):
        settings.pop("launchType", None)
        if not on_fargate(settings) and "platformVersion" not in changes:
            # Only tasks on Fargate have one.
            settings.pop("platformVersion", None)
    elif "capacityProviderStrategy" in changes:
        # An empty list leads back to a launch type.
        settings["launchType"] = "FARGATE" if service.on_fargate else "EC2"
    if "deploymentConfiguration" in changes:
        settings["deploymentConfiguration"] = _merged_configuration(
            service.configuration, changes["deploymentConfiguration"]
        )
    if changes.get("loadBalancers") == []:
        settings.pop("healthCheckGracePeriodSeconds", None)
    return settings


def _merged_configuration(old: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    configuration = {**old, **{key: value for key, value in changes.items() if value is not None}}
    strategy = configuration.get("strategy")
    # What belongs to another strategy does not outlive it.
    for key, owner in (("linearConfiguration", "LINEAR"), ("canaryConfiguration", "CANARY")):
        if strategy != owner and key not in changes:
            configuration.pop(key, None)
    return configuration


def starts_deployment(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return any((old.get(key) or None) != (new.get(key) or None) for key in DEPLOYING)
