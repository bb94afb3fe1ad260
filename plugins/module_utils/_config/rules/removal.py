# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about pausing a stack and removing it."""

from __future__ import annotations

from collections.abc import Iterator

from ..bounds import BOUNDS, ELEMENTS, LEAST_RECOVERY_DAYS, MOST_RECOVERY_DAYS
from ..faults import Fault, did_you_mean, fault
from ..names import SERVICES
from ..rulebook import Config, RuleBook

book = RuleBook()

# What Secrets Manager takes, beside 0 for at once.


@book.needs("scale_services")
def scale_services(config: Config) -> Iterator[Fault]:
    for name in config["scale_services"]:
        if name not in ELEMENTS["scale_services"]:
            fix = did_you_mean(name, SERVICES, f"The services are {', '.join(SERVICES)}.")
            yield fault("scale_services", name, "It must be a service of the stack.", fix)


def _timeout(config: Config, variable: str) -> Iterator[Fault]:
    if config[variable] < BOUNDS[variable][0]:
        yield fault(variable, config[variable], "It must be at least one second.", "Leave it out for the default.")


@book.needs("scale_wait_timeout")
def scale_wait_timeout(config: Config) -> Iterator[Fault]:
    yield from _timeout(config, "scale_wait_timeout")


@book.needs("uninstall_wait_timeout")
def uninstall_wait_timeout(config: Config) -> Iterator[Fault]:
    yield from _timeout(config, "uninstall_wait_timeout")


@book.needs("uninstall_secret_recovery_days")
def secret_recovery(config: Config) -> Iterator[Fault]:
    days = config["uninstall_secret_recovery_days"]
    if days and not LEAST_RECOVERY_DAYS <= days <= MOST_RECOVERY_DAYS:
        rule = f"Secrets Manager keeps a deleted secret for {LEAST_RECOVERY_DAYS} to {MOST_RECOVERY_DAYS} days."
        yield fault("uninstall_secret_recovery_days", days, rule, "Choose that, or 0 to delete it at once.")
