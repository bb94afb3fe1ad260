"""An emulator on a free port, empty for each test, and boto3 clients for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.testing import Running, running


@pytest.fixture(scope="session")
def _instant() -> Iterator[Running]:
    with running("instant") as emulator:
        yield emulator


@pytest.fixture(scope="session")
def _aws() -> Iterator[Running]:
    with running("aws") as emulator:
        yield emulator


def _fresh(emulator: Running) -> Iterator[Running]:
    emulator.post("reset")
    yield emulator
    assert emulator.get("health")["problems"] == []


@pytest.fixture
def emulator(_instant: Running) -> Iterator[Running]:
    """Nothing takes time."""
    yield from _fresh(_instant)


@pytest.fixture
def slow(_aws: Running) -> Iterator[Running]:
    """Everything takes AWS's time; tests push the clock."""
    yield from _fresh(_aws)
