# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.load_balancer_plan."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.module_utils._load_balancer.plan import plan

DOCUMENTATION = r"""
name: load_balancer_plan
short_description: What the load balancer of a stack consists of
version_added: 1.0.0
author:
  - The portkey.gateway authors
description:
  - Computes the parameters of the role P(portkey.gateway.load_balancer#role) from the configuration of a stack, the
    target groups, listeners and rules for the server mode, the type of load balancer, the routing and the deployment
    strategy.
positional: names
options:
  _input:
    description: The configuration, C(preflight_stack.config).
    type: dict
    required: true
  names:
    description: The names, C(preflight_stack.names), or what P(portkey.gateway.resource_names#filter) gives.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the listeners
  ansible.builtin.debug:
    msg: "{{ (preflight_stack.config | portkey.gateway.load_balancer_plan(preflight_stack.names)).listeners }}"
"""

RETURN = r"""
_value:
  description:
    - The role's parameters without their prefix, C(state), C(name), C(type), C(scheme), C(security_group_name),
      C(role_name), C(allowed_cidrs), C(access_logs), C(target_groups), C(listeners), C(rules) and
      C(target_group_names).
    - Without a load balancer the C(state) is C(absent) and the lists are empty.
  type: dict
"""


def load_balancer_plan(config: t.Any, names: t.Any) -> dict[str, t.Any]:
    if not isinstance(config, Mapping) or not isinstance(names, Mapping):
        raise AnsibleFilterError("load_balancer_plan needs the configuration and the names, both as dictionaries")
    try:
        return plan(config, names)
    except KeyError as error:
        raise AnsibleFilterError(f"load_balancer_plan misses {error} in the configuration or the names") from error


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"load_balancer_plan": load_balancer_plan}
