# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Questions of AWX about the user's variables, from their specification."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Collection, Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.module_utils._config.bounds import BOUNDS, ELEMENTS
from ansible_collections.portkey.gateway.plugins.module_utils._config.faults import PREFIX

from .specification import read_specification

Question = dict[str, t.Any]

# What AWX takes for a text, and the time in seconds after which nobody waits for a job any more.
_LONGEST_TEXT = 1024
_A_DAY = 86400
_MARKUP = re.compile(r"\b[COVPEI]\((.+?)\)")


def survey(variables: Sequence[str], required: Collection[str] = ()) -> dict[str, t.Any]:
    """All questions about the variables."""
    options = read_specification()
    return {"name": "", "description": "", "spec": [_question(one, options, one in required) for one in variables]}


def _question(variable: str, options: Mapping[str, t.Any], is_required: bool) -> Question:
    if variable not in options:
        raise AnsibleFilterError(f"There is no variable {variable}.")
    option = options[variable]
    if option.get("no_log"):
        raise AnsibleFilterError(f"{variable} is a secret, for which no survey asks: it comes from a credential.")
    name = variable.removeprefix(PREFIX)
    return {
        "question_name": name.replace("_", " ").capitalize(),
        "question_description": _plain(option["description"]),
        "required": is_required,
        "variable": variable,
        **_answer(name, option),
    }


def _answer(name: str, option: Mapping[str, t.Any]) -> Question:
    kind, default = option.get("type", "str"), option.get("default")
    if kind == "int":
        least, greatest = BOUNDS[name]
        # AWX shows it as no answer, and then gives none.
        shown = "" if default is None else default
        return {"type": "integer", "min": least, "max": _A_DAY if greatest is None else greatest, "default": shown}
    if kind == "bool":
        # AWX has no such question.
        return _choice("multiplechoice", ["true", "false"], str(default).lower())
    if kind == "list" and name in ELEMENTS:
        return _choice("multiselect", ELEMENTS[name], "\n".join(default or []))
    if kind == "str" and option.get("choices"):
        return _choice("multiplechoice", option["choices"], default)
    if kind in ("str", "path"):
        return {"type": "text", "min": 0, "max": _LONGEST_TEXT, "default": default or ""}
    raise AnsibleFilterError(f"AWX has no question for a {kind}, which portkey_{name} is.")


def _choice(kind: str, choices: Sequence[str], default: t.Any) -> Question:
    return {"type": kind, "choices": list(choices), "default": default or ""}


def _plain(description: Sequence[str] | str) -> str:
    """The first paragraph, which says what it is; without Ansible's markup."""
    first = description if isinstance(description, str) else description[0]
    return _MARKUP.sub(r"\1", first)
