"""The built collection: what is in it, and that it works where nothing else of this repository is."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tarfile

import pytest
from ansible_run import ROOT, Ansible

from emulator.testing import Running

GALAXY = str(pathlib.Path(sys.executable).parent / "ansible-galaxy")


@pytest.fixture(scope="module")
def tarball(tmp_path_factory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("build")
    subprocess.run([GALAXY, "collection", "build", "--output-path", folder], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


def test_the_tarball_has_what_users_need_and_nothing_else(tarball: pathlib.Path):
    with tarfile.open(tarball) as archive:
        names = set(archive.getnames())
    assert {"playbooks/site.yml", "plugins/modules/ecs_service.py", "roles/vpc/tasks/main.yml", "LICENSE"} <= names
    left = ("tests", ".venv", ".git", ".ansible", "collections", "tools", "build", "Makefile")
    assert [name for name in names if name.split("/")[0].startswith(left) or "__pycache__" in name] == []


def test_an_installed_collection_runs_its_playbooks_by_their_full_names(
    tarball: pathlib.Path, tmp_path: pathlib.Path, emulator: Running
):
    emulator.post("reset")
    subprocess.run(
        [GALAXY, "collection", "install", tarball, "-p", tmp_path / "collections", "--no-deps", "--offline"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    elsewhere = Ansible(
        emulator.url, folder=tmp_path, environment={"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections")}
    )
    run = elsewhere.play("portkey.gateway.site", "--check", inventory=str(ROOT / "inventories/local")).ok()
    assert run.changed > 30
    assert emulator.calls(mutating=True) == []
