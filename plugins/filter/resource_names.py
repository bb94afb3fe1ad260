# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.resource_names."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.module_utils._config import names

DOCUMENTATION = r"""
name: resource_names
short_description: The names of everything a stack owns
version_added: 1.0.0
author:
  - The portkey.gateway authors (@portkey-gateway)
description:
  - Deterministic names from project, environment and region. A name that AWS would refuse is shortened and gets a hash.
positional: environment, region
options:
  _input:
    description: The project.
    type: str
    required: true
  environment:
    description: The environment.
    type: str
    required: true
  region:
    description: The region, which is a part of the names of IAM roles, since these are global.
    type: str
    required: true
  num_az:
    description: How many availability zones the stack has.
    type: int
    default: 2
  cluster_name:
    description: The cluster, if it exists already.
    type: str
  capacity_provider_name:
    description: The capacity provider, if it exists already.
    type: str
"""

EXAMPLES = r"""
- name: Show the name of the load balancer
  ansible.builtin.debug:
    msg: "{{ ('portkey-gateway' | portkey.gateway.resource_names('dev', 'us-east-1')).load_balancer }}"
"""

RETURN = r"""
_value:
  description:
    - The names; those of a service under C(services), those of target groups, by rule and colour, under its
      C(target_groups).
  type: dict
"""


def resource_names(project: t.Any, environment: t.Any, region: t.Any, **options: t.Any) -> dict[str, t.Any]:
    if not all(isinstance(part, str) and part for part in (project, environment, region)):
        raise AnsibleFilterError("resource_names needs project, environment and region, each a text that is not empty")
    return names.resource_names(project, environment, region, **options)


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"resource_names": resource_names}
