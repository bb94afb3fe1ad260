"""Whole runs on an emulator of their own."""

from __future__ import annotations

import collections
import logging

import pytest
from ansible_run import Ansible
from browsing import chromium
from deployment_bench import Benches

from emulator.testing import Running, running

# What CI has no time for.
ON_DEMAND = {
    "faults": "kills and disturbs runs everywhere, for hours",
    "long": "takes features through change, off and on again, run after run",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    for name, what in ON_DEMAND.items():
        parser.addoption(f"--{name}", action="store_true", help=f"for the tests marked {name}: {what}")


def pytest_configure(config: pytest.Config) -> None:
    for name, what in ON_DEMAND.items():
        config.addinivalue_line("markers", f"{name}: {what}; only with --{name}")
    # It speaks of every client that is made, and --faults shows the log as it grows.
    logging.getLogger("botocore").setLevel(logging.WARNING)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --faults the others of the files that are given run as well."""
    marked = {name: [item for item in items if item.get_closest_marker(name)] for name in ON_DEMAND}
    if config.getoption("--long"):
        left = [item for item in items if item not in marked["long"]]
    else:
        left = [item for name, found in marked.items() if not config.getoption(f"--{name}") for item in found]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def pytest_terminal_summary(terminalreporter) -> None:
    """The sums of what the tests counted (record_property), and how many rows the table of bad inputs has."""
    figures: collections.Counter[str] = collections.Counter()
    for report in terminalreporter.getreports("passed"):
        figures.update({name: number for name, number in report.user_properties if isinstance(number, int)})
        figures["bad inputs refused"] += "test_bad_input_is_refused_by_its_name" in report.nodeid
    if "kill points tried" in figures:
        terminalreporter.write_line(", ".join(f"{name}: {number}" for name, number in sorted(figures.items())))


@pytest.fixture(scope="module")
def emulator():
    """Of the file's own, as a run that has ended may still look after its lock once more."""
    with running("instant") as started:
        yield started


@pytest.fixture(scope="module")
def ansible(emulator: Running) -> Ansible:
    return Ansible(emulator.url, quick=True)


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory):
    """On an emulator with AWS's durations."""
    with running("aws") as started:
        yield Benches(started, tmp_path_factory.mktemp("benches"))


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started
