# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""ECS takes a namespace by its name or its ARN, and answers with the ARN."""

from __future__ import annotations

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module import is_known
from . import api


def namespace_arn(module: AnsibleAWSModule, namespace: str | None) -> str | None:
    """The ARN of a namespace given by name or ARN; the name itself where there is no such namespace yet."""
    if namespace is None or namespace.startswith("arn:") or not is_known(namespace):
        return namespace
    found = api.list_namespaces(module.client("servicediscovery"), namespace)
    return found[0]["Arn"] if found else namespace
