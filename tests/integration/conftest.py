"""Whole runs on an emulator of their own."""

from __future__ import annotations

import pytest
from ansible_run import Ansible

from emulator.testing import Running, running


@pytest.fixture(scope="module")
def emulator():
    with running("instant") as started:
        yield started


@pytest.fixture(scope="module")
def ansible(emulator: Running) -> Ansible:
    return Ansible(emulator.url)
