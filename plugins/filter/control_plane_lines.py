# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: control_plane_lines
version_added: "1.0.0"
short_description: What to know, and to tell Portkey, of the ways to and from the control plane
description:
  - Sentences for the end of a run, such as what to send to whom as long as Portkey has not let the account in.
author:
  - The portkey.gateway authors (@portkey-gateway)
positional: _input, outputs
options:
  _input:
    description: C(preflight_stack.control_plane).
    type: dict
    required: true
  outputs:
    description: C(control_plane_outputs) of the role C(portkey.gateway.control_plane); empty where it did not run.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Tell what is left to do
  ansible.builtin.debug:
    msg: "{{ preflight_stack.control_plane | portkey.gateway.control_plane_lines(control_plane_outputs) }}"
"""

RETURN = r"""
_value:
  description: The sentences.
  type: list
  elements: str
"""

import typing as t

from ansible_collections.portkey.gateway.plugins.plugin_utils.control_plane_told import told


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"control_plane_lines": told}
