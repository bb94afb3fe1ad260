"""How long AWS takes, in seconds. The figures are those that people report for real accounts."""

from __future__ import annotations

import dataclasses

# Where AWS gives a range, the middle of it.
DURATIONS: dict[str, float] = {
    "nat_gateway_create": 105,
    "nat_gateway_delete": 58,
    "nat_gateway_visible": 2,
    "application_load_balancer_create": 165,
    "network_load_balancer_create": 150,
    "load_balancer_interfaces_release": 110,
    "iam_propagation": 8,
    "instance_boot": 60,
    "instance_terminate": 45,
    "instance_refresh_start": 5,
    "instance_refresh_cancel": 5,
    "autoscaling_health_check": 30,
    "container_instance_register": 20,
    "capacity_provider_update": 5,
    "managed_scaling_warmup": 300,
    "namespace_operation": 30,
    "vpc_endpoint_create": 90,
    "vpc_endpoint_delete": 30,
    "vpc_endpoint_service_create": 210,
    "private_dns_verification": 60,
    "task_pull": 15,
    "task_start": 5,
    "task_stop": 30,
    "target_deregistration": 60,
    "target_registration": 5,
    "service_steady_check": 40,
    "service_drain": 60,
    "secret_delete": 5,
    "replication_group_create": 540,
    "replication_group_modify": 60,
    "replication_group_scale": 600,
    "replication_group_upgrade": 900,
    "replication_group_delete": 300,
    "lambda_function_create": 5,
    "lambda_vpc_function_create": 60,
    "lambda_function_update": 5,
    "lambda_interfaces_release": 1200,
    "lifecycle_stage": 5,
    "nlb_traffic_shift": 600,
    "route53_change": 40,
    "certificate_records": 5,
    "certificate_issue": 150,
    "certificate_release": 90,
    "web_acl_create": 5,
}

# What AWS paces on purpose: without a pause, a service whose tasks keep failing would fail endlessly in no time.
PACED: dict[str, float] = {
    "task_restart_backoff": 10,
    "autoscaling_retry": 15,
}
INSTANT_PACE = 0.2

# How long AWS waits at most for tasks to become stable. Even where nothing takes time, failing tasks take some.
LIMITS: dict[str, float] = {
    "codedeploy_replacement": 3600,
    "codedeploy_unstable": 300,
}
INSTANT_LIMIT = 5.0


@dataclasses.dataclass(frozen=True)
class Profile:
    """``instant``: nothing takes time. ``aws``: real durations. ``scaled``: real durations, the clock runs faster."""

    name: str
    speed: float = 1.0

    def seconds(self, what: str) -> float:
        """The duration of a step, in the emulator's seconds."""
        instant = self.name == "instant"
        if what in LIMITS:
            return INSTANT_LIMIT if instant else LIMITS[what]
        if what in PACED:
            return INSTANT_PACE if instant else PACED[what]
        return 0.0 * DURATIONS[what] if instant else DURATIONS[what]

    def scaled(self, seconds: float) -> float:
        """A duration that the user configured (an interval, a bake time): nothing in the instant profile."""
        return 0.0 if self.name == "instant" else seconds


def profile(name: str, speed: float) -> Profile:
    if name not in ("instant", "aws", "scaled"):
        raise ValueError(f"EMULATOR_PROFILE is {name!r}: it must be instant, aws or scaled")
    if speed <= 0:
        raise ValueError(f"EMULATOR_SPEED is {speed}: it must be greater than 0")
    return Profile(name, speed if name == "scaled" else 1.0)
