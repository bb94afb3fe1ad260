"""The built collection: what is in it, that Galaxy takes it, and that it works without the rest of this repository."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tarfile

import pytest
from ansible_run import ROOT, Ansible

from emulator.testing import Running

BIN = pathlib.Path(sys.executable).parent
GALAXY = str(BIN / "ansible-galaxy")
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def tarball(tmp_path_factory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("build")
    subprocess.run([GALAXY, "collection", "build", "--output-path", folder], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def elsewhere(tarball: pathlib.Path, tmp_path_factory, emulator: Running) -> Ansible:
    """A folder with nothing in it but the installed collection."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run(
        [GALAXY, "collection", "install", tarball, "-p", folder / "collections", "--no-deps", "--offline"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    emulator.post("reset")
    return Ansible(emulator.url, folder=folder, environment={"ANSIBLE_COLLECTIONS_PATH": str(folder / "collections")})


def test_the_tarball_has_what_users_need_and_nothing_else(tarball: pathlib.Path):
    with tarfile.open(tarball) as archive:
        names = set(archive.getnames())
    assert {"playbooks/site.yml", "plugins/modules/ecs_service.py", "roles/vpc/tasks/main.yml", "LICENSE"} <= names
    assert {"meta/execution-environment.yml", "meta/ee-requirements.txt", "bindep.txt", "CHANGELOG.rst"} <= names
    left = ("tests", ".venv", ".git", ".ansible", "collections", "tools", "build", "extensions", "Makefile")
    assert [name for name in names if name.split("/")[0].startswith(left) or "__pycache__" in name] == []


def test_no_link_leads_out_of_the_tarball_and_no_file_is_large(tarball: pathlib.Path):
    with tarfile.open(tarball) as archive:
        members = archive.getmembers()
    names = {member.name for member in members}
    for member in members:
        if member.issym():
            assert os.path.normpath(os.path.join(os.path.dirname(member.name), member.linkname)) in names
        assert member.size < MEGABYTE, member.name
    assert tarball.stat().st_size < 2 * MEGABYTE


def test_galaxy_imports_it_without_a_word_of_warning(tarball: pathlib.Path, tmp_path: pathlib.Path):
    # What it would do with ansible-lint is done by make lint, and by make sanity with ansible-test.
    settings = {"HOME": str(tmp_path), "GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "false"}
    imported = subprocess.run(
        [sys.executable, "-m", "galaxy_importer.main", tarball],
        cwd=tmp_path,
        env={**os.environ, **settings, "PATH": f"{BIN}:{os.environ['PATH']}"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert imported.returncode == 0, imported.stdout[-3000:]
    assert [line for line in imported.stdout.splitlines() if line.startswith(("WARNING", "ERROR"))] == []
    result = json.loads((tmp_path / "importer_result.json").read_text())
    assert result["requires_ansible"] == ">=2.18.0"
    assert {"ecs", "cloud"} <= set(result["metadata"]["tags"])
    found = {(one["content_type"], one["name"]) for one in result["contents"]}
    assert {("role", path.name) for path in (ROOT / "roles").iterdir()} <= found
    assert {("module", path.stem) for path in (ROOT / "plugins" / "modules").glob("*.py")} <= found


def test_an_installed_collection_plans_by_its_full_name(elsewhere: Ansible, emulator: Running):
    run = elsewhere.play("portkey.gateway.site", "--check", inventory=str(ROOT / "inventories/local")).ok()
    assert run.changed > 30
    assert emulator.calls(mutating=True) == []


def test_an_installed_collection_deploys_and_uninstalls_by_its_full_names(elsewhere: Ansible, emulator: Running):
    inventory = str(ROOT / "inventories/local")
    elsewhere.play("portkey.gateway.site", inventory=inventory).ok()
    (service,) = emulator.client("ecs").describe_services(cluster="portkey-gateway-dev-cluster", services=["gateway"])[
        "services"
    ]
    assert service["runningCount"] == 1
    elsewhere.play(
        "portkey.gateway.uninstall", inventory=inventory, portkey_uninstall_confirm="portkey-gateway-dev"
    ).ok()
    assert emulator.client("ecs").list_clusters()["clusterArns"] == []
    stack = [{"Name": "tag:Project", "Values": ["portkey-gateway"]}]
    assert emulator.client("ec2").describe_vpcs(Filters=stack)["Vpcs"] == []
