"""The collection awx.awx. Galaxy is not at hand here; the ansible package of PyPI carried it up to this version."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tempfile
import zipfile

from ansible_run import ROOT

CARRIER = "ansible==12.3.0"
FOLDER = ROOT / ".cache" / CARRIER.replace("==", "-")


def folder() -> pathlib.Path:
    """Where Ansible finds it, fetched if need be. Raises where PyPI cannot be reached."""
    if not (FOLDER / "ansible_collections" / "awx" / "awx" / "MANIFEST.json").exists():
        with tempfile.TemporaryDirectory() as downloads:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
            subprocess.run([*pip, "--dest", downloads, CARRIER], check=True, capture_output=True, timeout=300)
            (wheel,) = pathlib.Path(downloads).glob("*.whl")
            _extract(wheel)
    return FOLDER


def _extract(wheel: pathlib.Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        members = [name for name in archive.namelist() if name.startswith("ansible_collections/awx/")]
        # The manifest last: it says that all of it is there.
        archive.extractall(FOLDER, sorted(members, key=lambda name: name.endswith("MANIFEST.json")))
