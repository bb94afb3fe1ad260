# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Terraform's variable files, read as the variables of this collection.

Each entry becomes the variable of the same name with the prefix portkey_. Nothing is dropped: an entry that is no
variable here becomes one all the same, and preflight refuses it by name; an entry that is not a plain value cannot be
translated, and is an error that names it.
"""

from __future__ import annotations

import collections
import json
import os
import re
import typing as t
from collections.abc import Iterator, Mapping

from ansible_collections.portkey.gateway.plugins.module_utils._config.faults import PREFIX
from ansible_collections.portkey.gateway.plugins.module_utils._config.files import FILE_VARIABLES
from ansible_collections.portkey.gateway.plugins.plugin_utils.specification import read_specification

try:
    import hcl2
    import lark.exceptions

    HAS_HCL2 = hasattr(hcl2, "SerializationOptions")
except ImportError:
    HAS_HCL2 = False

EXTENSIONS = (".tfvars", ".tfvars.json")

_TEMPLATE = re.compile(r"(?<![$%])(?:\$\$|%%)*[$%]\{")
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(["\\nrt]))|([$%])\4\{')
_ESCAPED = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}


class TfvarsError(Exception):
    """The file cannot be read, or holds what cannot be translated."""


class _NoValue(Exception):
    """Not a plain value; the message says what it is instead."""


def read_tfvars(path: str, text: str) -> dict[str, t.Any]:
    """The variables of a file, with the prefix."""
    values, lines = _from_json(path, text) if path.endswith(".json") else _from_hcl(path, text)
    variables: dict[str, t.Any] = {}
    wrong: list[str] = []
    for name, value in values.items():
        try:
            variables[PREFIX + name] = value if path.endswith(".json") else _plain(value)
        except _NoValue as problem:
            wrong.append(f"{name} (line {lines[name]}): {problem}")
    if wrong:
        raise TfvarsError(
            f"{path} has entries that cannot be translated, as they are not plain values:\n" + "\n".join(wrong)
        )
    return {name: _beside(path, name, value) for name, value in variables.items()}


def unknown_variables(variables: Mapping[str, t.Any]) -> list[str]:
    """The entries that are no variable of this collection, by their names in the file."""
    return sorted(name.removeprefix(PREFIX) for name in set(variables) - set(read_specification()))


def _from_json(path: str, text: str) -> tuple[dict[str, t.Any], dict[str, int]]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise TfvarsError(f"{path}, line {error.lineno}, column {error.colno}: {error.msg}") from error
    if not isinstance(content, dict):
        raise TfvarsError(f"{path} must hold one JSON object")
    return content, {}


def _from_hcl(path: str, text: str) -> tuple[dict[str, t.Any], dict[str, int]]:
    """The values as python-hcl2 gives them, strings with their quotes, and the line of each."""
    if not HAS_HCL2:
        raise TfvarsError(f"To read {path}, python-hcl2 8 or later is needed: pip install 'python-hcl2>=8'")
    try:
        tree = hcl2.parses_to_tree(text)
    except lark.exceptions.LarkError as error:
        raise TfvarsError(f"{path}{_place(error)}: this is not the syntax of a variable file") from error
    lines = _entries(path, tree)
    options = hcl2.SerializationOptions(
        with_comments=False, preserve_heredocs=False, preserve_scientific_notation=False
    )
    return hcl2.serialize(hcl2.transform(tree), serialization_options=options), lines


def _place(error: Exception) -> str:
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    return f", line {line}, column {column}" if isinstance(line, int) and line > 0 else ", at its end"


def _entries(path: str, tree: t.Any) -> dict[str, int]:
    """The line of each entry. Python's dictionaries would silently keep the last of two."""
    lines: dict[str, list[int]] = collections.defaultdict(list)
    for child in tree.children[0].children:
        if child.data in ("attribute", "block"):
            name = child.children[0].children[0]
            if child.data == "block":
                raise TfvarsError(f"{path}, line {name.line}: {name} is a block, and a variable file has none")
            lines[str(name)].append(name.line)
    repeated = [f"{name} (lines {', '.join(map(str, found))})" for name, found in lines.items() if len(found) > 1]
    if repeated:
        raise TfvarsError(f"{path} sets more than once: {'; '.join(repeated)}")
    return {name: found[0] for name, found in lines.items()}


def _plain(value: t.Any) -> t.Any:
    """A value of python-hcl2's as Python's own."""
    if isinstance(value, Mapping):
        return dict(_items(value))
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _text(value) if isinstance(value, str) else value


def _items(value: Mapping[str, t.Any]) -> Iterator[tuple[str, t.Any]]:
    for key, item in value.items():
        if key.startswith("${"):
            raise _NoValue(f"the key {key[2:-1]} is an expression")
        yield (_text(key) if key.startswith('"') else key), _plain(item)


def _text(source: str) -> str:
    """A literal as it is written, with quotes and escapes; everything else is an expression."""
    if not (len(source) > 1 and source.startswith('"') and source.endswith('"')):
        raise _NoValue(f"{source.removeprefix('${').removesuffix('}')} is an expression")
    inner = source[1:-1]
    if _TEMPLATE.search(inner):
        raise _NoValue(f"{source} is a template")
    return _ESCAPE.sub(_unescape, inner)


def _unescape(match: re.Match[str]) -> str:
    short, long, simple, sign = match.groups()
    if sign:
        return f"{sign}{{"
    return _ESCAPED[simple] if simple else chr(int(short or long, 16))


def _beside(path: str, name: str, value: t.Any) -> t.Any:
    """Terraform reads relative paths from its own directory, which is above the file. If it is there, it is meant.

    An inventory may hold only a link to the file, whose own place is what counts.
    """
    if name.removeprefix(PREFIX) not in FILE_VARIABLES.values() or not isinstance(value, str) or os.path.isabs(value):
        return value
    folder = os.path.dirname(os.path.realpath(path))
    while True:
        candidate = os.path.join(folder, value)
        if os.path.isfile(candidate):
            return candidate
        above = os.path.dirname(folder)
        if above == folder:
            return value
        folder = above
