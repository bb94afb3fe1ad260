"""CPU and memory of tasks: how they are written, and which combinations Fargate has."""

from __future__ import annotations

import re
from typing import Any

from . import errors

GIB = 1024
FARGATE_SIZES: dict[int, tuple[int, ...]] = {
    256: (512, GIB, 2 * GIB),
    512: tuple(range(GIB, 4 * GIB + 1, GIB)),
    1024: tuple(range(2 * GIB, 8 * GIB + 1, GIB)),
    2048: tuple(range(4 * GIB, 16 * GIB + 1, GIB)),
    4096: tuple(range(8 * GIB, 30 * GIB + 1, GIB)),
    8192: tuple(range(16 * GIB, 60 * GIB + 1, 4 * GIB)),
    16384: tuple(range(32 * GIB, 120 * GIB + 1, 8 * GIB)),
}
LEAST_CPU, MOST_CPU = 128, 196_608
LEAST_MEMORY = 6


def cpu(text: Any) -> str | None:
    """CPU units, from units or vCPUs ("256", ".25 vCPU")."""
    return _number(text, "cpu", r"vcpu", LEAST_CPU, MOST_CPU)


def memory(text: Any) -> str | None:
    """MiB, from MiB or GB ("512", "1 GB")."""
    return _number(text, "memory", r"gb", LEAST_MEMORY, None)


def _number(text: Any, what: str, unit: str, least: int, most: int | None) -> str | None:
    if text in (None, ""):
        return None
    found = re.fullmatch(rf"\s*(\d*\.?\d+)\s*({unit})?\s*", str(text), re.IGNORECASE)
    value = float(found[1]) * (GIB if found[2] else 1) if found else -1.0
    if value != int(value) or value < least or (most is not None and value > most):
        raise errors.client(
            f"Invalid '{what}' setting for task. For more information, see the Troubleshooting section of the Amazon "
            "ECS Developer Guide."
        )
    return str(int(value))


def fits_fargate(cpu_units: str | None, mib: str | None) -> bool:
    return bool(cpu_units and mib and int(mib) in FARGATE_SIZES.get(int(cpu_units), ()))


def check_fargate(cpu_units: str | None, mib: str | None) -> None:
    if not cpu_units:
        raise errors.client("Fargate requires that 'cpu' be defined at the task level.")
    if not mib:
        raise errors.client("Fargate requires that 'memory' be defined at the task level.")
    if not fits_fargate(cpu_units, mib):
        raise errors.client(
            f"No Fargate configuration exists for given values: {cpu_units} CPU, {mib} memory. See the Amazon ECS "
            "documentation for valid values."
        )
