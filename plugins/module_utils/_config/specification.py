# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Reads the user's variables by their specification: checks names and types, and merges over the defaults.

The specification is the ``options`` of roles/preflight/meta/argument_specs.yml. Everything that is wrong is
collected, since a user wants to see all of it at once.
"""

from __future__ import annotations

import copy
import math
import re
import typing as t
from collections.abc import Iterator, Mapping

from .faults import (
    HIDDEN,
    PREFIX,
    Fault,
    did_you_mean,
    either,
)

Options = Mapping[str, Mapping[str, t.Any]]

# A wrong value below these is not shown: what belongs there is no secret, but a user may have put one there.
_DISCREET = ("portkey_secrets", "portkey_environment_variables", "portkey_docker_cred_secret_arn")

_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")
_INTEGER = re.compile(r"[+-]?\d+")
_TYPE_WORDS = {
    "str": "text",
    "path": "the path of a file",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "list": "a list",
    "dict": "a mapping of keys to values",
}


class _WrongType(Exception):
    """The value is not of the type; the message is the fix."""


def _to_str(value: t.Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    # 2.10 has become 2.1 by now, and yes has become true: what the user wrote is lost.
    raise _WrongType("Put it in quotes.")


def _to_bool(value: t.Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower() if isinstance(value, str) else None
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise _WrongType("Write true or false.")


def _to_int(value: t.Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    raise _WrongType("Write a whole number, without a unit.")


def _to_float(value: t.Any) -> float:
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
    raise _WrongType("Write a number, without a unit.")


def _to_list(value: t.Any) -> list[t.Any]:
    if isinstance(value, (list, tuple)):
        return list(value)
    raise _WrongType("Write a list: one item per line, each after a hyphen, or [first, second].")


def _to_dict(value: t.Any) -> dict[t.Any, t.Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise _WrongType("Write a mapping: one key: value per line, indented under the variable.")


_CONVERTERS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "str": _to_str,
    "path": _to_str,
    "bool": _to_bool,
    "int": _to_int,
    "float": _to_float,
    "list": _to_list,
    "dict": _to_dict,
}


class Reader:
    """One reading of the variables; ``faults`` fills as it goes."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.faults: list[Fault] = []

    def read(self, given: Mapping[str, t.Any]) -> dict[str, t.Any]:
        """The configuration: every variable without its prefix. For a value at fault its default stands in."""
        self._refuse_unknown_variables(given)
        merged = self._read_options(self.options, given, path="")
        return {name.removeprefix(PREFIX): value for name, value in merged.items()}

    def read_one(self, name: str, value: t.Any) -> t.Any:
        """One variable whose value comes from elsewhere, such as a file."""
        return self._read_option(self.options[name], name, value)

    def _refuse_unknown_variables(self, given: Mapping[str, t.Any]) -> None:
        for name in sorted(set(given) - set(self.options)):
            fix = self._where_it_belongs(name) or did_you_mean(
                name, self.options, "Remove it, or see docs/variables.md."
            )
            # It may be a misspelt secret, so its value is not shown.
            self.faults.append(Fault(name, HIDDEN, "There is no such variable.", fix))

    def _where_it_belongs(self, name: str) -> str | None:
        """For ``portkey_gateway_port``: it is a key of ``portkey_gateway_config``."""
        key = name.removeprefix(PREFIX)
        owners = [owner for owner, option in self.options.items() if key in (option.get("options") or {})]
        return f"Did you mean {either(f'{owner}.{key}' for owner in owners)}?" if owners else None

    def _read_options(self, options: Options, given: Mapping[str, t.Any], path: str) -> dict[str, t.Any]:
        return {
            name: self._read_option(option, f"{path}.{name}" if path else name, given.get(name))
            for name, option in options.items()
        }

    def _read_option(self, option: Mapping[str, t.Any], path: str, value: t.Any) -> t.Any:
        if value is None or (value == "" and option.get("default") is None and option["type"] in ("str", "path")):
            return self._read_unset(option, path)
        try:
            converted = _CONVERTERS[option["type"]](value)
        except _WrongType as wrong:
            self._add(path, value, f"It must be {_TYPE_WORDS[option['type']]}.", str(wrong))
            return self._default(option)
        if option["type"] == "dict":
            return self._read_dict(option, path, converted)
        if option["type"] == "list":
            return list(self._read_items(option, path, converted))
        return self._read_choice(option, path, converted)

    def _read_unset(self, option: Mapping[str, t.Any], path: str) -> t.Any:
        if option.get("required"):
            self._add(path, None, "It is required.", f"Set {path}.")
        return self._default(option)

    def _default(self, option: Mapping[str, t.Any]) -> t.Any:
        default = copy.deepcopy(option.get("default"))
        if option.get("options") and isinstance(default, dict):
            return Reader(option["options"])._read_options(option["options"], default, path="")
        return default

    def _read_dict(self, option: Mapping[str, t.Any], path: str, value: dict[t.Any, t.Any]) -> dict[str, t.Any]:
        options = option.get("options")
        if options is None:
            return {str(key): item for key, item in value.items() if key != "_comment"}
        for key in value:
            if key not in options and key != "_comment":
                fix = did_you_mean(str(key), options, f"Remove it. The keys are {', '.join(options)}.")
                self._add(f"{path}.{key}", value[key], "There is no such key.", fix)
        return self._read_options(options, value, path)

    def _read_items(self, option: Mapping[str, t.Any], path: str, items: list[t.Any]) -> Iterator[t.Any]:
        one = {"type": option["elements"], "choices": option.get("choices"), "options": option.get("options")}
        for number, item in enumerate(items, start=1):
            before = len(self.faults)
            if item is None:
                self._add(path, None, f"Each item must be {_TYPE_WORDS[option['elements']]}.", "Remove the empty item.")
                continue
            # Of several things with keys of their own it is said which one is wrong.
            read = self._read_option(one, f"{path}.{number}" if one["options"] else path, item)
            if len(self.faults) == before:
                yield read

    def _read_choice(self, option: Mapping[str, t.Any], path: str, value: t.Any) -> t.Any:
        choices = option.get("choices")
        if not choices or value in choices:
            return value
        fix = (
            did_you_mean(str(value), map(str, choices), "Use one of these.")
            if isinstance(value, str)
            else "Use one of these."
        )
        self._add(path, value, f"It must be {either(choices)}.", fix)
        return self._default(option)

    def _is_discreet(self, path: str) -> bool:
        variable = path.partition(".")[0]
        return variable in _DISCREET or bool(self.options.get(variable, {}).get("no_log"))

    def _add(self, path: str, value: t.Any, rule: str, fix: str) -> None:
        discreet = self._is_discreet(path)
        self.faults.append(Fault(path, HIDDEN if discreet and value is not None else value, rule, fix))
