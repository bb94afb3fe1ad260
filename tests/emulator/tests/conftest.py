"""An emulator on a free port, empty for each test, and boto3 clients for it."""

from __future__ import annotations

import pytest
from emulator.testing import Running, running


@pytest.fixture(scope="session")
def _instant():
    with running("instant") as emulator:
        yield emulator


@pytest.fixture
def emulator(_instant: Running) -> Running:
    _instant.post("reset")
    return _instant
