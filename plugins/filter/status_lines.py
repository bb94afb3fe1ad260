# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: status_lines
version_added: "1.0.0"
short_description: The status of ECS services as a table
description:
  - Aligned lines for a terminal from what P(portkey.gateway.ecs_service_status_info#module) returns.
author:
  - The portkey.gateway authors (@portkey-gateway)
positional: _input
options:
  _input:
    description: The RV(portkey.gateway.ecs_service_status_info#module:services) of the module.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the services
  ansible.builtin.debug:
    msg: "{{ status.services | portkey.gateway.status_lines }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

import typing as t

from ansible_collections.portkey.gateway.plugins.module_utils._status.lines import lines


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"status_lines": lines}
