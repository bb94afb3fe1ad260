# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A fault: one thing that is wrong with what the user wrote, and how it is put right."""

from __future__ import annotations

import dataclasses
import difflib
import json
import typing as t
from collections.abc import Iterable, Sequence

PREFIX = "portkey_"
HIDDEN = "(not shown)"


@dataclasses.dataclass(frozen=True)
class Fault:
    """``variable`` is the dotted path of what is wrong, ``value`` what the user wrote; neither is ever a secret."""

    variable: str
    value: t.Any
    rule: str
    fix: str

    def as_dict(self) -> dict[str, t.Any]:
        return dataclasses.asdict(self)


def fault(path: str, value: t.Any, rule: str, fix: str) -> Fault:
    """A fault of the variable whose path, without the prefix, is ``path``."""
    return Fault(PREFIX + path, value, rule, fix)


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that the user probably meant. Hyphens and underscores are easily mistaken for each other."""
    plain = {candidate.lower().replace("-", "_"): candidate for candidate in candidates}
    found = difflib.get_close_matches(name.lower().replace("-", "_"), plain, n=1, cutoff=0.7)
    return plain[found[0]] if found else None


def did_you_mean(name: str, candidates: Iterable[str], otherwise: str) -> str:
    meant = closest(str(name), candidates)
    return f"Did you mean {meant}?" if meant else otherwise


def either(items: Iterable[t.Any]) -> str:
    """``a, b or c``"""
    words = [str(item) for item in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _paragraph(number: int, one: Fault) -> str:
    value = one.value if one.value == HIDDEN else json.dumps(one.value, default=str, ensure_ascii=False)
    return f"{number}. {one.variable} = {value}\n   Rule: {one.rule}\n   Fix:  {one.fix}"


def report(faults: Sequence[Fault]) -> str:
    """All faults as a text for people, one numbered paragraph each."""
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    paragraphs = [_paragraph(number, one) for number, one in enumerate(faults, start=1)]
    return "\n\n".join([f"The configuration has {count}. Nothing was changed.", *paragraphs])
