"""Whole runs on an emulator of their own."""

from __future__ import annotations

import pytest
from ansible_run import Ansible
from deployment_bench import Benches

from emulator.testing import Running, running


@pytest.fixture(scope="module")
def emulator():
    with running("instant") as started:
        yield started


@pytest.fixture(scope="module")
def ansible(emulator: Running) -> Ansible:
    return Ansible(emulator.url)


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory):
    """On an emulator with AWS's durations."""
    with running("aws") as started:
        yield Benches(started, tmp_path_factory.mktemp("benches"))
