# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.load_balancer_outputs."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.module_utils._load_balancer.outputs import outputs

DOCUMENTATION = r"""
name: load_balancer_outputs
short_description: What the role load_balancer tells the roles after it
version_added: 1.0.0
author:
  - The portkey.gateway authors
description:
  - Puts together the fact C(load_balancer_outputs) from what the tasks of the role
    P(portkey.gateway.load_balancer#role) made.
positional: converged
options:
  _input:
    description:
      - The C(load_balancer) or null, C(security_group_id), C(role_arn), the ARNs of C(target_groups) and C(listeners)
        by name, those of C(rules) in their order, and C(target_group_names).
    type: dict
    required: true
  converged:
    description: What P(portkey.gateway.load_balancer_converge#filter) gave.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Publish the load balancer
  ansible.builtin.set_fact:
    load_balancer_outputs: "{{ made | portkey.gateway.load_balancer_outputs(converged) }}"
"""

RETURN = r"""
_value:
  description:
    - C(arn), C(dns_name), C(url), C(security_group_id), C(role_arn), C(target_groups) by rule and colour,
      C(listeners) by name, C(rules) by rule and listener, C(routes) in the shape of the
      O(portkey.gateway.ecs_service#module:load_balancers) of M(portkey.gateway.ecs_service) but for the container's
      name, and C(leftovers).
  type: dict
"""


def load_balancer_outputs(made: t.Any, converged: t.Any) -> dict[str, t.Any]:
    if not isinstance(made, Mapping) or not isinstance(converged, Mapping):
        raise AnsibleFilterError("load_balancer_outputs needs what was made and the converged plan, as dictionaries")
    return outputs(made, converged)


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"load_balancer_outputs": load_balancer_outputs}
