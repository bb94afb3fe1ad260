# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.operator_policies."""

from __future__ import annotations

import typing as t

from ansible_collections.portkey.gateway.plugins.module_utils._permissions import policy

DOCUMENTATION = r"""
name: operator_policies
short_description: The smallest IAM policies with which a stack can be operated
version_added: 1.0.0
author:
  - The portkey.gateway authors (@portkey-gateway)
description:
  - What an operator must be allowed for the features that the stack has switched on, as IAM policy documents, none
    longer than a managed policy may be.
positional: purposes
options:
  _input:
    description: The stack, as the role C(portkey.gateway.preflight) publishes it.
    type: dict
    required: true
  purposes:
    description: What the operator is to do, of C(read), C(deploy), C(create) and C(uninstall).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show what it takes to deploy
  ansible.builtin.debug:
    msg: "{{ preflight_stack | portkey.gateway.operator_policies(['deploy']) }}"
"""

RETURN = r"""
_value:
  description: The documents.
  type: list
  elements: dict
"""


def operator_policies(stack: dict[str, t.Any], purposes: list[str]) -> list[dict[str, t.Any]]:
    return policy.documents(stack, purposes)


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"operator_policies": operator_policies}
