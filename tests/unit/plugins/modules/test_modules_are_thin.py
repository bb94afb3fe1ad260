from __future__ import annotations

import ast
import pathlib

import pytest

MODULES = sorted((pathlib.Path(__file__).resolve().parents[4] / "plugins" / "modules").glob("*.py"))
MOST_LINES_OF_MAIN = 20


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_is_documentation_and_a_short_main(path):
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == ["main"]
    (main,) = functions
    assert main.end_lineno - main.lineno < MOST_LINES_OF_MAIN
