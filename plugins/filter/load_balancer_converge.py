# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.load_balancer_converge."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.module_utils._load_balancer.converge import converge

DOCUMENTATION = r"""
name: load_balancer_converge
short_description: From the load balancer that there is to the one that is planned
version_added: 1.0.0
author:
  - The portkey.gateway authors
description:
  - Aims the planned listeners and rules at the target groups that serve now, so that a deployment of ECS is not
    undone, and finds what an earlier configuration left.
  - Only what carries the stack's tags Project, Environment and ManagedBy counts as left over.
positional: plan, tags
options:
  _input:
    description: What M(portkey.gateway.elbv2_load_balancer_info) found.
    type: dict
    required: true
  plan:
    description:
      - The keys C(state), C(target_groups), C(listeners), C(rules) and C(target_group_names) of
        C(preflight_stack.load_balancer).
    type: dict
    required: true
  tags:
    description: The stack's tags.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what is left over
  ansible.builtin.debug:
    msg: "{{ (found | portkey.gateway.load_balancer_converge(plan, preflight_stack.tags)).leftovers }}"
"""

RETURN = r"""
_value:
  description:
    - C(listeners) and C(rules), each with its C(target_group) and C(actions_owner), C(routes) with the target groups
      of the gateway service, and C(leftovers).
  type: dict
"""


def load_balancer_converge(found: t.Any, plan: t.Any, tags: t.Any) -> dict[str, t.Any]:
    if not all(isinstance(value, Mapping) for value in (found, plan, tags)):
        raise AnsibleFilterError("load_balancer_converge needs what was found, the plan and the tags, as dictionaries")
    return converge(plan, found, tags)


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"load_balancer_converge": load_balancer_converge}
