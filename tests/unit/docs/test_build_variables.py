from __future__ import annotations

import importlib.util
import pathlib
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "docs/build_variables.py"
OPTIONS = yaml.safe_load((ROOT / "roles/preflight/meta/argument_specs.yml").read_text(encoding="utf-8"))[
    "argument_specs"
]["main"]["options"]


@pytest.fixture(scope="module")
def script():
    specification = importlib.util.spec_from_file_location("build_variables", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date():
    done = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_variable_and_key_is_on_the_page(script):
    page = script.page()
    for name, option in OPTIONS.items():
        assert f"### `{name}`" in page
        for key in option.get("options") or {}:
            assert f"| `{key}` |" in page


def test_a_page_that_is_not_up_to_date_is_told(script, tmp_path, monkeypatch, capsys):
    old = tmp_path / "variables.md"
    old.write_text(script.page().replace('default `"dev"`', 'default `"prod"`'), encoding="utf-8")
    monkeypatch.setattr(script, "PAGE", old)
    monkeypatch.setattr(sys, "argv", ["build_variables.py", "--check"])
    assert script.main() == 1
    assert '-str · default `"prod"`' in capsys.readouterr().out


@pytest.mark.parametrize(
    "text, markdown",
    [
        ("See C(x) and O(portkey_a).", "See `x` and `portkey_a`."),
        ("With O(portkey_create_lb=true).", "With `portkey_create_lb: true`."),
        ("A C(<Placeholder>).", "A `<Placeholder>`."),
    ],
)
def test_markup(script, text, markdown):
    assert script._markup(text) == markdown
