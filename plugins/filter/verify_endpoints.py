# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.verify_endpoints."""

from __future__ import annotations

import typing as t

from ansible_collections.portkey.gateway.plugins.module_utils._load_balancer.endpoints import endpoints

DOCUMENTATION = r"""
name: verify_endpoints
short_description: Where the gateway of a stack can be asked from here
version_added: 1.0.0
author:
  - The portkey.gateway authors
description:
  - Tells the URLs under which the gateway and the MCP server answer on the production and the test listener, and where
    they cannot be asked from here, and why.
positional: load_balancers, services
options:
  _input:
    description: The fact C(preflight_stack).
    type: dict
    required: true
  load_balancers:
    description: The RV(portkey.gateway.elbv2_load_balancer_info#module:load_balancers) of the stack.
    type: list
    elements: dict
    required: true
  services:
    description: The RV(portkey.gateway.ecs_service_status_info#module:services) of the stack.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Find out where to ask
  ansible.builtin.set_fact:
    found: "{{ preflight_stack | portkey.gateway.verify_endpoints(info.load_balancers, status.services) }}"
"""

RETURN = r"""
_value:
  description: >-
    C(endpoints), each with C(name), C(url), C(headers), C(validate_certs) and whether it C(chats), and C(skipped), the
    reasons why others are not among them.
  type: dict
"""


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"verify_endpoints": endpoints}
