# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.observability_metrics."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.module_utils._config.observability import resolved

DOCUMENTATION = r"""
name: observability_metrics
short_description: Alarms and dashboards with the load balancer that they are about
version_added: 1.0.0
author:
  - The portkey.gateway authors
description:
  - Puts what CloudWatch calls a load balancer and its target groups in the place of the words that stand for them,
    C(<load_balancer>) and C(<target_group RULE COLOUR>), at any depth.
positional: load_balancer_arn, target_group_arns
options:
  _input:
    description: Alarms or the body of a dashboard.
    type: raw
    required: true
  load_balancer_arn:
    description: The ARN of the load balancer; empty in check mode, while there is none.
    type: str
    required: true
  target_group_arns:
    description: The ARNs of the target groups by rule and colour.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the dimensions
  ansible.builtin.debug:
    msg: "{{ {'LoadBalancer': '<load_balancer>'} | portkey.gateway.observability_metrics(arn, {}) }}"
"""

RETURN = r"""
_value:
  description: The input with names in it, such as C(app/my-gateway/50dc6c495c0c9188).
  type: raw
"""


def observability_metrics(value: t.Any, load_balancer_arn: t.Any, target_group_arns: t.Any) -> t.Any:
    if not isinstance(target_group_arns, Mapping):
        raise AnsibleFilterError("observability_metrics needs the ARNs of the target groups as a dictionary")
    return resolved(value, load_balancer_arn, target_group_arns)


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"observability_metrics": observability_metrics}
