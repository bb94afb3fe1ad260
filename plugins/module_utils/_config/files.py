# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the configuration names as a file: JSON with environment variables and secrets, and a function's code."""

from __future__ import annotations

import json
import os
import typing as t
from collections.abc import Callable, Iterable, Mapping

from .faults import PREFIX, Fault, fault
from .specification import Options, Reader

# Which variable names the file for which.
FILE_VARIABLES = {"environment_variables": "environment_variables_file_path", "secrets": "secrets_file_path"}

ReadText = Callable[[str], str]


class _Unusable(Exception):
    """The file cannot be used: rule and fix."""


def source(config: Mapping[str, t.Any], variable: str) -> str:
    """The variable in which the user wrote ``variable``: itself, or the one that names its file."""
    path_variable = FILE_VARIABLES[variable]
    return path_variable if config[path_variable] else variable


def _find(path: str, folders: Iterable[str], is_there: Callable[[str], bool] = os.path.isfile) -> str:
    candidates = [os.path.join(folder, os.path.expanduser(path)) for folder in folders]
    for candidate in candidates:
        if is_there(candidate):
            return candidate
    raise _Unusable(
        "There is no such file.",
        f"Create it, or correct the path. Looked for {' and '.join(dict.fromkeys(candidates))}.",
    )


def _without_repetition(pairs: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    result: dict[str, t.Any] = {}
    for key, value in pairs:
        if key in result and key != "_comment":
            raise _Unusable(f"The key {key} is in one object twice.", "Remove one of them.")
        result[key] = value
    return result


def _parse(text: str) -> dict[str, t.Any]:
    try:
        # A number stays as it is written: 1.10 is not 1.1.
        content = json.loads(text, parse_float=str, object_pairs_hook=_without_repetition)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _Unusable(f"It must be valid JSON: {error.msg} at {place}.", f"Correct {place}.") from error
    if not isinstance(content, dict):
        raise _Unusable("It must hold one JSON object.", 'Write it like {"gateway": {"KEY": "value"}}.')
    return content


def _read_text(path: str, read: ReadText) -> str:
    try:
        return read(path)
    except OSError as error:
        raise _Unusable(f"It must be readable: {error.strerror}.", "Correct its permissions or the path.") from error
    except UnicodeDecodeError as error:
        raise _Unusable(f"It must be text in UTF-8; byte {error.start} is not.", "Save it as UTF-8.") from error


def locate_code(config: dict[str, t.Any], folders: Iterable[str]) -> list[Fault]:
    """Make the path of the lifecycle hook's code absolute: a file or a folder, found where JSON files are."""
    hook = config["gateway_lifecycle_hook"]
    if not hook["code_path"]:
        return []
    try:
        hook["code_path"] = _find(hook["code_path"], folders, os.path.exists)
    except _Unusable as unusable:
        return [fault("gateway_lifecycle_hook.code_path", hook["code_path"], *unusable.args)]
    return []


class FileLoader:
    """Puts what the files hold into the configuration. ``folders`` are where relative paths begin, in order."""

    def __init__(self, options: Options, folders: Iterable[str], read: ReadText) -> None:
        self.options = options
        self.folders = list(folders)
        self.read = read

    def load(self, config: dict[str, t.Any]) -> list[Fault]:
        faults: list[Fault] = []
        for variable, path_variable in FILE_VARIABLES.items():
            path = config[path_variable]
            if not path:
                continue
            if config[variable] is not None:
                fix = f"Remove portkey_{variable} or portkey_{path_variable}."
                faults.append(fault(path_variable, path, f"Give this or portkey_{variable}, not both.", fix))
                continue
            try:
                found = _find(path, self.folders)
                content = _parse(_read_text(found, self.read))
            except _Unusable as unusable:
                faults.append(fault(path_variable, path, *unusable.args))
                continue
            faults += self._put(config, variable, found, content)
        return faults

    def _put(self, config: dict[str, t.Any], variable: str, found: str, content: dict[str, t.Any]) -> list[Fault]:
        reader = Reader(self.options)
        config[variable] = reader.read_one(PREFIX + variable, content)
        return [self._rehome(one, variable, found) for one in reader.faults]

    @staticmethod
    def _rehome(one: Fault, variable: str, found: str) -> Fault:
        """The user wrote a file, so the fault is the file's, and says where in it."""
        place = one.variable.removeprefix(f"{PREFIX}{variable}.")
        return fault(FILE_VARIABLES[variable], found, f"{place} in it: {one.rule}", one.fix)
