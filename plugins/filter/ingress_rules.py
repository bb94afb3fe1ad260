# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.ingress_rules."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: ingress_rules
short_description: Who may call a service
version_added: 1.0.0
author:
  - The portkey.gateway authors
description:
  - Turns the C(ingress) of a service's definition into the C(rules) of M(amazon.aws.ec2_security_group).
  - Sources are named, not identified, so that the rules can be planned before their groups exist.
positional: groups, group_description
options:
  _input:
    description: The definition, an item of C(preflight_stack.services).
    type: dict
    required: true
  groups:
    description: The name of each source's security group, by the source that C(ingress) names.
    type: dict
    required: true
  group_description:
    description:
      - The description of a source's group, with which the module makes the group when it does not exist.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show who may call the gateway
  ansible.builtin.debug:
    msg: "{{ service | portkey.gateway.ingress_rules({'load_balancer': 'portkey-dev-lb'}, 'Tasks of the gateway') }}"
"""

RETURN = r"""
_value:
  description: The rules.
  type: list
  elements: dict
"""


def ingress_rules(definition: t.Any, groups: t.Any, group_description: str) -> list[dict[str, t.Any]]:
    if not isinstance(definition, Mapping) or "ingress" not in definition:
        raise AnsibleFilterError("ingress_rules needs an item of preflight_stack.services")
    return [_rule(source["source"], source["port"], groups, group_description) for source in definition["ingress"]]


def _rule(source: str, port: int, groups: Mapping[str, str], group_description: str) -> dict[str, t.Any]:
    if not groups.get(source):
        raise AnsibleFilterError(f"ingress_rules does not know the security group of {source}")
    return {
        "proto": "tcp",
        "ports": [str(port)],
        "group_name": [groups[source]],
        "group_desc": group_description,
        "rule_desc": f"From {source.replace('_', ' ')}",
    }


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"ingress_rules": ingress_rules}
