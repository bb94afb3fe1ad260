# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The tags that say whose a thing is; what does not carry them is never removed."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

OWNERSHIP_TAGS = ("Project", "Environment", "ManagedBy")


def ownership(project: str, environment: str) -> dict[str, str]:
    return dict(zip(OWNERSHIP_TAGS, (project, environment, "Ansible"), strict=True))


def owner_tags(config: Mapping[str, t.Any]) -> dict[str, str]:
    return ownership(config["project_name"], config["environment"])
