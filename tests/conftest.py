"""Lets pytest import the collection by its full name, the way Ansible does, from any clone."""

from __future__ import annotations

import pathlib
import sys

from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

ROOT = pathlib.Path(__file__).resolve().parent.parent


def _install_collection_finder() -> None:
    if any(isinstance(finder, _AnsibleCollectionFinder) for finder in sys.meta_path):
        return  # ansible-test has its own
    site_packages = [path for path in sys.path if path.endswith("site-packages")]
    _AnsibleCollectionFinder(paths=[str(ROOT / "collections"), *site_packages])._install()


_install_collection_finder()
sys.path.insert(0, str(ROOT / "tests"))
