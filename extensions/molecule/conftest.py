"""What the scenarios' verify.py are given: boto3 clients of the scenario's AWS, and the calls on its record."""

from __future__ import annotations

import functools
import json
import os
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
import pytest

TAGS = {"Project": "portkey-gateway", "Environment": "dev", "ManagedBy": "Ansible"}


@pytest.fixture(scope="session")
def aws() -> Callable[[str], Any]:
    """aws("ec2") is a client; address, region and keys come from the environment."""
    return functools.cache(boto3.client)


@pytest.fixture(scope="session")
def calls() -> Callable[[], list[dict[str, Any]]]:
    def recorded() -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{os.environ['AWS_ENDPOINT_URL']}/_emulator/calls") as response:
            every: list[dict[str, Any]] = json.load(response)["calls"]
            return every

    return recorded


@pytest.fixture(scope="session")
def tagged() -> Callable[..., bool]:
    """Whether a resource has the stack's tags, in whichever spelling its service answers."""

    def has_tags(tags: list[dict[str, str]], key: str = "Key", value: str = "Value") -> bool:
        return TAGS.items() <= {tag[key]: tag[value] for tag in tags}.items()

    return has_tags
