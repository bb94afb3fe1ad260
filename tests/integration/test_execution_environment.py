"""The execution environment: what ansible-builder puts into the build context, and what the collections ask it for."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

import ansible
import pytest
import yaml
from ansible_run import ROOT

BIN = pathlib.Path(sys.executable).parent
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text())
ARTIFACT = f"portkey-gateway-{GALAXY['version']}.tar.gz"


def packages(text: str) -> set[str]:
    return {match[1] for match in re.finditer(r"(?m)^([A-Za-z0-9_.-]+)", text)}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> pathlib.Path:
    """The definition beside the built collection, as after make build."""
    folder = tmp_path_factory.mktemp("project")
    subprocess.run(
        [BIN / "ansible-galaxy", "collection", "build", "--output-path", folder / "build"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in ("execution-environment.yml", "bindep.txt", "meta/ee-requirements.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def context(project: pathlib.Path) -> pathlib.Path:
    created = subprocess.run(
        [BIN / "ansible-builder", "create", "--output-filename", "Containerfile"],
        cwd=project,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert created.returncode == 0, created.stdout
    return project / "context"


def test_the_context_holds_this_version_of_the_collection(context: pathlib.Path):
    with tarfile.open(context / "_build" / "artifacts" / ARTIFACT) as archive:
        assert "playbooks/site.yml" in archive.getnames()


def test_the_context_names_every_collection_that_this_one_depends_on(context: pathlib.Path):
    named = yaml.safe_load((context / "_build" / "requirements.yml").read_text())["collections"]
    (ours,) = [one for one in named if one.get("type") == "file"]
    assert ours["name"] == f"artifacts/{ARTIFACT}"
    assert {one["name"]: one["version"] for one in named if one != ours} == GALAXY["dependencies"]


def test_the_context_has_the_packages_and_an_ansible_that_the_collection_runs_with(context: pathlib.Path):
    needed = {"boto3", "botocore", "python-hcl2", "pygal"}
    assert packages((context / "_build" / "requirements.txt").read_text()) == needed
    assert packages((context / "_build" / "bindep.txt").read_text()) == {"ca-certificates"}
    containerfile = (context / "Containerfile").read_text()
    assert "ansible-core>=2.19,<2.22" in containerfile
    assert "ansible-runner" in containerfile


def test_builder_finds_the_packages_in_the_installed_collections(project: pathlib.Path, tmp_path: pathlib.Path):
    """What the image's build does: it looks into each installed collection for what it needs."""
    installed = tmp_path / "ansible_collections"
    with tarfile.open(project / "build" / ARTIFACT) as archive:
        archive.extractall(installed / "portkey" / "gateway", filter="data")
    stock = pathlib.Path(ansible.__file__).parent.parent / "ansible_collections"
    for name in GALAXY["dependencies"]:
        shutil.copytree(stock / name.replace(".", "/"), installed / name.replace(".", "/"))
    python, system = tmp_path / "python.txt", tmp_path / "system.txt"
    subprocess.run(
        [BIN / "ansible-builder", "introspect", tmp_path, "--write-pip", python, "--write-bindep", system],
        check=True,
        capture_output=True,
    )
    assert {"boto3", "botocore", "python-hcl2"} <= packages(python.read_text())
    assert "ca-certificates" in system.read_text()
