"""What AWS accepts as a deployment configuration, and its defaults."""

from __future__ import annotations

from typing import Any

from . import errors
from .service import ROLLING
from .state import Ecs

SHIFTING = ("BLUE_GREEN", "LINEAR", "CANARY")
MOST_MINUTES = 1440
HOOK_STAGES = (
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
)
# These also run in a rollback, which cannot wait for people.
NO_PAUSE_STAGES = ("TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT")
MOST_HOOKS = 10
LONGEST_PAUSE = 20_160
THRESHOLD_TYPES = ("COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT")
PERCENT_DEFAULTS = {
    "LINEAR": ("linearConfiguration", "step", 10.0, 6),
    "CANARY": ("canaryConfiguration", "canary", 5.0, 10),
}
LEAST_PERCENT = {"LINEAR": 3.0, "CANARY": 0.1}


def check_deployment(ecs: Ecs, settings: dict[str, Any]) -> dict[str, Any]:
    """A deployment configuration with AWS's defaults."""
    asked = settings.get("deploymentConfiguration") or {}
    configuration = {key: value for key, value in asked.items() if value is not None}
    controller = settings["deploymentController"]["type"]
    daemon = settings["schedulingStrategy"] == "DAEMON"
    configuration.setdefault("maximumPercent", 100 if daemon else 200)
    configuration.setdefault("minimumHealthyPercent", 0 if daemon else 100)
    _check_percents(configuration, daemon)
    if controller != "ECS":
        _check_other_controller(configuration)
        return configuration
    strategy = configuration.setdefault("strategy", ROLLING)
    if strategy not in (ROLLING, *SHIFTING):
        raise errors.invalid_parameter(
            f"Invalid deployment strategy: {strategy}. Valid values are: ROLLING, BLUE_GREEN, LINEAR, CANARY"
        )
    if daemon and strategy != ROLLING:
        raise errors.invalid_parameter(f"The {strategy} deployment strategy is not supported for daemon services.")
    _check_breaker(configuration)
    _check_alarms(configuration)
    _check_strategy(configuration, strategy)
    configuration["lifecycleHooks"] = _check_hooks(configuration.get("lifecycleHooks") or [])
    if not configuration["lifecycleHooks"]:
        del configuration["lifecycleHooks"]
    return configuration


def _check_percents(configuration: dict[str, Any], daemon: bool) -> None:
    most, least = configuration["maximumPercent"], configuration["minimumHealthyPercent"]
    if not 0 <= least <= 100 or not 100 <= most <= 200:
        raise errors.invalid_parameter(
            "Invalid deployment configuration: minimumHealthyPercent must be between 0 and 100, maximumPercent between "
            "100 and 200."
        )
    if daemon and most != 100:
        raise errors.invalid_parameter("The daemon scheduling strategy only supports a maximumPercent of 100.")
    if most == least == 100:
        raise errors.invalid_parameter(
            "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments."
        )


def _check_other_controller(configuration: dict[str, Any]) -> None:
    if (configuration.get("deploymentCircuitBreaker") or {}).get("enable"):
        raise errors.invalid_parameter(
            "Deployment circuit breaker feature is only supported with ECS deployment controller. Remove deployment "
            "circuit breaker configuration or change deployment controller type to ECS and try again."
        )
    if (configuration.get("alarms") or {}).get("enable"):
        raise errors.invalid_parameter("Deployment alarms are only supported with ECS deployment controller.")
    if configuration.get("strategy") not in (None, ROLLING):
        raise errors.invalid_parameter("Deployment strategies are only supported with ECS deployment controller.")


def _check_breaker(configuration: dict[str, Any]) -> None:
    breaker = configuration.setdefault("deploymentCircuitBreaker", {"enable": False, "rollback": False})
    threshold = breaker.get("thresholdConfiguration")
    if threshold is None:
        return
    if threshold.get("type") not in THRESHOLD_TYPES:
        raise errors.invalid_parameter(f"Invalid threshold type. Valid values are: {', '.join(THRESHOLD_TYPES)}")
    if int(threshold.get("value") or 0) < 1:
        raise errors.invalid_parameter("The threshold value of the deployment circuit breaker must be at least 1.")


def _check_alarms(configuration: dict[str, Any]) -> None:
    alarms = configuration.get("alarms")
    if alarms and alarms.get("enable") and not alarms.get("alarmNames"):
        raise errors.invalid_parameter("At least one alarm name must be specified when deployment alarms are enabled.")


