"""Galaxy takes no collection in which a role has no README."""

from __future__ import annotations

import pathlib

import pytest

ROLES = pathlib.Path(__file__).resolve().parents[3] / "roles"


@pytest.mark.parametrize("role", sorted(path.name for path in ROLES.iterdir()))
def test_a_role_has_a_readme_with_an_example(role: str):
    readme = (ROLES / role / "README.md").read_text()
    assert f"name: portkey.gateway.{role}\n" in readme
