# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Writes docs/variables.md from the specification of the role preflight, or checks that it is up to date (--check)."""

from __future__ import annotations

import argparse
import difflib
import json
import pathlib
import re
import sys
import typing as t

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPECIFICATION = ROOT / "roles/preflight/meta/argument_specs.yml"
PAGE = ROOT / "docs/variables.md"

# In the specification a comment at the level of the variables begins a section.
_SECTION = re.compile(r"^ {6}# (.+)$")
_VARIABLE = re.compile(r"^ {6}(portkey_\w+):$")
_NEW = "New here"

_INTRODUCTION = """\
# Variables

<!-- Made by docs/build_variables.py from roles/preflight/meta/argument_specs.yml: change that, and run it again. -->

Every variable of an inventory, with its type, default and rules. A dictionary is merged over the defaults of its keys,
so write only what differs. `null` is the same as leaving a variable out. Preflight checks all of this, the rules
between variables and the AWS account before anything is changed, and reports all faults at once.

A variable has the name of the Terraform system's variable with the prefix `portkey_`, unless it is called new.
"""


def _markup(text: str) -> str:
    """Ansible's markup as Markdown."""
    text = re.sub(r"[OV]\(([^()=]+)=([^()]*)\)", r"`\1: \2`", text)
    return re.sub(r"[CVOMP]\(((?:[^()]|\([^()]*\))*)\)", r"`\1`", text)


def _sentences(description: str | list[str]) -> list[str]:
    return [_markup(one) for one in ([description] if isinstance(description, str) else description)]


def _default(option: dict[str, t.Any]) -> str:
    if option.get("required"):
        return "required"
    if option.get("options") and option.get("default") is not None:
        return "as below"
    return f"`{json.dumps(option.get('default'))}`"


def _type(option: dict[str, t.Any]) -> str:
    kind = f"list of {option['elements']}" if option["type"] == "list" else option["type"]
    choices = option.get("choices")
    return f"{kind}: {', '.join(f'`{choice}`' for choice in choices)}" if choices else kind


def _rows(options: dict[str, t.Any], path: str = "") -> list[str]:
    rows = []
    for name, option in options.items():
        text = " ".join(_sentences(option["description"]))
        rows.append(f"| `{path}{name}` | {_type(option)} | {_default(option)} | {text} |")
        rows += _rows(option.get("options") or {}, f"{path}{name}.")
    return rows


def _variable(name: str, option: dict[str, t.Any]) -> str:
    sentences = _sentences(option["description"])
    is_new = any(sentence.startswith(_NEW) or f" {_NEW}" in sentence for sentence in sentences)
    facts = [_type(option), f"default {_default(option)}" if not option.get("required") else "required"]
    facts.append("new" if is_new else f"Terraform: `{name.removeprefix('portkey_')}`")
    if option.get("no_log"):
        facts.append("never shown")
    parts = [f"### `{name}`", " · ".join(facts), "\n".join(sentences)]
    if option.get("options"):
        table = ["| Key | Type | Default | Meaning |", "|---|---|---|---|", *_rows(option["options"])]
        parts.append("\n".join(table))
    return "\n\n".join(parts)


def _sections(text: str) -> dict[str, list[str]]:
    """The variables of each section, in the order of the specification."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        title, variable = _SECTION.match(line), _VARIABLE.match(line)
        if title:
            current = sections.setdefault(title[1], [])
        elif variable:
            current.append(variable[1])
    return sections


def page() -> str:
    text = SPECIFICATION.read_text(encoding="utf-8")
    options = yaml.safe_load(text)["argument_specs"]["main"]["options"]
    sections = _sections(text)
    listed = [name for names in sections.values() for name in names]
    if listed != list(options):
        raise SystemExit(f"{SPECIFICATION} has variables in no section: {sorted(set(options) - set(listed))}")
    parts = [_INTRODUCTION.rstrip()]
    for title, names in sections.items():
        parts += [f"## {title}", *(_variable(name, options[name]) for name in names)]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the page is not up to date")
    wanted = page()
    if not parser.parse_args().check:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    found = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    difference = difflib.unified_diff(
        found.splitlines(), wanted.splitlines(), "docs/variables.md", "wanted", lineterm=""
    )
    lines = list(difference)
    print("\n".join(lines) if lines else "docs/variables.md is up to date")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