def _check_strategy(configuration: dict[str, Any], strategy: str) -> None:
    bake = configuration.get("bakeTimeInMinutes")
    if bake is not None and not 0 <= bake <= MOST_MINUTES:
        raise errors.invalid_parameter(f"bakeTimeInMinutes must be between 0 and {MOST_MINUTES}.")
    if bake is None and strategy == "BLUE_GREEN":
        raise errors.invalid_parameter(
            "bakeTimeInMinutes must be provided when using the BLUE_GREEN deployment strategy."
        )
    configuration.setdefault("bakeTimeInMinutes", 0)
    for kind, (key, prefix, percent, minutes) in PERCENT_DEFAULTS.items():
        if strategy != kind:
            if configuration.get(key):
                raise errors.invalid_parameter(f"{key} can only be specified with the {kind} deployment strategy.")
            continue
        own = {f"{prefix}Percent": percent, f"{prefix}BakeTimeInMinutes": minutes, **(configuration.get(key) or {})}
        _check_step(kind, own, prefix)
        configuration[key] = own
    early = configuration.get("earlySuccessCriteria")
    if early and strategy != ROLLING:
        raise errors.invalid_parameter(
            "earlySuccessCriteria can only be specified with the ROLLING deployment strategy."
        )
    if early and not 0 <= int(early.get("healthyPercent") or 0) <= 100:
        raise errors.invalid_parameter("healthyPercent must be between 0 and 100.")


def _check_step(kind: str, configuration: dict[str, Any], prefix: str) -> None:
    percent, minutes = float(configuration[f"{prefix}Percent"]), configuration[f"{prefix}BakeTimeInMinutes"]
    in_tenths = abs(percent * 10 - round(percent * 10)) < 1e-6
    if not LEAST_PERCENT[kind] <= percent <= 100.0 or not in_tenths:
        raise errors.invalid_parameter(
            f"{prefix}Percent must be a multiple of 0.1 between {LEAST_PERCENT[kind]} and 100.0."
        )
    if not 0 <= minutes <= MOST_MINUTES:
        raise errors.invalid_parameter(f"{prefix}BakeTimeInMinutes must be between 0 and {MOST_MINUTES}.")


def _check_hooks(hooks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    full = [{"targetType": "AWS_LAMBDA", **{k: v for k, v in hook.items() if v is not None}} for hook in hooks]
    for hook in full:
        _check_hook(hook)
    for kind in ("AWS_LAMBDA", "PAUSE"):
        if sum(hook["targetType"] == kind for hook in full) > MOST_HOOKS:
            raise errors.invalid_parameter(f"A service can have at most {MOST_HOOKS} {kind} lifecycle hooks.")
    return full


def _check_hook(hook: dict[str, Any]) -> None:
    if hook["targetType"] not in ("AWS_LAMBDA", "PAUSE"):
        raise errors.invalid_parameter("Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE")
    stages = hook.get("lifecycleStages") or []
    unknown = [stage for stage in stages if stage not in HOOK_STAGES]
    if not stages or unknown:
        raise errors.invalid_parameter(f"Invalid lifecycle stage. Valid values are: {', '.join(HOOK_STAGES)}")
    if hook["targetType"] == "PAUSE":
        if set(stages) & set(NO_PAUSE_STAGES):
            raise errors.invalid_parameter("Invalid lifecycle stage provided for Pause Hook")
        timeout = hook.setdefault("timeoutConfiguration", {})
        timeout.setdefault("timeoutInMinutes", MOST_MINUTES)
        timeout.setdefault("action", "ROLLBACK")
    elif not hook.get("hookTargetArn") or not hook.get("roleArn"):
        raise errors.invalid_parameter("hookTargetArn and roleArn are required for a lifecycle hook of type AWS_LAMBDA")
    if hook.get("timeoutConfiguration"):
        timeout = {"timeoutInMinutes": MOST_MINUTES, "action": "ROLLBACK", **hook["timeoutConfiguration"]}
        if not 1 <= timeout["timeoutInMinutes"] <= LONGEST_PAUSE:
            raise errors.invalid_parameter(f"timeoutInMinutes must be between 1 and {LONGEST_PAUSE}.")
        if timeout["action"] not in ("ROLLBACK", "CONTINUE"):
            raise errors.invalid_parameter("Invalid timeout action. Valid values are: ROLLBACK, CONTINUE")
