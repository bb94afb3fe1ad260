"""The repository as an AWX project: ansible-runner with the folders and the environment that AWX gives it."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys

import ansible_runner
import pytest
from ansible_run import FOREIGN, ROOT

from emulator.testing import Running

BIN = pathlib.Path(sys.executable).parent
# AWX puts its own folder first, and hands the rest on from a project's ansible.cfg only in some versions.
AWX_ENVIRONMENT = {
    "ANSIBLE_COLLECTIONS_PATH": ":".join(
        ["/runner/requirements_collections", "~/.ansible/collections", "/usr/share/ansible/collections"]
    ),
    "ANSIBLE_FORCE_COLOR": "True",
    "ANSIBLE_HOST_KEY_CHECKING": "False",
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False",
    "AWX_PRIVATE_DATA_DIR": "/runner",
}


@pytest.fixture
def private_data(tmp_path: pathlib.Path) -> pathlib.Path:
    """The project as AWX checks it out, and the inventory as the script that AWX makes of what it imported."""
    ours = shutil.ignore_patterns(".*", "build", "__pycache__")
    shutil.copytree(ROOT, tmp_path / "project", symlinks=True, ignore=ours)
    listed = subprocess.run(
        [BIN / "ansible-inventory", "-i", "inventories/local", "--list", "--export"],
        cwd=tmp_path / "project",
        env={name: value for name, value in os.environ.items() if not FOREIGN.match(name)},
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.decode()
    script = tmp_path / "inventory" / "hosts"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\nprint({listed!r})\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return tmp_path


def test_a_job_finds_the_collection_and_plans_without_writing(private_data: pathlib.Path, emulator: Running):
    emulator.post("reset")
    # Paths beside the inventory mean nothing in AWX, where the inventory is no file; those in the project do.
    paths = {
        "portkey_environment_variables_file_path": "inventories/dev/environment-variables.json",
        "portkey_secrets_file_path": "inventories/dev/secrets.json",
    }
    run = ansible_runner.run(
        private_data_dir=str(private_data),
        playbook="site.yml",
        cmdline="--check --diff",
        extravars=paths,
        envvars={**AWX_ENVIRONMENT, "AWS_ENDPOINT_URL": emulator.url, "PATH": f"{BIN}:{os.environ['PATH']}"},
        quiet=True,
    )
    output = run.stdout.read()
    assert (run.status, run.rc) == ("successful", 0), output[-4000:]
    assert "Plan: " in output
    assert any(event["event"] == "runner_on_ok" and "vpc" in json.dumps(event["event_data"]) for event in run.events)
    assert emulator.calls(mutating=True) == []
    assert emulator.calls(operation="DescribeVpcs")
