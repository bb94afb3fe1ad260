# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Where the specification of the user's variables stands."""

from __future__ import annotations

import pathlib
import typing as t

import yaml

SPECIFICATION = pathlib.Path(__file__).resolve().parents[2] / "roles/preflight/meta/argument_specs.yml"


def read_specification() -> dict[str, t.Any]:
    """The options of the role preflight: every portkey_ variable."""
    return yaml.safe_load(SPECIFICATION.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
